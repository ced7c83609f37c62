"""Delete an asset with all below it."""

from datetime import datetime

from sqlalchemy import Connection, delete, select

from wattloom.accounts import User
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
    ids = select(below(table.c.id == asset.id).c.id)
    assets = dict(connection.execute(select(table.c.id, table.c.name).where(table.c.id.in_(ids))).all())
    owned = select(sensor.c.id, sensor.c.name).where(sensor.c.generic_asset_id.in_(ids))
    sensors = dict(connection.execute(owned).all())
    prune_references(connection, Gone(sensors, assets), by=by, now=now, except_in=assets.keys())
    record_asset_audit(connection, asset.id, f"Deleted asset '{asset.name}': {asset.id}", by=by, now=now)
    # The database deletes what belongs to the asset; triggers remove the beliefs.
    connection.execute(delete(table).where(table.c.id == asset.id))
