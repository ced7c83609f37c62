"""``wattloom edit resample-data``."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import select

from tests.command_line import Run
from tests.factories import make_sensor, make_source
from wattloom.assets.tables import asset_audit_log
from wattloom.db import Database
from wattloom.periods import ALL_TIME, to_us
from wattloom.timeseries import (
    Beliefs,
    BeliefStore,
    get_sensor,
    read_beliefs,
    record_beliefs,
    statistics_by_source,
)

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
RESAMPLE = ("edit", "resample-data", "--sensor", "1", "--event-resolution")


class Meter:
    """Sensor 1, and what is believed about it."""

    def __init__(self, database: Database, store: BeliefStore, unit: str = "kW") -> None:
        self.database, self.store = database, store
        with database.write() as connection:
            make_sensor(connection, name="meter", unit=unit)
            self.source = make_source(connection)

    def record(self, values: list[float], *, believed: datetime) -> None:
        starts_us = to_us(START) + np.arange(len(values)) * (QUARTER // timedelta(microseconds=1))
        with self.database.write() as connection:
            sensor = get_sensor(connection, 1)
            beliefs = Beliefs.points(
                sensor_id=1,
                source_id=self.source,
                event_start_us=starts_us,
                belief_time_us=to_us(believed),
                event_value=np.array(values),
            )
            record_beliefs(connection, self.store, sensor, beliefs)

    def values(self, *, history: bool = False) -> list[float]:
        with self.database.read() as connection:
            sensor = get_sensor(connection, 1)
            return read_beliefs(connection, self.store, [sensor], ALL_TIME, history=history).event_value.tolist()

    def resolution(self) -> str:
        with self.database.read() as connection:
            return get_sensor(connection, 1).event_resolution.iso()


@pytest.fixture
def meter(database: Database, belief_store: BeliefStore) -> Meter:
    return Meter(database, belief_store)


def test_quarters_become_hours_with_their_history(run: Run, meter: Meter, database: Database) -> None:
    meter.record([1, 2, 3, 4, 5, 6, 7, 8], believed=START - timedelta(hours=2))
    meter.record([1, 2, 3, 8, 5, 6, 7, 8], believed=START - timedelta(hours=1))

    code, output = run(*RESAMPLE, "60", "--skip-integrity-check")

    assert (code, "has now PT1H instead of PT15M: 3 beliefs instead of 9." in output) == (0, True), output
    assert meter.resolution() == "PT1H"
    assert meter.values() == [3.5, 6.5]
    assert meter.values(history=True) == [2.5, 3.5, 6.5]
    with database.read() as connection:
        statistics = statistics_by_source(connection, get_sensor(connection, 1))
        events = list(connection.scalars(select(asset_audit_log.c.event)))
    assert [each.n_values for each in statistics] == [3]
    assert events == ["Resampled sensor data for sensor 'meter': 1 to PT1H from PT15M"]


def test_quarters_become_slices_of_five_minutes(run: Run, meter: Meter) -> None:
    meter.record([1, 2], believed=START)

    assert run(*RESAMPLE, "PT5M", "--skip-integrity-check")[0] == 0

    assert meter.values() == [1, 1, 1, 2, 2, 2]


@on_sqlite
def test_energy_is_summed_and_split(run: Run, database: Database, belief_store: BeliefStore) -> None:
    meter = Meter(database, belief_store, unit="kWh")
    meter.record([1, 2, 3, 4], believed=START)

    run(*RESAMPLE, "PT1H", "--skip-integrity-check")
    hours = meter.values()
    run(*RESAMPLE, "PT30M", "--skip-integrity-check")

    assert (hours, meter.values()) == ([10], [5, 5])


@on_sqlite
def test_the_change_is_shown_before_it_is_done(run: Run, meter: Meter) -> None:
    meter.record([1, 2, 3, 6], believed=START)

    code, output = run(*RESAMPLE, "60", typed="y\n")

    assert code == 0
    shown = [" ".join(line.split()) for line in output.splitlines() if "meter (1)" in line]
    assert shown == ["meter (1) PT15M 4 kW 3 12 1, 2, 3, 6", "meter (1) PT1H 1 kW 3 3 3"]
    assert meter.values() == [3]


@on_sqlite
@pytest.mark.parametrize(("answer", "code"), [("n\n", 0), ("", 1)])
def test_nothing_changes_without_consent(run: Run, meter: Meter, answer: str, code: int) -> None:
    meter.record([1, 2, 3, 6], believed=START)

    ended, _ = run(*RESAMPLE, "60", typed=answer)

    assert (ended, meter.values(), meter.resolution()) == (code, [1, 2, 3, 6], "PT15M")


@on_sqlite
def test_a_sensor_without_data_changes_its_resolution(run: Run, meter: Meter) -> None:
    assert run(*RESAMPLE, "1440", "--skip-integrity-check")[0] == 0

    assert meter.resolution() == "P1D"


@on_sqlite
def test_the_same_resolution_changes_nothing(run: Run, meter: Meter, database: Database) -> None:
    meter.record([1, 2], believed=START)

    code, output = run(*RESAMPLE, "15", "--skip-integrity-check")

    assert (code, output) == (0, "Sensor 'meter' with id 1 has PT15M already.\n")
    with database.read() as connection:
        assert connection.scalar(select(asset_audit_log.c.id)) is None


@on_sqlite
def test_a_window_around_all_data_is_fine(run: Run, meter: Meter) -> None:
    meter.record([1, 2, 3, 6], believed=START)

    code, _ = run(
        *RESAMPLE, "60", "--skip-integrity-check", "--from", START.isoformat(), "--until", "2026-03-01T14:00+01:00"
    )

    assert (code, meter.values()) == (0, [3])


@on_sqlite
@pytest.mark.parametrize(
    ("options", "code", "problem"),
    [
        (("60", "--from", "2026-03-01T12:30+00:00"), 2, "Sensor 1 has 2 beliefs outside the window"),
        (("60", "--until", "2026-03-01T12:20+00:00"), 2, "Sensor 1 has 3 beliefs outside the window"),
        (("60", "--from", "2026-03-01"), 2, "Add an offset"),
        (("60", "--from", "2026-03-02T00:00+00:00", "--until", "2026-03-01T00:00+00:00"), 2, "must not lie before"),
        (("0",), 2, "the resolution must be above zero"),
        (("P1M2D",), 2, "Resolutions cannot mix months"),
        (("soon",), 2, "Cannot parse 'soon' as ISO 8601 duration"),
        (("60", "--sensor", "99"), 3, "No sensor found with ID 99."),
    ],
)
def test_a_wrong_option_changes_nothing(
    run: Run, meter: Meter, options: tuple[str, ...], code: int, problem: str
) -> None:
    meter.record([1, 2, 3, 6], believed=START)

    failed, output = run(*RESAMPLE, *options, "--skip-integrity-check")

    assert (failed, problem in output) == (code, True), output
    assert (meter.values(), meter.resolution()) == ([1, 2, 3, 6], "PT15M")
