"""The planning window: where a schedule starts and ends, and its steps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from wattloom.errors import FlexModelError, PeriodError
from wattloom.periods import MICROSECOND, Duration, Microseconds, Resolution, from_us, to_us
from wattloom.scheduling.flexmodel.fields import Overlap
from wattloom.scheduling.flexmodel.variable import Segments, SensorFacts

Floats = NDArray[np.float64]
DEFAULT_STEP = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Window:
    """The steps that are planned: step t lasts from start + tΔ to start + (t+1)Δ.

    Attributes:
        start_us: Start of the first step [µs].
        step_us: Δ [µs].
        n_steps: T.
    """

    start_us: int
    step_us: int
    n_steps: int

    @property
    def step_h(self) -> float:
        """Length of a step [h]."""
        return self.step_us / 3_600_000_000

    @property
    def step(self) -> timedelta:
        """Length of a step."""
        return timedelta(microseconds=self.step_us)

    @property
    def end_us(self) -> int:
        """End of the last step [µs]."""
        return self.start_us + self.n_steps * self.step_us

    @property
    def start(self) -> datetime:
        """Start of the first step, in UTC."""
        return from_us(self.start_us)

    @property
    def end(self) -> datetime:
        """End of the last step, in UTC."""
        return from_us(self.end_us)

    def starts_us(self) -> Microseconds:
        """Return the starts of the steps, shape (n_steps,)."""
        return self.start_us + self.step_us * np.arange(self.n_steps, dtype=np.int64)

    def is_tick(self, instant: datetime) -> bool:
        """Whether an instant is a boundary of steps, inside the window or not."""
        return (to_us(instant) - self.start_us) % self.step_us == 0


def find_step(resolution: Resolution | None, sensors: Iterable[SensorFacts]) -> timedelta:
    """Return the length of a step: as asked, else the finest resolution of the power sensors, else 15 minutes.

    Raises:
        PeriodError: The asked resolution is no multiple of a power sensor's.
    """
    finest = sorted(
        sensor.event_resolution.nominal for sensor in sensors if not sensor.event_resolution.is_instantaneous
    )
    if resolution is None:
        return finest[0] if finest else DEFAULT_STEP
    if resolution.is_instantaneous:
        raise PeriodError("The resolution must be longer than zero.", field="resolution")
    if finest and resolution.nominal % finest[0]:
        message = (
            f"Resolution of {resolution.nominal} is incompatible with the sensor's required resolution of {finest[0]}."
        )
        raise PeriodError(message, field="resolution")
    return resolution.nominal


def plan_window(
    start: datetime,
    duration: Duration,
    step: timedelta,
    zone: ZoneInfo,
    *,
    is_floored: bool = True,
    max_steps: int,
) -> Window:
    """Return the window that starts at ``start``, on the grid of ``zone``'s wall clock.

    Args:
        start: As asked.
        duration: As asked, or the server's default.
        step: Length of a step.
        zone: Calendar for flooring and nominal durations.
        is_floored: False keeps a start between ticks.
        max_steps: Longest window [steps].

    Raises:
        PeriodError: The duration is not positive, or too long.
    """
    if not duration.is_positive:
        raise PeriodError("The duration must be longer than zero.", field="duration")
    first = Resolution.of(step).floor(start, zone) if is_floored else start
    end = duration.after(first, calendar_zone=zone)
    n_steps = -((to_us(first) - to_us(end)) // (step // MICROSECOND))
    if n_steps > max_steps:
        message = f"A schedule may have {max_steps} steps of {step} at most; this one has {n_steps}."
        raise PeriodError(message, field="duration")
    return Window(to_us(first), step // MICROSECOND, n_steps)


def extend_to_targets(window: Window, targets: Iterable[Segments], *, max_steps: int) -> Window:
    """Return the window, lengthened to the last of the targets.

    Raises:
        FlexModelError: A target lies beyond the longest window.
    """
    ends = [to_us(segment.end) for target in targets for segment in target.segments]
    n_steps = max([window.n_steps, *(-((window.start_us - end) // window.step_us) for end in ends)])
    if n_steps > max_steps:
        message = f"A target lies {n_steps} steps after the start; a schedule may have {max_steps} at most."
        raise FlexModelError(message, field="soc-targets")
    return Window(window.start_us, window.step_us, n_steps)


def is_floored(attributes: Iterable[Mapping[str, Any]]) -> bool:
    """Whether times are floored to steps: unless a sensor's attributes say otherwise."""
    return all(each.get("floor_datetimes_to_resolution", True) is not False for each in attributes)


def on_steps(series: Segments, window: Window) -> Floats:
    """Return the values of segments per step, NaN where there is none, shape (n_steps,).

    A value counts for the steps that lie within its segment from start to end.
    """
    values = np.full(window.n_steps, np.nan)
    for segment in series.segments:
        first = -((window.start_us - to_us(segment.start)) // window.step_us)
        last = (to_us(segment.end) - window.start_us) // window.step_us - 1
        _put(values, first, last, segment.value, series.overlap)
    return values


def on_ticks(series: Segments, window: Window) -> Floats:
    """Return the values of segments at the ends of steps, NaN where there is none, shape (n_steps,).

    Both ends of a segment belong to it; the start of the window is no such tick.
    """
    values = np.full(window.n_steps, np.nan)
    for segment in series.segments:
        first = -((window.start_us - to_us(segment.start)) // window.step_us) - 1
        last = (to_us(segment.end) - window.start_us) // window.step_us - 1
        _put(values, first, last, segment.value, series.overlap)
    return values


def _put(values: Floats, first: int, last: int, value: float, overlap: Overlap) -> None:
    part = values[max(first, 0) : max(last + 1, 0)]
    if overlap is Overlap.MIN:
        np.fmin(part, value, out=part)
    elif overlap is Overlap.MAX:
        np.fmax(part, value, out=part)
    else:
        part[np.isnan(part)] = value
