"""Resampling: events of any length to the slots of a grid.

The slots are where the caller wants them: events are not rounded to windows
of their own. Values of energy, money and volume are summed and split, so that
the total stays; all others are averaged over the time that they cover, and
repeated. Slots without any value are NaN.
"""

from dataclasses import dataclass
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from wattloom.periods import Microseconds
from wattloom.timeseries.belief import Floats, starts_of_runs


class Aggregation(Enum):
    """How values of several events become the value of one slot."""

    MEAN = "mean"
    SUM = "sum"
    FIRST = "first"
    LAST = "last"
    MIN = "min"
    MAX = "max"


@dataclass(frozen=True, slots=True)
class Grid:
    """Slots of equal length.

    Attributes:
        start_us: Start of the first slot [µs].
        step_us: Length of a slot [µs].
        n: How many slots.
    """

    start_us: int
    step_us: int
    n: int

    @property
    def edges_us(self) -> Microseconds:
        """The boundaries of the slots [µs], shape (n + 1,)."""
        return self.start_us + np.arange(self.n + 1, dtype=np.int64) * self.step_us


@dataclass(frozen=True, slots=True)
class Events:
    """What is known about the events of one sensor; all arrays have shape (n,).

    Attributes:
        start_us: Start of the events [µs], increasing.
        end_us: End of the events [µs]; the start for an instantaneous sensor.
        value: In the unit that was asked for; finite.
    """

    start_us: Microseconds
    end_us: Microseconds
    value: Floats

    def __len__(self) -> int:
        return len(self.value)


def resample(events: Events, edges_us: Microseconds, aggregation: Aggregation) -> Floats:
    """Return one value per slot.

    Args:
        events: Of one sensor.
        edges_us: Boundaries of the slots [µs], increasing, shape (n + 1,).
        aggregation: MEAN weighs by the time covered; SUM takes of each event
            the share that lies in the slot; the others take one of the values.
            Samples lie in the slot that they are taken in.

    Returns:
        Values, shape (n,); NaN where no event lies.
    """
    n = len(edges_us) - 1
    if np.array_equal(events.start_us, edges_us[:-1]) and np.array_equal(events.end_us, edges_us[1:]):
        return events.value
    values = np.full(n, np.nan)
    if not len(events):
        return values
    if (events.start_us == events.end_us).all():
        slot = np.searchsorted(edges_us, events.start_us, side="right") - 1
        event = np.flatnonzero((slot >= 0) & (slot < n))
        slot, weight = slot[event], np.ones(len(event))
    else:
        exact = _slots_of_exact_events(events, edges_us)
        if exact is not None:
            inside = exact < n
            values[exact[inside]] = events.value[inside]
            return values
        slot, event, weight = _pieces(events, edges_us)
        if aggregation is Aggregation.SUM:
            weight = weight / (events.end_us - events.start_us)[event]
    if len(slot):
        first = np.flatnonzero(starts_of_runs(slot))
        values[slot[first]] = combined(events.value[event], weight, first, aggregation)
    return values


def combined(values: Floats, weight: Floats, first: NDArray[np.intp], aggregation: Aggregation) -> Floats:
    """Return one value for each run of values, in the order of time.

    Args:
        values: Shape (n,).
        weight: What share of the value counts (SUM), or how long it lasts (MEAN); shape (n,).
        first: Where the runs begin, increasing from 0.
        aggregation: What becomes of a run.
    """
    combination: Floats
    match aggregation:
        case Aggregation.SUM:
            combination = np.add.reduceat(values * weight, first)
        case Aggregation.FIRST:
            combination = values[first]
        case Aggregation.LAST:
            combination = values[np.append(first[1:], len(values)) - 1]
        case Aggregation.MIN:
            combination = np.minimum.reduceat(values, first)
        case Aggregation.MAX:
            combination = np.maximum.reduceat(values, first)
        case Aggregation.MEAN:
            # Weights relative to the longest piece keep a repeated value, and a mean of equals, exact.
            longest = np.repeat(np.maximum.reduceat(weight, first), np.diff(np.append(first, len(weight))))
            relative = weight / longest
            combination = np.add.reduceat(values * relative, first) / np.add.reduceat(relative, first)
    return combination


def _slots_of_exact_events(events: Events, edges_us: Microseconds) -> NDArray[np.intp] | None:
    """Return the slot of each event if every event is exactly one slot, or none at all; else None."""
    slot = np.searchsorted(edges_us, events.start_us)
    inside = slot < len(edges_us) - 1
    known = np.flatnonzero(inside)
    starts, ends = edges_us[slot[known]], edges_us[slot[known] + 1]
    outside_too = (events.start_us[~inside] >= edges_us[-1]).all()
    if outside_too and (starts == events.start_us[known]).all() and (ends == events.end_us[known]).all():
        return slot
    return None


def _pieces(events: Events, edges_us: Microseconds) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Cut time at all boundaries; return slot, event and length of each piece that has both."""
    cuts = np.concatenate([edges_us, events.start_us, events.end_us])
    # They are three sorted runs, which this kind of sort only merges: a tenth of what np.unique takes.
    cuts.sort(kind="stable")
    cuts = cuts[starts_of_runs(cuts)]
    starts, lengths = cuts[:-1], np.diff(cuts)
    slot = np.searchsorted(edges_us, starts, side="right") - 1
    event = np.searchsorted(events.start_us, starts, side="right") - 1
    inside = (slot >= 0) & (slot < len(edges_us) - 1) & (event >= 0)
    inside[inside] = starts[inside] < events.end_us[event[inside]]
    return slot[inside], event[inside], lengths[inside].astype(np.float64)
