"""How well a site follows its plan: what was measured against what was planned."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from wattloom.sites.plan import PlanSeries, SitePlan
from wattloom.timeseries import OTHER, Floats

_TOLERANCE = 0.05
_LEAST_TOLERANCE_KW = 0.1


@dataclass(frozen=True, slots=True)
class Following:
    """How a series of power went, over the steps that are both measured and planned.

    Attributes:
        planned_kwh: Net consumption that was planned [kWh].
        measured_kwh: Net consumption that was measured [kWh].
        missed_kwh: Sum over the steps of how far both lie apart [kWh]; never negative.
        within: Share of the steps within 5 % of the highest planned power, or 0.1 kW; in [0, 1].
    """

    planned_kwh: float
    measured_kwh: float
    missed_kwh: float
    within: float


def following_of(plan: SitePlan, series: PlanSeries) -> Following | None:
    """Return how the past of a series of power followed its plan; None where nothing can be compared."""
    if series.planned is None or series.origin is None:
        return None
    measuring = [source.id for source in plan.sources.values() if source.class_ == OTHER]
    is_over = np.arange(plan.n_steps) < plan.step_at(plan.now)
    is_measured = np.isin(series.origin.source_id, measuring) & is_over
    return compare_power(series.planned[is_measured], series.values[is_measured], step=plan.step)


def compare_power(planned_kw: Floats, measured_kw: Floats, *, step: timedelta) -> Following | None:
    """Return how measured power followed planned power; None without a step in which both are known.

    Args:
        planned_kw: Net consumption per step [kW], shape (n,); NaN is unknown.
        measured_kw: The same, as measured [kW], shape (n,).
        step: Length of a step.
    """
    known = np.isfinite(planned_kw) & np.isfinite(measured_kw)
    if not known.any():
        return None
    planned_kw, measured_kw = planned_kw[known], measured_kw[known]
    apart_kw, step_h = np.abs(measured_kw - planned_kw), step / timedelta(hours=1)
    tolerance_kw = max(_TOLERANCE * float(np.abs(planned_kw).max()), _LEAST_TOLERANCE_KW)
    return Following(
        planned_kwh=float(planned_kw.sum() * step_h),
        measured_kwh=float(measured_kw.sum() * step_h),
        missed_kwh=float(apart_kw.sum() * step_h),
        within=float((apart_kw <= tolerance_kw).mean()),
    )
