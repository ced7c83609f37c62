"""The port through which beliefs are kept, and what crosses it.

The store moves rows; what is unchanged, superseded or refused is decided
above it, in ``changes``, for all databases alike.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from wattloom.periods import Microseconds
from wattloom.timeseries.belief import Beliefs, Floats, Ids


@dataclass(frozen=True, slots=True)
class Window:
    """Events of one sensor that start in [start_us, before_us)."""

    sensor_id: int
    start_us: int
    before_us: int


@dataclass(frozen=True, slots=True)
class Points:
    """What one source states about one sensor, one value per event; both arrays have shape (n,).

    Attributes:
        event_start_us: Start of the event [µs since 1970 UTC], increasing.
        event_value: The value in the sensor's unit, with the sensor's sign; finite.
    """

    event_start_us: Microseconds
    event_value: Floats


@dataclass(frozen=True, slots=True)
class BeliefKeys:
    """Which beliefs are meant, column by column; all arrays have shape (n,)."""

    sensor_id: Ids
    event_start_us: Microseconds
    source_id: Ids
    belief_time_us: Microseconds

    def __len__(self) -> int:
        return len(self.sensor_id)

    @property
    def columns(self) -> tuple[Ids, ...]:
        """The columns in the order of the attributes."""
        return self.sensor_id, self.event_start_us, self.source_id, self.belief_time_us

    @classmethod
    def of(cls, beliefs: Beliefs, *, belief_time_us: Microseconds | None = None) -> "BeliefKeys":
        """Return the keys of beliefs, optionally at other belief times."""
        times = beliefs.belief_time_us if belief_time_us is None else belief_time_us
        return cls(beliefs.sensor_id, beliefs.event_start_us, beliefs.source_id, times)


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows to take out and put in; the removals happen first.

    Attributes:
        remove_current: Events and sources whose currently believed rows go; the
            belief times only say which rows those are.
        remove_superseded: Superseded beliefs that go.
        add_current: Rows that are believed from now on.
        add_superseded: Rows that something newer has replaced.
    """

    remove_current: BeliefKeys
    remove_superseded: BeliefKeys
    add_current: Beliefs
    add_superseded: Beliefs


class BeliefStore(Protocol):
    """Keeps the current and the superseded beliefs of all sensors.

    All methods work in the transaction of ``connection``. Times are kept to
    the microsecond and values bit by bit.
    """

    def read_current(self, connection: Connection, windows: Sequence[Window]) -> Beliefs:
        """Return what is currently believed about the events in any of the windows.

        No sensor may have two windows.
        """

    def read_points(
        self, connection: Connection, window: Window, source_id: int, *, step_us: int | None = None
    ) -> Points:
        """Return what one source currently believes, without saying when it was believed.

        For sources that state single values only. Reads a third of what
        :meth:`read_current` reads, and takes half as long. If the events are
        expected to follow each other at ``step_us``, a store may check that
        instead of reading where each of them starts.
        """

    def read_superseded(self, connection: Connection, windows: Sequence[Window]) -> Beliefs:
        """Return all that something newer has replaced about the events in any of the windows."""

    def read_superseded_by(self, connection: Connection, keys: BeliefKeys) -> Beliefs:
        """Return, for each key, the newest superseded belief at or before its belief time.

        Keys without such a belief yield nothing; a belief that several keys
        ask for is answered once.
        """

    def read_latest(
        self, connection: Connection, sensor_ids: Sequence[int], *, starting_by_us: int, believed_by_us: int
    ) -> Beliefs:
        """Return, for each sensor and source, the newest belief about the newest event.

        Only events that start by ``starting_by_us`` and beliefs formed by
        ``believed_by_us`` count, both inclusive. One query for all sensors.
        """

    def write(self, connection: Connection, changes: Changes) -> None:
        """Apply changes; the caller holds the sensors against other writers."""
