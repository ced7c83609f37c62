"""What each source has recorded on each sensor, in one row: kept in step with the beliefs."""

import math
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np
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
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from wattloom.db import in_batches
from wattloom.periods import from_us
from wattloom.timeseries import tables
from wattloom.timeseries.belief import POINT, Beliefs, Floats
from wattloom.timeseries.recording.changes import HUGE, SourceDelta

_summary = tables.belief_summary
_LOSS = 1e-6


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


def shrink_summaries(connection: Connection, sensor_id: int, removed: Beliefs) -> None:
    """Take superseded beliefs that have been deleted out of the summaries, without reading all that is left.

    What is currently believed about their events is still there, and newer, so
    that first and last times stay. The smallest and the largest value are
    looked for only when they may have gone.

    Args:
        connection: A write transaction that holds the sensor.
        sensor_id: The sensor.
        removed: The deleted rows.
    """
    for source_id in np.unique(removed.source_id).tolist():
        value = removed.event_value[removed.source_id == source_id]
        own = (_summary.c.sensor_id == sensor_id, _summary.c.source_id == source_id)
        held = connection.execute(select(_summary.c.smallest, _summary.c.largest, _summary.c.total).where(*own)).one()
        total = _difference(held.total, value)
        if total is None:
            rebuild_summaries(connection, [sensor_id])
            return
        changes: dict[str, Any] = {
            "n_superseded": _summary.c.n_superseded - len(value),
            "total": total,
        }
        for name, gone, extreme in (("smallest", value.min(), func.min), ("largest", value.max(), func.max)):
            if gone == getattr(held, name) and not _is_held(connection, sensor_id, source_id, float(gone)):
                changes[name] = _extreme(connection, sensor_id, source_id, extreme)
        connection.execute(update(_summary).where(*own).values(changes))


def addend(value: ColumnElement[float]) -> ColumnElement[float]:
    """Return what a value adds to a sum: PostgreSQL refuses a sum that overflows, infinity is no error."""
    return case((func.abs(value) < HUGE, value), else_=float("inf"))


def _difference(total: float, removed: Floats) -> float | None:
    """Return a total without some of its addends, None where only adding up anew can tell."""
    size = np.abs(removed).max()
    # Infinity less infinity is no total, and what is left of a difference of large numbers is not exact.
    if not math.isfinite(total) or size >= HUGE:
        return None
    rest = total - float(removed.sum())
    return rest if abs(rest) >= _LOSS * size else None


def _is_held(connection: Connection, sensor_id: int, source_id: int, value: float) -> bool:
    """Return whether a source states a value about any event, now or before."""
    return any(
        connection.execute(
            select(held.event_value)
            .where(held.sensor_id == sensor_id, held.source_id == source_id, held.event_value == value)
            .limit(1)
        ).first()
        for held in (tables.belief.c, tables.superseded_belief.c)
    )


def _extreme(connection: Connection, sensor_id: int, source_id: int, extreme: Callable[..., Any]) -> float:
    """Return the smallest or the largest of all values that a source states or stated."""
    found = union_all(
        *(
            select(extreme(held.event_value).label("value")).where(
                held.sensor_id == sensor_id, held.source_id == source_id
            )
            for held in (tables.belief.c, tables.superseded_belief.c)
        )
    ).subquery()
    return float(connection.execute(select(extreme(found.c.value))).scalar_one())


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
