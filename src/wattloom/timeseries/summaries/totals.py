"""How much is recorded on sensors, and where to cut it into parts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import Connection, Table, bindparam, func, select

from wattloom.db import in_batches
from wattloom.periods import MICROSECOND, Period, from_us, to_us
from wattloom.timeseries import tables
from wattloom.timeseries.sensor import Sensor

# Built once: building a statement costs more than running it.
_summary = tables.belief_summary.c
_SUMS = select(func.coalesce(func.sum(_summary.n_current), 0), func.coalesce(func.sum(_summary.n_superseded), 0))
_SUMS_OF_SENSORS = _SUMS.where(_summary.sensor_id.in_(bindparam("ids", expanding=True)))


@dataclass(frozen=True, slots=True)
class BeliefTotals:
    """How many rows are recorded: currently believed ones, and those that something newer has replaced."""

    n_current: int
    n_superseded: int


def belief_totals(connection: Connection, sensor_ids: Iterable[int] | None = None) -> BeliefTotals:
    """Return how much is recorded on some sensors, or on all, without looking at any belief."""
    if sensor_ids is None:
        found = [connection.execute(_SUMS).one()]
    else:
        found = [connection.execute(_SUMS_OF_SENSORS, {"ids": ids}).one() for ids in in_batches(sensor_ids)]
    return BeliefTotals(sum(int(row[0]) for row in found), sum(int(row[1]) for row in found))


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the events of a sensor.

    Attributes:
        period: They, and no others of the whole, lie wholly in it.
        next_start: Where the next part begins; None after the last one.
    """

    period: Period
    next_start: datetime | None


def first_part(connection: Connection, sensor: Sensor, period: Period, *, n_rows: int) -> Part:
    """Return the first events of a period on which about ``n_rows`` rows are recorded, of either kind.

    Deleting part by part keeps transactions short; each can be the last.
    """
    nth = [_nth_start(connection, table, sensor, period, n_rows) for table in (tables.belief, tables.superseded_belief)]
    last = min((start for start in nth if start is not None), default=period.end)
    end = from_us(int(sensor.ends_us(np.array([to_us(last)]))[0]))
    return Part(period, None) if end >= period.end else Part(Period(period.start, end), last + MICROSECOND)


def _nth_start(connection: Connection, table: Table, sensor: Sensor, period: Period, n: int) -> datetime | None:
    start = table.c.event_start
    inside = (table.c.sensor_id == sensor.id, start >= period.start, start <= period.end)
    return connection.scalar(select(start).where(*inside).order_by(start).offset(n - 1).limit(1))
