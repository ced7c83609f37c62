"""Delete an asset with all below it."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, select

from wattloom.accounts import AuditEvent, User
from wattloom.assets.asset import Asset
from wattloom.assets.audit import record_asset_audit
from wattloom.assets.references import Gone, prune_references
from wattloom.assets.tables import asset as table
from wattloom.assets.tree import below
from wattloom.timeseries.tables import sensor


def delete_asset(connection: Connection, asset: Asset, *, by: User | None, now: datetime) -> None:
    """Delete an asset, the assets below it, their sensors and all that was recorded for them.

    References to any of these are taken out of other assets. The audit records
    stay, without the asset.

    Args:
        connection: A write transaction.
        asset: What to delete.
        by: Who deletes it and may do so; None for the command line.
        now: Time of the audit records.
    """
    gone = gone_with_asset(connection, asset.id)
    prune_references(connection, gone, by=by, now=now, except_in=gone.assets.keys())
    record_asset_audit(connection, asset.id, deletion_of(asset.id, asset.name), by=by, now=now)
    # The database deletes what belongs to the asset; triggers remove the beliefs.
    connection.execute(delete(table).where(table.c.id == asset.id))


def deletion_of(asset_id: int, name: str) -> AuditEvent:
    """Return what the audit log says of a deleted asset."""
    return AuditEvent(f"Deleted asset '{name}': {asset_id}", "asset.deleted", {"asset": asset_id, "name": name})


def gone_with_asset(connection: Connection, asset_id: int) -> Gone:
    """Return what goes when an asset is deleted: itself, the assets below it, and their sensors."""
    return gone_with(connection, table.c.id == asset_id)


def gone_with(connection: Connection, top: ColumnElement[bool]) -> Gone:
    """Return the assets that a condition selects, all below them, and their sensors."""
    ids = select(below(top).c.id)
    assets = connection.execute(select(table.c.id, table.c.name).where(table.c.id.in_(ids)).order_by(table.c.id))
    owned = select(sensor.c.id, sensor.c.name).where(sensor.c.generic_asset_id.in_(ids)).order_by(sensor.c.id)
    return Gone(sensors=dict(connection.execute(owned).all()), assets=dict(assets.all()))
