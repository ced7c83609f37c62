"""Statistics of what was recorded on a sensor, source by source."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, Table, bindparam, func, select, union_all

from wattloom.periods import ALL_TIME, Period, from_us, to_us
from wattloom.timeseries import tables
from wattloom.timeseries.recording.summary import addend
from wattloom.timeseries.sensor import Sensor
from wattloom.timeseries.source import Source, get_sources

_summary = tables.belief_summary.c
_SUMMARIES = (
    select(
        _summary.source_id,
        _summary.first_event_start.label("first"),
        _summary.last_event_start.label("last"),
        _summary.last_belief_time.label("recorded"),
        _summary.smallest,
        _summary.largest,
        _summary.total,
        (_summary.n_current + _summary.n_superseded).label("n"),
    )
    .where(_summary.sensor_id == bindparam("sensor_id"))
    .order_by(_summary.source_id)
)


@dataclass(frozen=True, slots=True)
class SourceStatistics:
    """What one source has recorded; superseded beliefs count as well.

    Attributes:
        source: Who.
        first_event_start: Start of the earliest event.
        last_event_end: End of the latest event.
        last_belief_time: When the newest belief was formed.
        smallest: Smallest value, in the sensor's unit as all values.
        largest: Largest value.
        mean: Mean of the values.
        total: Sum of the values.
        n_values: How many there are.
    """

    source: Source
    first_event_start: datetime
    last_event_end: datetime
    last_belief_time: datetime
    smallest: float
    largest: float
    mean: float
    total: float
    n_values: int


def statistics_by_source(
    connection: Connection, sensor: Sensor, *, start: datetime | None = None, end: datetime | None = None
) -> list[SourceStatistics]:
    """Return the statistics of each source that has recorded something, by id.

    Without limits they are read from the summaries, however much is recorded.

    Args:
        connection: Any transaction.
        sensor: Whose events.
        start: Events from here on, inclusive; None for all.
        end: Events that start before; None for all.
    """
    if start is None and end is None:
        statement = _SUMMARIES
    else:
        period = Period(start or ALL_TIME.start, max(start or ALL_TIME.start, end or ALL_TIME.end))
        statement = _summed(sensor, period)
    rows = connection.execute(statement, {"sensor_id": sensor.id}).all()
    sources = get_sources(connection, [row.source_id for row in rows])
    return [
        SourceStatistics(
            source=sources[row.source_id],
            first_event_start=row.first,
            last_event_end=_end_of(sensor, row.last),
            last_belief_time=row.recorded,
            smallest=row.smallest,
            largest=row.largest,
            mean=row.total / row.n,
            total=row.total,
            n_values=row.n,
        )
        for row in rows
    ]


def _summed(sensor: Sensor, period: Period) -> Select[Any]:
    """Return the statement that looks at all beliefs about the events of a period."""
    every = union_all(*(_columns(table, sensor, period) for table in (tables.belief, tables.superseded_belief)))
    beliefs = every.subquery()
    value = beliefs.c.event_value
    return (
        select(
            beliefs.c.source_id,
            func.min(beliefs.c.event_start).label("first"),
            func.max(beliefs.c.event_start).label("last"),
            func.max(beliefs.c.belief_time).label("recorded"),
            func.min(value).label("smallest"),
            func.max(value).label("largest"),
            func.sum(addend(value)).label("total"),
            func.count().label("n"),
        )
        .group_by(beliefs.c.source_id)
        .order_by(beliefs.c.source_id)
    )


def _columns(table: Table, sensor: Sensor, period: Period) -> Select[Any]:
    held = table.c
    return select(held.source_id, held.event_start, held.belief_time, held.event_value).where(
        held.sensor_id == sensor.id, held.event_start >= period.start, held.event_start < period.end
    )


def _end_of(sensor: Sensor, event_start: datetime) -> datetime:
    return from_us(int(sensor.ends_us(np.array([to_us(event_start)]))[0]))
