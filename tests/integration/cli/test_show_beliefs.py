"""Showing beliefs: a chart, a table, JSON, and a file that can be read again."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from tests.command_line import Run
from tests.recorded_site import HOUR, START, Site, make_site
from wattloom.db import Database
from wattloom.timeseries import BeliefStore
from wattloom.timeseries.tables import data_source, sensor

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
SPAN = ("--start", START.isoformat(), "--duration")
WINDOW = (*SPAN, "PT4H")


@pytest.fixture
def site(database: Database, belief_store: BeliefStore) -> Site:
    return make_site(database, belief_store)


def shown(run: Run, sensor: int, *options: str) -> dict[str, Any]:
    code, output = run("show", "beliefs", "--sensor", str(sensor), *WINDOW, *options, "--json")
    assert code == 0, output
    [series] = json.loads(output)
    return dict(series)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_one_belief_counts_per_event(run: Run, site: Site) -> None:
    series = shown(run, site.power)

    assert series["sensor"] == {"id": site.power, "name": "power", "path": "power", "unit": "kW"}
    assert series["event_start"][0] == "2026-03-01T01:00:00+01:00"
    # The measurement was recorded last; it says nothing about the third event.
    assert series["event_value"] == [7.0, 8.0, 6.0]


def test_what_was_believed_before_can_be_shown(run: Run, site: Site) -> None:
    series = shown(run, site.power, "--belief-time-before", (START - 1.5 * HOUR).isoformat())

    assert series["event_value"] == [1.0, 2.0, 3.0]


@SQLITE
@pytest.mark.parametrize("option", ["--source", "--source-type"])
def test_sources_can_be_chosen(run: Run, site: Site, option: str) -> None:
    wanted = {"--source": str(site.forecaster), "--source-type": "forecaster"}[option]

    assert shown(run, site.power, option, wanted)["event_value"] == [4.0, 5.0, 6.0]


def test_a_type_that_no_source_has_is_hinted_at(run: Run, site: Site) -> None:
    window = ("--start", START.isoformat(), "--duration", "PT3H")

    code, output = run("show", "beliefs", "--sensor", str(site.power), *window, "--source-type", "forcaster")

    assert (code, "Nothing is believed about this time" in output) == (0, True), output
    assert "Hint: no data source has the type 'forcaster'. Did you mean 'forecaster'?" in output


@SQLITE
def test_energy_is_summed_and_power_averaged(run: Run, site: Site) -> None:
    assert shown(run, site.energy, "--resolution", "PT2H")["event_value"] == [30.0]
    assert shown(run, site.power, "--resolution", "PT2H")["event_value"] == [7.5, 6.0]


@SQLITE
def test_times_can_be_on_another_clock(run: Run, site: Site) -> None:
    series = shown(run, site.energy, "--timezone", "Asia/Tokyo")

    assert (series["timezone"], series["event_start"][0]) == ("Asia/Tokyo", "2026-03-01T09:00:00+09:00")


@SQLITE
@pytest.mark.parametrize(
    ("options", "labels"),
    [
        ((), ["Battery>power", "energy"]),
        (("--full-paths",), ["Our house>House>Battery>power", "Our house>House>energy"]),
    ],
)
def test_paths_are_as_long_as_wanted(run: Run, site: Site, options: tuple[str, ...], labels: list[str]) -> None:
    sensors = ("--sensor", str(site.power), "--sensor", str(site.energy))

    _, output = run("show", "beliefs", *sensors, *WINDOW, *options, "--include-ids", "--json")

    ids = (site.power, site.energy)
    expected = [f"{label} (ID: {sensor_id})" for label, sensor_id in zip(labels, ids, strict=True)]
    assert [series["sensor"]["path"] for series in json.loads(output)] == expected


@SQLITE
def test_the_chart_has_units_gaps_and_a_local_time_axis(run: Run, site: Site) -> None:
    code, output = run("show", "beliefs", "--sensor", str(site.power), "--sensor", str(site.energy), *WINDOW)

    assert code == 0, output
    lines = output.splitlines()
    assert lines[0] == "Battery>power"
    assert lines[1].startswith("kW                8 ┤")
    assert any(line.startswith("kWh              20 ┤") for line in lines)
    # The fourth hour of power is unknown, and so are the third and fourth of energy.
    assert "·" in lines[6]
    assert max(len(line.rstrip()) for line in lines[:16]) <= 80
    assert any("01:00" in line and "02:00" in line for line in lines)
    assert any("Sun 01 Mar" in line for line in lines)


@SQLITE
def test_the_tables_sum_up_and_list_values(run: Run, site: Site) -> None:
    _, output = run("show", "beliefs", "--sensor", str(site.power), *WINDOW)

    lines = [line.split() for line in output.splitlines()]
    assert ["power", "kW", "3", "6", "7", "8"] in lines
    assert ["Sun", "2026-03-01", "01:00", "7"] in lines
    assert ["Sun", "2026-03-01", "04:00"] in lines
    assert ["from", "power", "[kW]"] in lines


def test_a_file_says_who_believed_what_when(run: Run, site: Site, tmp_path: Path) -> None:
    path = tmp_path / "power.csv"

    code, output = run("show", "beliefs", "--sensor", str(site.power), *WINDOW, "--to-file", str(path))

    assert (code, f"Wrote 3 rows to {path}." in output) == (0, True)
    assert [row["event_value"] for row in rows_of(path)] == ["7.0", "8.0", "6.0"]
    assert rows_of(path)[2] == {
        "event_start": "2026-03-01T03:00:00+01:00",
        "event_value": "6.0",
        "belief_time": "2026-03-01T00:00:00+01:00",
        "source": "oracle",
        "sensor": "power",
        "sensor_id": str(site.power),
    }


@SQLITE
@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1"])
def test_no_name_in_a_file_is_a_formula(run: Run, site: Site, tmp_path: Path, name: str) -> None:
    with site.database.write() as connection:
        connection.execute(update(sensor).where(sensor.c.id == site.power).values(name=name))
        connection.execute(update(data_source).values(name=name, user_id=data_source.c.id))

    run("show", "beliefs", "--sensor", str(site.power), *WINDOW, "--to-file", str(tmp_path / "power.csv"))

    assert {(row["source"], row["sensor"]) for row in rows_of(tmp_path / "power.csv")} == {(f"'{name}", f"'{name}")}


def test_a_file_can_be_read_again(run: Run, site: Site, tmp_path: Path) -> None:
    path, sensors = tmp_path / "both.csv", ("--sensor", str(site.power), "--sensor", str(site.energy))
    run("show", "beliefs", *sensors, *WINDOW, "--source", str(site.meter), "--to-file", str(path))
    run("delete", "beliefs", "--source", str(site.meter), "--force")
    rows_of_power = ("--filter-column", "sensor_id", "--filter-value", str(site.power))

    options = ("--sensor", str(site.power), "--source", str(site.meter), "--beliefcol", "belief_time", *rows_of_power)
    code, output = run("add", "beliefs", str(path), *options)

    assert code == 0, output
    assert site.current(site.power, site.meter) == [7, 8]
    sources = json.loads(run("show", "sensor", "--id", str(site.power), "--json")[1])["sources"]
    assert {row["source_id"]: row["recorded"] for row in sources}[site.meter] == "2026-03-01T05:00:00+00:00"


@SQLITE
def test_a_resampled_file_holds_no_belief_times(run: Run, site: Site, tmp_path: Path) -> None:
    path = tmp_path / "power.csv"

    run("show", "beliefs", "--sensor", str(site.power), *WINDOW, "--resolution", "PT2H", "--to-file", str(path))

    assert list(rows_of(path)[0]) == ["event_start", "event_value", "sensor", "sensor_id"]


@SQLITE
def test_nothing_believed_is_said(run: Run, site: Site) -> None:
    options = ("--start", "2020-01-01T00:00:00Z", "--duration", "P1D")

    code, output = run("show", "beliefs", "--sensor", str(site.power), *options)

    assert (code, "Nothing is believed" in output) == (0, True)


@SQLITE
@pytest.mark.parametrize(
    ("options", "code", "complaint"),
    [
        (("--sensor", "999", *WINDOW), 3, "No sensor found with ID 999."),
        (("--sensor", "1", *WINDOW, "--source", "999"), 3, "No source found with ID 999."),
        (("--sensor", "1", "--start", "2026-03-01", "--duration", "P1D"), 2, "Add an offset"),
        (("--sensor", "1", *SPAN, "a day"), 2, "ISO 8601 duration"),
        (("--sensor", "1", *SPAN, "-PT1H"), 2, "--duration must be longer"),
        (("--sensor", "1", *WINDOW, "--resolution", "PT0H"), 2, "--resolution must be longer"),
        (("--sensor", "1", *SPAN, "P90Y", "--resolution", "PT1M"), 2, "longer --resolution or a shorter --duration"),
        (("--sensor", "1", *WINDOW, "--timezone", "Mars"), 2, "doesn't exist as a time zone"),
        (("--sensor", "1", *WINDOW, "--belief-time-before", "now"), 2, "Not a valid datetime"),
    ],
)
@pytest.mark.usefixtures("site")
def test_wrong_options_are_explained(run: Run, options: tuple[str, ...], code: int, complaint: str) -> None:
    ended, output = run("show", "beliefs", *options)

    assert (ended, complaint in output) == (code, True), output
