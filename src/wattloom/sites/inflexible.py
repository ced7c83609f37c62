"""The same days without flexibility: what the devices of a site would have done if nothing had been shifted.

docs/savings.md says it for people. A battery idles. What a vehicle charges
while it stays, it charges from its arrival on, with full power. What a process
takes in a day, it takes from the start of the day on. All else stays as it is.
"""

from datetime import UTC, datetime, time
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from wattloom.periods import DAY, Period
from wattloom.sites.plan import DeviceKind, LimitCode, PlanSeries, SitePlan
from wattloom.timeseries import Floats

_Steps: TypeAlias = NDArray[np.intp]

_NOON = time(12)
_NOTHING_KW = 1e-6


def inflexible_kw(plan: SitePlan, device: PlanSeries) -> Floats:
    """Return the net consumption of a device without flexibility [kW], shape (n_steps,); NaN where it is not known."""
    match device.kind:
        case DeviceKind.BATTERY:
            return np.where(np.isnan(device.values), np.nan, 0.0)
        case DeviceKind.EV:
            return _masked(device, _on_arrival(plan, device))
        case DeviceKind.PROCESS:
            taken_kw = np.nan_to_num(device.values)
            days = _starts_of_days(plan, time(0))
            return _masked(device, _early(days, taken_kw, np.full(plan.n_steps, taken_kw.max(initial=0))))
        case _:
            return device.values


def _masked(device: PlanSeries, values: Floats) -> Floats:
    return np.where(np.isnan(device.values), np.nan, values)


def _on_arrival(plan: SitePlan, device: PlanSeries) -> Floats:
    """Return the charging of a vehicle from its arrival on.

    It stays where its consumption capacity is above zero. Where that does not
    tell, it arrives when it first charges after a noon, and stays until the next.
    """
    charged_kw = np.nan_to_num(device.values)
    capacity_kw = plan.levels(LimitCode.CONSUMPTION_CAPACITY, device.asset_id)  # what the charger can give
    full_kw = np.fmax(capacity_kw, charged_kw if np.isfinite(capacity_kw).any() else charged_kw.max(initial=0))
    if (capacity_kw <= 0).any():
        return _early(np.flatnonzero(np.diff(capacity_kw > 0, prepend=False)), charged_kw, full_kw)
    noons, charges = _starts_of_days(plan, _NOON), np.flatnonzero(charged_kw > _NOTHING_KW)
    first = np.searchsorted(charges, np.concatenate([[0], noons]))
    arrivals = charges[first[first < len(charges)]]
    return _early(np.concatenate([noons, arrivals]), charged_kw, full_kw)


def _early(starts: _Steps, taken_kw: Floats, full_kw: Floats) -> Floats:
    """Return the same energy in each stretch of time, taken with full power from its start on.

    Args:
        starts: Steps at which stretches begin, in any order.
        taken_kw: What was taken; what was given back counts against it, shape (n,).
        full_kw: Full power, shape (n,).
    """
    edges = np.unique(np.concatenate([[0], starts, [len(taken_kw)]])).astype(np.intp)
    early_kw = np.zeros_like(taken_kw)
    for start, end in pairwise(edges):
        needed = max(float(taken_kw[start:end].sum()), 0.0)
        possible = np.cumsum(np.maximum(full_kw[start:end], 0))
        early_kw[start:end] = np.diff(np.minimum(possible, needed), prepend=0)
    return early_kw


def _starts_of_days(plan: SitePlan, clock: time) -> _Steps:
    """Return the steps at which the local time of day is this one."""
    first, last = plan.at(0).date(), plan.at(plan.n_steps).date()
    local = (datetime.combine(first + n * DAY, clock, plan.zone) for n in range((last - first).days + 1))
    instants = (each.astimezone(UTC) for each in local)
    return np.array([plan.steps_of(Period(at, at + DAY)).start for at in instants], dtype=np.intp)
