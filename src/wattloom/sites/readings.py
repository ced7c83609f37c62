"""What the sensors of sites say about this moment, and how old that is."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import Connection

from wattloom.periods import from_us
from wattloom.sites.plan import DeviceKind, Role
from wattloom.sites.site import Site, unit_of
from wattloom.sites.wanted import Term, Wanted
from wattloom.timeseries import OTHER, Beliefs, BeliefStore, Sensor, Source, get_sources, latest_beliefs, select_points
from wattloom.units import convert

_INSTANT_LASTS = timedelta(minutes=15)
"""So long a sample counts as being about now."""
_OLD_AFTER = 2
"""A measurement is old once so many of its events could have followed it."""
_STANDS_FOR_NOW = timedelta(minutes=20)
"""So long a measurement says more about now than what is expected."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What is known of one quantity of a site at a moment.

    Attributes:
        role: What it is; of the net power, whether it is stated and not added up.
        kind: Of the device; None for prices and the grid.
        name: Of the device, or of what it is.
        asset_id: Of the device, if it has one.
        unit: ``kW``, ``kWh``, or currency per kWh.
        value: Consumption-positive; None where nothing is known.
        is_measured: Whether it was measured, and not planned or forecast.
        age: Since the end of what the value is about; zero while that lasts.
        is_old: Whether the age is more than it should be.
        capacity_kwh: Of a stock: what it holds when full [kWh], if known.
    """

    role: Role
    kind: DeviceKind | None
    name: str
    asset_id: int | None
    unit: str
    value: float | None
    is_measured: bool = False
    age: timedelta = timedelta(0)
    is_old: bool = False
    capacity_kwh: float | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """The value of one sensor, in its own unit and sign."""

    value: float
    is_measured: bool
    age: timedelta
    is_old: bool


def read_now(
    connection: Connection, store: BeliefStore, sites: Sequence[Site], *, now: datetime
) -> list[tuple[Reading, ...]]:
    """Return what is known of each quantity of several sites at a moment, with the same queries as for one.

    A measurement of the last minutes counts first, then what was planned or
    forecast for this moment, then the newest measurement.

    Args:
        connection: Any transaction.
        store: The store of this database.
        sites: In the order of the answer.
        now: The moment.
    """
    sensors = {sensor.id: sensor for site in sites for sensor in site.sensors.values()}
    found = latest_beliefs(connection, store, list(sensors.values()), starting_by=now, believed_by=now)
    latest = select_points(found.take(np.argsort(found.sensor_id, kind="stable")))
    sources = get_sources(connection, np.unique(latest.source_id).tolist())
    stated = {sensor_id: latest.of_sensor(sensor_id) for sensor_id in sensors}
    return [tuple(_reading(site, wanted, stated, sources, now) for wanted in site.wanted) for site in sites]


def _reading(
    site: Site, wanted: Wanted, stated: Mapping[int, Beliefs], sources: Mapping[int, Source], now: datetime
) -> Reading:
    owner, first = site.owner_of(wanted), site.sensors[wanted.terms[0].sensor_id]
    unit = unit_of(wanted.role, first) or first.unit
    known = [_known(site.sensors[t.sensor_id], t, stated[t.sensor_id], sources, now) for t in wanted.terms]
    parts = [
        (one, _converted(one.value, site.sensors[term.sensor_id], unit) * _sign(site, term))
        for one, term in zip(known, wanted.terms, strict=True)
        if one is not None
    ]
    shown_unit, factor = site.scale_of(wanted)
    value = factor * sum(amount for _one, amount in parts) if len(parts) == len(known) else math.nan
    return Reading(
        role=wanted.role,
        kind=site.kind_of(wanted),
        name=site.name_of(wanted),
        asset_id=owner.id if owner is not None else None,
        unit=shown_unit,
        value=None if math.isnan(value) else value,
        is_measured=all(one.is_measured for one, _amount in parts),
        age=max((one.age for one, _amount in parts), default=timedelta(0)),
        is_old=any(one.is_old for one, _amount in parts),
        capacity_kwh=wanted.capacity_kwh,
    )


def _sign(site: Site, term: Term) -> int:
    return term.sign_for(site.sensors[term.sensor_id])


def _converted(value: float, sensor: Sensor, unit: str) -> float:
    return float(convert(np.array([value]), sensor.unit, unit, event_h=sensor.event_resolution.hours or None)[0])


def _known(sensor: Sensor, term: Term, stated: Beliefs, sources: Mapping[int, Source], now: datetime) -> _Known | None:
    """Return what is known of a sensor, None where nothing is."""
    found = [
        (sources[int(source_id)], _age(sensor, int(start_us), now), int(belief_us), float(value))
        for source_id, start_us, belief_us, value in zip(
            stated.source_id, stated.event_start_us, stated.belief_time_us, stated.event_value, strict=True
        )
        if term.filter.accepts(sources[int(source_id)])
    ]
    measured = _newest(each for each in found if each[0].class_ == OTHER)
    expected = _newest(each for each in found if each[0].class_ != OTHER)
    length = sensor.event_resolution.nominal or _INSTANT_LASTS
    if measured is not None and measured[0] <= min(_STANDS_FOR_NOW, _OLD_AFTER * length):
        return _Known(measured[1], is_measured=True, age=max(measured[0], timedelta(0)), is_old=False)
    if expected is not None and expected[0] < (timedelta(0) if sensor.event_resolution.nominal else length):
        return _Known(expected[1], is_measured=False, age=timedelta(0), is_old=False)
    if measured is not None:
        return _Known(measured[1], is_measured=True, age=measured[0], is_old=measured[0] > _OLD_AFTER * length)
    return None


def _newest(found: Iterable[tuple[Source, timedelta, int, float]]) -> tuple[timedelta, float] | None:
    newest = min(found, key=lambda each: (each[1], -each[2], -each[0].id), default=None)
    return None if newest is None else (newest[1], newest[3])


def _age(sensor: Sensor, start_us: int, now: datetime) -> timedelta:
    """Return how long ago an event ended, negative while it lasts."""
    [end_us] = sensor.ends_us(np.array([start_us]))
    return now - from_us(int(end_us))
