"""Record beliefs: store what is new, keep the past, refuse contradictions."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, case, select
from sqlalchemy.dialects import postgresql, sqlite

from wattloom.errors import NotFoundError
from wattloom.periods import from_us
from wattloom.timeseries import tables
from wattloom.timeseries.belief import Beliefs, starts_of_runs
from wattloom.timeseries.changes import SourceDelta, decide
from wattloom.timeseries.sensor import Sensor
from wattloom.timeseries.store import BeliefKeys, BeliefStore, Window

_NEVER_US = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class RecordOutcome:
    """What became of a batch: how many rows are new, and how many stated nothing new."""

    n_new: int
    n_unchanged: int


def record_beliefs(
    connection: Connection,
    store: BeliefStore,
    sensor: Sensor,
    beliefs: Beliefs,
    *,
    replace: bool = False,
) -> RecordOutcome:
    """Store the beliefs that state something new; all of them, or none on any error.

    A belief is unchanged, and skipped, when the latest earlier belief of its
    source about the event states the same. Ex-ante and ex-post beliefs are
    told apart, so that the first measurement is kept.

    Args:
        connection: A write transaction.
        store: The store of this database.
        sensor: What all beliefs are about.
        beliefs: Values in the sensor's unit and sign; gaps (not finite) are left out.
        replace: Whether values may take the place of others of equal event,
            source, belief time and probability, as a schedule that is computed
            again does.

    Raises:
        ReplacementError: They would, and ``replace`` is not set.
        NotFoundError: The sensor has been deleted.
    """
    _hold(connection, sensor.id)
    new = beliefs.take(np.isfinite(beliefs.event_value))
    assert (new.sensor_id == sensor.id).all()
    if not len(new):
        return RecordOutcome(0, 0)
    events = Window(sensor.id, int(new.event_start_us.min()), int(new.event_start_us.max()) + 1)
    current = store.read_current(connection, [events])
    decision = decide(
        new,
        current,
        store.read_superseded(connection, _late_arrivals(new, current)),
        knowledge_time_us=sensor.knowledge_times_us(new.event_start_us),
        overwrite=replace,
    )
    if decision.n_new:
        store.write(connection, decision.changes)
        for delta in decision.deltas:
            _update_summary(connection, sensor.id, delta)
    return RecordOutcome(decision.n_new, decision.n_unchanged)


def _hold(connection: Connection, sensor_id: int) -> None:
    """Keep the sensor from being deleted, and from being written to by anybody else, until the commit."""
    row = select(tables.sensor.c.id).where(tables.sensor.c.id == sensor_id).with_for_update(key_share=True)
    if connection.execute(row).first() is None:
        raise NotFoundError("sensor", sensor_id)


def _late_arrivals(new: Beliefs, current: Beliefs) -> BeliefKeys:
    """Return the new beliefs that are older than what their source currently believes about their event."""
    if not len(current):
        return BeliefKeys.of(Beliefs.empty())
    both = Beliefs(*(np.concatenate(pair) for pair in zip(current.columns, new.columns, strict=True)))
    is_new = np.repeat([False, True], [len(current), len(new)])
    order = np.lexsort((both.source_id, both.event_start_us))
    both, is_new = both.take(order), is_new[order]
    first = starts_of_runs(both.event_start_us, both.source_id)
    current_us = np.maximum.reduceat(np.where(is_new, _NEVER_US, both.belief_time_us), np.flatnonzero(first))
    return BeliefKeys.of(both.take(is_new & (both.belief_time_us < current_us[np.cumsum(first) - 1])))


def _update_summary(connection: Connection, sensor_id: int, delta: SourceDelta) -> None:
    """Add what was written to the summary of its sensor and source."""
    summary = tables.belief_summary
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    new = dialect.insert(summary).values(
        sensor_id=sensor_id,
        source_id=delta.source_id,
        first_event_start=from_us(delta.first_event_start_us),
        last_event_start=from_us(delta.last_event_start_us),
        last_belief_time=from_us(delta.last_belief_time_us),
        n_current=delta.n_current,
        n_superseded=delta.n_superseded,
    )
    held, added = summary.c, new.excluded
    connection.execute(
        new.on_conflict_do_update(
            index_elements=[held.sensor_id, held.source_id],
            set_={
                "first_event_start": _smaller(held.first_event_start, added.first_event_start),
                "last_event_start": _larger(held.last_event_start, added.last_event_start),
                "last_belief_time": _larger(held.last_belief_time, added.last_belief_time),
                "n_current": held.n_current + added.n_current,
                "n_superseded": held.n_superseded + added.n_superseded,
            },
        )
    )


def _smaller(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((one < other, one), else_=other)


def _larger(one: ColumnElement[Any], other: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((one > other, one), else_=other)
