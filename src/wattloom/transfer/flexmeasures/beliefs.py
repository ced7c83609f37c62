"""Beliefs: whole columns out of FlexMeasures, horizons turned into times, into the store.

FlexMeasures keeps of each belief how long before the knowledge time of its
event it was formed; we keep when it was formed. Rows arrive by COPY BINARY in
the order of their events and leave in bulk; no more than a few ten thousand
are in memory.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from wattloom.errors import InputError
from wattloom.periods import ALL_TIME, to_us
from wattloom.timeseries import BeliefKeys, Beliefs, BeliefStore, Changes, ends_of_runs, rebuild_summaries
from wattloom.transfer.block import RowProgress
from wattloom.transfer.flexmeasures.series import FlexMeasuresSensor
from wattloom.transfer.flexmeasures.source import FlexMeasures

_ROWS_AT_ONCE = 50_000
_SENSORS_AT_ONCE = 500
_EARLIEST_US, _LATEST_US = to_us(ALL_TIME.start), to_us(ALL_TIME.end)
# Timestamps are µs since 2000-01-01 on the wire.
_EPOCH_US = 946_684_800_000_000
_DAY_US = 86_400_000_000
_DAYS_OF_MONTH, _DAYS_OF_YEAR, _MONTHS_OF_YEAR = 30, 365, 12
_HEADER_BYTES = 19
_FIELDS = (
    ("event_start", ">i8", 8),
    ("source_id", ">i4", 4),
    ("horizon_us", ">i8", 16),
    ("cumulative_probability", ">f8", 8),
    ("event_value", ">f8", 8),
)
# Each row starts with its number of columns, each column with its size; an interval has µs, days and months.
_ROW = np.dtype(
    [("n_columns", ">i2")]
    + [
        part
        for name, wire, size in _FIELDS
        for part in (
            (f"{name}_size", ">i4"),
            (name, wire),
            *((("horizon_days", ">i4"), ("horizon_months", ">i4")) if size == 16 else ()),  # noqa: PLR2004 - an interval
        )
    ]
)
_COPY = """
COPY (
    SELECT event_start::timestamptz, source_id::int4, belief_horizon::interval, cumulative_probability::float8,
        event_value::float8
    FROM timed_belief WHERE sensor_id = {sensor_id} ORDER BY event_start
) TO STDOUT (FORMAT BINARY)
"""


@dataclass(slots=True)
class BeliefCounts:
    """What became of the beliefs.

    Attributes:
        n_written: How many were stored.
        n_not_finite: How many are no numbers, by sensor.
        n_outside: How many are about or from before 1900 or after 2199, by sensor and source.
    """

    n_written: int = 0
    n_not_finite: dict[int, int] = field(default_factory=dict)
    n_outside: dict[tuple[int, int], int] = field(default_factory=dict)

    @property
    def n_left_out(self) -> int:
        """How many were not stored."""
        return sum(self.n_not_finite.values()) + sum(self.n_outside.values())


def write_beliefs(
    connection: Connection,
    store: BeliefStore,
    flexmeasures: FlexMeasures,
    sensors: Sequence[FlexMeasuresSensor],
    progress: RowProgress,
) -> BeliefCounts:
    """Copy all beliefs about some sensors, and make their summaries.

    Args:
        connection: A write transaction on the target, which has no beliefs about them.
        store: The store of the target.
        flexmeasures: Where they come from.
        sensors: Whose beliefs.
        progress: Hears of each row read.

    Raises:
        InputError: A knowledge horizon cannot be computed; names the sensor.
    """
    counts = BeliefCounts()
    waiting: list[Beliefs] = []
    for sensor in sorted(sensors, key=lambda sensor: sensor.id):
        for rows in _rows(flexmeasures, sensor.id):
            waiting.append(_converted(sensor, rows, counts))
            progress.advance(len(rows))
            if sum(map(len, waiting)) >= _ROWS_AT_ONCE:
                _write(connection, store, waiting, counts)
    _write(connection, store, waiting, counts)
    ids = [sensor.id for sensor in sensors]
    for first in range(0, len(ids), _SENSORS_AT_ONCE):
        rebuild_summaries(connection, ids[first : first + _SENSORS_AT_ONCE])
    return counts


def _rows(flexmeasures: FlexMeasures, sensor_id: int) -> Iterator[NDArray[Any]]:
    """Yield the beliefs about one sensor in the order of events, all rows about one event together."""
    driver: Any = flexmeasures.connection.connection.driver_connection
    held = b""
    with driver.cursor() as cursor, cursor.copy(_COPY.format(sensor_id=int(sensor_id))) as copy:
        stream = iter(copy)
        held = b"".join(islice(stream, _ROWS_AT_ONCE))[_HEADER_BYTES:]
        while block := b"".join(islice(stream, _ROWS_AT_ONCE)):
            complete, held = _up_to_last_event(held + block)
            yield complete
    rest = _as_rows(held)  # without the trailer
    if len(rest):
        yield rest


def _up_to_last_event(wire: bytes) -> tuple[NDArray[Any], bytes]:
    rows = _as_rows(wire)
    n = int(np.searchsorted(rows["event_start"], rows["event_start"][-1])) if len(rows) else 0
    return rows[:n], wire[n * _ROW.itemsize :]


def _as_rows(wire: bytes) -> NDArray[Any]:
    return np.frombuffer(wire, dtype=_ROW, count=len(wire) // _ROW.itemsize)


def _converted(sensor: FlexMeasuresSensor, rows: NDArray[Any], counts: BeliefCounts) -> Beliefs:
    finite = np.isfinite(rows["event_value"])
    if not finite.all():
        counts.n_not_finite[sensor.id] = counts.n_not_finite.get(sensor.id, 0) + int((~finite).sum())
        rows = rows[finite]
    starts_us = rows["event_start"].astype(np.int64) + _EPOCH_US
    inside = _is_storable(starts_us)
    starts_us = np.where(inside, starts_us, 0)
    try:
        known_us = sensor.knowledge_times_us(starts_us)
    except InputError as error:
        raise error.below(f"sensor {sensor.id}") from error
    belief_time_us = known_us - _horizons_us(rows)
    inside &= _is_storable(belief_time_us)
    sources = rows["source_id"].astype(np.int64)
    for source_id, n in zip(*np.unique(sources[~inside], return_counts=True), strict=True):
        key = sensor.id, int(source_id)
        counts.n_outside[key] = counts.n_outside.get(key, 0) + int(n)
    return Beliefs(
        np.full(len(rows), sensor.id, dtype=np.int64),
        starts_us,
        sources,
        belief_time_us,
        rows["cumulative_probability"].astype(np.float64),
        rows["event_value"].astype(np.float64),
    ).take(inside)


def _horizons_us(rows: NDArray[Any]) -> NDArray[np.int64]:
    """Return intervals as the driver of FlexMeasures reads them: a month has 30 days, a year 365."""
    years, months = np.divmod(rows["horizon_months"].astype(np.int64), _MONTHS_OF_YEAR)
    days = rows["horizon_days"].astype(np.int64) + _DAYS_OF_YEAR * years + _DAYS_OF_MONTH * months
    horizons_us: NDArray[np.int64] = rows["horizon_us"].astype(np.int64) + days * _DAY_US
    return horizons_us


def _is_storable(instants_us: NDArray[np.int64]) -> NDArray[np.bool_]:
    return (instants_us >= _EARLIEST_US) & (instants_us < _LATEST_US)


def _write(connection: Connection, store: BeliefStore, waiting: list[Beliefs], counts: BeliefCounts) -> None:
    """Write, and forget, what is waiting: the newest belief of a source about an event is what it believes now."""
    beliefs = Beliefs.concatenate(waiting).sorted()
    waiting.clear()
    if not len(beliefs):
        return
    is_current = _is_newest(beliefs)
    nothing = BeliefKeys.of(Beliefs.empty())
    store.write(connection, Changes(nothing, nothing, beliefs.take(is_current), beliefs.take(~is_current)))
    counts.n_written += len(beliefs)


def _is_newest(beliefs: Beliefs) -> NDArray[np.bool_]:
    line = (beliefs.sensor_id, beliefs.event_start_us, beliefs.source_id)
    ends = np.flatnonzero(ends_of_runs(*line))
    newest_us = np.repeat(beliefs.belief_time_us[ends], np.diff(ends, prepend=-1))
    is_newest: NDArray[np.bool_] = beliefs.belief_time_us == newest_us
    return is_newest
