"""Read the plan of one site with all that its chart shows: limits, spreads, what was planned, and who states it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

import numpy as np
from sqlalchemy import Connection

from wattloom.accounts import User
from wattloom.assets import Asset
from wattloom.periods import Period
from wattloom.sites.limits import SiteLimits, find_limits, limit_on_grid
from wattloom.sites.plan import PlanSeries, Role, SitePlan
from wattloom.sites.site import Site, find_site, unit_of
from wattloom.sites.site_plan import grid_over, plan_on, plan_series
from wattloom.sites.stated import Stated, read_stated
from wattloom.sites.totals import scaled, total_of
from wattloom.sites.wanted import Term, Wanted
from wattloom.timeseries import BeliefStore, Grid, SeriesRequest, Source, sources_of_sensors

_Read: TypeAlias = Mapping[tuple[Term, str | None], Stated]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """All that is read of a site at once."""

    site: Site
    limits: SiteLimits
    sources: Mapping[int, Source]

    def request(self, term: Term, unit: str | None) -> SeriesRequest:
        sensor = self.site.sensors.get(term.sensor_id) or self.limits.sensors[term.sensor_id]
        return SeriesRequest(sensor, term.filter, unit)

    def keys(self) -> list[tuple[Term, str | None]]:
        """Return what is read, and in which unit."""
        sensors = self.site.sensors
        shown = [(term, unit_of(one.role, sensors[term.sensor_id])) for one in self.site.wanted for term in one.terms]
        limits = [(term, one.unit) for one in self.limits.wanted for term in one.terms]
        return list(dict.fromkeys([*shown, *limits]))


def read_detailed_plan(
    connection: Connection, store: BeliefStore, user: User, asset: Asset, period: Period, *, now: datetime
) -> SitePlan:
    """Return what was, and what is planned, at a site, with limits, spreads, earlier plans and who states it.

    Before ``now`` values are what was measured where it was; all others are
    the most recent belief about their event. What was planned and forecast
    stands beside them. Sensors that the user may not read are left out.

    Args:
        connection: Any transaction.
        store: The store of this database.
        user: Who asks; may read the asset.
        asset: The site.
        period: What to show, see :func:`read_plans`.
        now: The moment at which plan and past meet.
    """
    site = find_site(connection, user, asset)
    limits = find_limits(connection, user, site)
    wanted = _Wanted(site, limits, sources_of_sensors(connection, {*site.sensors, *limits.sensors}))
    grid, keys = grid_over(period, [site]), wanted.keys()
    requests = [wanted.request(term, unit) for term, unit in keys]
    stated = read_stated(connection, store, requests, grid, sources=wanted.sources, now=now)
    return _plan(wanted, grid, dict(zip(keys, stated, strict=True)), now)


def _plan(wanted: _Wanted, grid: Grid, read: _Read, now: datetime) -> SitePlan:
    site = wanted.site
    plan = plan_on(grid, site, [_series(site, one, read) for one in site.wanted], now=now)
    return replace(
        plan,
        series=tuple(_with_planned_net(each, plan.series) for each in plan.series),
        limits=tuple(
            limit_on_grid(limit, [read[term, limit.unit].values for term in limit.terms])
            for limit in wanted.limits.wanted
        ),
        sources=wanted.sources,
    )


def _series(site: Site, wanted: Wanted, read: _Read) -> PlanSeries:
    sensors = [site.sensors[term.sensor_id] for term in wanted.terms]
    _unit, factor = site.scale_of(wanted)
    total = total_of(
        [
            scaled(read[term, unit_of(wanted.role, sensor)], term.sign_for(sensor))
            for term, sensor in zip(wanted.terms, sensors, strict=True)
        ]
    )
    stated = scaled(total, factor)
    return replace(
        plan_series(site, wanted, stated.values),
        sensor_ids=tuple(sensor.id for sensor in sensors),
        origin=stated.origin,
        planned=stated.planned,
        planned_origin=stated.planned_origin,
        forecast=stated.forecast,
    )


def _with_planned_net(net: PlanSeries, series: Sequence[PlanSeries]) -> PlanSeries:
    """Return the net power of a site with what was planned, where it is the sum of all devices."""
    if net.role is not Role.NET_POWER or net.sensor_ids:
        return net
    devices = [one for one in series if one.role is Role.POWER]
    planned = [one.planned for one in devices if one.planned is not None]
    return replace(net, planned=np.sum(planned, axis=0)) if len(planned) == len(devices) else net
