"""A plan as curves over time, from its explanation: prices, the connection, and the devices that move most energy."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np

from wattloom.periods import MICROSECOND, Microseconds, to_us
from wattloom.scheduling.explanation import Timeline
from wattloom.timeseries import Events

Document = Mapping[str, Any]
_MOST_DEVICES = 3


@dataclass(frozen=True, slots=True)
class PlanCurve:
    """One quantity of a plan.

    Attributes:
        label: What it is.
        unit: Of its values.
        events: One per step with a value.
        step: The length of the shortest one.
    """

    label: str
    unit: str
    events: Events
    step: timedelta


def plan_curves(plan: Document, timeline: Timeline) -> list[PlanCurve]:
    """Return the curves of a plan worth drawing, consumption and charging positive.

    Args:
        plan: An explanation of one plan.
        timeline: When its steps are.
    """
    edges_us = np.array([to_us(edge) for edge in timeline.edges], dtype=np.int64)
    curves = (_curve(*series, edges_us) for series in _series(plan))
    return [curve for curve in curves if len(curve.events)]


def moved_kwh(device: Document, step_s: Sequence[float]) -> float:
    """Return the energy that a device takes and gives, added up."""
    return float(np.abs(device["power_kw"]) @ np.asarray(step_s)) / 3600


def _series(plan: Document) -> Iterator[tuple[str, str, Sequence[float | None]]]:
    for network in plan["networks"]:
        if not network["is_node"]:
            yield f"{network['commodity']} price", f"{plan['currency']}/kWh", network["consumption_price"]
            yield f"{network['commodity']} connection, − feeds in", "kW", network["net_kw"]
    ranked = sorted(plan["devices"], key=lambda device: -moved_kwh(device, plan["step_s"]))
    for device in ranked[:_MOST_DEVICES]:
        yield f"{device['name']}, − gives", "kW", device["power_kw"]
    held = dict.fromkeys(device["stock"] for device in ranked[:_MOST_DEVICES] if device["stock"] is not None)
    for k in held:
        yield f"{plan['stocks'][k]['name']} holds", "kWh", plan["stocks"][k]["energy_kwh"][1:]


def _curve(label: str, unit: str, values: Sequence[float | None], edges_us: Microseconds) -> PlanCurve:
    numbers = np.array([np.nan if value is None else value for value in values])
    known = np.isfinite(numbers)
    step = int(np.diff(edges_us).min()) * MICROSECOND
    return PlanCurve(label, unit, Events(edges_us[:-1][known], edges_us[1:][known], numbers[known]), step)
