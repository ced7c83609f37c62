"""What clients see of a site's past and plan."""

import uuid
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from typing_extensions import TypedDict

from wattloom.sites import DeviceKind, Following, LastRun, Origin, PlanLimit, PlanSeries, Role, SitePlan, following_of
from wattloom.timeseries import SCHEDULER, Floats

_DECIMALS = 6
_AT_REST_KW = 0.01


class OriginJson(TypedDict):
    """Who states values and since when: each entry holds from its ``first_step`` up to that of the next.

    ``source`` is an id of the plan's sources, null where nothing is known; ``belief_time`` is in seconds since 1970
    UTC; ``schedule`` is the job that planned it, where it is known and kept.
    """

    first_step: list[int]
    source: list[int | None]
    belief_time: list[float | None]
    schedule: list[str | None]


class FollowingJson(TypedDict):
    """How measured power followed the plan, over the steps in which both are known.

    ``missed_kwh`` sums how far both lie apart in each step. ``within`` is the share of the steps in which they differ
    by less than 5 % of the highest planned power, or 0.1 kW.
    """

    planned_kwh: float
    measured_kwh: float
    missed_kwh: float
    within: float


class PlanSeriesJson(TypedDict):
    """One quantity of the site or of a device; stocks hold at the start of their step.

    ``low`` and ``high`` are the 10 % and 90 % quantiles of forecasts. ``planned`` is what the newest schedule or
    forecast before each step was over expected. ``state`` of devices that are planned is ``charge``, ``hold`` or ``discharge``.
    """

    role: str
    kind: str | None
    name: str
    unit: str
    capacity_kwh: float | None
    values: list[float | None]
    asset: int | None
    sensors: list[int]
    low: list[float | None] | None
    high: list[float | None] | None
    planned: list[float | None] | None
    state: list[str | None] | None
    origin: OriginJson | None
    planned_origin: OriginJson | None
    following: FollowingJson | None


class PlanLimitJson(TypedDict):
    """A limit that the stored flex-config states: one ``value`` for all steps, or ``values`` for each of them.

    ``code`` is ``import-capacity`` or ``export-capacity`` of the site, ``consumption-capacity`` or
    ``production-capacity`` of a device, ``minimum`` or ``maximum`` of its stock, and ``minima``, ``maxima`` or
    ``target`` of its stock at single moments.
    """

    code: str
    kind: str | None
    name: str
    asset: int
    unit: str
    value: float | None
    values: list[float | None] | None


class PlanSourceJson(TypedDict):
    """Who states values; ``kind`` is ``scheduler``, ``forecaster`` or ``other``, which has measured them."""

    id: int
    name: str
    kind: str


class LastJobJson(TypedDict):
    """The newest job that planned the site as a whole; ``message`` says why it failed."""

    id: str
    state: str
    ended: str | None
    message: str | None


class SitePlanJson(TypedDict):
    """A site's past and plan: a regular grid, and one array of ``n_steps`` values per series."""

    id: int
    name: str
    latitude: float | None
    longitude: float | None
    timezone: str
    now: str
    start: str
    step_s: int
    n_steps: int
    series: list[PlanSeriesJson]
    limits: list[PlanLimitJson]
    sources: list[PlanSourceJson]
    last_job: LastJobJson | None


def plan_json(plan: SitePlan, schedules: Mapping[int, uuid.UUID], last_run: LastRun | None) -> SitePlanJson:
    """Return the plan for clients: a regular grid, and one array per series.

    Power is in kW and stocks are in kWh, consumption is positive, unknown
    values are null. A stock holds at the start of its step.

    Args:
        plan: A detailed one.
        schedules: The jobs that made it, by the belief time of what they recorded [µs].
        last_run: The newest scheduling job of the site.
    """
    shown = {
        source_id
        for series in plan.series
        for origin in (series.origin, series.planned_origin)
        if origin is not None
        for source_id in np.unique(origin.source_id).tolist()
    }
    return {
        "id": plan.asset_id,
        "name": plan.name,
        "latitude": plan.latitude,
        "longitude": plan.longitude,
        "timezone": plan.zone.key,
        "now": plan.now.astimezone(plan.zone).isoformat(timespec="seconds"),
        "start": plan.at(0).isoformat(timespec="seconds"),
        "step_s": int(plan.step.total_seconds()),
        "n_steps": plan.n_steps,
        "series": [_series_json(plan, series, schedules) for series in plan.series],
        "limits": [_limit_json(limit) for limit in plan.limits],
        "sources": [
            {"id": source.id, "name": source.description, "kind": source.class_}
            for source in plan.sources.values()
            if source.id in shown
        ],
        "last_job": None if last_run is None else _last_job_json(last_run),
    }


def _last_job_json(run: LastRun) -> LastJobJson:
    return {
        "id": str(run.job_id),
        "state": run.state.lower(),
        "ended": run.ended.isoformat() if run.ended is not None else None,
        "message": run.failure,
    }


def _series_json(plan: SitePlan, series: PlanSeries, schedules: Mapping[int, uuid.UUID]) -> PlanSeriesJson:
    is_power = series.role in {Role.POWER, Role.NET_POWER}
    is_moved = series.role is Role.POWER and series.kind not in {DeviceKind.PV, DeviceKind.LOAD}
    return {
        "role": series.role,
        "kind": series.kind,
        "name": series.name,
        "unit": series.unit,
        "capacity_kwh": series.capacity_kwh,
        "values": _rounded(series.values),
        "asset": series.asset_id,
        "sensors": list(series.sensor_ids),
        "low": _rounded(series.forecast.low) if series.forecast is not None else None,
        "high": _rounded(series.forecast.high) if series.forecast is not None else None,
        "planned": _rounded(series.planned) if series.planned is not None else None,
        "state": _states(series.values) if is_moved else None,
        "origin": _origin_json(plan, series.origin, schedules),
        "planned_origin": _origin_json(plan, series.planned_origin, schedules),
        "following": _following_json(following_of(plan, series)) if is_power else None,
    }


def _states(consumption_kw: Floats) -> list[str | None]:
    names: NDArray[Any] = np.array(["discharge", "hold", "charge", None], dtype=object)
    turn = np.sign(np.where(np.abs(consumption_kw) < _AT_REST_KW, 0.0, consumption_kw))
    states: list[str | None] = names[np.where(np.isnan(turn), 3, np.nan_to_num(turn) + 1).astype(np.intp)].tolist()
    return states


def _origin_json(plan: SitePlan, origin: Origin | None, schedules: Mapping[int, uuid.UUID]) -> OriginJson | None:
    if origin is None:
        return None
    source_id, belief_time_us = origin.source_id, origin.belief_time_us
    changes = (source_id[1:] != source_id[:-1]) | (belief_time_us[1:] != belief_time_us[:-1])
    first = np.concatenate([[0], np.flatnonzero(changes) + 1])
    sources, times_us = source_id[first].tolist(), belief_time_us[first].tolist()
    scheduling = {source.id for source in plan.sources.values() if source.class_ == SCHEDULER}
    return {
        "first_step": first.tolist(),
        "source": [each or None for each in sources],
        "belief_time": [each / 1e6 if each else None for each in times_us],
        "schedule": [
            str(schedules[each]) if source in scheduling and each in schedules else None
            for source, each in zip(sources, times_us, strict=True)
        ],
    }


def _following_json(following: Following | None) -> FollowingJson | None:
    if following is None:
        return None
    return {
        "planned_kwh": round(following.planned_kwh, _DECIMALS),
        "measured_kwh": round(following.measured_kwh, _DECIMALS),
        "missed_kwh": round(following.missed_kwh, _DECIMALS),
        "within": round(following.within, _DECIMALS),
    }


def _limit_json(limit: PlanLimit) -> PlanLimitJson:
    is_constant = isinstance(limit.values, float)
    return {
        "code": limit.code,
        "kind": limit.kind,
        "name": limit.name,
        "asset": limit.asset_id,
        "unit": limit.unit,
        "value": limit.values if isinstance(limit.values, float) else None,
        "values": None if is_constant else _rounded(np.asarray(limit.values)),
    }


def _rounded(values: Floats) -> Any:
    # The array is a list once orjson has written it, NaN is null; rounding keeps float noise from doubling the size.
    return np.round(values, _DECIMALS)
