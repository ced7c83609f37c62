"""Beliefs as records of 48 bytes: columns from the store to the file, no Python object per value."""

from collections.abc import Iterator
from typing import IO, TypeAlias

import numpy as np
from sqlalchemy import ColumnElement, Connection, Table, literal, select, tuple_

from wattloom.db import UtcInstant
from wattloom.periods import ALL_TIME, from_us, to_us
from wattloom.timeseries import BeliefKeys, Beliefs, BeliefStore, Changes, Window
from wattloom.timeseries.tables import belief, superseded_belief
from wattloom.transfer.block import Block

RECORD = np.dtype(
    [
        ("sensor_id", "<i8"),
        ("event_start_us", "<i8"),
        ("source_id", "<i8"),
        ("belief_time_us", "<i8"),
        ("cumulative_probability", "<f8"),
        ("event_value", "<f8"),
    ]
)
"""One belief; the fields are those of :class:`~wattloom.timeseries.Beliefs`."""

_ROWS_AT_ONCE = 50_000
_START_US, _END_US = to_us(ALL_TIME.start), to_us(ALL_TIME.end)
_TABLES = {table.name: table for table in (belief, superseded_belief)}

# A sensor and the start of one of its events [µs].
_Position: TypeAlias = tuple[int, int]


def is_of_beliefs(table: str) -> bool:
    """Return whether a table holds beliefs, which travel as records."""
    return table in _TABLES


def read_records(
    connection: Connection, store: BeliefStore, name: str, *, rows_at_once: int = _ROWS_AT_ONCE
) -> Iterator[Block]:
    """Yield all rows of a table of beliefs in the order of its key.

    Args:
        connection: A transaction that sees one state throughout.
        store: The store of this database.
        name: The table.
        rows_at_once: Rows of a block; more only when they are about one event.
    """
    table = _TABLES[name]
    read = store.read_current if table is belief else store.read_superseded
    position: _Position | None = (0, _START_US)
    while position is not None:
        after = _later(connection, table, position, rows_at_once)
        beliefs = read(connection, _windows(connection, table, position, after))
        yield Block(len(beliefs), _packed(beliefs))
        position = after


def split_records(file: IO[bytes]) -> Iterator[Block]:
    """Yield what :func:`read_records` yielded, from a file."""
    while payload := file.read(_ROWS_AT_ONCE * RECORD.itemsize):
        yield Block(len(payload) // RECORD.itemsize, payload)


def write_records(connection: Connection, store: BeliefStore, name: str, block: Block) -> None:
    """Add beliefs to a table as they are; summaries are rows of a table of their own."""
    none, rows = Beliefs.empty(), _unpacked(block.payload)
    store.write(
        connection,
        Changes(
            remove_current=BeliefKeys.of(none),
            remove_superseded=BeliefKeys.of(none),
            add_current=rows if name == belief.name else none,
            add_superseded=none if name == belief.name else rows,
        ),
    )


def _later(connection: Connection, table: Table, position: _Position, n_rows: int) -> _Position | None:
    """Return where to read on after that many rows; None when fewer are left."""
    sensor_id, event_start = table.c.sensor_id, table.c.event_start
    found = connection.execute(
        select(sensor_id, event_start)
        .where(_at_or_after(table, position))
        .order_by(sensor_id, event_start)
        .offset(n_rows)
        .limit(1)
    ).first()
    if found is None:
        return None
    there = (found.sensor_id, to_us(found.event_start))
    # One event can have more rows than that; it is read whole.
    return there if there > position else (there[0], there[1] + 1)


def _windows(connection: Connection, table: Table, here: _Position, there: _Position | None) -> list[Window]:
    """Return the events from one position to before the other."""
    (first, first_us), last = here, None if there is None else there[0]
    if there is not None and first == last:
        return [Window(first, first_us, there[1])]
    held = table.c.sensor_id
    between = select(held).distinct().where(held > first)
    ids = connection.scalars(between if last is None else between.where(held < last))
    windows = [Window(first, first_us, _END_US), *(Window(id_, _START_US, _END_US) for id_ in ids)]
    if there is not None:
        windows.append(Window(there[0], _START_US, there[1]))
    return windows


def _at_or_after(table: Table, position: _Position) -> ColumnElement[bool]:
    sensor_id, event_start_us = position
    there = tuple_(literal(sensor_id), literal(from_us(event_start_us), UtcInstant()))
    return tuple_(table.c.sensor_id, table.c.event_start) >= there


def _packed(beliefs: Beliefs) -> bytes:
    records = np.empty(len(beliefs), dtype=RECORD)
    for name in RECORD.names or ():
        records[name] = getattr(beliefs, name)
    # SQLite keeps no negative zero.
    records["event_value"] += 0.0
    return records.tobytes()


def _unpacked(payload: bytes) -> Beliefs:
    records = np.frombuffer(payload, dtype=RECORD)
    return Beliefs(*(np.ascontiguousarray(records[name]) for name in RECORD.names or ()))
