"""Series drawn in the terminal, one below the other over one time axis."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import numpy as np
from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

from wattloom.cli.band import LABEL_WIDTH, Band, axis_line, write
from wattloom.periods import DAY, MICROSECOND, Microseconds, Period, Resolution, from_us, to_us
from wattloom.timeseries import Aggregation, Events, Floats, Sensor, resample

_COLOURS = ("#3FD0C9", "#FFC940", "#62B6F7", "#FF9A5C", "#97A0FF", "#C8D1DB")
_LINES_OF_BARS = {1: 8, 2: 6}
_FEWEST_LINES = 4
_TICK_ROOM = 9
# Below that, what differs is rounding.
_FLAT = 1e-6
_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_TICKS = (
    *(Resolution(time=n * _MINUTE) for n in (1, 5, 15, 30)),
    *(Resolution(time=n * _HOUR) for n in (1, 2, 3, 6, 12)),
    *(Resolution(days=n) for n in (1, 2, 7)),
    *(Resolution(months=n) for n in (1, 3, 12, 120)),
)


class Curve(Protocol):
    """What can be drawn: a label, and events that are ``step`` long or longer with values in ``unit``."""

    @property
    def label(self) -> str:
        """What it is called here."""

    @property
    def unit(self) -> str:
        """Of the values."""

    @property
    def events(self) -> Events:
        """When which value holds."""

    @property
    def step(self) -> timedelta:
        """The length of the shortest event; zero if there is none that lasts."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One series to show.

    Attributes:
        sensor: Whose.
        label: What it is called here.
        events: The values, in the sensor's unit and with its sign.
    """

    sensor: Sensor
    label: str
    events: Events

    @property
    def unit(self) -> str:
        """The sensor's."""
        return self.sensor.unit

    @property
    def step(self) -> timedelta:
        """The length of the shortest event; zero if there is none that lasts."""
        lengths = self.events.end_us - self.events.start_us
        return int(lengths.min()) * MICROSECOND if len(lengths) else timedelta(0)


@dataclass(frozen=True)
class BeliefChart:
    """Draws series as wide as the terminal allows.

    Attributes:
        series: One or more.
        period: What the time axis spans.
        zone: Whose clock the time axis shows.
    """

    series: Sequence[Curve]
    period: Period
    zone: ZoneInfo

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the lines of the chart."""
        del console
        edges_us = self._edges_us(max(options.max_width - LABEL_WIDTH, _TICK_ROOM))
        height = _LINES_OF_BARS.get(len(self.series), _FEWEST_LINES)
        for k, shown in enumerate(self.series):
            colour = _COLOURS[k % len(_COLOURS)]
            yield Text(shown.label, style=f"bold {colour}", overflow="fold")
            yield from _band(shown, edges_us, colour, height).lines()
        yield from self._time_axis(edges_us[:-1])

    def _edges_us(self, room: int) -> Microseconds:
        """Return the boundaries of the columns: several to an event, or several events to a column."""
        length_us = self.period.length // MICROSECOND
        steps_us = [shown.step // MICROSECOND for shown in self.series]
        step_us = min((step_us for step_us in steps_us if step_us), default=-(-length_us // room))
        step_us = min(step_us, length_us)
        n_events = max(-(-length_us // step_us), 1)
        per_event, per_column = max(room // n_events, 1), -(-n_events // room)
        n_columns = -(-n_events // per_column) * per_event
        offsets_us = np.arange(n_columns + 1, dtype=np.int64) * (step_us * per_column) // per_event
        return to_us(self.period.start) + offsets_us

    def _time_axis(self, starts_us: Microseconds) -> Iterator[Text]:
        length = self.period.length
        room = max(len(starts_us) // _TICK_ROOM, 1)
        tick = next((tick for tick in _TICKS if length / tick.nominal <= room), _TICKS[-1])
        is_within_day = tick.nominal < DAY
        above, below = ([" "] * len(starts_us) for _ in range(2))
        above_form, below_form = ("%H:%M", "%a %d %b") if is_within_day else ("%d %b", "%Y")
        for k, at in _changes(tick, starts_us, self.zone):
            write(above, k, at.strftime(above_form))
        write(below, 0, from_us(int(starts_us[0]), self.zone).strftime(below_form))
        for k, at in _changes(Resolution(days=1) if is_within_day else Resolution(months=12), starts_us, self.zone):
            write(below, k, at.strftime(below_form))
        yield axis_line(above)
        yield axis_line(below)


def _changes(tick: Resolution, starts_us: Microseconds, zone: ZoneInfo) -> Iterator[tuple[int, datetime]]:
    """Yield the columns in which another hour, day … begins, and which."""
    floored = tick.floor_us(starts_us, zone)
    begins = np.flatnonzero(np.append(floored[0] == starts_us[0], floored[1:] != floored[:-1]))
    for k in begins.tolist():
        yield k, from_us(int(floored[k]), zone)


def _band(shown: Curve, edges_us: Microseconds, colour: str, height: int) -> Band:
    values = _means(shown.events, edges_us)
    known = values[np.isfinite(values)]
    low, high = (float(known.min()), float(known.max())) if len(known) else (0.0, 0.0)
    colours = [colour] * len(values)
    if low > high / 2 and high - low > _FLAT * high:
        # Far from zero; the lowest value gets a low bar, since an empty column would read as zero.
        foot = low - (high - low) / height
        return Band(shown.unit, values, colours, foot, high, (high, low), height=height)
    top, bottom = max(high, 0.0), min(low, 0.0)
    above = height if bottom == 0 else min(max(round(height * top / (top - bottom)), 1), height - 1)
    below = height - above
    # One scale for both directions.
    per_line = max(top / above, -bottom / below if below else 0.0) or 1.0
    labels = (top, bottom)
    return Band(shown.unit, values, colours, 0.0, per_line * above, labels, height=above, depth=below)


def _means(events: Events, edges_us: Microseconds) -> Floats:
    """Return the mean value in each column, whatever the unit; NaN where there is none."""
    if (events.end_us > events.start_us).all():
        return resample(events, edges_us, Aggregation.MEAN)
    column = np.searchsorted(edges_us, events.start_us, side="right") - 1
    inside = (column >= 0) & (column < len(edges_us) - 1)
    n = np.bincount(column[inside], minlength=len(edges_us) - 1)
    total = np.bincount(column[inside], weights=events.value[inside], minlength=len(edges_us) - 1)
    means = np.full(len(n), np.nan)
    means[n > 0] = total[n > 0] / n[n > 0]
    return means
