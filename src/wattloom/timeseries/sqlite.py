"""Beliefs in SQLite: rows through the standard driver, moved with executemany."""

from collections.abc import Iterator, Sequence
from itertools import chain

import numpy as np
import orjson
from sqlalchemy import Connection

from wattloom.timeseries.belief import Beliefs
from wattloom.timeseries.store import BeliefKeys, Changes, Window

_COLUMNS = "sensor_id, event_start, source_id, belief_time, cumulative_probability, event_value"
_N_COLUMNS = 6
_SELECTED = ", ".join(f"b.{name}" for name in _COLUMNS.split(", "))

# CROSS JOIN keeps SQLite from scanning beliefs first: each window or key is one range of the primary key.
_CURRENT = f"""
SELECT {_SELECTED}
FROM (SELECT value ->> 0 AS sensor_id, value ->> 1 AS start, value ->> 2 AS before FROM json_each(?)) AS w
CROSS JOIN belief AS b
WHERE b.sensor_id = w.sensor_id AND b.event_start >= w.start AND b.event_start < w.before
"""  # noqa: S608 - constants only

_SUPERSEDED = f"""
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
SELECT {_SELECTED}
FROM wanted
CROSS JOIN superseded_belief AS b
WHERE b.sensor_id = wanted.sensor_id AND b.event_start = wanted.event_start
    AND b.source_id = wanted.source_id AND b.belief_time = wanted.belief_time
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
        ranges = [(w.sensor_id, w.start_us, w.before_us) for w in windows]
        return _fetched(connection, _CURRENT, ranges)

    def read_superseded(self, connection: Connection, keys: BeliefKeys) -> Beliefs:
        """Return, for each key, the newest superseded belief at or before its belief time."""
        return _fetched(connection, _SUPERSEDED, list(_rows(keys))) if len(keys) else Beliefs.empty()

    def write(self, connection: Connection, changes: Changes) -> None:
        """Apply changes; BEGIN IMMEDIATE has locked out all other writers."""
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.executemany(_REMOVE_CURRENT, (row[:3] for row in _rows(changes.remove_current)))
        driver.executemany(_REMOVE_SUPERSEDED, _rows(changes.remove_superseded))
        driver.executemany(_ADD_CURRENT, _belief_rows(changes.add_current))
        driver.executemany(_ADD_SUPERSEDED, _belief_rows(changes.add_superseded))


def _fetched(connection: Connection, statement: str, keys: Sequence[tuple[int, ...]]) -> Beliefs:
    driver = connection.connection.driver_connection
    assert driver is not None
    cursor = driver.execute(statement, (orjson.dumps(keys).decode(),))
    # Ids and times are below 2**53, so one array of floats carries all columns exactly.
    flat = np.fromiter(chain.from_iterable(cursor), dtype=np.float64)
    columns = flat.reshape(-1, _N_COLUMNS).T
    sensor_id, event_start, source_id, belief_time = (column.astype(np.int64) for column in columns[:4])
    return Beliefs(sensor_id, event_start, source_id, belief_time, columns[4].copy(), columns[5].copy()).sorted()


def _rows(keys: BeliefKeys) -> Iterator[tuple[int, ...]]:
    return zip(*(column.tolist() for column in keys.columns), strict=True)


def _belief_rows(beliefs: Beliefs) -> Iterator[tuple[float, ...]]:
    return zip(*(column.tolist() for column in beliefs.columns), strict=True)
