"""Read the records of what was done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, func, or_, select

from wattloom.accounts.tables import audit_log
from wattloom.db import Listing, Page, contains


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """Something that was done.

    Attributes:
        event: What, in words.
        event_time: When.
        user_name: Who did it; None for the command line.
        user_id: Its id; None for the command line, and in the logs of assets once the user is deleted.
        action: What kind of thing it is, for programs; None for records that came from elsewhere.
        details: The facts as JSON; None where there is no action.
    """

    event: str
    event_time: datetime
    user_name: str | None
    user_id: int | None
    action: str | None
    details: Mapping[str, Any] | None


def list_user_audit(connection: Connection, user_id: int, listing: Listing) -> Page[AuditRecord]:
    """Return the wanted part of what was done to a user; see :func:`list_audit`."""
    return list_audit(connection, audit_log, audit_log.c.affected_user_id == user_id, listing)


def list_account_audit(connection: Connection, account_id: int) -> list[AuditRecord]:
    """Return all that was done to an account and its users, newest first."""
    return list_audit(connection, audit_log, audit_log.c.affected_account_id == account_id, Listing()).items


def list_audit(
    connection: Connection, log: Table, concerned: ColumnElement[bool], listing: Listing
) -> Page[AuditRecord]:
    """Return the wanted part of an audit log, newest first unless sorted otherwise.

    Each record shown holds one of the words of the first search term, in its
    text or in the name of who did it.

    Args:
        connection: The transaction.
        log: Has the columns of :meth:`AuditEvent.columns`.
        concerned: Holds for the records of the thing that is asked about.
        listing: May be sorted by ``event_datetime``.
    """
    words = [word for term in listing.terms[:1] for word in term.split()]
    searched = or_(*(contains(word, log.c.event, log.c.active_user_name) for word in words)) if words else None
    found = concerned if searched is None else and_(concerned, searched)
    columns = select(
        log.c.event, log.c.event_datetime, log.c.active_user_name, log.c.active_user_id, log.c.action, log.c.details
    ).where(found)
    key = log.c.id if listing.sort_by is not None and not listing.is_descending else log.c.id.desc()
    rows = connection.execute(listing.arrange(columns, {"event_datetime": log.c.event_datetime}, key))
    items = [AuditRecord(*row) for row in rows]
    n_total, n_filtered = (
        connection.execute(select(func.count()).select_from(log).where(condition)).scalar_one()
        for condition in (concerned, found)
    )
    return Page(items, n_total, n_filtered)
