"""How much a read would bring, before it is done."""

from collections.abc import Sequence

from sqlalchemy import Connection, Table, func, literal, select

from wattloom.periods import Period
from wattloom.timeseries import tables
from wattloom.timeseries.sensor import Sensor
from wattloom.timeseries.summaries.totals import belief_totals


def count_beliefs(
    connection: Connection, sensors: Sequence[Sensor], period: Period, *, history: bool, enough: int
) -> int:
    """Return no less than the number of beliefs about events that start in a period, or ``enough`` if there are more.

    Where the sensors hold less than ``enough`` at all, the summaries say so;
    else rows are counted, and no more of them than that.

    Args:
        connection: Any transaction.
        sensors: Whose events; repeated sensors count once.
        period: The window.
        history: Whether superseded beliefs count.
        enough: Where counting ends.
    """
    ids = sorted({sensor.id for sensor in sensors})
    held = belief_totals(connection, ids)
    most = held.n_current + (held.n_superseded if history else 0)
    if most < enough:
        return most
    kept = (tables.belief, tables.superseded_belief) if history else (tables.belief,)
    return min(enough, sum(_count(connection, table, ids, period, enough) for table in kept))


def _count(connection: Connection, table: Table, ids: Sequence[int], period: Period, enough: int) -> int:
    inside = (
        select(literal(1))
        .select_from(table)
        .where(table.c.sensor_id.in_(ids), table.c.event_start >= period.start, table.c.event_start < period.end)
        .limit(enough)
    )
    return connection.execute(select(func.count()).select_from(inside.subquery())).scalar_one()
