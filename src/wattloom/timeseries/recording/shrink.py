"""Take deleted beliefs out of the summaries, without reading all that is left."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from sqlalchemy import Connection, delete, func, select, union_all, update

from wattloom.periods import from_us
from wattloom.timeseries import tables
from wattloom.timeseries.belief import Beliefs, Floats
from wattloom.timeseries.recording.changes import HUGE
from wattloom.timeseries.recording.summary import rebuild_summaries

_LOSS = 1e-6
_summary = tables.belief_summary


def shrink_summaries(
    connection: Connection, sensor_id: int, *, current: Beliefs, superseded: Beliefs, restored: Beliefs
) -> None:
    """Take beliefs that have been deleted out of the summaries of a sensor.

    First, last, smallest and largest are looked for only where what is deleted
    may have been just that.

    Args:
        connection: A write transaction that holds the sensor; the rows are gone.
        sensor_id: The sensor.
        current: Deleted rows that were currently believed.
        superseded: Deleted rows that something newer had replaced.
        restored: Superseded rows that are current again.
    """
    removed = Beliefs.concatenate([current, superseded])
    for source_id in np.unique(removed.source_id).tolist():
        own = (_summary.c.sensor_id == sensor_id, _summary.c.source_id == source_id)
        held = connection.execute(select(_summary).where(*own)).one()
        n_less, n_less_superseded, n_more = (
            int((rows.source_id == source_id).sum()) for rows in (current, superseded, restored)
        )
        n_current, n_superseded = held.n_current - n_less + n_more, held.n_superseded - n_less_superseded - n_more
        if n_current == 0:
            connection.execute(delete(_summary).where(*own))
            continue
        gone = removed.take(removed.source_id == source_id)
        total = _difference(held.total, gone.event_value)
        if total is None:
            rebuild_summaries(connection, [sensor_id])
            return
        changes = {"n_current": n_current, "n_superseded": n_superseded, "total": total}
        connection.execute(update(_summary).where(*own).values(changes | _new_extremes(connection, held, gone)))


def _new_extremes(connection: Connection, held: Any, gone: Beliefs) -> dict[str, Any]:
    """Return the columns of a summary that another row has to supply now."""
    extremes: tuple[tuple[str, str, Callable[..., Any], Any], ...] = (
        ("first_event_start", "event_start", func.min, from_us(int(gone.event_start_us.min()))),
        ("last_event_start", "event_start", func.max, from_us(int(gone.event_start_us.max()))),
        ("last_belief_time", "belief_time", func.max, from_us(int(gone.belief_time_us.max()))),
        ("smallest", "event_value", func.min, float(gone.event_value.min())),
        ("largest", "event_value", func.max, float(gone.event_value.max())),
    )
    return {
        name: _extreme(connection, held, column, extreme)
        for name, column, extreme, value in extremes
        if value == getattr(held, name) and not _is_held(connection, held, column, value)
    }


def _difference(total: float, removed: Floats) -> float | None:
    """Return a total without some of its addends, None where only adding up anew can tell."""
    size = np.abs(removed).max()
    # Infinity less infinity is no total, and what is left of a difference of large numbers is not exact.
    if not math.isfinite(total) or size >= HUGE:
        return None
    rest = total - float(removed.sum())
    return rest if abs(rest) >= _LOSS * size else None


def _is_held(connection: Connection, summary: Any, column: str, value: Any) -> bool:
    """Return whether any row of a source on a sensor has a value in a column."""
    return any(
        connection.execute(
            select(held.sensor_id)
            .where(held.sensor_id == summary.sensor_id, held.source_id == summary.source_id, held[column] == value)
            .limit(1)
        ).first()
        for held in (tables.belief.c, tables.superseded_belief.c)
    )


def _extreme(connection: Connection, summary: Any, column: str, extreme: Callable[..., Any]) -> Any:
    """Return the smallest or the largest of a column of all rows of a source on a sensor."""
    found = union_all(
        *(
            select(extreme(held[column]).label("value")).where(
                held.sensor_id == summary.sensor_id, held.source_id == summary.source_id
            )
            for held in (tables.belief.c, tables.superseded_belief.c)
        )
    ).subquery()
    return connection.execute(select(extreme(found.c.value))).scalar_one()
