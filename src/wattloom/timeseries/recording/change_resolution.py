"""Beliefs about events of one length, as beliefs about events of another length.

What was believed at each moment stays readable: a new event is believed from
the moment on at which each part of it was believed, and again whenever the
belief about a part changes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wattloom.errors import PeriodError
from wattloom.periods import Microseconds, Resolution
from wattloom.timeseries.belief import Beliefs, Floats, starts_of_runs
from wattloom.timeseries.resample import Aggregation, combined
from wattloom.timeseries.sensor import Sensor

# Bounds memory: as many pieces of events are looked at in one go.
_PIECES_AT_ONCE = 1_000_000


def at_resolution(beliefs: Beliefs, sensor: Sensor, resolution: Resolution) -> Beliefs:
    """Return what the beliefs of each source say about events of another length.

    Values are summed and split, or averaged and repeated, as
    :func:`wattloom.timeseries.resample` does; of samples at moments the first in
    each event counts. Levels of a distribution are taken one by one.

    Args:
        beliefs: About one sensor; history included.
        sensor: The sensor, with the resolution that it has had so far.
        resolution: How long events are to last; not instantaneous.

    Raises:
        PeriodError: The new resolution is instantaneous.
    """
    if resolution.is_instantaneous:
        message = "Values that hold for a while cannot become values at a moment; the resolution must be above zero."
        raise PeriodError(message, field="event_resolution")
    _, group = np.unique(np.stack([beliefs.source_id, beliefs.cumulative_probability]), axis=1, return_inverse=True)
    parts = [
        _of_one_source(beliefs.take(np.flatnonzero(group == n)), sensor, resolution)
        for n in range(int(group.max()) + 1 if len(beliefs) else 0)
    ]
    return Beliefs.concatenate(parts)


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Events cut at the borders of slots, sorted by slot; all arrays have shape (n,).

    Attributes:
        event: Position of the event.
        slot_us: Start of the slot [µs].
        weight: Share of the event (for sums), or length of the piece (for means).
    """

    event: NDArray[np.intp]
    slot_us: Microseconds
    weight: Floats


@dataclass(frozen=True, slots=True)
class _AsOf:
    """Finds the latest belief about an event that was formed by a moment.

    Attributes:
        moments_us: When beliefs were formed [µs], increasing, shape (m,).
        keys: Position of the event times m plus that of the moment, for each row, increasing.
    """

    moments_us: Microseconds
    keys: NDArray[np.int64]

    @classmethod
    def of(cls, belief_times_us: Microseconds, n_rows: NDArray[np.intp]) -> "_AsOf":
        """Prepare rows sorted by event and belief time, of which each event has ``n_rows``."""
        moments_us, rank = np.unique(belief_times_us, return_inverse=True)
        return cls(moments_us, np.repeat(np.arange(len(n_rows)), n_rows) * len(moments_us) + rank)

    def rows(self, event: NDArray[np.intp], at_us: Microseconds) -> NDArray[np.intp]:
        """Return the row for each event and moment, of those at which anything was believed; there is one."""
        wanted = event * len(self.moments_us) + np.searchsorted(self.moments_us, at_us)
        rows: NDArray[np.intp] = np.searchsorted(self.keys, wanted, side="right") - 1
        return rows


def _of_one_source(beliefs: Beliefs, sensor: Sensor, resolution: Resolution) -> Beliefs:
    """Return the same for one source and one level of probability."""
    first_row = np.flatnonzero(starts_of_runs(beliefs.event_start_us))
    starts_us = beliefs.event_start_us[first_row]
    aggregation = sensor.aggregation()
    pieces = _cut(starts_us, sensor, resolution, aggregation)
    n_rows = np.diff(np.append(first_row, len(beliefs)))

    is_first = starts_of_runs(pieces.slot_us)
    slot = np.cumsum(is_first) - 1
    first_piece = np.flatnonzero(is_first)
    known_us = np.maximum.reduceat(beliefs.belief_time_us[first_row][pieces.event], first_piece)

    # A slot is believed anew whenever one of its parts is.
    row = _ranges(first_row[pieces.event], n_rows[pieces.event])
    slots = np.repeat(slot, n_rows[pieces.event])
    times_us = beliefs.belief_time_us[row]
    counts = times_us >= known_us[slots]
    slots, times_us = slots[counts], times_us[counts]
    order = np.lexsort((times_us, slots))
    slots, times_us = slots[order], times_us[order]
    once = starts_of_runs(slots, times_us)
    slots, times_us = slots[once], times_us[once]

    n_pieces = np.diff(np.append(first_piece, len(slot)))
    values = np.empty(len(slots))
    as_of = _AsOf.of(beliefs.belief_time_us, n_rows)
    for some in _batches(n_pieces[slots]):
        piece = _ranges(first_piece[slots[some]], n_pieces[slots[some]])
        believed = as_of.rows(pieces.event[piece], np.repeat(times_us[some], n_pieces[slots[some]]))
        first = np.cumsum(n_pieces[slots[some]]) - n_pieces[slots[some]]
        values[some] = combined(beliefs.event_value[believed], pieces.weight[piece], first, aggregation)
    return Beliefs(
        sensor_id=np.full(len(slots), sensor.id, dtype=np.int64),
        event_start_us=pieces.slot_us[first_piece][slots],
        source_id=np.full(len(slots), beliefs.source_id[0]),
        belief_time_us=times_us,
        cumulative_probability=np.full(len(slots), beliefs.cumulative_probability[0]),
        event_value=values,
    )


def _cut(starts_us: Microseconds, sensor: Sensor, resolution: Resolution, aggregation: Aggregation) -> _Pieces:
    event = np.arange(len(starts_us))
    if sensor.event_resolution.is_instantaneous:
        slot_us = resolution.floor_us(starts_us, sensor.zone)
        if aggregation is Aggregation.FIRST:
            event = np.flatnonzero(starts_of_runs(slot_us))
        return _Pieces(event, slot_us[event], np.ones(len(event)))
    ends_us = sensor.ends_us(starts_us)
    found = []
    position_us = starts_us
    while len(event):
        slot_us = resolution.floor_us(position_us, sensor.zone)
        until_us = np.minimum(resolution.ends_us(slot_us, sensor.zone), ends_us[event])
        length = (until_us - position_us).astype(np.float64)
        weight = length / (ends_us - starts_us)[event] if aggregation is Aggregation.SUM else length
        found.append((event, slot_us, weight))
        goes_on = until_us < ends_us[event]
        event, position_us = event[goes_on], until_us[goes_on]
    events, slots_us, weights = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort((events, slots_us))
    return _Pieces(events[order], slots_us[order], weights[order])


def _ranges(first: NDArray[np.intp], count: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the numbers first, first + 1, … (``count`` of them) for each pair, one after the other."""
    offset = np.cumsum(count) - count
    positions: NDArray[np.intp] = np.arange(int(count.sum())) + np.repeat(first - offset, count)
    return positions


def _batches(sizes: NDArray[np.intp]) -> Iterator[slice]:
    """Yield runs of items whose sizes add up to a bounded number, at least one item each."""
    ends = np.cumsum(sizes)
    start = 0
    while start < len(sizes):
        done = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, done + _PIECES_AT_ONCE, side="right")))
        yield slice(start, stop)
        start = stop
