from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import Connection

from tests.factories import NOW, make_sensor, make_source
from wattloom.periods import ALL_TIME, Period, to_us
from wattloom.timeseries import Beliefs, BeliefStore, Sensor, count_beliefs, get_sensor, record_beliefs

QUARTER = timedelta(minutes=15)
HOUR = Period(NOW, NOW + timedelta(hours=1))


@pytest.fixture
def sensor(connection: Connection, belief_store: BeliefStore) -> Sensor:
    """A sensor with twenty events, of which the first six were believed to be different once."""
    sensor = get_sensor(connection, make_sensor(connection))
    source_id = make_source(connection)
    for n, value in ((6, 1.0), (20, 2.0)):
        beliefs = Beliefs.points(
            sensor_id=sensor.id,
            source_id=source_id,
            event_start_us=to_us(NOW) + np.arange(n) * (QUARTER // timedelta(microseconds=1)),
            belief_time_us=to_us(NOW) + n,
            event_value=np.full(n, value),
        )
        record_beliefs(connection, belief_store, sensor, beliefs)
    return sensor


@pytest.mark.parametrize(
    ("period", "enough", "expected"),
    [(HOUR, 20, 4), (HOUR, 3, 3), (ALL_TIME, 15, 15), (ALL_TIME, 20, 20), (Period(NOW - QUARTER, NOW), 1, 0)],
)
def test_beliefs_in_the_window_are_counted_up_to_what_is_enough(
    connection: Connection, sensor: Sensor, period: Period, enough: int, expected: int
) -> None:
    assert count_beliefs(connection, [sensor, sensor], period, history=False, enough=enough) == expected


def test_superseded_beliefs_count_as_history(connection: Connection, sensor: Sensor) -> None:
    assert count_beliefs(connection, [sensor], HOUR, history=True, enough=20) == 8


def test_what_is_held_at_all_is_answer_enough(connection: Connection, sensor: Sensor) -> None:
    assert count_beliefs(connection, [sensor], HOUR, history=False, enough=100) == 20
    assert count_beliefs(connection, [sensor], HOUR, history=True, enough=100) == 26


def test_nothing_recorded_counts_as_nothing(connection: Connection) -> None:
    sensor = get_sensor(connection, make_sensor(connection))

    assert count_beliefs(connection, [sensor], ALL_TIME, history=True, enough=1) == 0
