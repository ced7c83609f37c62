"""Beliefs as columns: who believed what about which event, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from wattloom.periods import Microseconds

Floats: TypeAlias = NDArray[np.float64]
Ids: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]

POINT = 0.5
"""Cumulative probability of the only value, or of the median."""


@dataclass(frozen=True, slots=True)
class Beliefs:
    """Any number of beliefs, column by column; all arrays have shape (n,).

    Rows are sorted by sensor, event start, source, belief time and cumulative
    probability, and no two rows agree in all five.

    Attributes:
        sensor_id: Whose event.
        event_start_us: Start of the event [µs since 1970 UTC].
        source_id: Who states the belief.
        belief_time_us: When it was believed [µs since 1970 UTC].
        cumulative_probability: Position in the believed distribution, in (0, 1).
        event_value: The value in the sensor's unit, with the sensor's sign; finite.
    """

    sensor_id: Ids
    event_start_us: Microseconds
    source_id: Ids
    belief_time_us: Microseconds
    cumulative_probability: Floats
    event_value: Floats

    def __len__(self) -> int:
        return len(self.event_value)

    @property
    def columns(self) -> tuple[NDArray[Any], ...]:
        """The columns in the order of the attributes."""
        return (
            self.sensor_id,
            self.event_start_us,
            self.source_id,
            self.belief_time_us,
            self.cumulative_probability,
            self.event_value,
        )

    @classmethod
    def empty(cls) -> "Beliefs":
        """Return no beliefs."""
        return cls.points(sensor_id=0, source_id=0, event_start_us=_NO_US, belief_time_us=0, event_value=_NO_VALUES)

    @classmethod
    def points(
        cls,
        *,
        sensor_id: int,
        source_id: int,
        event_start_us: Microseconds,
        belief_time_us: int | Microseconds,
        event_value: Floats,
    ) -> "Beliefs":
        """Return point beliefs of one source about one sensor, sorted by event start.

        Values that are not finite are gaps and left out.
        """
        known = np.isfinite(event_value)
        starts = event_start_us[known]
        order = np.argsort(starts, kind="stable")
        n = len(order)
        belief_times = np.broadcast_to(np.asarray(belief_time_us, dtype=np.int64), event_start_us.shape)
        return cls(
            sensor_id=np.full(n, sensor_id, dtype=np.int64),
            event_start_us=starts[order].astype(np.int64),
            source_id=np.full(n, source_id, dtype=np.int64),
            belief_time_us=belief_times[known][order].astype(np.int64),
            cumulative_probability=np.full(n, POINT),
            event_value=event_value[known][order].astype(np.float64),
        )

    @classmethod
    def concatenate(cls, parts: Sequence["Beliefs"]) -> "Beliefs":
        """Return all rows of all parts, sorted."""
        filled = [part for part in parts if len(part)]
        if len(filled) < 2:  # noqa: PLR2004 - nothing to merge
            return filled[0] if filled else cls.empty()
        return cls(
            *(np.concatenate(columns) for columns in zip(*(part.columns for part in filled), strict=True))
        ).sorted()

    def take(self, rows: Mask | NDArray[np.intp] | slice) -> "Beliefs":
        """Return some rows, by mask, positions or slice."""
        return Beliefs(*(column[rows] for column in self.columns))

    def sorted(self) -> "Beliefs":
        """Return the same rows in order."""
        keys = self.columns[:5]
        if all_increasing(keys):
            return self
        return self.take(np.lexsort(keys[::-1]))

    def of_sensor(self, sensor_id: int) -> "Beliefs":
        """Return the rows of one sensor."""
        first, last = np.searchsorted(self.sensor_id, [sensor_id, sensor_id + 1])
        return self.take(slice(first, last))


_NO_US: Microseconds = np.empty(0, dtype=np.int64)
_NO_VALUES: Floats = np.empty(0)


def all_increasing(keys: Sequence[NDArray[Any]]) -> bool:
    """Whether rows are sorted by the first key, then the second and so on."""
    n = len(keys[0])
    undecided = np.ones(max(n - 1, 0), dtype=bool)
    for key in keys:
        before, after = key[:-1], key[1:]
        if (undecided & (after < before)).any():
            return False
        undecided &= after == before
        if not undecided.any():
            return True
    return True


def starts_of_runs(*keys: NDArray[Any]) -> Mask:
    """Return where a run of rows that agree in all keys begins, shape (n,)."""
    first = np.ones(len(keys[0]), dtype=bool)
    if len(first):
        first[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return first


def ends_of_runs(*keys: NDArray[Any]) -> Mask:
    """Return where a run of rows that agree in all keys ends, shape (n,)."""
    last = np.ones(len(keys[0]), dtype=bool)
    if len(last):
        last[:-1] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return last
