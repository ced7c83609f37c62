"""Read assets, what belongs to them, and who owns things."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, literal, null, select, union_all

from wattloom.accounts import Action, Kind, Resource, User, policy
from wattloom.accounts.tables import account
from wattloom.assets.asset import Asset, AssetType, ChildAsset, Relations
from wattloom.assets.tables import asset, asset_type
from wattloom.db import in_batches
from wattloom.errors import NotFoundError
from wattloom.timeseries.tables import sensor

ASSETS: Select[Any] = (
    select(
        asset.c.id,
        asset.c.name,
        asset.c.description,
        asset.c.latitude,
        asset.c.longitude,
        asset_type.c.id,
        asset_type.c.name,
        asset.c.account_id,
        account.c.name,
        account.c.consultancy_account_id,
        asset.c.parent_asset_id,
        asset.c.external_id,
        asset.c.attributes,
        asset.c.flex_context,
        asset.c.flex_model,
        asset.c.sensors_to_show,
        asset.c.sensors_to_show_as_kpis,
    )
    .join(asset_type, asset_type.c.id == asset.c.asset_type_id)
    .outerjoin(account, account.c.id == asset.c.account_id)
)
"""All that :func:`to_asset` needs, in the order of the fields of an asset; the list adds its conditions."""

# Statements are built once: building one costs more than running it.
_ONE = ASSETS.where(asset.c.id == bindparam("id"))
_OWNER_OF_ASSET = (
    select(asset.c.account_id, account.c.consultancy_account_id)
    .outerjoin(account, account.c.id == asset.c.account_id)
    .where(asset.c.id == bindparam("id"))
)
_OWNERS_OF_ASSETS = (
    select(asset.c.id, asset.c.account_id, account.c.consultancy_account_id)
    .outerjoin(account, account.c.id == asset.c.account_id)
    .where(asset.c.id.in_(bindparam("ids", expanding=True)))
)
_OWNER_OF_SENSOR = (
    select(asset.c.account_id, account.c.consultancy_account_id)
    .join(sensor, sensor.c.generic_asset_id == asset.c.id)
    .outerjoin(account, account.c.id == asset.c.account_id)
    .where(sensor.c.id == bindparam("id"))
)
_OWNERS_OF_SENSORS = (
    select(sensor.c.id, asset.c.account_id, account.c.consultancy_account_id)
    .join(asset, sensor.c.generic_asset_id == asset.c.id)
    .outerjoin(account, account.c.id == asset.c.account_id)
    .where(sensor.c.id.in_(bindparam("ids", expanding=True)))
)
_RELATIONS = union_all(
    select(
        literal(0).label("is_sensor"),
        asset.c.parent_asset_id.label("owner_id"),
        asset.c.id,
        asset.c.name,
        asset.c.account_id,
        account.c.consultancy_account_id,
        asset_type.c.id.label("type_id"),
        asset_type.c.name.label("type_name"),
    )
    .join(asset_type, asset_type.c.id == asset.c.asset_type_id)
    .outerjoin(account, account.c.id == asset.c.account_id)
    .where(asset.c.parent_asset_id.in_(bindparam("ids", expanding=True))),
    select(literal(1), sensor.c.generic_asset_id, sensor.c.id, sensor.c.name, null(), null(), null(), null()).where(
        sensor.c.generic_asset_id.in_(bindparam("ids", expanding=True))
    ),
).order_by("id")


def get_asset(connection: Connection, asset_id: int) -> Asset:
    """Return an asset.

    Raises:
        NotFoundError: There is none with this id.
    """
    row = connection.execute(_ONE, {"id": asset_id}).one_or_none()
    if row is None:
        raise NotFoundError("asset", asset_id)
    return to_asset(row)


def children_of(connection: Connection, parent: Asset) -> list[Asset]:
    """Return the assets directly below an asset, by id."""
    rows = connection.execute(ASSETS.where(asset.c.parent_asset_id == parent.id).order_by(asset.c.id))
    return [to_asset(row) for row in rows]


def assets_by_id(connection: Connection, asset_ids: Iterable[int]) -> dict[int, Asset]:
    """Return those assets that exist, by id."""
    batches = in_batches(asset_ids)
    rows = (connection.execute(ASSETS.where(asset.c.id.in_(batch))) for batch in batches)
    return {row.id: to_asset(row) for found in rows for row in found}


def asset_names(connection: Connection, asset_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of those assets that exist, by id."""
    batches = in_batches(asset_ids)
    rows = (connection.execute(select(asset.c.id, asset.c.name).where(asset.c.id.in_(batch))) for batch in batches)
    return {row.id: row.name for found in rows for row in found}


def read_relations(connection: Connection, user: User, asset_ids: Sequence[int]) -> defaultdict[int, Relations]:
    """Return the sensors of assets, and the children that the user may read, by asset id; empty for others."""
    # Most children belong to one account.
    may_read = cache(lambda *owner: policy.allows(user, Action.READ, Resource(Kind.ASSET, *owner)))
    children: dict[int, list[ChildAsset]] = {}
    sensors: dict[int, list[tuple[int, str]]] = {}
    for ids in in_batches(asset_ids):
        for is_sensor, owner_id, item_id, name, account_id, consultancy_id, type_id, type_name in connection.execute(
            _RELATIONS, {"ids": ids}
        ):
            if is_sensor:
                sensors.setdefault(owner_id, []).append((item_id, name))
            elif may_read(account_id, consultancy_id):
                child = ChildAsset(item_id, name, account_id, AssetType(type_id, type_name))
                children.setdefault(owner_id, []).append(child)
    relations: defaultdict[int, Relations] = defaultdict(Relations)
    for asset_id in children.keys() | sensors.keys():
        relations[asset_id] = Relations(tuple(children.get(asset_id, ())), tuple(sensors.get(asset_id, ())))
    return relations


def asset_resource(connection: Connection, asset_id: int) -> Resource:
    """Return the facts that decide who may do what to an asset.

    Raises:
        NotFoundError: There is none with this id.
    """
    row = connection.execute(_OWNER_OF_ASSET, {"id": asset_id}).one_or_none()
    if row is None:
        raise NotFoundError("asset", asset_id)
    return Resource(Kind.ASSET, row.account_id, row.consultancy_account_id)


def asset_resources(connection: Connection, asset_ids: Iterable[int]) -> dict[int, Resource]:
    """Return the same for several assets by id, in few queries; unknown ids are left out."""
    rows = (row for ids in in_batches(asset_ids) for row in connection.execute(_OWNERS_OF_ASSETS, {"ids": ids}))
    return {row.id: Resource(Kind.ASSET, row.account_id, row.consultancy_account_id) for row in rows}


def sensor_resource(connection: Connection, sensor_id: int) -> Resource:
    """Return the facts that decide who may do what to a sensor: those of its asset's owner.

    Raises:
        NotFoundError: There is none with this id.
    """
    row = connection.execute(_OWNER_OF_SENSOR, {"id": sensor_id}).one_or_none()
    if row is None:
        raise NotFoundError("sensor", sensor_id)
    return Resource(Kind.SENSOR, row.account_id, row.consultancy_account_id)


def subject_resource(connection: Connection, subject: tuple[str, int] | None) -> Resource | None:
    """Return how the rules see an asset or a sensor that is given by kind and id, as jobs do; None for all else.

    Raises:
        NotFoundError: There is none with this id.
    """
    match subject:
        case ("asset", subject_id):
            return asset_resource(connection, subject_id)
        case ("sensor", subject_id):
            return sensor_resource(connection, subject_id)
        case _:
            return None


def sensor_resources(connection: Connection, sensor_ids: Iterable[int]) -> dict[int, Resource]:
    """Return the same for several sensors by id, in few queries; unknown ids are left out."""
    rows = (row for ids in in_batches(sensor_ids) for row in connection.execute(_OWNERS_OF_SENSORS, {"ids": ids}))
    return {row.id: Resource(Kind.SENSOR, row.account_id, row.consultancy_account_id) for row in rows}


def to_asset(row: Sequence[Any]) -> Asset:
    """Return the asset of a row of :data:`ASSETS`."""
    # By position: reading 17 columns by name takes half of the time of a long list.
    asset_id, name, description, latitude, longitude, type_id, type_name, *rest = row
    return Asset(asset_id, name, description, latitude, longitude, AssetType(type_id, type_name), *rest)
