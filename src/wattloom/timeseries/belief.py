"""Beliefs as columns: who believed what about which event, and when."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from wattloom.periods import Microseconds

Floats: TypeAlias = NDArray[np.float64]
Ids: TypeAlias = NDArray[np.int64]

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
