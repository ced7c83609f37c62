"""Deleting recorded data: the preview says exactly what goes, and what was believed before counts again."""

import pytest

from tests.command_line import Run
from tests.recorded_site import HOUR, START, Site, make_site
from wattloom.db import Database
from wattloom.timeseries import BeliefStore

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def site(database: Database, belief_store: BeliefStore) -> Site:
    return make_site(database, belief_store)


def test_preview_counts_what_is_deleted(run: Run, site: Site) -> None:
    code, shown = run("delete", "beliefs", "--sensor", str(site.power), "--dry-run")
    _, deleted = run("delete", "beliefs", "--sensor", str(site.power), "--force")

    assert code == 0, shown
    assert f"'power' ({site.power}) of 'Battery': 5 current and 3 superseded beliefs" in shown
    assert "Deleted 5 current and 3 superseded beliefs." in deleted
    assert site.current(site.power, site.meter) == []
    assert site.current(site.energy, site.meter) == [10, 20]
    assert site.summaries_are_right()


@SQLITE
def test_dry_run_deletes_nothing(run: Run, site: Site) -> None:
    _, output = run("delete", "beliefs", "--sensor", str(site.power), "--dry-run")

    assert "this was a dry run" in output
    assert site.current(site.power, site.forecaster) == [4, 5, 6]


@SQLITE
def test_without_a_terminal_nothing_stands_before_the_preview(run: Run, site: Site) -> None:
    _, output = run("delete", "beliefs", "--sensor", str(site.power), "--dry-run")

    assert output.startswith("This deletes ")


@SQLITE
def test_a_wrong_time_is_told_with_its_option(run: Run, site: Site) -> None:
    code, output = run("delete", "beliefs", "--sensor", str(site.power), "--end", "2026-03-01")

    assert (code, output.startswith("Error: --end: Not a valid aware datetime.")) == (2, True)


@SQLITE
def test_no_is_an_answer(run: Run, site: Site) -> None:
    code, output = run("delete", "beliefs", "--sensor", str(site.power), typed="n\n")

    assert (code, "Nothing has been deleted." in output) == (0, True)
    assert site.current(site.power, site.forecaster) == [4, 5, 6]


@SQLITE
def test_yes_deletes(run: Run, site: Site) -> None:
    run("delete", "beliefs", "--sensor", str(site.power), typed="y\n")

    assert site.current(site.power, site.forecaster) == []


def test_what_was_recorded_since_a_moment_can_be_taken_back(run: Run, site: Site) -> None:
    since = (START - HOUR).isoformat()

    _, output = run("delete", "beliefs", "--sensor", str(site.power), "--recorded-after", since, "--force")

    assert "3 older beliefs are current again" in output
    assert site.current(site.power, site.forecaster) == [1, 2, 3]
    assert site.superseded(site.power, site.forecaster) == []
    assert site.current(site.power, site.meter) == []
    assert site.summaries_are_right()


@SQLITE
def test_taking_back_can_end_at_a_moment(run: Run, site: Site) -> None:
    window = ("--recorded-after", (START - HOUR).isoformat(), "--recorded-before", START.isoformat())

    run("delete", "beliefs", "--sensor", str(site.power), *window, "--force")

    assert site.current(site.power, site.forecaster) == [1, 2, 3]
    assert site.current(site.power, site.meter) == [7, 8]


def test_only_the_given_source_goes(run: Run, site: Site) -> None:
    run("delete", "beliefs", "--source", str(site.meter), "--force")

    assert site.current(site.power, site.meter) == site.current(site.energy, site.meter) == []
    assert site.current(site.power, site.forecaster) == [4, 5, 6]
    assert site.summaries_are_right()


def test_only_events_wholly_between_start_and_end_go(run: Run, site: Site) -> None:
    window = ("--start", START.isoformat(), "--end", (START + 1.5 * HOUR).isoformat())

    run("delete", "beliefs", "--sensor", str(site.energy), *window, "--force")

    assert site.current(site.energy, site.meter) == [20]


@SQLITE
def test_an_asset_means_its_own_sensors(run: Run, site: Site) -> None:
    run("delete", "beliefs", "--asset", str(site.house), "--force")

    assert site.current(site.energy, site.meter) == []
    assert site.current(site.power, site.meter) == [7, 8]


def test_offspring_means_the_sensors_below_as_well(run: Run, site: Site) -> None:
    run("delete", "beliefs", "--asset", str(site.house), "--offspring", "--force")

    assert site.current(site.power, site.meter) == []


def test_deletion_is_audited_once_per_sensor(run: Run, site: Site) -> None:
    run("delete", "beliefs", "--source", str(site.meter), "--start", START.isoformat(), "--force")

    words = f", source: {site.meter}, from: {START.isoformat()}"
    assert sorted(site.asset_events()) == [
        f"Deleted data for sensor 'energy': {site.energy}{words}",
        f"Deleted data for sensor 'power': {site.power}{words}",
    ]


def test_measurements_go_and_forecasts_stay(run: Run, site: Site) -> None:
    run("delete", "measurements", "--force")

    assert site.current(site.power, site.meter) == []
    assert site.current(site.power, site.forecaster) == [4, 5, 6]


def test_prognoses_go_and_measurements_stay(run: Run, site: Site) -> None:
    run("delete", "prognoses", "--sensor", str(site.power), "--force")

    assert site.current(site.power, site.forecaster) == site.superseded(site.power, site.forecaster) == []
    assert site.current(site.power, site.meter) == [7, 8]


def test_a_forecast_of_the_same_source_counts_again_without_the_measurement(run: Run, site: Site) -> None:
    site.record(site.power, site.forecaster, [9], believed=START + 2 * HOUR)

    run("delete", "measurements", "--sensor", str(site.power), "--force")

    assert site.current(site.power, site.forecaster) == [4, 5, 6]
    assert site.summaries_are_right()


def test_repetitions_go_and_values_stay(run: Run, site: Site) -> None:
    site.record(site.power, site.forecaster, [4, 5], believed=START - 1.5 * HOUR)

    _, output = run("delete", "unchanged-beliefs", "--sensor", str(site.power), "--force")

    assert "Deleted 2 current and 0 superseded beliefs. 2 older beliefs are current again." in output
    assert site.current(site.power, site.forecaster) == [4, 5, 6]
    assert site.superseded(site.power, site.forecaster) == [1, 2, 3]
    assert site.summaries_are_right()


def test_a_first_measurement_is_no_repetition(run: Run, site: Site) -> None:
    site.record(site.energy, site.forecaster, [1], believed=START + 2 * HOUR)
    site.record(site.energy, site.forecaster, [1], believed=START - HOUR)

    _, output = run("delete", "unchanged-beliefs", "--force")

    assert "There is nothing to delete." in output


@SQLITE
def test_repetitions_among_forecasts_can_be_kept(run: Run, site: Site) -> None:
    site.record(site.power, site.forecaster, [4, 5], believed=START - 1.5 * HOUR)

    _, output = run("delete", "unchanged-beliefs", "--keep-forecasts", "--force")

    assert "There is nothing to delete." in output


@SQLITE
def test_nan_is_never_recorded(run: Run, site: Site) -> None:
    code, output = run("delete", "nan-beliefs")

    assert (code, "never recorded" in output) == (0, True)
    assert site.current(site.power, site.forecaster) == [4, 5, 6]


@SQLITE
@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (["beliefs"], 2, "Say what to delete"),
        (["beliefs", "--sensor", "999"], 3, "No sensor found with ID 999."),
        (["beliefs", "--source", "999"], 3, "No source found with ID 999."),
        (["beliefs", "--asset", "999"], 3, "No asset found with ID 999."),
        (["beliefs", "--offspring", "--source", "1"], 2, "--offspring needs an --asset."),
        (["beliefs", "--start", "yesterday"], 2, "Not a valid datetime."),
        (["beliefs", "--recorded-after", "2026-03-01T00:00:00"], 2, "Add an offset"),
        (
            ["beliefs", "--start", "2026-03-02T00:00:00Z", "--end", "2026-03-01T00:00:00Z"],
            2,
            "--end must not lie before --start.",
        ),
        (["unchanged-beliefs", "--keep-forecasts", "--keep-measurements"], 2, "Nothing is left to delete"),
    ],
)
def test_wrong_options_are_explained_and_delete_nothing(
    run: Run, site: Site, arguments: list[str], code: int, complaint: str
) -> None:
    ended, output = run("delete", *arguments, "--force")

    assert (ended, complaint in output) == (code, True), output
    assert site.current(site.power, site.forecaster) == [4, 5, 6]
