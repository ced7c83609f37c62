"""List the sensors of accounts, of a subtree of assets, and of the public."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, true

from wattloom.accounts import Action, Kind, User, policy
from wattloom.accounts.tables import account
from wattloom.assets.tables import asset
from wattloom.assets.tree import below
from wattloom.db import Listing, Page, contains
from wattloom.timeseries import Sensor, to_sensor
from wattloom.timeseries.tables import sensor

_SENSORS = (
    select(sensor)
    .join(asset, asset.c.id == sensor.c.generic_asset_id)
    .outerjoin(account, account.c.id == asset.c.account_id)
)
_ORDERS: dict[str, ColumnElement[Any]] = {
    "id": sensor.c.id,
    "name": func.lower(sensor.c.name),
    "unit": func.lower(sensor.c.unit),
}
_OWNERS = policy.Columns(Kind.SENSOR, asset.c.account_id, account.c.consultancy_account_id)


@dataclass(frozen=True, slots=True)
class SensorScope:
    """Which sensors a list is about, before searching; the caller has checked that account and asset may be read.

    Attributes:
        account_id: Those on assets of this account.
        asset_id: Those on this asset and on all below it, instead of an account's.
        include_clients: Also those of accounts that have the account as consultancy, for consultants.
        include_public: Also those on public assets.
        unit: Those with exactly this unit.
    """

    account_id: int
    asset_id: int | None = None
    include_clients: bool = False
    include_public: bool = False
    unit: str | None = None


def search_sensors(connection: Connection, user: User, scope: SensorScope, listing: Listing) -> Page[Sensor]:
    """Return the wanted part of the sensors in scope; each matches one of the search terms."""
    condition = _condition(user, scope)
    if listing.terms:
        columns = (sensor.c.name, account.c.name, asset.c.name)
        condition = and_(condition, or_(*(contains(term, *columns, key=sensor.c.id) for term in listing.terms)))
    found = _SENSORS.where(condition)
    sensors = [to_sensor(row) for row in connection.execute(listing.arrange(found, _ORDERS, sensor.c.id))]
    if listing.page is None:
        return Page(sensors, len(sensors), len(sensors))
    n = connection.execute(found.with_only_columns(func.count())).scalar_one()
    return Page(sensors, n, n)


def _condition(user: User, scope: SensorScope) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = asset.c.account_id == scope.account_id
    if scope.asset_id is not None:
        condition = asset.c.id.in_(select(below(asset.c.id == scope.asset_id).c.id))
    if scope.include_clients and user.is_consultant:
        condition = or_(condition, account.c.consultancy_account_id == scope.account_id)
    if scope.include_public:
        condition = or_(condition, asset.c.account_id.is_(None))
    # Assets below a readable one may belong to others.
    readable = policy.permitted(user, Action.READ, _OWNERS)
    return and_(condition, readable, sensor.c.unit == scope.unit if scope.unit is not None else true())
