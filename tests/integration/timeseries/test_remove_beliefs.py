"""Taking beliefs back leaves what was believed before them."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import Connection, select

from tests.factories import make_sensor, make_source
from wattloom.errors import NotFoundError
from wattloom.periods import ALL_TIME, HOUR_US, Period, to_us
from wattloom.timeseries import (
    EVERYTHING,
    BeliefFilter,
    Beliefs,
    BeliefStore,
    RemoveOutcome,
    Sensor,
    delete_sensor,
    get_sensor,
    latest_beliefs,
    read_beliefs,
    rebuild_summaries,
    record_beliefs,
    remove_beliefs,
)
from wattloom.timeseries.tables import belief_summary

START = datetime(2026, 3, 28, tzinfo=UTC)
HOUR = timedelta(hours=1)


class History:
    """A sensor with three hourly events, forecast twice by one source and measured by another."""

    def __init__(self, connection: Connection, store: BeliefStore) -> None:
        self.connection, self.store = connection, store
        self.sensor: Sensor = get_sensor(connection, make_sensor(connection, event_resolution="PT1H"))
        self.forecaster, self.meter = (
            make_source(connection, type="forecaster"),
            make_source(connection, type="gateway"),
        )
        self.record(self.forecaster, [1, 2, 3], believed=START - 2 * HOUR)
        self.record(self.forecaster, [4, 5, 6], believed=START - HOUR)
        self.record(self.meter, [7, 8], believed=START + 5 * HOUR)

    def record(self, source_id: int, values: list[float], *, believed: datetime) -> None:
        beliefs = Beliefs.points(
            sensor_id=self.sensor.id,
            source_id=source_id,
            event_start_us=to_us(START) + np.arange(len(values)) * HOUR_US,
            belief_time_us=to_us(believed),
            event_value=np.array(values, dtype=np.float64),
        )
        record_beliefs(self.connection, self.store, self.sensor, beliefs)

    def remove(
        self, period: Period = ALL_TIME, wanted: BeliefFilter = EVERYTHING, *, only_superseded: bool = False
    ) -> RemoveOutcome:
        foreseen = remove_beliefs(
            self.connection, self.store, self.sensor, period, wanted, only_superseded=only_superseded, dry_run=True
        )
        outcome = remove_beliefs(
            self.connection, self.store, self.sensor, period, wanted, only_superseded=only_superseded
        )
        assert outcome == foreseen
        return outcome

    def values(self, source_id: int, *, history: bool = False) -> list[float]:
        wanted = BeliefFilter(source_ids=frozenset({source_id}))
        found = read_beliefs(self.connection, self.store, [self.sensor], ALL_TIME, wanted, history=history)
        return found.event_value.tolist()

    def summaries(self) -> list[tuple[object, ...]]:
        rows = self.connection.execute(
            select(belief_summary).where(belief_summary.c.sensor_id == self.sensor.id).order_by("source_id")
        )
        return [tuple(row) for row in rows]


@pytest.fixture
def history(connection: Connection, belief_store: BeliefStore) -> History:
    return History(connection, belief_store)


def test_everything_goes_without_a_filter(history: History) -> None:
    assert history.remove() == RemoveOutcome(n_current=5, n_superseded=3, n_restored=0)

    assert history.values(history.forecaster, history=True) == history.values(history.meter) == []
    assert history.summaries() == []


def test_what_was_believed_before_is_current_again(history: History) -> None:
    outcome = history.remove(wanted=BeliefFilter(beliefs_after=START - HOUR, source_types=frozenset({"forecaster"})))

    assert outcome == RemoveOutcome(n_current=3, n_superseded=0, n_restored=3)
    assert history.values(history.forecaster, history=True) == [1, 2, 3]
    assert history.values(history.meter) == [7, 8]


def test_only_events_that_lie_wholly_in_the_period_go(history: History) -> None:
    history.remove(Period(START + HOUR / 2, START + 2.5 * HOUR))

    assert history.values(history.forecaster) == [4, 6]
    assert history.values(history.meter) == [7]


def test_old_beliefs_can_go_while_current_ones_stay(history: History) -> None:
    outcome = history.remove(wanted=BeliefFilter(beliefs_before=START), only_superseded=True)

    assert outcome == RemoveOutcome(n_current=0, n_superseded=3, n_restored=0)
    assert history.values(history.forecaster, history=True) == [4, 5, 6]


def test_measurements_are_told_from_forecasts_by_their_horizon(history: History) -> None:
    history.remove(wanted=BeliefFilter(horizons_at_most=timedelta(0)))

    assert history.values(history.meter) == []
    assert history.values(history.forecaster) == [4, 5, 6]


def test_summaries_follow(history: History) -> None:
    history.remove(Period(START, START + HOUR))

    kept = history.summaries()
    rebuild_summaries(history.connection, [history.sensor.id])
    assert kept == history.summaries()
    assert [row[5:10] for row in kept] == [(2, 2, 2.0, 6.0, 16.0), (1, 0, 8.0, 8.0, 8.0)]


def test_beliefs_about_a_deleted_sensor_cannot_be_removed(history: History) -> None:
    delete_sensor(history.connection, history.sensor.id)

    with pytest.raises(NotFoundError):
        remove_beliefs(history.connection, history.store, history.sensor)


@pytest.mark.parametrize(
    ("starting_by", "believed_by", "expected"),
    [
        (9 * HOUR, 9 * HOUR, {"forecaster": 6, "meter": 8}),
        (1.5 * HOUR, 9 * HOUR, {"forecaster": 5, "meter": 8}),
        (HOUR / 2, 9 * HOUR, {"forecaster": 4, "meter": 7}),
        (9 * HOUR, HOUR, {"forecaster": 6}),
        (9 * HOUR, -1.5 * HOUR, {"forecaster": 3}),
        (HOUR, -1.5 * HOUR, {"forecaster": 2}),
        (-HOUR, 9 * HOUR, {}),
        (9 * HOUR, -3 * HOUR, {}),
    ],
)
def test_latest_beliefs_are_about_the_newest_event_that_was_known(
    history: History, starting_by: timedelta, believed_by: timedelta, expected: dict[str, float]
) -> None:
    found = latest_beliefs(
        history.connection,
        history.store,
        [history.sensor],
        starting_by=START + starting_by,
        believed_by=START + believed_by,
    )

    names = {history.forecaster: "forecaster", history.meter: "meter"}
    values = zip(found.source_id.tolist(), found.event_value.tolist(), strict=True)
    assert {names[source_id]: value for source_id, value in values} == expected
