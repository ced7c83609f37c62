"""A site's past and plan on one grid, as columnar JSON."""

from datetime import timedelta
from typing import Annotated, Any

import numpy as np
from fastapi import Query
from typing_extensions import TypedDict

from wattloom.charts import PlanSeries, SitePlan, read_site_plan
from wattloom.errors import PeriodError
from wattloom.http import CurrentUser, JsonResponse, ReadConnection, ServicesDep, make_router
from wattloom.http.subjects import ReadableAsset
from wattloom.periods import Period, parse_instant
from wattloom.timeseries import Floats

LONGEST = timedelta(days=400)
_DECIMALS = 6

router = make_router(prefix="/v4", tags=["Plans"])


class PlanSeriesJson(TypedDict):
    """One quantity of the site or of a device; stocks hold at the start of their step."""

    role: str
    kind: str | None
    name: str
    unit: str
    capacity_kwh: float | None
    values: list[float | None]


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


@router.get("/assets/{id}/plan", summary="The past and the plan of a site", response_model=SitePlanJson)
def get_plan(
    asset: ReadableAsset,
    services: ServicesDep,
    connection: ReadConnection,
    user: CurrentUser,
    start: Annotated[str, Query(description="Where to begin.", examples=["2026-03-01T00:00:00+01:00"])],
    end: Annotated[
        str, Query(description="Where to end, at most 400 days later.", examples=["2026-03-03T00:00:00+01:00"])
    ],
) -> JsonResponse:
    """Return prices, power and stored energy of a site and its devices on one regular grid.

    Power is in kW with consumption positive, stored energy in kWh, unknown
    values are null. Up to ``now`` the values are what was measured where it was.
    """
    plan = read_site_plan(connection, services.beliefs, user, asset, _period(start, end), now=services.clock())
    return JsonResponse(_plan_json(plan))


def _period(start: str, end: str) -> Period:
    period = Period(parse_instant(start, field="start"), parse_instant(end, field="end"))
    if not timedelta(0) < period.length <= LONGEST:
        raise PeriodError(f"Must lie after the start, by {LONGEST.days} days at most.", field="end")
    return period


def _plan_json(plan: SitePlan) -> SitePlanJson:
    """Return the plan for clients: a regular grid, and one array per series.

    Power is in kW and stocks are in kWh, consumption is positive, unknown
    values are null. A stock holds at the start of its step.
    """
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
        "series": [_series_json(series) for series in plan.series],
    }


def _series_json(series: PlanSeries) -> PlanSeriesJson:
    return {
        "role": series.role,
        "kind": series.kind,
        "name": series.name,
        "unit": series.unit,
        "capacity_kwh": series.capacity_kwh,
        "values": _rounded(series.values),
    }


def _rounded(values: Floats) -> Any:
    # The array is a list once orjson has written it, NaN is null; rounding keeps float noise from doubling the size.
    return np.round(values, _DECIMALS)
