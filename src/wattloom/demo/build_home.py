"""Find the demo home in the database, or make what is missing of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from wattloom.accounts import User
from wattloom.assets import Asset, AssetScope, NewAsset, create_asset, list_asset_types, list_assets, update_asset
from wattloom.db import Listing
from wattloom.demo.home import LATITUDE, LONGITUDE, TIMEZONE
from wattloom.demo.structure import (
    ASSET_TYPES,
    SENSORS,
    SITE,
    HomeSensors,
    SensorSpec,
    flex_context,
    flex_models,
    sensors_to_show,
)
from wattloom.periods import Resolution
from wattloom.timeseries import NewSensor, Sensor, create_sensor, list_sensors
from wattloom.timeseries.tables import sensor as sensor_table


@dataclass(frozen=True, slots=True)
class DemoSite:
    """The home in the database.

    Attributes:
        asset: The site; all other assets are below it.
        sensors: What is known about it.
    """

    asset: Asset
    sensors: HomeSensors


def build_home(connection: Connection, owner: User, *, now: datetime) -> DemoSite:
    """Return the home; assets and sensors that are missing are made.

    Flex-context, flex-models and graphs are stored only with what is new, so
    that changes which people made to their demo survive.

    Args:
        connection: A write transaction.
        owner: The user of the demo; the home belongs to its account.
        now: Time of the audit records.
    """
    assets, has_new_assets = _build_assets(connection, owner, now)
    sensors, has_new_sensors = _build_sensors(connection, assets)
    if has_new_assets or has_new_sensors:
        _configure(connection, assets, sensors, now)
    return DemoSite(assets[SITE], sensors)


def _build_assets(connection: Connection, owner: User, now: datetime) -> tuple[dict[str, Asset], bool]:
    type_ids = {each.name: each.id for each in list_asset_types(connection)}
    existing = list_assets(connection, owner, AssetScope(), Listing()).items
    site = next((asset for asset in existing if asset.name == SITE and asset.parent_asset_id is None), None)
    assets: dict[str, Asset] = {}
    if site is not None:
        assets = {asset.name: asset for asset in existing if asset.parent_asset_id == site.id} | {SITE: site}
    missing = [name for name in ASSET_TYPES if name not in assets]
    for name in missing:
        parent_id = assets[SITE].id if name != SITE else None
        new = NewAsset(
            name=name,
            generic_asset_type_id=type_ids[ASSET_TYPES[name]],
            account_id=owner.account_id,
            parent_asset_id=parent_id,
            latitude=LATITUDE,
            longitude=LONGITUDE,
        )
        assets[name] = create_asset(connection, new, by=None, now=now)
    return assets, bool(missing)


def _build_sensors(connection: Connection, assets: dict[str, Asset]) -> tuple[HomeSensors, bool]:
    asset_ids = [asset.id for asset in assets.values()]
    existing = {
        (sensor.asset_id, sensor.name): sensor
        for sensor in list_sensors(connection, sensor_table.c.generic_asset_id.in_(asset_ids))
    }
    found: dict[str, Sensor] = {}
    for key, spec in SENSORS.items():
        asset_id = assets[spec.asset].id
        found[key] = existing.get((asset_id, spec.name)) or create_sensor(connection, _new_sensor(spec, asset_id))
    return HomeSensors(**found), any(sensor not in existing.values() for sensor in found.values())


def _new_sensor(spec: SensorSpec, asset_id: int) -> NewSensor:
    return NewSensor(
        name=spec.name,
        unit=spec.unit,
        timezone=TIMEZONE,
        event_resolution=Resolution.parse(spec.event_resolution),
        attributes=spec.attributes,
        asset_id=asset_id,
    )


def _configure(connection: Connection, assets: dict[str, Asset], sensors: HomeSensors, now: datetime) -> None:
    models, graphs = flex_models(sensors), sensors_to_show(sensors)
    for name in ASSET_TYPES:
        changes: dict[str, object] = {"sensors_to_show": graphs[name]}
        if name in models:
            changes["flex_model"] = models[name]
        if name == SITE:
            changes["flex_context"] = flex_context(sensors)
        assets[name] = update_asset(connection, assets[name], changes, by=None, now=now)
