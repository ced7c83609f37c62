"""Schedules from the command line: the tutorials of processes and of the battery."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.api_client import make_services
from tests.command_line import Run
from tests.factories import make_source
from tests.planning import Planner
from wattloom.db import Database
from wattloom.periods import to_us
from wattloom.timeseries import Grid, SeriesRequest, get_sensor, read_series

DAY = datetime(2026, 3, 2, tzinfo=ZoneInfo("Europe/Amsterdam"))
EUR_PER_MWH = (10, 11, 12, 15, 18, 17, 10.5, 9, 9.5, 9, 8.5, 10, 8, 5, 4, 4, 5.5, 8, 12, 13, 14, 12.5, 10, 7)
PROCESS = {
    "power": 0.2,
    "duration": "PT4H",
    "time-restrictions": [{"start": (DAY + timedelta(hours=15)).isoformat(), "duration": "PT1H"}],
}
TIMES = ("--start", DAY.isoformat(), "--duration", "PT24H")

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def toy(run: Run, database: Database) -> dict[str, int]:
    """Add the account of the tutorials, with prices for a day; ids by name."""
    _, output = run("add", "toy-account", "--kind", "process", "--shell-vars")
    ids = {name: int(row_id) for name, _, row_id in (line.partition("=") for line in output.splitlines()) if row_id}
    with database.write() as connection:
        source = make_source(connection)
    planner = Planner(make_services(database), ids["FM_TOY_ACCOUNT_ID"], 1, 0, 0, 0, 0, 0, source)
    planner.record(ids["FM_TOY_PRICE_SENSOR_ID"], [price / 1000 for price in EUR_PER_MWH], start=DAY)
    return ids


def running(database: Database, sensor_id: int) -> list[int]:
    """Return in which hours of the day something is recorded to run."""
    grid = Grid(to_us(DAY), 3_600_000_000, 24)
    with database.read() as connection:
        store = make_services(database).beliefs
        [values] = read_series(connection, store, [SeriesRequest(get_sensor(connection, sensor_id))], grid)
    return np.flatnonzero(np.nan_to_num(values)).tolist()


@pytest.mark.parametrize(
    ("process_type", "hours", "cost"),
    [
        ("INFLEXIBLE", [0, 1, 2, 3], "9.60"),
        ("BREAKABLE", [13, 14, 16, 23], "4.30"),
        ("SHIFTABLE", [11, 12, 13, 14], "5.40"),
    ],
)
def test_tutorial_of_processes(
    run: Run, database: Database, toy: dict[str, int], process_type: str, hours: list[int], cost: str
) -> None:
    sensor = toy[f"FM_TOY_PROCESS_{process_type}_SENSOR_ID"]
    model = json.dumps(PROCESS | {"process-type": process_type})

    code, output = run("add", "schedule", "--sensor", str(sensor), *TIMES, "--flex-model", model)

    assert code == 0, output
    assert f"values on sensors: {sensor}" in output
    assert f"ProcessScheduler was used. Costs: electricity net energy {cost} EUR." in output
    assert running(database, sensor) == hours


def test_flex_model_may_stand_in_a_file(run: Run, database: Database, toy: dict[str, int], tmp_path: Path) -> None:
    file = tmp_path / "model.json"
    file.write_text(json.dumps(PROCESS | {"process-type": "BREAKABLE"}), encoding="utf-8")
    sensor = toy["FM_TOY_PROCESS_BREAKABLE_SENSOR_ID"]

    run("add", "schedule", "--sensor", str(sensor), *TIMES, "--flex-model", str(file))

    assert running(database, sensor) == [13, 14, 16, 23]


def test_dry_run_shows_and_records_nothing(run: Run, database: Database, toy: dict[str, int]) -> None:
    sensor = toy["FM_TOY_PROCESS_SHIFTABLE_SENSOR_ID"]
    model = json.dumps(PROCESS | {"process-type": "shiftable"})

    code, output = run("add", "schedule", "--sensor", str(sensor), *TIMES, "--flex-model", model, "--dry-run")

    assert code == 0, output
    assert f"(sensor {sensor}), MW, as stored" in output
    assert re.search(r"2026-03-02T11:00\+01:00 +\S*0[.]2\b", output), output
    assert "Nothing was recorded." in output
    assert running(database, sensor) == []


def test_job_is_left_to_the_workers(run: Run, database: Database, toy: dict[str, int]) -> None:
    sensor = toy["FM_TOY_PROCESS_SHIFTABLE_SENSOR_ID"]

    code, output = run(
        "add", "schedule", "--sensor", str(sensor), *TIMES, "--flex-model", json.dumps(PROCESS), "--as-job"
    )

    assert code == 0
    assert re.search(r"Job [0-9a-f-]{36} waits for a worker", output)
    assert running(database, sensor) == []


def test_storage_may_be_said_to_be_half_full(run: Run, toy: dict[str, int]) -> None:
    """The toy battery holds 450 kWh, so that half of it are 225 kWh."""
    _, ids = run("add", "toy-account", "--shell-vars")
    found = re.search(r"FM_TOY_BATTERY_SENSOR_ID=(\d+)", ids)
    assert found is not None
    assert toy["FM_TOY_ACCOUNT_ID"]

    outputs = [
        run("add", "schedule", "--sensor", found[1], *TIMES, "--soc-at-start", full, "--dry-run")
        for full in ("50%", "0.5", "225 kWh")
    ]

    assert "StorageScheduler was used." in outputs[0][1]
    assert outputs == [outputs[0]] * 3


@pytest.mark.parametrize(
    ("options", "code", "reason"),
    [
        ((), 2, "either --sensor or --asset"),
        (("--sensor", "1", "--asset", "1"), 2, "either --sensor or --asset"),
        (("--asset", "1", "--soc-at-start", "50%"), 2, "--soc-at-start is for one --sensor"),
        (("--sensor", "{price}", "--soc-at-start", "150%"), 2, "between 0% and 100% full"),
        (("--sensor", "{price}", "--soc-at-start", "50%"), 2, "needs a soc-max"),
        (("--sensor", "{process}", "--flex-model", "{{"), 2, "not valid JSON"),
        (("--sensor", "{process}", "--flex-model", "{{}}"), 2, "power: Missing data"),
        (("--sensor", "{process}", "--scheduler", "Nobody"), 2, "No scheduler 'Nobody' is installed"),
        (("--sensor", "{process}", "--as-job", "--dry-run"), 2, "leave out"),
        (("--sensor", "999"), 3, "No sensor found"),
    ],
)
def test_what_is_wrong_is_said(run: Run, toy: dict[str, int], options: tuple[str, ...], code: int, reason: str) -> None:
    ids = {"price": toy["FM_TOY_PRICE_SENSOR_ID"], "process": toy["FM_TOY_PROCESS_SHIFTABLE_SENSOR_ID"]}

    ended, output = run("add", "schedule", *TIMES, *(option.format(**ids) for option in options))

    assert ended == code
    assert reason in output


def test_failure_of_the_job_ends_with_its_code(run: Run, toy: dict[str, int]) -> None:
    sensor, later = toy["FM_TOY_PROCESS_SHIFTABLE_SENSOR_ID"], (DAY + timedelta(days=30)).isoformat()
    model = json.dumps({"power": 1, "duration": "PT1H"})

    code, output = run(
        "add", "schedule", "--sensor", str(sensor), "--start", later, "--duration", "P1D", "--flex-model", model
    )

    assert code == 7
    assert "Prices unknown for planning window." in output
