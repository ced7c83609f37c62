"""Read the past and the plan of a site: its sensors on one grid, in kW and kWh, consumption-positive."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection

from wattloom.accounts import Action, User, policy
from wattloom.assets import Asset, AssetScope, inherited_flex_context, list_assets, sensor_resource
from wattloom.charts.plan import DeviceKind, PlanSeries, Role, SitePlan
from wattloom.charts.wanted import Wanted, kind_of, wanted_series
from wattloom.db import Listing
from wattloom.periods import MICROSECOND, Period, from_us, to_us, zone
from wattloom.timeseries import (
    BeliefFilter,
    BeliefStore,
    Floats,
    Grid,
    Sensor,
    SeriesRequest,
    list_sensors,
    read_series,
)
from wattloom.timeseries.tables import sensor as sensor_table
from wattloom.units import currency_of, is_convertible

MAX_STEPS = 1500
_MINUTES = (5, 15, 30, 60, 180, 360, 720, 1440)
_DEFAULT_STEP = timedelta(minutes=15)

_Values: TypeAlias = dict[tuple[Role, int, BeliefFilter], Floats]


@dataclass(frozen=True, slots=True)
class _Site:
    """What is known about a site before any value is read."""

    asset: Asset
    devices: Mapping[int, Asset]
    sensors: Mapping[int, Sensor]
    wanted: Sequence[Wanted]


def read_site_plan(
    connection: Connection, store: BeliefStore, user: User, asset: Asset, period: Period, *, now: datetime
) -> SitePlan:
    """Return what was, and what is planned, at a site.

    Each value is the most recent belief about its event, so the part before
    ``now`` holds measurements where there are any. Sensors that the user may
    not read are left out.

    Args:
        connection: Any transaction.
        store: The store of this database.
        user: Who asks; may read the asset.
        asset: The site.
        period: What to show; its start is floored to the step, which is that
            of the finest power sensor, but such that there are at most
            ``MAX_STEPS``.
        now: The moment at which plan and past meet.
    """
    site = _find_site(connection, user, asset)
    local_zone = _zone_of(site)
    grid = _grid_over(period, _step_over(period, site))
    read = _read_terms(connection, store, site, grid)
    series = [_series(site, wanted, read) for wanted in site.wanted]
    return SitePlan(
        asset_id=asset.id,
        name=asset.name,
        latitude=asset.latitude,
        longitude=asset.longitude,
        zone=local_zone,
        now=now,
        start=from_us(grid.start_us, local_zone),
        step=grid.step_us * MICROSECOND,
        n_steps=grid.n,
        series=_with_net_power(series),
    )


def _find_site(connection: Connection, user: User, asset: Asset) -> _Site:
    devices = list_assets(connection, user, AssetScope(root_id=asset.id), Listing()).items
    wanted = wanted_series(inherited_flex_context(connection, asset.id), devices)
    by_id = {device.id: device for device in devices}
    ids = {term.sensor_id for series in wanted for term in series.terms}
    sensors = {
        sensor.id: sensor
        for sensor in list_sensors(connection, sensor_table.c.id.in_(ids))
        if sensor.asset_id in by_id or policy.allows(user, Action.READ, sensor_resource(connection, sensor.id))
    }
    return _Site(asset, by_id, sensors, [series for series in wanted if _is_readable(series, sensors)])


def _is_readable(wanted: Wanted, sensors: Mapping[int, Sensor]) -> bool:
    """Return whether all sensors of a series are there, and mean what its role says."""
    found = [sensors.get(term.sensor_id) for term in wanted.terms]
    return all(sensor is not None and _fits(wanted.role, sensor) for sensor in found)


def _fits(role: Role, sensor: Sensor) -> bool:
    unit = _unit_of(role, sensor)
    event_h = sensor.event_resolution.nominal / timedelta(hours=1)
    return unit is None or is_convertible(sensor.unit, unit, event_h=event_h or None)


def _zone_of(site: _Site) -> ZoneInfo:
    """Return the zone of most sensors that the plan shows, power first: assets have none."""
    names = [
        site.sensors[term.sensor_id].timezone
        for role in (Role.POWER, Role.CONSUMPTION_PRICE, Role.STOCK)
        for wanted in site.wanted
        if wanted.role is role
        for term in wanted.terms
    ]
    return zone(Counter(names).most_common(1)[0][0]) if names else zone("UTC")


def _step_over(period: Period, site: _Site) -> timedelta:
    lengths = [
        site.sensors[term.sensor_id].event_resolution.nominal
        for wanted in site.wanted
        if wanted.role is Role.POWER
        for term in wanted.terms
    ]
    finest = min((length for length in lengths if length), default=_DEFAULT_STEP)
    steps = (timedelta(minutes=minutes) for minutes in _MINUTES)
    return next((step for step in steps if step >= finest and period.length / step <= MAX_STEPS), timedelta(days=1))


def _grid_over(period: Period, step: timedelta) -> Grid:
    step_us = step // MICROSECOND
    start_us = to_us(period.start) // step_us * step_us
    return Grid(start_us, step_us, max(1, -((start_us - to_us(period.end)) // step_us)))


def _unit_of(role: Role, sensor: Sensor) -> str | None:
    """Return the unit that the plan shows, None to keep the sensor's."""
    if role in {Role.POWER, Role.NET_POWER}:
        return "kW"
    if role is Role.STOCK:
        return "%" if sensor.unit == "%" else "kWh"
    currency = currency_of(sensor.unit)
    return f"{currency}/kWh" if currency is not None else None


def _read_terms(connection: Connection, store: BeliefStore, site: _Site, grid: Grid) -> _Values:
    """Read all terms at once, each in the unit that its role has."""
    keys = list(dict.fromkeys((w.role, term.sensor_id, term.filter) for w in site.wanted for term in w.terms))
    requests = [
        SeriesRequest(site.sensors[sensor_id], belief_filter, _unit_of(role, site.sensors[sensor_id]))
        for role, sensor_id, belief_filter in keys
    ]
    return dict(zip(keys, read_series(connection, store, requests, grid), strict=True))


def _series(site: _Site, wanted: Wanted, read: _Values) -> PlanSeries:
    sensor = site.sensors[wanted.terms[0].sensor_id]
    unit = _unit_of(wanted.role, sensor) or sensor.unit
    values: Floats = np.sum(
        [
            term.sign_for(site.sensors[term.sensor_id]) * read[wanted.role, term.sensor_id, term.filter]
            for term in wanted.terms
        ],
        axis=0,
    )
    if unit == "%":
        values, unit = values * ((wanted.capacity_kwh or np.nan) / 100), "kWh"
    return PlanSeries(
        role=wanted.role,
        kind=_kind(site, wanted, sensor) if wanted.role in {Role.POWER, Role.STOCK} else None,
        name=_name(site, wanted, sensor),
        unit=unit,
        values=values,
        capacity_kwh=wanted.capacity_kwh,
    )


def _kind(site: _Site, wanted: Wanted, sensor: Sensor) -> DeviceKind:
    """Return the kind of a device; what the flex-context calls inflexible is PV or load."""
    if wanted.kind is not None:
        return wanted.kind
    owner = site.devices.get(sensor.asset_id)
    return DeviceKind.PV if owner is not None and kind_of(owner) is DeviceKind.PV else DeviceKind.LOAD


def _name(site: _Site, wanted: Wanted, sensor: Sensor) -> str:
    """Return what people call it: the device that has a flex-model or the sensor; on the site itself, the sensor."""
    owner = wanted.device
    if owner is None and wanted.role is Role.POWER and sensor.asset_id != site.asset.id:
        owner = site.devices.get(sensor.asset_id)
    name = owner.name if owner is not None else sensor.name
    return name[:1].upper() + name[1:]


def _with_net_power(series: Sequence[PlanSeries]) -> tuple[PlanSeries, ...]:
    """Return the series with the net power of the site before the stocks.

    An aggregate sensor of the flex-context states it; without one it is the
    sum of all devices, known where each of them is.
    """
    devices = [one for one in series if one.role is Role.POWER]
    if any(one.role is Role.NET_POWER for one in series) or not devices:
        return tuple(series)
    total = np.sum([device.values for device in devices], axis=0)
    net = PlanSeries(Role.NET_POWER, None, "Net power", "kW", total)
    stocks = [one for one in series if one.role is Role.STOCK]
    return (*(one for one in series if one.role is not Role.STOCK), net, *stocks)
