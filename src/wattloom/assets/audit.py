"""Records of what was done to assets and their sensors."""

from datetime import datetime

from sqlalchemy import Connection, insert

from wattloom.accounts import AuditEvent, AuditRecord, User, list_audit
from wattloom.assets.announced import announce_audited
from wattloom.assets.tables import asset_audit_log as log
from wattloom.db import Listing, Page


def record_asset_audit(
    connection: Connection, asset_id: int, *events: AuditEvent, by: User | None, now: datetime
) -> None:
    """Record what was done to an asset or its sensors, and tell those who watch.

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
        announce_audited(connection, asset_id, events)


def list_asset_audit(connection: Connection, asset_id: int, listing: Listing) -> Page[AuditRecord]:
    """Return the wanted part of what was done to an asset; see :func:`wattloom.accounts.list_audit`."""
    return list_audit(connection, log, log.c.affected_asset_id == asset_id, listing)
