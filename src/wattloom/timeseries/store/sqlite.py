"""Beliefs in SQLite, through the standard driver.

Rows go in with executemany. They come out packed by aggregate functions: a
year of quarter-hours takes 17 ms that way and 30 ms as tuples, and 9 ms where
two columns are enough and no Python function runs per row.
"""

from array import array
from collections.abc import Iterator, Sequence
from struct import Struct
from typing import Any

import numpy as np
import orjson
from sqlalchemy import Connection

from wattloom.timeseries.belief import Beliefs
from wattloom.timeseries.store.port import BeliefKeys, Changes, Points, Window

_COLUMNS = "sensor_id, event_start, source_id, belief_time, cumulative_probability, event_value"
_ALL = ", ".join(f"b.{name}" for name in _COLUMNS.split(", "))
_PACKED = f"pack_beliefs({_ALL})"
_ROW = np.dtype(
    [
        ("sensor_id", np.int64),
        ("event_start", np.int64),
        ("source_id", np.int64),
        ("belief_time", np.int64),
        ("cumulative_probability", np.float64),
        ("event_value", np.float64),
    ]
)

_WINDOWS = "(SELECT value ->> 0 AS sensor_id, value ->> 1 AS start, value ->> 2 AS before FROM json_each(?)) AS w"
_IN_WINDOW = "b.sensor_id = w.sensor_id AND b.event_start >= w.start AND b.event_start < w.before"

_AGGREGATES = "wattloom_aggregates"

# CROSS JOIN keeps SQLite from scanning beliefs first: each window or key is one range of the primary key.
CURRENT = f"SELECT {_PACKED} FROM {_WINDOWS} CROSS JOIN belief AS b WHERE {_IN_WINDOW}"  # noqa: S608 - constants only
SUPERSEDED = CURRENT.replace("belief AS b", "superseded_belief AS b")

# Events that begin at multiples of a step, and are as many as fit between the first and the last, need no more words.
VALUES = """
SELECT count(*), min(event_start), max(event_start), sum(event_start % ?5), pack_float(event_value) FROM belief
WHERE sensor_id = ?1 AND event_start >= ?2 AND event_start < ?3 AND source_id = ?4
"""

POINTS = """
SELECT pack_int(event_start), pack_float(event_value) FROM belief
WHERE sensor_id = ? AND event_start >= ? AND event_start < ? AND source_id = ?
"""

SUPERSEDED_BY = f"""
WITH wanted AS (
    SELECT DISTINCT k.sensor_id, k.event_start, k.source_id, (
        SELECT max(s.belief_time) FROM superseded_belief AS s
        WHERE s.sensor_id = k.sensor_id AND s.event_start = k.event_start AND s.source_id = k.source_id
            AND s.belief_time <= k.belief_time
    ) AS belief_time
    FROM (
        SELECT value ->> 0 AS sensor_id, value ->> 1 AS event_start, value ->> 2 AS source_id, value ->> 3 AS belief_time
        FROM json_each(?)
    ) AS k
)
SELECT {_PACKED}
FROM wanted
CROSS JOIN superseded_belief AS b
WHERE b.sensor_id = wanted.sensor_id AND b.event_start = wanted.event_start
    AND b.source_id = wanted.source_id AND b.belief_time = wanted.belief_time
"""  # noqa: S608 - constants only

# A source's own last event is where the search for its newest one begins, so it never walks over events of others.
LATEST = f"""
WITH newest AS (
    SELECT s.sensor_id, s.source_id, (
        SELECT b.event_start FROM belief AS b
        WHERE b.sensor_id = s.sensor_id AND b.source_id = s.source_id
            AND b.event_start <= min(s.last_event_start, ?2) AND b.belief_time <= ?3
        ORDER BY b.event_start DESC LIMIT 1
    ) AS current_start, (
        SELECT b.event_start FROM superseded_belief AS b
        WHERE b.sensor_id = s.sensor_id AND b.source_id = s.source_id
            AND b.event_start <= min(s.last_event_start, ?2) AND b.belief_time <= ?3
        ORDER BY b.event_start DESC LIMIT 1
    ) AS superseded_start
    FROM json_each(?1) AS w
    CROSS JOIN belief_summary AS s
    WHERE s.sensor_id = w.value
)
SELECT {_PACKED} FROM (
    SELECT {_ALL}
    FROM newest AS n
    CROSS JOIN belief AS b
    WHERE b.sensor_id = n.sensor_id AND b.event_start = n.current_start AND b.source_id = n.source_id
        AND n.current_start >= coalesce(n.superseded_start, n.current_start)
    UNION ALL
    SELECT {_ALL}
    FROM newest AS n
    CROSS JOIN superseded_belief AS b
    WHERE b.sensor_id = n.sensor_id AND b.event_start = n.superseded_start AND b.source_id = n.source_id
        AND n.superseded_start > coalesce(n.current_start, n.superseded_start - 1)
        AND b.belief_time = (
            SELECT max(s.belief_time) FROM superseded_belief AS s
            WHERE s.sensor_id = n.sensor_id AND s.event_start = n.superseded_start AND s.source_id = n.source_id
                AND s.belief_time <= ?3
        )
) AS b
"""  # noqa: S608 - constants only

_REMOVE_CURRENT = "DELETE FROM belief WHERE sensor_id = ? AND event_start = ? AND source_id = ?"
_REMOVE_SUPERSEDED = (
    "DELETE FROM superseded_belief WHERE sensor_id = ? AND event_start = ? AND source_id = ? AND belief_time = ?"
)
_ADD_CURRENT = f"INSERT INTO belief ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608 - constants only
_ADD_SUPERSEDED = f"INSERT INTO superseded_belief ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"  # noqa: S608 - constants only


class SqliteBeliefStore:
    """The :class:`~wattloom.timeseries.BeliefStore` of the embedded database."""

    def read_current(self, connection: Connection, windows: Sequence[Window]) -> Beliefs:
        """Return what is currently believed about the events in any of the windows."""
        return _beliefs(_fetched(connection, CURRENT, _json_of(windows)))

    def read_points(
        self, connection: Connection, window: Window, source_id: int, *, step_us: int | None = None
    ) -> Points:
        """Return what one source currently believes, without saying when it was believed."""
        wanted = (window.sensor_id, window.start_us, window.before_us, source_id)
        if step_us is not None:
            n, first_us, last_us, n_off, values = _fetched(connection, VALUES, *wanted, step_us)
            if n and n_off == 0 and last_us - first_us == (n - 1) * step_us:
                return Points(first_us + np.arange(n, dtype=np.int64) * step_us, np.frombuffer(values))
        starts, values = _fetched(connection, POINTS, *wanted)
        return Points(np.frombuffer(starts or b"", dtype=np.int64), np.frombuffer(values or b"", dtype=np.float64))

    def read_superseded(self, connection: Connection, windows: Sequence[Window]) -> Beliefs:
        """Return all that something newer has replaced about the events in any of the windows."""
        return _beliefs(_fetched(connection, SUPERSEDED, _json_of(windows)))

    def read_superseded_by(self, connection: Connection, keys: BeliefKeys) -> Beliefs:
        """Return, for each key, the newest superseded belief at or before its belief time."""
        if not len(keys):
            return Beliefs.empty()
        return _beliefs(_fetched(connection, SUPERSEDED_BY, orjson.dumps(list(_rows(keys))).decode()))

    def read_latest(
        self, connection: Connection, sensor_ids: Sequence[int], *, starting_by_us: int, believed_by_us: int
    ) -> Beliefs:
        """Return, for each sensor and source, the newest belief about the newest event."""
        sensors = orjson.dumps(list(sensor_ids)).decode()
        return _beliefs(_fetched(connection, LATEST, sensors, starting_by_us, believed_by_us))

    def write(self, connection: Connection, changes: Changes) -> None:
        """Apply changes; BEGIN IMMEDIATE has locked out all other writers."""
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.executemany(_REMOVE_CURRENT, (row[:3] for row in _rows(changes.remove_current)))
        driver.executemany(_REMOVE_SUPERSEDED, _rows(changes.remove_superseded))
        driver.executemany(_ADD_CURRENT, _belief_rows(changes.add_current))
        driver.executemany(_ADD_SUPERSEDED, _belief_rows(changes.add_superseded))


class _PackBeliefs:
    """The aggregate function ``pack_beliefs``: all rows, one after another, as :data:`_ROW`."""

    def __init__(self) -> None:
        self._packed = bytearray()

    def step(self, *row: float) -> None:
        self._packed += _pack_row(*row)

    def finalize(self) -> bytearray:
        return self._packed


class _PackInts:
    """The aggregate function ``pack_int``: one column. A row costs one call of a built-in method."""

    __slots__ = ("_packed", "step")
    _type = "q"

    def __init__(self) -> None:
        self._packed = array(self._type)
        self.step = self._packed.append

    def finalize(self) -> "array[int] | array[float]":
        return self._packed


class _PackFloats(_PackInts):
    """The aggregate function ``pack_float``."""

    __slots__ = ()
    _type = "d"


_pack_row = Struct("=qqqqdd").pack


def _fetched(connection: Connection, statement: str, *parameters: int | str) -> tuple[Any, ...]:
    """Return the one row that a statement with aggregate functions answers."""
    driver = connection.connection.driver_connection
    assert driver is not None
    if _AGGREGATES not in connection.info:
        driver.create_aggregate("pack_beliefs", len(_ROW.names or ()), _PackBeliefs)
        driver.create_aggregate("pack_int", 1, _PackInts)
        driver.create_aggregate("pack_float", 1, _PackFloats)
        connection.info[_AGGREGATES] = True
    row: tuple[Any, ...] = driver.execute(statement, parameters).fetchone()
    return row


def _beliefs(packed: tuple[Any, ...]) -> Beliefs:
    rows = np.frombuffer(packed[0] or b"", dtype=_ROW)
    return Beliefs(*(np.ascontiguousarray(rows[name]) for name in _ROW.names or ())).sorted()


def _json_of(windows: Sequence[Window]) -> str:
    return orjson.dumps([(w.sensor_id, w.start_us, w.before_us) for w in windows]).decode()


def _rows(keys: BeliefKeys) -> Iterator[tuple[int, ...]]:
    return zip(*(column.tolist() for column in keys.columns), strict=True)


def _belief_rows(beliefs: Beliefs) -> Iterator[tuple[float, ...]]:
    return zip(*(column.tolist() for column in beliefs.columns), strict=True)
