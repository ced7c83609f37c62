"""The planning window: where a schedule starts and ends, and its steps: short now, perhaps longer later."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from wattloom.errors import FlexModelError, PeriodError
from wattloom.periods import HOUR_US, MICROSECOND, Duration, Microseconds, Resolution, from_us, to_us
from wattloom.scheduling.flexmodel.fields import Overlap
from wattloom.scheduling.flexmodel.variable import Segments, SensorFacts

Floats = NDArray[np.float64]
DEFAULT_STEP = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class LaterResolution:
    """Longer steps for what is far ahead.

    Attributes:
        after: Time from the start that keeps the short steps.
        resolution: Length of the steps after it.
    """

    after: timedelta
    resolution: timedelta


@dataclass(frozen=True, slots=True)
class LaterSteps:
    """The steps of a window that are longer than its first ones.

    Attributes:
        first: Index of the first of them.
        step_us: Their length [µs]; the last one ends with the window.
        end_us: End of the window [µs].
    """

    first: int
    step_us: int
    end_us: int


@dataclass(frozen=True, slots=True)
class Window:
    """The steps that are planned.

    Attributes:
        start_us: Start of the first step [µs].
        step_us: Δ, length of a step [µs]; of the first ones, if later ones are longer.
        n_steps: T.
        later: Longer steps at the end; None when all are equally long.
    """

    start_us: int
    step_us: int
    n_steps: int
    later: LaterSteps | None = None

    @property
    def step_h(self) -> float:
        """Length of the first step [h]."""
        return self.step_us / HOUR_US

    @property
    def step(self) -> timedelta:
        """Length of the first step."""
        return timedelta(microseconds=self.step_us)

    @property
    def steps_h(self) -> Floats:
        """Length of each step [h], shape (n_steps,)."""
        if self.later is None:
            return np.full(self.n_steps, self.step_h)
        return np.diff(self.edges_us()) / HOUR_US

    @property
    def end_us(self) -> int:
        """End of the last step [µs]."""
        return self.start_us + self.n_steps * self.step_us if self.later is None else self.later.end_us

    @property
    def start(self) -> datetime:
        """Start of the first step, in UTC."""
        return from_us(self.start_us)

    @property
    def end(self) -> datetime:
        """End of the last step, in UTC."""
        return from_us(self.end_us)

    def edges_us(self) -> Microseconds:
        """Return the boundaries of the steps, shape (n_steps + 1,)."""
        n_first = self.n_steps if self.later is None else self.later.first
        edges = self.start_us + self.step_us * np.arange(n_first + 1, dtype=np.int64)
        if self.later is None:
            return edges
        n_later = self.n_steps - n_first
        later = edges[-1] + self.later.step_us * np.arange(1, n_later + 1, dtype=np.int64)
        return np.concatenate([edges, np.minimum(later, self.later.end_us)])

    def starts_us(self) -> Microseconds:
        """Return the starts of the steps, shape (n_steps,)."""
        return self.edges_us()[:-1]

    def tick(self, step: int) -> datetime:
        """Return the end of a step, in UTC."""
        return from_us(int(self.edges_us()[step + 1]))

    def is_tick(self, instant: datetime) -> bool:
        """Whether an instant is a boundary of steps, inside the window or not."""
        instant_us = to_us(instant)
        if self.later is not None and self.start_us <= instant_us <= self.end_us:
            return bool((self.edges_us() == instant_us).any())
        return (instant_us - self.start_us) % self.step_us == 0


def find_step(resolution: Resolution | None, sensors: Iterable[SensorFacts], *, fits_sensors: bool = True) -> timedelta:
    """Return the length of a step: as asked, else the finest resolution of the power sensors, else 15 minutes.

    Args:
        resolution: As asked.
        sensors: The power sensors.
        fits_sensors: Whether the asked resolution must be a multiple of theirs; otherwise they receive means.

    Raises:
        PeriodError: The asked resolution does not fit, or is zero.
    """
    finest = sorted(
        sensor.event_resolution.nominal for sensor in sensors if not sensor.event_resolution.is_instantaneous
    )
    if resolution is None:
        return finest[0] if finest else DEFAULT_STEP
    if resolution.is_instantaneous:
        raise PeriodError("The resolution must be longer than zero.", field="resolution")
    if fits_sensors and finest and resolution.nominal % finest[0]:
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
        message = (
            f"A schedule may have {max_steps} steps of {step} at most; this one has {n_steps}. "
            f"Ask for less time, for a longer resolution, or for a later-resolution."
        )
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


def coarsened(window: Window, later: LaterResolution, zone: ZoneInfo, *, max_steps: int) -> Window:
    """Return a window of equal steps with longer ones for what is far ahead.

    They begin at the first multiple of the longer resolution on the wall
    clock of ``zone``; the last one may be shorter, so that the end stays.

    Raises:
        FlexModelError: The longer resolution is no multiple of the shorter one, or there are still too many steps.
    """
    long_us = later.resolution // MICROSECOND
    if long_us % window.step_us or long_us <= window.step_us:
        message = f"The later resolution {later.resolution} must be a multiple of the steps of {window.step}."
        raise FlexModelError(message, field="later-resolution")
    wanted = from_us(min(window.start_us + later.after // MICROSECOND, window.end_us))
    floored_us = to_us(Resolution.of(later.resolution).floor(wanted, zone))
    change_us = floored_us if floored_us >= to_us(wanted) else floored_us + long_us
    first = min(-((window.start_us - change_us) // window.step_us), window.n_steps)
    n_later = -((window.start_us + first * window.step_us - window.end_us) // long_us)
    if first + n_later > max_steps:
        message = f"A schedule may have {max_steps} steps at most; this one has {first + n_later}."
        raise FlexModelError(message, field="later-resolution")
    if n_later <= 0:
        return window
    return Window(window.start_us, window.step_us, first + n_later, LaterSteps(first, long_us, window.end_us))


def is_floored(attributes: Iterable[Mapping[str, Any]]) -> bool:
    """Whether times are floored to steps: unless a sensor's attributes say otherwise."""
    return all(each.get("floor_datetimes_to_resolution", True) is not False for each in attributes)


def on_steps(series: Segments, window: Window) -> Floats:
    """Return the values of segments per step, NaN where there is none, shape (n_steps,).

    A value counts for the steps that lie within its segment from start to end.
    """
    values, edges_us = np.full(window.n_steps, np.nan), window.edges_us()
    for segment in series.segments:
        first = np.searchsorted(edges_us, to_us(segment.start), side="left")
        end = np.searchsorted(edges_us, to_us(segment.end), side="right") - 1
        _put(values[first : max(end, first)], segment.value, series.overlap)
    return values


def on_ticks(series: Segments, window: Window) -> Floats:
    """Return the values of segments at the ends of steps, NaN where there is none, shape (n_steps,).

    Both ends of a segment belong to it; the start of the window is no such tick.
    """
    values, ticks_us = np.full(window.n_steps, np.nan), window.edges_us()[1:]
    for segment in series.segments:
        first = np.searchsorted(ticks_us, to_us(segment.start), side="left")
        end = np.searchsorted(ticks_us, to_us(segment.end), side="right")
        _put(values[first:end], segment.value, series.overlap)
    return values


def _put(part: Floats, value: float, overlap: Overlap) -> None:
    if overlap is Overlap.MIN:
        np.fmin(part, value, out=part)
    elif overlap is Overlap.MAX:
        np.fmax(part, value, out=part)
    else:
        part[np.isnan(part)] = value
