"""Read the past and the plan of sites: their sensors on one grid, in kW and kWh, consumption-positive."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeAlias

import numpy as np
from sqlalchemy import Connection

from wattloom.periods import MICROSECOND, Period, from_us, to_us
from wattloom.sites.limits import WantedLimit, limit_on_grid, wanted_limits
from wattloom.sites.plan import DeviceKind, LimitCode, PlanLimit, PlanSeries, Role, SitePlan
from wattloom.sites.site import Site, unit_of
from wattloom.sites.wanted import Wanted
from wattloom.timeseries import (
    FORECASTER,
    SCHEDULER,
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

MAX_STEPS = 1500
_MINUTES = (5, 15, 30, 60, 180, 360, 720, 1440)
_DEFAULT_STEP = timedelta(minutes=15)

_Key: TypeAlias = tuple[Role, int, BeliefFilter]
_Values: TypeAlias = dict[_Key, Floats]


def read_plans(
    connection: Connection, store: BeliefStore, sites: Sequence[Site], period: Period, *, now: datetime
) -> list[SitePlan]:
    """Return what was, and what is planned, at several sites, on one grid and with the same few queries as for one.

    Before ``now`` values are what was measured where it was; all others are
    the most recent belief about their event. Of the limits there are only what
    vehicles' chargers can give.

    Args:
        connection: Any transaction.
        store: The store of this database.
        sites: In the order of the answer.
        period: What to show; its start is floored to the step, which is that
            of the finest power sensor, but such that there are at most
            ``MAX_STEPS``.
        now: The moment at which plan and past meet.
    """
    grid = grid_over(period, sites)
    read = _read_terms(connection, store, sites, grid, now)
    limits = _charger_limits(connection, store, sites, grid)
    return [
        replace(
            plan_on(grid, site, [_series(site, wanted, read) for wanted in site.wanted], now=now),
            limits=tuple(limits.get(site.asset.id, ())),
        )
        for site in sites
    ]


def plan_on(grid: Grid, site: Site, series: Sequence[PlanSeries], *, now: datetime) -> SitePlan:
    """Return the plan of a site from its series, with its net power and without limits.

    An aggregate sensor of the flex-context states the net power; without one it
    is the sum of all devices, known where each of them is.
    """
    return SitePlan(
        asset_id=site.asset.id,
        name=site.asset.name,
        latitude=site.asset.latitude,
        longitude=site.asset.longitude,
        zone=site.zone,
        now=now,
        start=from_us(grid.start_us),  # in UTC: adding to local times jumps when clocks change
        step=grid.step_us * MICROSECOND,
        n_steps=grid.n,
        series=_with_net_power(series),
    )


def _step_over(period: Period, sites: Iterable[Site]) -> timedelta:
    lengths = [
        site.sensors[term.sensor_id].event_resolution.nominal
        for site in sites
        for wanted in site.wanted
        if wanted.role is Role.POWER
        for term in wanted.terms
    ]
    finest = min((length for length in lengths if length), default=_DEFAULT_STEP)
    steps = (timedelta(minutes=minutes) for minutes in _MINUTES)
    return next((step for step in steps if step >= finest and period.length / step <= MAX_STEPS), timedelta(days=1))


def grid_over(period: Period, sites: Iterable[Site]) -> Grid:
    """Return the steps of plans that are shown together: those of the finest power sensor, or longer ones."""
    step = _step_over(period, sites)
    step_us = step // MICROSECOND
    start_us = to_us(period.start) // step_us * step_us
    return Grid(start_us, step_us, max(1, -((start_us - to_us(period.end)) // step_us)))


def _read_terms(
    connection: Connection, store: BeliefStore, sites: Iterable[Site], grid: Grid, now: datetime
) -> _Values:
    """Read all terms at once, each in the unit that its role has; what is over as it was measured, if it was."""
    wanted: dict[_Key, Sensor] = {
        (series.role, term.sensor_id, term.filter): site.sensors[term.sensor_id]
        for site in sites
        for series in site.wanted
        for term in series.terms
    }
    requests = [
        SeriesRequest(sensor, belief_filter, unit_of(role, sensor))
        for (role, _sensor_id, belief_filter), sensor in wanted.items()
    ]
    # A schedule of a later version goes before measurements where nobody asks for these.
    measured = [replace(request, filter=_measured(request.filter)) for request in requests]
    read = read_series(connection, store, [*requests, *measured], grid)
    has_begun = grid.edges_us[:-1] < to_us(now)
    return {
        key: np.where(has_begun & np.isfinite(real), real, stated)
        for key, stated, real in zip(wanted, read[: len(requests)], read[len(requests) :], strict=True)
    }


def _measured(belief_filter: BeliefFilter) -> BeliefFilter:
    return replace(belief_filter, exclude_source_types=belief_filter.exclude_source_types | {SCHEDULER, FORECASTER})


def _charger_limits(
    connection: Connection, store: BeliefStore, sites: Iterable[Site], grid: Grid
) -> dict[int, list[PlanLimit]]:
    """Return what the vehicles' chargers of several sites can give, as far as the sites' own sensors say, by site."""
    wanted = [(site, limit) for site in sites for limit in _of_chargers(site)]
    ids = {term.sensor_id for _site, limit in wanted for term in limit.terms}
    sensors = {one.id: one for one in list_sensors(connection, sensor_table.c.id.in_(ids))} if ids else {}
    readable = [
        (site, limit)
        for site, limit in wanted
        if all(term.sensor_id in sensors and sensors[term.sensor_id].asset_id in site.devices for term in limit.terms)
    ]
    terms = [(term, limit.unit) for _site, limit in readable for term in limit.terms]
    requests = [SeriesRequest(sensors[term.sensor_id], term.filter, unit) for term, unit in terms]
    read = iter(read_series(connection, store, requests, grid) if requests else ())
    found: dict[int, list[PlanLimit]] = {}
    for site, limit in readable:
        found.setdefault(site.asset.id, []).append(limit_on_grid(limit, [next(read) for _term in limit.terms]))
    return found


def _of_chargers(site: Site) -> list[WantedLimit]:
    limits = wanted_limits(site.asset, {}, list(site.devices.values()))
    return [each for each in limits if each.kind is DeviceKind.EV and each.code is LimitCode.CONSUMPTION_CAPACITY]


def _series(site: Site, wanted: Wanted, read: Mapping[_Key, Floats]) -> PlanSeries:
    _unit, factor = site.scale_of(wanted)
    values: Floats = factor * np.sum(
        [
            term.sign_for(site.sensors[term.sensor_id]) * read[wanted.role, term.sensor_id, term.filter]
            for term in wanted.terms
        ],
        axis=0,
    )
    return plan_series(site, wanted, values)


def plan_series(site: Site, wanted: Wanted, values: Floats) -> PlanSeries:
    """Return a series of a plan, with what every plan says of it.

    Args:
        site: Where it is wanted.
        wanted: The series.
        values: In the unit of :meth:`Site.scale_of`, shape (n_steps,).
    """
    owner = site.owner_of(wanted)
    unit, _factor = site.scale_of(wanted)
    return PlanSeries(
        role=wanted.role,
        kind=site.kind_of(wanted),
        name=site.name_of(wanted),
        unit=unit,
        values=values,
        capacity_kwh=wanted.capacity_kwh,
        asset_id=owner.id if owner is not None else None,
    )


def _with_net_power(series: Sequence[PlanSeries]) -> tuple[PlanSeries, ...]:
    """Return the series with the net power of the site before the stocks."""
    devices = [one for one in series if one.role is Role.POWER]
    if any(one.role is Role.NET_POWER for one in series) or not devices:
        return tuple(series)
    total = np.sum([device.values for device in devices], axis=0)
    net = PlanSeries(Role.NET_POWER, None, "Net power", "kW", total)
    stocks = [one for one in series if one.role is Role.STOCK]
    return (*(one for one in series if one.role is not Role.STOCK), net, *stocks)
