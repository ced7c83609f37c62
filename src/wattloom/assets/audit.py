"""Records of what was done to assets and their sensors."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select

from wattloom.accounts import AuditEvent, User
from wattloom.assets.tables import asset_audit_log as log
from wattloom.db import Listing, Page, contains


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """Something that was done.

    Attributes:
        event: What, in words.
        event_time: When.
        user_name: Who did it; None for the command line.
        user_id: Its id; None for the command line, and once the user is deleted.
        action: What kind of thing it is, for programs; None for records that came from elsewhere.
        details: The facts as JSON; None where there is no action.
    """

    event: str
    event_time: datetime
    user_name: str | None
    user_id: int | None
    action: str | None
    details: Mapping[str, Any] | None


def record_asset_audit(
    connection: Connection, asset_id: int, *events: AuditEvent, by: User | None, now: datetime
) -> None:
    """Record what was done to an asset or its sensors.

    Args:
        connection: The transaction in which it was done.
        asset_id: The asset concerned.
        events: What was done; one record each.
        by: Who did it; None for the command line.
        now: When.
    """
    rows = [event.columns(by, now) | {"affected_asset_id": asset_id} for event in events]
    if rows:
        connection.execute(insert(log), rows)


def list_asset_audit(connection: Connection, asset_id: int, listing: Listing) -> Page[AuditRecord]:
    """Return the wanted part of what was done to an asset, newest first unless sorted otherwise.

    Each record shown holds one of the words of the first search term, in its
    text or in the name of who did it.
    """
    of_asset = log.c.affected_asset_id == asset_id
    found = and_(of_asset, or_(*_any_word(listing.terms[:1]))) if listing.terms else of_asset
    columns = select(
        log.c.event, log.c.event_datetime, log.c.active_user_name, log.c.active_user_id, log.c.action, log.c.details
    ).where(found)
    orders = {"event_datetime": log.c.event_datetime}
    key = log.c.id if listing.sort_by is not None and not listing.is_descending else log.c.id.desc()
    rows = connection.execute(listing.arrange(columns, orders, key))
    items = [AuditRecord(*row) for row in rows]
    n_total, n_filtered = (
        connection.execute(select(func.count()).select_from(log).where(condition)).scalar_one()
        for condition in (of_asset, found)
    )
    return Page(items, n_total, n_filtered)


def _any_word(terms: Iterable[str]) -> list[ColumnElement[bool]]:
    return [contains(word, log.c.event, log.c.active_user_name) for term in terms for word in term.split()]
