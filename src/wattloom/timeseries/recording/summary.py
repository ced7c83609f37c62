"""What each source has recorded on each sensor, in one row: kept in step with the beliefs."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Integer,
    Select,
    Table,
    case,
    delete,
    func,
    insert,
    literal_column,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite

from wattloom.db import in_batches
from wattloom.periods import from_us
from wattloom.timeseries import tables
from wattloom.timeseries.belief import POINT
from wattloom.timeseries.recording.changes import HUGE, SourceDelta

_summary = tables.belief_summary


def extend_summaries(connection: Connection, sensor_id: int, deltas: Iterable[SourceDelta]) -> None:
    """Add what was recorded on a sensor to its summaries.

    Args:
        connection: A write transaction that holds the sensor.
        sensor_id: The sensor.
        deltas: What each source added; nothing was overwritten or removed.
    """
    rows = [
        {
            "sensor_id": sensor_id,
            "source_id": delta.source_id,
            "first_event_start": from_us(delta.first_event_start_us),
            "last_event_start": from_us(delta.last_event_start_us),
            "last_belief_time": from_us(delta.last_belief_time_us),
            "n_current": delta.n_current,
            "n_superseded": delta.n_superseded,
            "smallest": delta.smallest,
            "largest": delta.largest,
            "total": delta.total,
            "is_probabilistic": delta.is_probabilistic,
        }
        for delta in deltas
    ]
    connection.execute(_extension(connection.dialect.name), rows)


def rebuild_summaries(connection: Connection, sensor_ids: Sequence[int]) -> None:
    """Make the summaries of sensors anew from what is recorded on them.

    Args:
        connection: A write transaction that holds the sensors.
        sensor_ids: The sensors; all of their beliefs are read.
    """
    for batch in in_batches(sensor_ids):
        connection.execute(delete(_summary).where(_summary.c.sensor_id.in_(batch)))
        rows = union_all(
            _recorded(tables.belief, batch, is_current=True),
            _recorded(tables.superseded_belief, batch, is_current=False),
        ).subquery()
        found = rows.c
        columns: dict[str, ColumnElement[Any]] = {
            "sensor_id": found.sensor_id,
            "source_id": found.source_id,
            "first_event_start": func.min(found.event_start),
            "last_event_start": func.max(found.event_start),
            "last_belief_time": func.max(found.belief_time),
            "n_current": func.sum(found.current),
            "n_superseded": func.sum(1 - found.current),
            "smallest": func.min(found.event_value),
            "largest": func.max(found.event_value),
            "total": func.sum(addend(found.event_value)),
            "is_probabilistic": func.sum(case((found.cumulative_probability == POINT, 0), else_=1)) > 0,
        }
        added = select(*columns.values()).group_by(found.sensor_id, found.source_id)
        connection.execute(insert(_summary).from_select(list(columns), added))


def addend(value: ColumnElement[float]) -> ColumnElement[float]:
    """Return what a value adds to a sum: PostgreSQL refuses a sum that overflows, infinity is no error."""
    return case((func.abs(value) < HUGE, value), else_=float("inf"))


@cache
def _extension(dialect_name: str) -> Insert:
    """Return the statement, which costs more to build than to run."""
    dialect = postgresql if dialect_name == "postgresql" else sqlite
    new = dialect.insert(_summary)
    held, added = _summary.c, new.excluded
    extension: Insert = new.on_conflict_do_update(
        index_elements=[held.sensor_id, held.source_id],
        set_={
            "first_event_start": _smaller(held.first_event_start, added.first_event_start),
            "last_event_start": _larger(held.last_event_start, added.last_event_start),
            "last_belief_time": _larger(held.last_belief_time, added.last_belief_time),
            "n_current": held.n_current + added.n_current,
            "n_superseded": held.n_superseded + added.n_superseded,
            "smallest": _smaller(held.smallest, added.smallest),
            "largest": _larger(held.largest, added.largest),
            "total": held.total + added.total,
            "is_probabilistic": or_(held.is_probabilistic, added.is_probabilistic),
        },
    )
    return extension


def _recorded(table: Table, sensor_ids: Sequence[int], *, is_current: bool) -> Select[Any]:
    held = table.c
    return select(
        held.sensor_id,
        held.source_id,
        held.event_start,
        held.belief_time,
        held.cumulative_probability,
        held.event_value,
        literal_column(str(int(is_current)), Integer).label("current"),
    ).where(held.sensor_id.in_(sensor_ids))


def _smaller(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((one < other, one), else_=other)


def _larger(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((one > other, one), else_=other)
