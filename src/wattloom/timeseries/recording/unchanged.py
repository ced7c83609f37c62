"""Delete beliefs that only repeat what their source said just before."""

import numpy as np
from sqlalchemy import Connection

from wattloom.periods import ALL_TIME, Period
from wattloom.timeseries.belief import Beliefs, Mask
from wattloom.timeseries.reading.search import EVERYTHING, BeliefFilter
from wattloom.timeseries.recording.changes import repeating
from wattloom.timeseries.recording.remove import RemoveOutcome, remove_judged
from wattloom.timeseries.sensor import Sensor
from wattloom.timeseries.store import BeliefStore


def remove_unchanged(
    connection: Connection,
    store: BeliefStore,
    sensor: Sensor,
    period: Period = ALL_TIME,
    filter: BeliefFilter = EVERYTHING,  # noqa: A002 - the field's word
    *,
    dry_run: bool = False,
) -> RemoveOutcome:
    """Delete beliefs that state the same as the one before them, of the same source about the same event.

    Recording skips them; they arise when an older belief arrives late, or from
    another system. The values that are believed stay, with the moment at which
    they were stated first. The first belief formed once the event could be
    known stays, too.

    Args:
        connection: A write transaction; any transaction for a dry run.
        store: The store of this database.
        sensor: Whose events.
        period: Events that lie wholly in it.
        filter: Which of the repetitions go.
        dry_run: Whether to say what would go, and delete nothing.

    Raises:
        NotFoundError: The sensor has been deleted.
    """

    def repetitions(current: Beliefs, superseded: Beliefs) -> tuple[Mask, Mask]:
        both = Beliefs(*(np.concatenate(pair) for pair in zip(current.columns, superseded.columns, strict=True)))
        order = np.lexsort(both.columns[:5][::-1])
        ordered = both.take(order)
        is_ex_post = ordered.belief_time_us >= sensor.knowledge_times_us(ordered.event_start_us)
        doomed = np.zeros(len(both), dtype=bool)
        doomed[order] = repeating(ordered, is_ex_post=is_ex_post)
        return doomed[: len(current)], doomed[len(current) :]

    return remove_judged(connection, store, sensor, repetitions, period, filter, dry_run=dry_run)
