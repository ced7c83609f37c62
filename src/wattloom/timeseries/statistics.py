"""Statistics of what was recorded on a sensor, source by source."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, Table, func, select, union_all

from wattloom.periods import from_us, to_us
from wattloom.timeseries import tables
from wattloom.timeseries.sensor import Sensor
from wattloom.timeseries.source import Source, get_sources


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

    Args:
        connection: Any transaction.
        sensor: Whose events.
        start: Events from here on, inclusive; None for all.
        end: Events that start before; None for all.
    """
    every = union_all(*(_columns(table, sensor, start, end) for table in (tables.belief, tables.superseded_belief)))
    beliefs = every.subquery()
    value = beliefs.c.event_value
    rows = connection.execute(
        select(
            beliefs.c.source_id,
            func.min(beliefs.c.event_start).label("first"),
            func.max(beliefs.c.event_start).label("last"),
            func.max(beliefs.c.belief_time).label("recorded"),
            func.min(value).label("smallest"),
            func.max(value).label("largest"),
            func.sum(value).label("total"),
            func.count().label("n"),
        )
        .group_by(beliefs.c.source_id)
        .order_by(beliefs.c.source_id)
    ).all()
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


def _columns(table: Table, sensor: Sensor, start: datetime | None, end: datetime | None) -> Select[Any]:
    held = table.c
    conditions = [held.sensor_id == sensor.id]
    if start is not None:
        conditions.append(held.event_start >= start)
    if end is not None:
        conditions.append(held.event_start < end)
    return select(held.source_id, held.event_start, held.belief_time, held.event_value).where(*conditions)


def _end_of(sensor: Sensor, event_start: datetime) -> datetime:
    return from_us(int(sensor.ends_us(np.array([to_us(event_start)]))[0]))
