"""What is asked often must not read more the more is recorded: statistics, status, latest values.

SQLite is asked for its plans, step by step, because aliases hide the tables in
the short form. PostgreSQL counts the scans and the rows of the transaction
itself, which also shows what a plan costs.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Connection

from tests.factories import make_sensor, make_source
from wattloom.db import Database
from wattloom.periods import HOUR_US, Period, to_us
from wattloom.timeseries import (
    Beliefs,
    BeliefStore,
    PostgresBeliefStore,
    Sensor,
    SeriesRequest,
    SqliteBeliefStore,
    freshness_of_sensors,
    get_sensors,
    latest_beliefs,
    read_events,
    record_beliefs,
    sources_of_sensors,
    statistics_by_source,
)

START = datetime(2026, 1, 1, tzinfo=UTC)
N_EVENTS = 5_000
NOW = START + timedelta(hours=N_EVENTS)
IN_THE_MIDDLE = START + timedelta(hours=N_EVENTS // 2)

Ask = Callable[[Connection, BeliefStore, list[Sensor]], object]


def ask_statistics(connection: Connection, _store: BeliefStore, sensors: list[Sensor]) -> object:
    return [statistics_by_source(connection, sensor) for sensor in sensors]


def ask_statistics_of_a_window(connection: Connection, _store: BeliefStore, sensors: list[Sensor]) -> object:
    end = IN_THE_MIDDLE + timedelta(hours=10)
    return [statistics_by_source(connection, sensor, start=IN_THE_MIDDLE, end=end) for sensor in sensors]


def ask_status(connection: Connection, store: BeliefStore, sensors: list[Sensor]) -> object:
    return freshness_of_sensors(connection, store, sensors, now=NOW)


def ask_latest(connection: Connection, store: BeliefStore, sensors: list[Sensor]) -> object:
    return latest_beliefs(connection, store, sensors, starting_by=IN_THE_MIDDLE, believed_by=NOW)


def ask_a_window(connection: Connection, store: BeliefStore, sensors: list[Sensor]) -> object:
    """What the key figures of an asset are made of."""
    period = Period(IN_THE_MIDDLE, IN_THE_MIDDLE + timedelta(hours=10))
    return read_events(connection, store, [SeriesRequest(sensor) for sensor in sensors], period)


def ask_sources(connection: Connection, _store: BeliefStore, sensors: list[Sensor]) -> object:
    return sources_of_sensors(connection, [sensor.id for sensor in sensors])


SUMMARISED = [ask_statistics, ask_sources]
BOUNDED = [ask_status, ask_latest, ask_statistics_of_a_window, ask_a_window]


@pytest.fixture
def sensors(database: Database, belief_store: BeliefStore) -> list[Sensor]:
    """Three sensors with two sources each, everything believed twice."""
    with database.write() as connection:
        ids = [make_sensor(connection, event_resolution="PT1H") for _ in range(3)]
        sensors = list(get_sensors(connection, ids).values())
        sources = [make_source(connection), make_source(connection, type="forecaster")]
        for sensor in sensors:
            for source in sources:
                for believed_h in (0, 1):
                    beliefs = hourly(sensor, source, believed_h=believed_h)
                    record_beliefs(connection, belief_store, sensor, beliefs)
        connection.exec_driver_sql("ANALYZE")
    return sensors


def hourly(sensor: Sensor, source_id: int, *, believed_h: int) -> Beliefs:
    return Beliefs.points(
        sensor_id=sensor.id,
        source_id=source_id,
        event_start_us=to_us(START) + np.arange(N_EVENTS) * HOUR_US,
        belief_time_us=to_us(START) + believed_h * HOUR_US,
        event_value=np.arange(N_EVENTS) + float(believed_h),
    )


def statements_of(connection: Connection, ask: Ask, sensors: list[Sensor]) -> list[str]:
    """Return what SQLite was asked, with the values of all parameters."""
    driver: Any = connection.connection.driver_connection
    statements: list[str] = []
    driver.set_trace_callback(statements.append)
    ask(connection, SqliteBeliefStore(), sensors)
    driver.set_trace_callback(None)
    # SQLite writes infinity in a way that it does not read.
    return [re.sub(r"\bInf\b", "9e999", statement) for statement in statements]


def scans_of_beliefs(connection: Connection, statement: str) -> list[str]:
    """Return the steps of SQLite's plan that go through a table of beliefs from one of its ends."""
    driver: Any = connection.connection.driver_connection
    pages = {page for (page,) in driver.execute("SELECT rootpage FROM sqlite_schema WHERE name LIKE '%belief'")}
    steps = list(driver.execute(f"EXPLAIN {statement}"))
    cursors = {first for _, step, first, second, *_ in steps if step == "OpenRead" and second in pages}
    return [step for _, step, first, *_ in steps if step in {"Rewind", "Last"} and first in cursors]


def reads_of(connection: Connection, ask: Ask, sensors: list[Sensor]) -> dict[str, tuple[int, int]]:
    """Return how often PostgreSQL scanned each table of beliefs, and how many rows it took through indexes."""
    before = counted(connection)
    ask(connection, PostgresBeliefStore(), sensors)
    after = counted(connection)
    return {name: (after[name][0] - before[name][0], after[name][1] - before[name][1]) for name in after}


def counted(connection: Connection) -> dict[str, tuple[int, int]]:
    """Return the counters of this connection; they also hold what has not been reported to the server yet."""
    rows = connection.exec_driver_sql(
        "SELECT relname, seq_scan, idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname LIKE '%%belief'"
    )
    return {row.relname: (row.seq_scan, row.idx_tup_fetch) for row in rows}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("ask", SUMMARISED)
def test_sqlite_answers_from_summaries(database: Database, sensors: list[Sensor], ask: Ask) -> None:
    with database.read() as connection:
        statements = statements_of(connection, ask, sensors)

    assert statements
    assert [statement for statement in statements if re.search(r"\b(superseded_)?belief\b", statement)] == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("ask", BOUNDED)
def test_sqlite_scans_no_beliefs(database: Database, sensors: list[Sensor], ask: Ask) -> None:
    with database.read() as connection:
        statements = statements_of(connection, ask, sensors)
        scans = [step for statement in statements for step in scans_of_beliefs(connection, statement)]

    assert statements
    assert scans == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_scan_in_sqlite_would_be_seen(database: Database, sensors: list[Sensor]) -> None:
    assert sensors
    with database.read() as connection:
        assert scans_of_beliefs(connection, "SELECT sum(event_value) FROM belief")
        assert scans_of_beliefs(connection, "SELECT max(belief_time) FROM superseded_belief WHERE source_id = 1")


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
@pytest.mark.parametrize("ask", SUMMARISED)
def test_postgres_answers_from_summaries(database: Database, sensors: list[Sensor], ask: Ask) -> None:
    with database.read() as connection:
        reads = reads_of(connection, ask, sensors)

    assert reads == {"belief": (0, 0), "superseded_belief": (0, 0)}


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
@pytest.mark.parametrize("ask", BOUNDED)
def test_postgres_scans_no_beliefs(database: Database, sensors: list[Sensor], ask: Ask) -> None:
    with database.read() as connection:
        reads = reads_of(connection, ask, sensors)

    # Three sensors, two sources, and ten events in the window: of 30,000 rows in each table.
    assert {name: n_scans for name, (n_scans, _) in reads.items()} == {"belief": 0, "superseded_belief": 0}
    assert max(n_rows for _, n_rows in reads.values()) <= 100
