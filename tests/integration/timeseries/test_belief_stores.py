"""What both belief stores promise, beyond the rules that the model covers."""

import threading
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import Connection, func, select

from tests.factories import make_sensor, make_source
from wattloom.db import Database
from wattloom.errors import NotFoundError, ReplacementError
from wattloom.periods import HOUR_US, Period, from_us, to_us
from wattloom.timeseries import (
    BeliefFilter,
    BeliefKeys,
    Beliefs,
    BeliefStore,
    RecordOutcome,
    Sensor,
    SqliteBeliefStore,
    Window,
    delete_sensor,
    get_sensor,
    read_beliefs,
    record_beliefs,
)
from wattloom.timeseries.store import sqlite
from wattloom.timeseries.tables import belief, superseded_belief

START = datetime(2026, 3, 28, tzinfo=UTC)
START_US = to_us(START)
DAY = Period(START, START + timedelta(days=1))


@pytest.fixture
def sensor(connection: Connection) -> Sensor:
    return get_sensor(connection, make_sensor(connection, event_resolution="PT1H"))


@pytest.fixture
def source_id(connection: Connection) -> int:
    return make_source(connection)


def hourly(sensor: Sensor, source_id: int, values: list[float], *, believed_h: float = 0, first: int = 0) -> Beliefs:
    return Beliefs.points(
        sensor_id=sensor.id,
        source_id=source_id,
        event_start_us=START_US + (first + np.arange(len(values))) * HOUR_US,
        belief_time_us=START_US + round(believed_h * HOUR_US),
        event_value=np.array(values, dtype=np.float64),
    )


def distribution(sensor: Sensor, source_id: int, quantiles: dict[float, float], *, believed_h: int) -> Beliefs:
    n = len(quantiles)
    return Beliefs(
        np.full(n, sensor.id),
        np.full(n, START_US),
        np.full(n, source_id),
        np.full(n, START_US + believed_h * HOUR_US),
        np.array(sorted(quantiles)),
        np.array([quantiles[p] for p in sorted(quantiles)]),
    )


def rows_of(beliefs: Beliefs) -> list[tuple[float, ...]]:
    return [tuple(row) for row in zip(*(column.tolist() for column in beliefs.columns), strict=True)]


def test_values_and_times_come_back_bit_by_bit(
    connection: Connection, belief_store: BeliefStore, sensor: Sensor, source_id: int
) -> None:
    values = [0.1, -0.0, 1e-308, 1.7976931348623157e308, 2 / 3, 123456789.12345679]
    beliefs = Beliefs.points(
        sensor_id=sensor.id,
        source_id=source_id,
        event_start_us=START_US + np.arange(6) * HOUR_US + 1,
        belief_time_us=to_us(datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)),
        event_value=np.array(values),
    )

    record_beliefs(connection, belief_store, sensor, beliefs)

    assert rows_of(read_beliefs(connection, belief_store, [sensor], DAY)) == rows_of(beliefs)


@pytest.mark.parametrize("year", [1900, 1969, 2199])
def test_far_years_are_kept_to_the_microsecond(
    connection: Connection, belief_store: BeliefStore, sensor: Sensor, source_id: int, year: int
) -> None:
    start = datetime(year, 6, 1, 12, 34, 56, 789_012, tzinfo=UTC)
    beliefs = Beliefs.points(
        sensor_id=sensor.id,
        source_id=source_id,
        event_start_us=np.array([to_us(start)]),
        belief_time_us=to_us(start) - 1,
        event_value=np.ones(1),
    )

    record_beliefs(connection, belief_store, sensor, beliefs)

    found = read_beliefs(connection, belief_store, [sensor], Period(start, start + timedelta(hours=1)))
    assert rows_of(found) == rows_of(beliefs)


def test_gaps_are_not_stored(connection: Connection, belief_store: BeliefStore, sensor: Sensor, source_id: int) -> None:
    n = 3
    beliefs = Beliefs(
        np.full(n, sensor.id),
        START_US + np.arange(n) * HOUR_US,
        np.full(n, source_id),
        np.full(n, START_US),
        np.full(n, 0.5),
        np.array([np.nan, np.inf, 1.0]),
    )

    assert record_beliefs(connection, belief_store, sensor, beliefs) == RecordOutcome(1, 0, 0)
    assert record_beliefs(connection, belief_store, sensor, beliefs.take(slice(0, 2))) == RecordOutcome(0, 0, 0)


def test_superseded_beliefs_move_to_the_second_table(
    connection: Connection, belief_store: BeliefStore, sensor: Sensor, source_id: int
) -> None:
    for hour in range(3):
        record_beliefs(connection, belief_store, sensor, hourly(sensor, source_id, [hour, hour], believed_h=-hour))

    counts = [
        connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (belief, superseded_belief)
    ]
    assert counts == [2, 4]


def test_distribution_is_kept_whole_if_a_part_of_it_changed(
    connection: Connection, belief_store: BeliefStore, sensor: Sensor, source_id: int
) -> None:
    first = distribution(sensor, source_id, {0.1: 1, 0.5: 2, 0.9: 3}, believed_h=-9)
    same = distribution(sensor, source_id, {0.1: 1, 0.5: 2, 0.9: 3}, believed_h=-8)
    wider = distribution(sensor, source_id, {0.1: 1, 0.5: 2, 0.9: 4}, believed_h=-7)
    narrower = distribution(sensor, source_id, {0.5: 2}, believed_h=-6)

    outcomes = [record_beliefs(connection, belief_store, sensor, one) for one in (first, same, wider, narrower)]

    assert outcomes == [RecordOutcome(3, 0, 0), RecordOutcome(0, 0, 3), RecordOutcome(0, 3, 0), RecordOutcome(0, 1, 0)]
    assert rows_of(read_beliefs(connection, belief_store, [sensor], DAY)) == rows_of(narrower)
    earlier = BeliefFilter(beliefs_before=from_us(START_US - 7 * HOUR_US))
    assert rows_of(read_beliefs(connection, belief_store, [sensor], DAY, earlier)) == rows_of(wider)


def test_further_quantiles_join_a_belief(
    connection: Connection, belief_store: BeliefStore, sensor: Sensor, source_id: int
) -> None:
    median = distribution(sensor, source_id, {0.5: 2}, believed_h=-9)
    edges = distribution(sensor, source_id, {0.1: 1, 0.9: 3}, believed_h=-9)

    record_beliefs(connection, belief_store, sensor, median)
    record_beliefs(connection, belief_store, sensor, edges)

    whole = distribution(sensor, source_id, {0.1: 1, 0.5: 2, 0.9: 3}, believed_h=-9)
    assert rows_of(read_beliefs(connection, belief_store, [sensor], DAY)) == rows_of(whole)


def test_replacing_keeps_the_other_quantiles(
    connection: Connection, belief_store: BeliefStore, sensor: Sensor, source_id: int
) -> None:
    record_beliefs(connection, belief_store, sensor, distribution(sensor, source_id, {0.1: 1, 0.5: 2}, believed_h=-9))

    again = distribution(sensor, source_id, {0.5: 5}, believed_h=-9)
    outcome = record_beliefs(connection, belief_store, sensor, again, replace=True)

    assert outcome == RecordOutcome(0, 1, 0)
    whole = distribution(sensor, source_id, {0.1: 1, 0.5: 5}, believed_h=-9)
    assert rows_of(read_beliefs(connection, belief_store, [sensor], DAY)) == rows_of(whole)


def test_refused_batch_leaves_nothing(
    connection: Connection, belief_store: BeliefStore, sensor: Sensor, source_id: int
) -> None:
    first = hourly(sensor, source_id, [1, 2])
    record_beliefs(connection, belief_store, sensor, first)

    with pytest.raises(ReplacementError):
        record_beliefs(connection, belief_store, sensor, hourly(sensor, source_id, [3, 1, 9, 9], first=-1))

    week = Period(START - timedelta(days=3), START + timedelta(days=3))
    assert rows_of(read_beliefs(connection, belief_store, [sensor], week)) == rows_of(first)


def test_several_sensors_are_read_at_once(connection: Connection, belief_store: BeliefStore, source_id: int) -> None:
    sensors = [get_sensor(connection, make_sensor(connection, event_resolution="PT1H")) for _ in range(3)]
    for number, sensor in enumerate(sensors):
        record_beliefs(connection, belief_store, sensor, hourly(sensor, source_id, [number, number + 0.5]))

    found = read_beliefs(connection, belief_store, [sensors[2], sensors[0]], DAY)

    assert found.sensor_id.tolist() == [sensors[0].id] * 2 + [sensors[2].id] * 2
    assert found.event_value.tolist() == [0, 0.5, 2, 2.5]
    assert found.of_sensor(sensors[1].id).event_value.tolist() == []


def test_windows_bound_what_is_read(
    connection: Connection, belief_store: BeliefStore, sensor: Sensor, source_id: int
) -> None:
    record_beliefs(connection, belief_store, sensor, hourly(sensor, source_id, [0, 1, 2, 3]))

    window = Window(sensor.id, START_US + HOUR_US, START_US + 3 * HOUR_US)

    assert belief_store.read_current(connection, [window]).event_value.tolist() == [1, 2]
    assert len(belief_store.read_current(connection, [Window(sensor.id + 1, 0, START_US * 2)])) == 0
    assert len(belief_store.read_current(connection, [])) == 0


def test_newest_superseded_belief_is_found_for_each_key(
    connection: Connection, belief_store: BeliefStore, sensor: Sensor, source_id: int
) -> None:
    for hour in (-9, -6, -3):
        record_beliefs(connection, belief_store, sensor, hourly(sensor, source_id, [hour], believed_h=hour))

    times_us = START_US + np.array([-10, -9, -7, -6, 0]) * HOUR_US
    keys = BeliefKeys(np.full(5, sensor.id), np.full(5, START_US), np.full(5, source_id), times_us)

    assert belief_store.read_superseded_by(connection, keys).event_value.tolist() == [-9, -6]


def test_nothing_is_recorded_on_a_deleted_sensor(
    connection: Connection, belief_store: BeliefStore, sensor: Sensor, source_id: int
) -> None:
    record_beliefs(connection, belief_store, sensor, hourly(sensor, source_id, [1], believed_h=-1))
    record_beliefs(connection, belief_store, sensor, hourly(sensor, source_id, [2]))

    delete_sensor(connection, sensor.id)

    for table in (belief, superseded_belief):
        assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0
    with pytest.raises(NotFoundError):
        record_beliefs(connection, belief_store, sensor, hourly(sensor, source_id, [1]))


def test_concurrent_writers_lose_nothing(database: Database, belief_store: BeliefStore) -> None:
    """Four writers record 25 batches each, all about the same events of the same source."""
    with database.write() as connection:
        sensor = get_sensor(connection, make_sensor(connection, event_resolution="PT1H"))
        source_id = make_source(connection)

    def write(number: int) -> None:
        for round_ in range(25):
            believed_h = -1 - (round_ * 4 + number) / 100
            with database.write() as connection:
                record_beliefs(
                    connection, belief_store, sensor, hourly(sensor, source_id, [believed_h] * 3, believed_h=believed_h)
                )

    threads = [threading.Thread(target=write, args=[number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.read() as connection:
        assert read_beliefs(connection, belief_store, [sensor], DAY).event_value.tolist() == [-1, -1, -1]
        assert connection.execute(select(func.count()).select_from(superseded_belief)).scalar_one() == 3 * 99


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("statement", "search"),
    [
        (sqlite.CURRENT, "SEARCH b USING PRIMARY KEY (sensor_id=? AND event_start>? AND event_start<?)"),
        (
            sqlite.SUPERSEDED_BY,
            "SEARCH b USING PRIMARY KEY (sensor_id=? AND event_start=? AND source_id=? AND belief_time=?)",
        ),
    ],
)
def test_sqlite_reads_ranges_of_the_primary_key(connection: Connection, statement: str, search: str) -> None:
    SqliteBeliefStore().read_current(connection, [])

    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", ("[]",))

    steps = [row[3] for row in plan]
    assert search in steps
    assert not [step for step in steps if step.startswith(("SCAN b", "SCAN s"))]


@pytest.mark.parametrize(
    "hours",
    [[0, 1, 2, 3], [0, 1, 3], [0.5, 1.5, 2.5], [0, 1, 2.5, 3.5], [0, 0.5, 1, 3], [4], []],
)
def test_points_come_back_however_their_events_lie(
    connection: Connection,
    belief_store: BeliefStore,
    sensor: Sensor,
    source_id: int,
    hours: list[float],
) -> None:
    starts_us = START_US + (np.array(hours) * HOUR_US).astype(np.int64)
    values = np.arange(len(hours)) + 0.25
    beliefs = Beliefs.points(
        sensor_id=sensor.id, source_id=source_id, event_start_us=starts_us, belief_time_us=0, event_value=values
    )
    record_beliefs(connection, belief_store, sensor, beliefs)
    window = Window(sensor.id, START_US - HOUR_US, START_US + 9 * HOUR_US)

    for step_us in (None, HOUR_US):
        points = belief_store.read_points(connection, window, source_id, step_us=step_us)
        assert points.event_start_us.tolist() == starts_us.tolist()
        assert points.event_value.tolist() == values.tolist()
