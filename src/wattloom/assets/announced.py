"""Tell those who watch what was done to assets and their sensors."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, select

from wattloom.accounts import AuditEvent
from wattloom.assets.tables import asset
from wattloom.events import About, Change, Done, announce

_DONE = {
    "asset.created": Done.CREATED,
    "asset.copied": Done.CREATED,
    "asset.deleted": Done.DELETED,
    "sensor.created": Done.CREATED,
    "sensor.deleted": Done.DELETED,
}
_RESAMPLED = "data.resampled"
_PLACE = select(asset.c.account_id, asset.c.parent_asset_id).where(asset.c.id == bindparam("id"))


def announce_audited(connection: Connection, asset_id: int, events: Iterable[AuditEvent]) -> None:
    """Announce what the audit log tells of an asset that still exists, as far as definitions are concerned."""
    assets: set[Done] = set()
    sensors: set[tuple[int, Done]] = set()
    for event in events:
        done = _DONE.get(event.action, Done.UPDATED)
        if event.action.startswith("asset."):
            assets.add(done)
        elif event.action.startswith("sensor.") or event.action == _RESAMPLED:
            sensors.add((event.details["sensor"], done))
    if not assets and not sensors:
        return
    account_id, parent_id = connection.execute(_PLACE, {"id": asset_id}).one()
    for done in sorted(assets):
        announce(connection, Change(about=About.ASSET, asset=asset_id, done=done, account=account_id))
        if done is Done.DELETED and parent_id is not None:
            # Who watches the tree above would not find the asset in it any more.
            announce(connection, Change(about=About.ASSET, asset=parent_id, done=Done.UPDATED, account=account_id))
    for sensor_id, done in sorted(sensors):
        told = Change(about=About.SENSOR, sensor=sensor_id, asset=asset_id, done=done, account=account_id)
        announce(connection, told)
