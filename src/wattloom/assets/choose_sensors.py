"""Find the sensors that somebody may choose: by words, by what they measure, by where they are."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from wattloom.accounts import Action, Kind, User, policy
from wattloom.accounts.tables import account
from wattloom.assets.tables import asset
from wattloom.assets.tree import below
from wattloom.db import contains
from wattloom.timeseries import Sensor, to_sensor
from wattloom.timeseries.tables import sensor
from wattloom.units import UnitClass, is_convertible, unit_class

_OWNERS = policy.Columns(Kind.SENSOR, asset.c.account_id, account.c.consultancy_account_id)
_PRICES = frozenset({UnitClass.ENERGY_PRICE, UnitClass.CAPACITY_PRICE, UnitClass.PRICE})


@dataclass(frozen=True, slots=True)
class SensorsWanted:
    """Which sensors are offered; the caller has checked that account and asset may be read.

    Attributes:
        account_id: Those on assets of this account.
        asset_id: Those on this asset and on all below it, instead of an account's.
        includes_public: Also those on public assets.
        fits: Only those whose values can be told in one of these units, prices in any currency; empty for all.
        resolution: Only those with this length of events, in ISO 8601; None for all.
        terms: Words that all occur in the names of the sensor, its asset and its unit.
        ids: These sensors alone, wherever they are; empty for a search.
    """

    account_id: int
    asset_id: int | None = None
    includes_public: bool = False
    fits: Collection[str] = ()
    resolution: str | None = None
    terms: tuple[str, ...] = ()
    ids: Collection[int] = ()


@dataclass(frozen=True, slots=True)
class FoundSensor:
    """A sensor with what tells it from others of the same name."""

    sensor: Sensor
    asset_name: str
    is_public: bool


def choose_sensors(
    connection: Connection, user: User, wanted: SensorsWanted, *, limit: int
) -> tuple[list[FoundSensor], bool]:
    """Return the first sensors that fit, by the names of asset and sensor, public ones last; and whether there are more."""
    conditions = [policy.permitted(user, Action.READ, _OWNERS), _place(wanted)]
    conditions += [contains(term, sensor.c.name, asset.c.name, sensor.c.unit, key=sensor.c.id) for term in wanted.terms]
    if wanted.fits:
        units = [unit for unit in sensor_units(connection) if any(_fits(unit, other) for other in wanted.fits)]
        conditions.append(sensor.c.unit.in_(units))
    if wanted.resolution is not None:
        conditions.append(sensor.c.event_resolution == wanted.resolution)
    names = func.lower(asset.c.name), asset.c.id, func.lower(sensor.c.name), sensor.c.id
    found = (
        select(sensor, asset.c.name.label("asset_name"), asset.c.account_id)
        .join(asset, asset.c.id == sensor.c.generic_asset_id)
        .outerjoin(account, account.c.id == asset.c.account_id)
        .where(and_(*conditions))
        .order_by(case((asset.c.account_id.is_(None), 1), else_=0), *names)
        .limit(limit + 1)
    )
    rows = connection.execute(found).all()
    chosen = [FoundSensor(to_sensor(row), row.asset_name, row.account_id is None) for row in rows[:limit]]
    return chosen, len(rows) > limit


def sensor_units(connection: Connection) -> list[str]:
    """Return the units that any sensor has, those of most sensors first."""
    n = func.count()
    return list(connection.scalars(select(sensor.c.unit).group_by(sensor.c.unit).order_by(n.desc(), sensor.c.unit)))


def _place(wanted: SensorsWanted) -> ColumnElement[bool]:
    if wanted.ids:
        return sensor.c.id.in_(wanted.ids)
    place: ColumnElement[bool] = asset.c.account_id == wanted.account_id
    if wanted.asset_id is not None:
        place = asset.c.id.in_(select(below(asset.c.id == wanted.asset_id).c.id))
    return or_(place, asset.c.account_id.is_(None)) if wanted.includes_public else place


def _fits(unit: str, wanted: str) -> bool:
    kind = unit_class(wanted)
    if kind in _PRICES:
        return unit_class(unit) is kind
    # Energy per event is power.
    return is_convertible(unit, wanted, event_h=1.0 if kind is UnitClass.POWER else None)
