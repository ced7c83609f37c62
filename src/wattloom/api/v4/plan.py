"""A site's plan as columnar JSON."""

from typing import Any

import numpy as np
from typing_extensions import TypedDict

from wattloom.charts import PlanSeries, SitePlan
from wattloom.timeseries import Floats

_DECIMALS = 6


class PlanSeriesJson(TypedDict):
    """One quantity of the site or of a device; stocks hold at the start of their step."""

    role: str
    kind: str | None
    name: str
    unit: str
    capacity_kwh: float | None
    values: list[float | None]


class PlanJson(TypedDict):
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


def plan_document(plan: SitePlan) -> dict[str, Any]:
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
        "series": [_series_document(series) for series in plan.series],
    }


def _series_document(series: PlanSeries) -> dict[str, Any]:
    return {
        "role": series.role,
        "kind": series.kind,
        "name": series.name,
        "unit": series.unit,
        "capacity_kwh": series.capacity_kwh,
        "values": _rounded(series.values),
    }


def _rounded(values: Floats) -> Floats:
    # orjson writes NaN as null; rounding keeps float noise from doubling the size.
    return np.round(values, _DECIMALS)
