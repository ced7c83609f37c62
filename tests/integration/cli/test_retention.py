"""Forgetting old history: superseded beliefs go by age and type of source, current ones stay."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.command_line import Run
from tests.recorded_site import HOUR, START, Site, make_site
from wattloom.config import Settings
from wattloom.db import Database
from wattloom.periods import ALL_TIME, Period
from wattloom.server.backend import open_backend
from wattloom.server.forget_history import forget_history_of_all
from wattloom.server.sweep import Sweep
from wattloom.timeseries import (
    BeliefStore,
    RemoveOutcome,
    Retention,
    Sensor,
    first_part,
    forget_history,
    get_sensor,
    remove_beliefs,
    sensors_with_history,
    update_sensor,
)

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
DAY = timedelta(days=1)


@pytest.fixture
def site(database: Database, belief_store: BeliefStore) -> Site:
    return make_site(database, belief_store)


def forget(site: Site, retention: Retention, now: datetime) -> RemoveOutcome:
    with site.database.write() as connection:
        sensor = get_sensor(connection, site.power)
        foreseen = forget_history(connection, site.store, sensor, retention, now=now, dry_run=True)
        assert forget_history(connection, site.store, sensor, retention, now=now) == foreseen
    assert site.summaries_are_right()
    return foreseen


def test_old_history_goes_and_current_beliefs_stay(run: Run, site: Site) -> None:
    code, output = run("delete", "history", "--keep-days", "0", "--force")

    assert code == 0, output
    assert "Deleted 0 current and 3 superseded beliefs." in output
    assert site.superseded(site.power, site.forecaster) == []
    assert site.current(site.power, site.forecaster) == [4, 5, 6]
    assert site.current(site.power, site.meter) == [7, 8]
    assert site.summaries_are_right()


@SQLITE
@pytest.mark.parametrize(("too_early", "n_forgotten"), [(timedelta(microseconds=1), 0), (timedelta(0), 3)])
def test_age_counts_from_when_a_belief_was_formed(site: Site, too_early: timedelta, n_forgotten: int) -> None:
    formed = START - 2 * HOUR

    outcome = forget(site, Retention(others=10 * DAY), formed + 10 * DAY - too_early)

    assert outcome == RemoveOutcome(0, n_forgotten, 0)


def test_a_type_of_source_has_a_rule_of_its_own(site: Site) -> None:
    site.record(site.power, site.meter, [70], believed=START + 6 * HOUR)
    rules = Retention({"forecaster": 2 * DAY}, others=365 * DAY)

    outcome = forget(site, rules, START + 10 * DAY)

    assert outcome == RemoveOutcome(0, 3, 0)
    assert site.superseded(site.power, site.meter) == [7]


@SQLITE
def test_other_types_can_be_left_alone(site: Site) -> None:
    site.record(site.power, site.meter, [70], believed=START + 6 * HOUR)

    outcome = forget(site, Retention(others=DAY, source_types=frozenset({"gateway"})), START + 10 * DAY)

    assert outcome == RemoveOutcome(0, 1, 0)
    assert site.superseded(site.power, site.forecaster) == [1, 2, 3]


@SQLITE
def test_options_name_types_and_sensors(run: Run, site: Site) -> None:
    others = ("--keep-days", "gateway=0", "--source-type", "gateway")
    _, untouched = run("delete", "history", *others, "--force")
    _, elsewhere = run("delete", "history", "--keep-days", "0", "--sensor", str(site.energy), "--force")
    assert "There is nothing to delete." in untouched
    assert "There is nothing to delete." in elsewhere

    _, output = run("delete", "history", "--keep-days", "forecaster=0", "--keep-days", "36500", "--force")

    assert "Deleted 0 current and 3 superseded beliefs." in output


@SQLITE
@pytest.mark.parametrize("days", ["ten", "-1", "scheduler=", "=", "1.5", "99999"])
def test_days_that_are_no_number_are_refused(run: Run, days: str) -> None:
    code, output = run("delete", "history", f"--keep-days={days}", "--force")

    assert (code, "is no number of days" in output) == (2, True), output


@SQLITE
def test_two_rules_for_the_same_sources_are_refused(run: Run) -> None:
    code, output = run("delete", "history", "--keep-days", "scheduler=7", "--keep-days", "scheduler=8")

    assert (code, "given twice for sources of type scheduler" in output) == (2, True)


def test_the_server_forgets_on_all_sensors(site: Site, database: Database, tmp_path: Any) -> None:
    backend = open_backend(Settings(data_dir=tmp_path, database_url=database.url))
    later = replace(backend, clock=lambda: START + 10 * DAY)

    first = forget_history_of_all(later, Retention(others=DAY))
    again = forget_history_of_all(later, Retention(others=DAY))
    backend.close()

    assert (first, again) == (RemoveOutcome(0, 3, 0), RemoveOutcome())
    assert site.current(site.power, site.forecaster) == [4, 5, 6]


def test_sensors_without_old_history_are_not_even_looked_at(site: Site) -> None:
    with site.database.read() as connection:
        found = {
            hours: [sensor.id for sensor in sensors_with_history(connection, formed_by=START + timedelta(hours=hours))]
            for hours in (-3, -1)
        }

    assert found == {-3: [], -1: [site.power]}


@SQLITE
def test_parts_hold_every_event_once(site: Site) -> None:
    rest, periods = ALL_TIME, []
    with site.database.read() as connection:
        sensor = get_sensor(connection, site.power)
        while rest is not None:
            part = first_part(connection, sensor, rest, n_rows=2)
            periods.append(part.period)
            rest = part.next_start and Period(part.next_start, rest.end)
        counts = [remove_beliefs(connection, site.store, sensor, period, dry_run=True) for period in periods]

    assert len(periods) > 1
    assert sum(counts, start=RemoveOutcome()) == RemoveOutcome(5, 3, 0)


def test_a_deletion_in_many_parts_deletes_what_was_foreseen(site: Site) -> None:
    def remove(connection: Any, sensor: Sensor, period: Period, *, dry_run: bool) -> RemoveOutcome:
        return remove_beliefs(connection, site.store, sensor, period, dry_run=dry_run)

    sweep = Sweep(site.database, remove, rows_at_once=1)
    with site.database.read() as connection:
        sensor = get_sensor(connection, site.power)
        foreseen = sweep.preview(connection, sensor)

    deleted = sweep.carry_out(sensor)

    assert deleted == foreseen == RemoveOutcome(5, 3, 0)
    assert site.current(site.power, site.meter) == []
    assert site.current(site.energy, site.meter) == [10, 20]
    assert site.summaries_are_right()


def test_what_was_interrupted_goes_on_when_started_again(site: Site) -> None:
    n_parts = iter(range(1, 100))

    def remove_two_parts(connection: Any, sensor: Sensor, period: Period, *, dry_run: bool) -> RemoveOutcome:
        if next(n_parts) > 2:
            raise InterruptedError
        return remove_beliefs(connection, site.store, sensor, period, dry_run=dry_run)

    def remove(connection: Any, sensor: Sensor, period: Period, *, dry_run: bool) -> RemoveOutcome:
        return remove_beliefs(connection, site.store, sensor, period, dry_run=dry_run)

    with site.database.read() as connection:
        sensor = get_sensor(connection, site.power)
    with pytest.raises(InterruptedError):
        Sweep(site.database, remove_two_parts, rows_at_once=1).carry_out(sensor)
    assert site.current(site.power, site.forecaster) == [6]
    assert site.summaries_are_right()

    Sweep(site.database, remove, rows_at_once=1).carry_out(sensor)

    assert site.current(site.power, site.forecaster) == []
    assert site.summaries_are_right()


def test_a_sensor_that_has_been_changed_stops_nothing(site: Site) -> None:
    def remove(connection: Any, sensor: Sensor, period: Period, *, dry_run: bool) -> RemoveOutcome:
        return remove_beliefs(connection, site.store, sensor, period, dry_run=dry_run)

    with site.database.write() as connection:
        sensor = get_sensor(connection, site.power)
        update_sensor(connection, sensor, replace(sensor, unit="MW"))

    Sweep(site.database, remove).carry_out(sensor)

    assert site.current(site.power, site.forecaster) == []


@SQLITE
def test_a_sensor_that_is_gone_stops_nothing(run: Run, site: Site) -> None:
    def remove(connection: Any, sensor: Sensor, period: Period, *, dry_run: bool) -> RemoveOutcome:
        return remove_beliefs(connection, site.store, sensor, period, dry_run=dry_run)

    with site.database.read() as connection:
        sensor = get_sensor(connection, site.power)
    run("delete", "sensor", "--id", str(site.power), "--force")

    assert Sweep(site.database, remove).carry_out(sensor) == RemoveOutcome()


def test_a_type_that_no_source_has_is_hinted_at(run: Run, site: Site) -> None:
    code, output = run("delete", "history", "--keep-days", "forcaster=7", "--keep-days", "0", "--dry-run")

    assert (code, "this was a dry run" in output) == (0, True), output
    assert "Hint: no data source has the type 'forcaster'. Did you mean 'forecaster'?" in output
    assert site.superseded(site.power, site.forecaster) == [1, 2, 3]


@SQLITE
def test_types_that_sources_have_need_no_hint(run: Run, site: Site) -> None:
    _, output = run("delete", "history", "--keep-days", "gateway=0", "--source-type", "forecaster", "--dry-run")

    assert site.superseded(site.power, site.forecaster) == [1, 2, 3]
    assert "Hint" not in output


@SQLITE
def test_a_chosen_type_that_no_source_has_is_hinted_at(run: Run, site: Site) -> None:
    code, output = run("delete", "history", "--keep-days", "0", "--source-type", "gatway", "--force")

    assert (code, "There is nothing to delete." in output) == (0, True), output
    assert "Hint: no data source has the type 'gatway'. Did you mean 'gateway'?" in output
    assert site.superseded(site.power, site.forecaster) == [1, 2, 3]
