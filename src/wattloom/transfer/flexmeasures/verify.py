"""Whether everything arrived: rows per table, and what each source said on each sensor."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select, text

from wattloom.errors import InternalError
from wattloom.timeseries.tables import belief_summary
from wattloom.transfer.flexmeasures.beliefs import BeliefCounts
from wattloom.transfer.flexmeasures.source import FlexMeasures

_RELATIVE_ERROR = 1e-9
# Sums of such values overflow in PostgreSQL; they are not compared.
_HUGE = 1e280
_SHOWN = 10

_SERIES = text("""
SELECT sensor_id, source_id, count(*) AS n_rows, min(event_start) AS first_event_start,
    max(event_start) AS last_event_start, min(v) AS smallest, max(v) AS largest,
    sum(v) FILTER (WHERE abs(v) < 1e280) AS total, sum(abs(v)) FILTER (WHERE abs(v) < 1e280) AS total_size
FROM (SELECT sensor_id, source_id, event_start::timestamptz, event_value::float8 AS v FROM timed_belief) AS b
WHERE v NOT IN ('NaN', 'Infinity', '-Infinity') AND event_start >= '1900-01-01Z' AND event_start < '2200-01-01Z'
GROUP BY sensor_id, source_id
""")


@dataclass(frozen=True, slots=True)
class TableCheck:
    """One table: how many rows FlexMeasures has, how many were to come, and how many are here."""

    name: str
    n_source: int
    n_expected: int
    n_found: int


def count_in(connection: Connection, table: Table) -> int:
    """Return how many rows a table of the target has."""
    return connection.execute(select(func.count()).select_from(table)).scalar_one()


def check_tables(checks: Iterable[TableCheck]) -> None:
    """Let an import pass whose tables are complete.

    Raises:
        InternalError: One is not; names it.
    """
    wrong = [
        f"{each.name}: {each.n_found} instead of {each.n_expected}"
        for each in checks
        if each.n_found != each.n_expected
    ]
    if wrong:
        raise InternalError(f"Not everything arrived, and nothing was kept: {'; '.join(wrong)}.")


def check_series(connection: Connection, flexmeasures: FlexMeasures, counts: BeliefCounts) -> int:
    """Compare number, first and last event, extremes and sum of the beliefs of each source on each sensor.

    Returns:
        How many series were compared.

    Raises:
        InternalError: Some differ; names them.
    """
    found = {(row.sensor_id, row.source_id): row for row in connection.execute(select(belief_summary))}
    expected = {(row.sensor_id, row.source_id): row for row in flexmeasures.connection.execute(_SERIES)}
    wrong = [
        f"sensor {key[0]}, source {key[1]}"
        for key in sorted(found.keys() | expected.keys())
        if not _agree(expected.get(key), found.get(key), counts.n_outside.get(key, 0))
    ]
    if wrong:
        more = f" and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
        raise InternalError(f"Beliefs differ after copying, and nothing was kept: {'; '.join(wrong[:_SHOWN])}{more}.")
    return len(expected)


def _agree(there: Row[Any] | None, here: Row[Any] | None, n_outside: int) -> bool:
    if there is None or here is None:
        return here is None and (there is None or there.n_rows <= n_outside)
    if n_outside:
        # Beliefs about events outside our time are not counted there either.
        return bool(there.n_rows - n_outside <= here.n_current + here.n_superseded <= there.n_rows)
    return bool(
        here.n_current + here.n_superseded == there.n_rows
        and _bounds(there) == _bounds(here)
        and (max(-here.smallest, here.largest) >= _HUGE or _equal_sums(there, here))
    )


def _bounds(row: Row[Any]) -> tuple[datetime, datetime, float, float]:
    return row.first_event_start, row.last_event_start, row.smallest, row.largest


def _equal_sums(there: Row[Any], here: Row[Any]) -> bool:
    return math.isclose(there.total, here.total, rel_tol=0, abs_tol=_RELATIVE_ERROR * there.total_size)
