"""Series for schedules: many sensors in one read, on one grid, in the wanted unit."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import Connection, event

from tests.factories import make_sensor, make_source
from wattloom.errors import UnitError
from wattloom.periods import HOUR_US, Period, to_us
from wattloom.timeseries import (
    BeliefFilter,
    Beliefs,
    BeliefStore,
    Grid,
    NewSource,
    Sensor,
    SeriesRequest,
    get_or_create_source,
    get_sensor,
    nearest_values,
    read_events,
    read_series,
    record_beliefs,
)

START = datetime(2026, 6, 1, tzinfo=UTC)
START_US = to_us(START)
MINUTE_US = 60_000_000
QUARTERS = Grid(START_US, 15 * MINUTE_US, 8)


class Recorder:
    """Records values on new sensors."""

    def __init__(self, connection: Connection, store: BeliefStore) -> None:
        self.connection, self.store = connection, store
        self.source_id = make_source(connection, type="market")

    def sensor(self, values: list[float], *, minutes: int = 60, **columns: str) -> Sensor:
        sensor = get_sensor(self.connection, make_sensor(self.connection, **columns))
        self.add(sensor, values, minutes=minutes)
        return sensor

    def add(
        self,
        sensor: Sensor,
        values: list[float],
        *,
        minutes: int = 60,
        believed_at: datetime = START,
        source_id: int | None = None,
    ) -> None:
        beliefs = Beliefs.points(
            sensor_id=sensor.id,
            source_id=source_id or self.source_id,
            event_start_us=START_US + np.arange(len(values)) * minutes * MINUTE_US,
            belief_time_us=to_us(believed_at),
            event_value=np.array(values, dtype=np.float64),
        )
        record_beliefs(self.connection, self.store, sensor, beliefs)


@pytest.fixture
def recorder(connection: Connection, belief_store: BeliefStore) -> Recorder:
    return Recorder(connection, belief_store)


def series(recorder: Recorder, *requests: SeriesRequest, grid: Grid = QUARTERS) -> list[list[float]]:
    return [values.tolist() for values in read_series(recorder.connection, recorder.store, requests, grid)]


def test_sensors_of_any_resolution_and_unit_come_on_one_grid(recorder: Recorder) -> None:
    price = recorder.sensor([50, 60], unit="EUR/MWh", event_resolution="PT1H")
    energy = recorder.sensor([1, 2], unit="kWh", event_resolution="PT1H")
    load = recorder.sensor([1, 3, 5, 7], minutes=5, unit="W", event_resolution="PT5M")

    found = read_series(
        recorder.connection,
        recorder.store,
        [SeriesRequest(price, unit="EUR/kWh"), SeriesRequest(energy, unit="MW"), SeriesRequest(load)],
        QUARTERS,
    )

    np.testing.assert_allclose(found[0], [0.05] * 4 + [0.06] * 4)
    np.testing.assert_allclose(found[1], [0.001] * 4 + [0.002] * 4)
    np.testing.assert_array_equal(found[2], [3, 7] + [np.nan] * 6)


def test_energy_is_summed_and_split(recorder: Recorder) -> None:
    energy = recorder.sensor([1, 2], unit="kWh", event_resolution="PT1H")

    assert series(recorder, SeriesRequest(energy)) == [[0.25] * 4 + [0.5] * 4]
    assert series(recorder, SeriesRequest(energy), grid=Grid(START_US, 2 * HOUR_US, 1)) == [[3]]


def test_events_that_began_before_the_grid_reach_into_it(recorder: Recorder) -> None:
    price = recorder.sensor([50, 60], event_resolution="PT1H")

    assert series(recorder, SeriesRequest(price), grid=Grid(START_US + 30 * MINUTE_US, 15 * MINUTE_US, 3)) == [
        [50, 50, 60]
    ]


def test_calendar_events_that_began_before_the_grid_reach_into_it(recorder: Recorder) -> None:
    """The day of 25 hours began 24.5 hours before the grid."""
    start = datetime.fromisoformat("2026-10-25T00:00:00+02:00")
    daily = recorder.sensor([], event_resolution="P1D")
    beliefs = Beliefs.points(
        sensor_id=daily.id,
        source_id=recorder.source_id,
        event_start_us=np.array([to_us(start)]),
        belief_time_us=START_US,
        event_value=np.array([7.0]),
    )
    record_beliefs(recorder.connection, recorder.store, daily, beliefs)

    late = Grid(to_us(start) + round(24.5 * HOUR_US), 15 * MINUTE_US, 3)

    np.testing.assert_array_equal(series(recorder, SeriesRequest(daily), grid=late), [[7, 7, np.nan]])


def test_each_request_has_its_own_filter(recorder: Recorder) -> None:
    sensor = recorder.sensor([1, 1], event_resolution="PT1H")
    recorder.add(sensor, [2, 2], believed_at=START + timedelta(hours=1))
    forecaster = make_source(recorder.connection, type="forecaster")
    recorder.add(sensor, [3, 3], believed_at=START + timedelta(hours=2), source_id=forecaster)
    hour = Grid(START_US, HOUR_US, 1)

    found = series(
        recorder,
        SeriesRequest(sensor),
        SeriesRequest(sensor, BeliefFilter(beliefs_before=START)),
        SeriesRequest(sensor, BeliefFilter(source_types=frozenset({"market"}))),
        SeriesRequest(sensor, BeliefFilter(exclude_source_types=frozenset({"forecaster"}))),
        SeriesRequest(sensor, BeliefFilter(source_ids=frozenset({forecaster}))),
        SeriesRequest(sensor, BeliefFilter(beliefs_after=START + timedelta(hours=3))),
        grid=hour,
    )

    np.testing.assert_array_equal(found, [[3], [1], [2], [2], [3], [np.nan]])


def test_all_sensors_of_a_filter_are_read_by_one_query(recorder: Recorder) -> None:
    sensors = [recorder.sensor([1, 2], event_resolution="PT1H") for _ in range(5)]
    statements: list[str] = []
    event.listen(
        recorder.connection.engine, "before_cursor_execute", lambda *arguments: statements.append(arguments[2])
    )

    found = series(recorder, *(SeriesRequest(sensor) for sensor in sensors))

    assert len(found) == 5
    assert len(statements) == 1, "sources; the beliefs pass by SQLAlchemy"


def test_points_of_a_distribution_are_read_side_by_side(recorder: Recorder) -> None:
    sensor = recorder.sensor([])
    columns = Beliefs.points(
        sensor_id=sensor.id,
        source_id=recorder.source_id,
        event_start_us=START_US + np.zeros(3, dtype=np.int64),
        belief_time_us=START_US,
        event_value=np.array([10.0, 20.0, 30.0]),
    )
    distribution = replace(columns, cumulative_probability=np.array([0.1, 0.5, 0.9]))
    record_beliefs(recorder.connection, recorder.store, sensor, distribution)

    found = series(recorder, *(SeriesRequest(sensor, probability=each) for each in (0.9, 0.1, 0.5)))

    assert [values[0] for values in found] == [30, 10, 20]


def test_unit_that_does_not_fit_is_refused(recorder: Recorder) -> None:
    price = recorder.sensor([50], unit="EUR/MWh", event_resolution="PT1H")

    with pytest.raises(UnitError):
        series(recorder, SeriesRequest(price, unit="kW"))


def test_nothing_recorded_is_nan(recorder: Recorder) -> None:
    empty = recorder.sensor([])

    assert np.isnan(series(recorder, SeriesRequest(empty))).all()
    assert series(recorder) == []


def test_samples_come_as_events_without_length_the_one_at_the_end_too(recorder: Recorder) -> None:
    soc = recorder.sensor([10, 20, 30], minutes=7, unit="kWh", event_resolution="P0D")

    [events] = read_events(
        recorder.connection,
        recorder.store,
        [SeriesRequest(soc, unit="MWh")],
        Period(START, START + timedelta(minutes=14)),
    )

    assert events.value.tolist() == [0.01, 0.02, 0.03]
    assert events.start_us.tolist() == events.end_us.tolist() == [START_US + k * 7 * MINUTE_US for k in range(3)]


@pytest.mark.parametrize(
    ("minute", "within", "expected"),
    [(0, 5, 10), (4, 5, 20), (3.5, 5, 20), (3, 5, 10), (20, 5, None), (19, 5, 30), (-5, 5, 10), (-6, 5, None)],
)
def test_nearest_value_is_found(recorder: Recorder, minute: float, within: int, expected: float | None) -> None:
    soc = recorder.sensor([10, 20, 30], minutes=7, unit="kWh", event_resolution="P0D")

    found = nearest_values(
        recorder.connection,
        recorder.store,
        [SeriesRequest(soc)],
        START + timedelta(minutes=minute),
        within=timedelta(minutes=within),
    )

    assert found == [expected]


def test_source_is_found_again(connection: Connection) -> None:
    scheduler = NewSource(name="Wattloom", type="scheduler", model="StorageScheduler", version="0.1.0")

    first = get_or_create_source(connection, scheduler)

    assert get_or_create_source(connection, scheduler) == first
    newer = NewSource(name="Wattloom", type="scheduler", model="StorageScheduler", version="0.2.0")
    assert get_or_create_source(connection, newer).id != first.id


def test_source_of_a_user_stays_the_same_under_another_name(connection: Connection) -> None:
    first = get_or_create_source(connection, NewSource(name="ada", type="user", user_id=7, account_id=1))

    assert get_or_create_source(connection, NewSource(name="lovelace", type="user", user_id=7, account_id=1)) == first


def test_sources_with_other_attributes_are_others(connection: Connection) -> None:
    def forecaster(attributes: dict[str, int]) -> int:
        new = NewSource(name="F", type="forecaster", model="Ridge", attributes=attributes)
        return get_or_create_source(connection, new).id

    assert forecaster({"a": 1, "b": 2}) == forecaster({"b": 2, "a": 1})
    assert forecaster({"a": 1}) != forecaster({"a": 2})
