"""The state of charge when a schedule starts: stated, told by a sensor or a time series, or taken as empty."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from wattloom.errors import MissingDataError
from wattloom.scheduling.flexmodel import Reach, Segments, SensorReference, StockModel, Window, project_start
from wattloom.scheduling.inputs.notices import Notices
from wattloom.scheduling.problem import Floats, retained_shares

LOOK_AROUND_STEPS = 4
"""How many steps before and after the start a state of charge counts as recent."""


@dataclass(frozen=True, slots=True)
class StartOfCharge:
    """The stock when the schedule starts.

    Attributes:
        stock_mwh: S⁰.
        known_at: When it was so, if that lies within the first step.
    """

    stock_mwh: float
    known_at: datetime | None = None


def look_around(window: Window) -> timedelta:
    """Return how far from the start a state of charge counts as recent."""
    return LOOK_AROUND_STEPS * window.step


def find_start(
    model: StockModel, window: Window, requested_start: datetime, measured: float | None, notices: Notices
) -> StartOfCharge | None:
    """Return the stock at the start of a schedule; None when nothing is known of it.

    A stated soc-at-start is meant for the requested start, which may lie within
    the first step. Otherwise the value of the state-of-charge sensor nearest to
    the start counts (the later of two equally near), or the segment of a time
    series that contains it. A stock with limits and no such field
    starts empty.

    Args:
        model: The parsed stock.
        window: The steps to plan.
        requested_start: When a stated soc-at-start holds.
        measured: What the state-of-charge sensor says around the start, in MWh, or as a fraction of soc-max
            for sensors in %.
        notices: Told when the start is assumed.

    Raises:
        MissingDataError: The sensor or series says nothing around the start.
    """
    if model.soc_at_start is not None:
        is_within = window.start < requested_start < window.start + window.step
        return StartOfCharge(model.soc_at_start, requested_start if is_within else None)
    if isinstance(model.state_of_charge, Segments):
        return StartOfCharge(_from_segments(model, model.state_of_charge, window))
    if model.soc_sensor is not None:
        return StartOfCharge(_from_sensor(model, model.soc_sensor, measured, window))
    if model.has_soc_limits or model.soc_gain or model.soc_usage:
        notices.add(f"{model.name}: no soc-at-start is given; the storage is taken to start empty.")
        return StartOfCharge(0.0)
    return None


def bound_first_step(
    start: StartOfCharge, window: Window, reach: Reach, retention: Floats, inflow_mw: Floats
) -> tuple[float, float]:
    """Return what the stock can be at the end of the first step [MWh], unbounded when the start is known in time.

    Retention and inflow act through the whole step, so that the bounds never
    contradict them.
    """
    if start.known_at is None:
        return -np.inf, np.inf
    low, high = project_start(start.known_at, start.stock_mwh, window, reach)
    kept, share = (float(each[0]) for each in retained_shares(retention))
    drift = (kept - 1) * start.stock_mwh + share * float(inflow_mw[0]) * window.step_h
    return low + drift, high + drift


def _from_sensor(model: StockModel, sensor: SensorReference, measured: float | None, window: Window) -> float:
    if measured is None:
        raise MissingDataError(
            f"No recent state-of-charge value found for sensor {sensor.sensor_id} "
            f"within {look_around(window)} of schedule start {window.start.isoformat()}.",
            field="state-of-charge",
            sensor_id=sensor.sensor_id,
        )
    return measured * (model.soc_max or 0.0) if sensor.unit == "" else measured


def _from_segments(model: StockModel, series: Segments, window: Window) -> float:
    start = window.start
    around = [s for s in series.segments if s.start <= start < s.end or s.start == start]
    if around:
        return max(around, key=lambda segment: segment.start).value
    ends = [(abs(at - start), -at.timestamp(), s.value) for s in series.segments for at in (s.start, s.end)]
    if not ends or min(ends)[0] > look_around(window):
        raise MissingDataError(
            f"{model.name}: the time series of state-of-charge says nothing within {look_around(window)} "
            f"of schedule start {start.isoformat()}.",
            field="state-of-charge",
        )
    return min(ends)[2]
