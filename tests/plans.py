"""Plans of sites with chosen values, for tests of what is said about them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np

from tests.factories import NOW
from wattloom.periods import zone
from wattloom.sites import DeviceKind, PlanSeries, Reading, Role, SitePlan

STEP = timedelta(hours=1)


def make_plan(*series: PlanSeries, steps_before_now: int = 0) -> SitePlan:
    """Return a plan in hourly steps whose series begin ``steps_before_now`` steps before now."""
    return SitePlan(
        asset_id=1,
        name="Home",
        latitude=None,
        longitude=None,
        zone=zone("Europe/Amsterdam"),
        now=NOW,
        start=NOW - steps_before_now * STEP,
        step=STEP,
        n_steps=len(series[0].values) if series else 48,
        series=series,
    )


def make_price(*values: float, role: Role = Role.CONSUMPTION_PRICE) -> PlanSeries:
    return PlanSeries(role, None, "Price", "EUR/kWh", _array(values))


def make_net(*values: float) -> PlanSeries:
    return PlanSeries(Role.NET_POWER, None, "Net power", "kW", _array(values))


def make_power(kind: DeviceKind, *values: float, name: str = "Device") -> PlanSeries:
    return PlanSeries(Role.POWER, kind, name, "kW", _array(values))


def make_stock(*values: float, name: str = "Device", capacity_kwh: float | None = 10) -> PlanSeries:
    return PlanSeries(Role.STOCK, DeviceKind.BATTERY, name, "kWh", _array(values), capacity_kwh)


def make_reading(
    role: Role, kind: DeviceKind | None, value: float | None, *, name: str = "Device", **more: Any
) -> Reading:
    return Reading(role, kind, name, more.pop("asset_id", None), "kW", value, **{"is_measured": True, **more})


def _array(values: Sequence[float]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return np.array(values, dtype=np.float64)
