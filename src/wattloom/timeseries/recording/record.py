"""Record beliefs: store what is new, keep the past, refuse contradictions."""

from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection

from wattloom.timeseries.belief import Beliefs, starts_of_runs
from wattloom.timeseries.recording.announced import announce_change
from wattloom.timeseries.recording.changes import decide
from wattloom.timeseries.recording.summary import extend_summaries, rebuild_summaries
from wattloom.timeseries.sensor import Sensor, hold_as_read
from wattloom.timeseries.store import BeliefKeys, BeliefStore, Window

_NEVER_US = np.iinfo(np.int64).min


@dataclass(frozen=True, slots=True)
class RecordOutcome:
    """What became of a batch.

    Attributes:
        n_new: Rows about events of which their source had said nothing.
        n_changed: Rows that state something else than their source did.
        n_unchanged: Rows that state nothing new; they are not stored.
    """

    n_new: int
    n_changed: int
    n_unchanged: int

    @property
    def n_stored(self) -> int:
        """How many rows are stored."""
        return self.n_new + self.n_changed


def record_beliefs(
    connection: Connection,
    store: BeliefStore,
    sensor: Sensor,
    beliefs: Beliefs,
    *,
    replace: bool = False,
    dry_run: bool = False,
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
        dry_run: Whether to say what would become of the batch, and store nothing.

    Raises:
        ReplacementError: They would, and ``replace`` is not set.
        NotFoundError: The sensor has been deleted.
        ConflictError: The sensor has got another unit, resolution or time zone since it was read.
    """
    if not dry_run:
        hold_as_read(connection, sensor)
    new = beliefs.take(np.isfinite(beliefs.event_value))
    assert (new.sensor_id == sensor.id).all()
    if not len(new):
        return RecordOutcome(0, 0, 0)
    events = Window(sensor.id, int(new.event_start_us.min()), int(new.event_start_us.max()) + 1)
    current = store.read_current(connection, [events])
    decision = decide(
        new,
        current,
        store.read_superseded_by(connection, _late_arrivals(new, current)),
        knowledge_time_us=sensor.knowledge_times_us(new.event_start_us),
        overwrite=replace,
    )
    if decision.deltas and not dry_run:
        store.write(connection, decision.changes)
        announce_change(connection, sensor, decision.changes)
        if decision.overwrites:
            rebuild_summaries(connection, [sensor.id])
        else:
            extend_summaries(connection, sensor.id, decision.deltas)
    return RecordOutcome(decision.n_new, decision.n_changed, decision.n_unchanged)


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
