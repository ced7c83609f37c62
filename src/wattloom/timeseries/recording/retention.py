"""Forget old history: beliefs that something newer has replaced long ago."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, select

from wattloom.periods import ALL_TIME, Period
from wattloom.timeseries import tables
from wattloom.timeseries.reading.search import BeliefFilter
from wattloom.timeseries.recording.remove import RemoveOutcome, remove_beliefs
from wattloom.timeseries.sensor import Sensor, list_sensors
from wattloom.timeseries.store import BeliefStore


@dataclass(frozen=True, slots=True)
class Retention:
    """How long superseded beliefs are kept; what is currently believed always is.

    Attributes:
        by_source_type: For sources of these types.
        others: For all other sources; None for ever.
        source_types: Only sources of these types are concerned; None for all.
    """

    by_source_type: Mapping[str, timedelta] = field(default_factory=dict)
    others: timedelta | None = None
    source_types: frozenset[str] | None = None

    def filters(self, now: datetime) -> Iterator[BeliefFilter]:
        """Yield what to forget: the superseded beliefs that any of these accepts."""
        for source_type, kept in self.by_source_type.items():
            if self.source_types is None or source_type in self.source_types:
                yield BeliefFilter(beliefs_before=now - kept, source_types=frozenset({source_type}))
        if self.others is not None:
            yield BeliefFilter(
                beliefs_before=now - self.others,
                source_types=self.source_types,
                exclude_source_types=frozenset(self.by_source_type),
            )

    def latest(self, now: datetime) -> datetime | None:
        """Return until when beliefs may be forgotten, None when all are kept."""
        return max((limits.beliefs_before for limits in self.filters(now) if limits.beliefs_before), default=None)


def forget_history(  # noqa: PLR0913 - as remove_beliefs
    connection: Connection,
    store: BeliefStore,
    sensor: Sensor,
    retention: Retention,
    period: Period = ALL_TIME,
    *,
    now: datetime,
    dry_run: bool = False,
) -> RemoveOutcome:
    """Delete the superseded beliefs about a sensor that were formed too long ago.

    What is currently believed stays as it is; what was believed at a moment
    that lies further back than what is kept can no longer be told.

    Args:
        connection: A write transaction; any transaction for a dry run.
        store: The store of this database.
        sensor: Whose events.
        retention: How long beliefs are kept after they were formed.
        period: Events that lie wholly in it.
        now: The present.
        dry_run: Whether to say what would go, and delete nothing.

    Raises:
        NotFoundError: The sensor has been deleted.
    """
    outcome = RemoveOutcome()
    for wanted in retention.filters(now):
        outcome += remove_beliefs(connection, store, sensor, period, wanted, only_superseded=True, dry_run=dry_run)
    return outcome


def sensors_with_history(connection: Connection, *, formed_by: datetime | None = None) -> list[Sensor]:
    """Return the sensors on which something newer has replaced beliefs, by id.

    Args:
        connection: Any transaction.
        formed_by: Only beliefs that were formed until then; None for all.
    """
    summary, held = tables.belief_summary.c, tables.superseded_belief.c
    conditions: list[ColumnElement[bool]] = [
        tables.sensor.c.id.in_(select(summary.sensor_id).where(summary.n_superseded > 0))
    ]
    if formed_by is not None:
        old = select(held.sensor_id).where(held.sensor_id == tables.sensor.c.id, held.belief_time <= formed_by)
        conditions.append(old.exists())
    return list_sensors(connection, *conditions)
