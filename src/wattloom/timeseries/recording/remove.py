"""Take beliefs back: delete what a filter accepts, and believe again what was believed before."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from sqlalchemy import Connection, func, select

from wattloom.periods import ALL_TIME, Period, to_us
from wattloom.timeseries import tables
from wattloom.timeseries.belief import Beliefs, Mask
from wattloom.timeseries.reading.search import EVERYTHING, BeliefFilter, believed_within
from wattloom.timeseries.recording.announced import announce_change
from wattloom.timeseries.recording.changes import without
from wattloom.timeseries.recording.shrink import shrink_summaries
from wattloom.timeseries.sensor import Sensor, hold_as_read
from wattloom.timeseries.source import sources_of_sensors
from wattloom.timeseries.store import BeliefStore, Window

Judge: TypeAlias = Callable[[Beliefs, Beliefs], tuple[Mask, Mask]]
"""Says which rows go, given all that is currently believed about some events of one sensor, and all that was before."""

# Bounds memory: 50 MB of columns at a time, if events are spread evenly.
_ROWS_AT_ONCE = 200_000


@dataclass(frozen=True, slots=True)
class RemoveOutcome:
    """What is deleted.

    Attributes:
        n_current: Rows that were currently believed.
        n_superseded: Rows that something newer had replaced.
        n_restored: Superseded rows that are currently believed again.
    """

    n_current: int = 0
    n_superseded: int = 0
    n_restored: int = 0

    def __add__(self, other: "RemoveOutcome") -> "RemoveOutcome":
        return RemoveOutcome(
            self.n_current + other.n_current,
            self.n_superseded + other.n_superseded,
            self.n_restored + other.n_restored,
        )


def remove_beliefs(  # noqa: PLR0913 - what is deleted should be spelt out
    connection: Connection,
    store: BeliefStore,
    sensor: Sensor,
    period: Period = ALL_TIME,
    filter: BeliefFilter = EVERYTHING,  # noqa: A002 - the field's word
    *,
    only_superseded: bool = False,
    dry_run: bool = False,
) -> RemoveOutcome:
    """Delete beliefs about a sensor; an older belief about the same event is current again.

    Args:
        connection: A write transaction; any transaction for a dry run.
        store: The store of this database.
        sensor: Whose events.
        period: Events that lie wholly in it.
        filter: Which beliefs go, each judged by itself: also those that
            something newer has replaced.
        only_superseded: Whether what is currently believed stays.
        dry_run: Whether to say what would go, and delete nothing.

    Raises:
        NotFoundError: The sensor has been deleted.
        ConflictError: The sensor has got another unit, resolution or time zone since it was read.
    """

    def all_of_them(current: Beliefs, superseded: Beliefs) -> tuple[Mask, Mask]:
        return np.full(len(current), not only_superseded), np.ones(len(superseded), dtype=bool)

    return remove_judged(connection, store, sensor, all_of_them, period, filter, dry_run=dry_run)


def remove_judged(  # noqa: PLR0913 - what is deleted should be spelt out
    connection: Connection,
    store: BeliefStore,
    sensor: Sensor,
    judge: Judge,
    period: Period,
    filter: BeliefFilter,  # noqa: A002 - the field's word
    *,
    dry_run: bool,
) -> RemoveOutcome:
    """Do what :func:`remove_beliefs` does, to the beliefs that ``judge`` condemns as well."""
    if not dry_run:
        hold_as_read(connection, sensor)
    sources = sources_of_sensors(connection, [sensor.id]).values()
    accepted = np.array([source.id for source in sources if filter.accepts(source)], dtype=np.int64)
    outcome = RemoveOutcome()
    if not len(accepted):
        return outcome

    def is_meant(beliefs: Beliefs) -> Mask:
        ends_by = sensor.ends_us(beliefs.event_start_us) <= to_us(period.end)
        within = believed_within(beliefs, {sensor.id: sensor}, filter)
        return np.isin(beliefs.source_id, accepted) & ends_by & within

    for window in _windows(connection, sensor, period):
        current, superseded = store.read_current(connection, [window]), store.read_superseded(connection, [window])
        doomed_current, doomed_superseded = judge(current, superseded)
        doomed_current, doomed_superseded = doomed_current & is_meant(current), doomed_superseded & is_meant(superseded)
        changes = without(current, superseded, doomed_current=doomed_current, doomed_superseded=doomed_superseded)
        outcome += RemoveOutcome(int(doomed_current.sum()), int(doomed_superseded.sum()), len(changes.add_current))
        if not dry_run:
            store.write(connection, changes)
            announce_change(connection, sensor, changes)
            shrink_summaries(
                connection,
                sensor.id,
                current=current.take(doomed_current),
                superseded=superseded.take(doomed_superseded),
                restored=changes.add_current,
            )
    return outcome


def _windows(connection: Connection, sensor: Sensor, period: Period) -> Iterator[Window]:
    """Yield windows that hold all events of a period, about as many rows each."""
    summary = tables.belief_summary.c
    row = connection.execute(
        select(
            func.min(summary.first_event_start).label("first"),
            func.max(summary.last_event_start).label("last"),
            func.sum(summary.n_current + summary.n_superseded).label("n_rows"),
        ).where(summary.sensor_id == sensor.id)
    ).one()
    start_us, before_us = max(to_us(row.first), to_us(period.start)), min(to_us(row.last), to_us(period.end)) + 1
    if start_us >= before_us:
        return
    n_windows = 1 + int(row.n_rows) // _ROWS_AT_ONCE
    edges_us = np.linspace(start_us, before_us, n_windows + 1).astype(np.int64).tolist()
    edges_us[0], edges_us[-1] = start_us, before_us
    for low_us, high_us in pairwise(edges_us):
        yield Window(sensor.id, low_us, high_us)
