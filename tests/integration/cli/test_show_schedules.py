"""Schedules in the terminal: the latest ones, and one of them with its reasons, or with why there is none."""

import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import Run
from tests.factories import make_asset, make_sensor
from tests.planning import LONG_AGO, START, Planner
from wattloom.db import Database
from wattloom.jobs import Job, Progress

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
AT_THREE = {"datetime": "2026-06-01T01:00:00+00:00", "value": "80 kWh"}
ROUTINE = "2026-06-01 02:00 to 2026-06-02 02:00 (Europe/Amsterdam)"


@pytest.fixture
def planner(database: Database) -> Planner:
    return Planner.on(database)


def contradicted(planner: Planner) -> Job:
    """Ask for 60 kWh in one hour from a battery of 25 kW."""
    return planner.plan(
        flex_model=[{**planner.model, "soc-targets": [AT_THREE]}],
        flex_context={**planner.context, "relax-constraints": False},
    )


def missing(planner: Planner) -> Job:
    """Ask for a plan in which a target cannot be reached, and may be missed."""
    return planner.plan(flex_model=[{**planner.model, "soc-minima": [AT_THREE]}])


def shown(run: Run, *arguments: str) -> str:
    code, output = run("show", *arguments)
    assert code == 0, output
    return output


def as_json(run: Run, *arguments: str) -> Any:
    return json.loads(shown(run, *arguments, "--json"))


def ids(run: Run, *arguments: str) -> set[str]:
    return {each["id"] for each in as_json(run, "schedules", *arguments)}


def section(output: str, title: str) -> list[str]:
    """Return the lines below a heading, up to the next empty one, their blanks made single."""
    lines = output.splitlines()
    below = lines[lines.index(title) + 1 :]
    return [" ".join(line.split()) for line in below[: below.index("") if "" in below else None]]


def test_schedules_are_listed_with_what_they_cost_and_how_sure_that_is(run: Run, planner: Planner) -> None:
    job = planner.plan()

    output = shown(run, "schedules")

    assert re.search(
        rf"^{str(job.id)[:8]} .*\(asset {planner.site_id}\) .*06-01 00:00Z \+24h +FINISHED +−11\.00 EUR +0 % +\S+ s",
        output,
        flags=re.MULTILINE,
    ), output


def test_what_went_wrong_stands_below_the_list(run: Run, planner: Planner) -> None:
    failed, unmet = contradicted(planner), missing(planner)

    lines = shown(run, "schedules").splitlines()

    assert any(line.startswith(f"{str(failed.id)[:8]}  InfeasibleError: No schedule exists.") for line in lines)
    assert any(line.startswith(f"{str(unmet.id)[:8]}  Unmet targets: soc-minima.") for line in lines)


def test_programs_get_whole_ids_and_plain_numbers(run: Run, planner: Planner) -> None:
    job = planner.plan()

    [told] = as_json(run, "schedules")

    assert (told["id"], told["kind"], told["subject_id"]) == (str(job.id), "asset", planner.site_id)
    assert (told["cost"], told["currency"], told["gap"], told["unmet"]) == (pytest.approx(-11, rel=1e-3), "EUR", 0, [])
    assert (told["start"], told["state"], told["error"]) == ("2026-06-01T00:00:00+00:00", "FINISHED", None)


def test_only_failed_ones_may_be_listed_and_only_so_many(run: Run, planner: Planner) -> None:
    planner.plan()
    failed = contradicted(planner)

    assert ids(run, "--failed") == {str(failed.id)}
    assert len(ids(run, "--limit", "1")) == 1


def test_schedules_are_those_of_what_is_below_an_asset_or_of_a_sensor(run: Run, planner: Planner) -> None:
    of_site = planner.plan()
    model = {name: value for name, value in planner.model.items() if name != "sensor"}
    of_sensor = planner.plan(subject=("sensor", planner.power), flex_model=model)
    with planner.services.database.write() as connection:
        elsewhere = make_asset(connection, account_id=planner.account_id)
        unplanned = make_sensor(connection, generic_asset_id=planner.site_id, name="unplanned")

    assert ids(run, "--asset", str(planner.site_id)) == {str(of_site.id), str(of_sensor.id)}
    assert ids(run, "--asset", str(planner.battery_id)) == {str(of_sensor.id)}
    assert ids(run, "--asset", str(elsewhere)) == set()
    assert ids(run, "--sensor", str(planner.power)) == {str(of_site.id), str(of_sensor.id)}
    assert ids(run, "--sensor", str(unplanned)) == set()


@SQLITE
def test_no_schedules_are_said_to_be_none(run: Run) -> None:
    assert shown(run, "schedules") == "There are no such schedules.\n"


def test_a_plan_shows_its_costs_and_what_it_saves(run: Run, planner: Planner) -> None:
    output = shown(run, "schedule", str(planner.plan().id))

    assert ROUTINE in output
    assert section(output, "Costs")[1:] == ["electricity net energy −11.00 EUR"]
    assert section(output, "What it saves")[1:] == [
        "this plan −11.00 EUR – 0 kWh",
        "doing nothing 0.00 EUR 11.00 EUR 20 kWh",
        "Solver: optimal, −11.00 EUR: no plan is cheaper.",
    ]
    assert section(output, "Devices")[1].endswith(f"(sensor {planner.power}) 80 kWh 100 kWh 25 kW 20 → 0 kWh")


def test_limits_that_bind_show_what_more_of_them_would_save(run: Run, planner: Planner) -> None:
    lines = section(shown(run, "schedule", str(planner.plan().id)), "Limits that bind")

    assert lines[0] == "limit when level one more saves"
    assert re.fullmatch(r"minimum of .* Tue 01:45–02:00 0 kWh 0\.15 EUR/kWh", lines[1]), lines


@SQLITE
def test_a_plan_is_drawn(run: Run, planner: Planner) -> None:
    drawn = section(shown(run, "schedule", str(planner.plan().id)), "The plan (CEST)")

    assert [line for line in drawn if "┤" not in line][:2] == [
        "electricity price",
        "electricity connection, − feeds in",
    ]
    assert any(line.startswith("kWh 100 ┤") for line in drawn)
    assert "06:00 12:00 18:00" in drawn


def test_reasons_are_told_when_asked_for(run: Run, planner: Planner) -> None:
    job = planner.plan()

    with_reasons = shown(run, "schedule", str(job.id), "--why")

    assert "Charges at its limit of 25 kW: energy costs 0.05 EUR/kWh" in with_reasons
    assert re.search(r"^22:00 +Discharges at its limit of 25 kW", with_reasons, flags=re.MULTILINE)
    assert "Charges at its limit" not in shown(run, "schedule", str(job.id))


def test_the_plan_before_is_compared_with(run: Run, planner: Planner) -> None:
    planner.plan(prior=LONG_AGO + timedelta(days=1))

    output = shown(run, "schedule", str(planner.plan().id))

    assert "the plan before −11.00 EUR 0.00 EUR 0 kWh" in section(output, "What it saves")


def test_programs_get_the_columns_and_the_reasons(run: Run, planner: Planner) -> None:
    told = as_json(run, "schedule", str(planner.plan().id), "--why")

    [device] = told["plans"][0]["devices"]
    assert (len(device["power_kw"]), device["sensor"]) == (96, planner.power)
    assert device["periods"][0]["text"].startswith("Charges at its limit of 25 kW")
    assert told["costs"]["electricity net energy"] == pytest.approx(-11)


def test_unmet_targets_are_named_with_how_much_is_missing(run: Run, planner: Planner) -> None:
    lines = section(shown(run, "schedule", str(missing(planner).id)), "Unmet targets")

    assert re.fullmatch(r"soc-minima of .* 1 2026-06-01 03:00 35\.0 kWh", lines[1]), lines


def test_a_failed_schedule_names_the_contradiction_and_what_mends_it(run: Run, planner: Planner) -> None:
    output = shown(run, "schedule", str(contradicted(planner).id))

    clashes, mending = section(output, "They contradict each other"), section(output, "What mends it")
    assert [line.split()[0] for line in clashes[1:]] == ["power-capacity", "soc-targets"]
    assert "at least 80 kWh at 2026-06-01T01:00:00+00:00" in clashes[2]
    assert mending[1] == "power-capacity raise it: it is never broken"
    assert "Change one of these limits, then trigger again." in output


def test_a_schedule_without_prices_says_what_to_do(run: Run, planner: Planner) -> None:
    output = shown(run, "schedule", str(planner.plan(start=START + timedelta(days=30)).id))

    assert "MissingDataError: Prices unknown for planning window." in output
    assert "Record what is missing" in output


def test_a_waiting_and_a_running_schedule_say_how_far_they_are(run: Run, planner: Planner) -> None:
    job, clock = planner.trigger(), planner.services.clock

    waiting = shown(run, "schedule", str(job.id))
    claimed = planner.services.jobs.claim("worker", ["scheduling"], now=clock())
    assert claimed is not None
    planner.services.jobs.extend_lease(claimed.attempt, Progress(0.4, "reading sensors"), now=clock())
    running = shown(run, "schedule", str(job.id))

    assert "It waits: a worker takes it up while a server (wattloom serve) runs" in waiting
    assert "40% done: reading sensors" in running


@SQLITE
def test_what_another_scheduler_planned_says_when_it_runs(run: Run, planner: Planner) -> None:
    process = {"power": "10 kW", "duration": "PT2H", "process-type": "INFLEXIBLE"}
    job = planner.plan(subject=("sensor", planner.power), flex_model=process, scheduler="ProcessScheduler")

    lines = section(shown(run, "schedule", str(job.id)), "Planned by ProcessScheduler")

    assert lines[1].endswith("Runs from 02:00 to 04:00, where ProcessScheduler places it.")


def test_the_beginning_of_an_id_will_do(run: Run, planner: Planner) -> None:
    job = planner.plan()

    assert as_json(run, "schedule", str(job.id)[:8])["id"] == str(job.id)


def test_an_unknown_id_comes_back_with_the_closest_one(run: Run, planner: Planner) -> None:
    known = str(planner.trigger().id)
    mistyped = ("0" if known[0] != "0" else "1") + known[1:]

    code, output = run("show", "schedule", mistyped)

    assert code == 3
    assert f"Did you mean {known}?" in output
    assert "wattloom show schedules lists what there is" in output


@SQLITE
@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (("schedule", "battery"), 2, "'battery' is no id of a job"),
        (("schedule", "3f2"), 2, "nor the first 4 or more characters of one"),
        (("schedules", "--asset", "1", "--sensor", "1"), 2, "Say either --asset or --sensor."),
        (("schedules", "--asset", "999"), 3, "No asset found with ID 999."),
        (("schedules", "--sensor", "999"), 3, "No sensor found with ID 999."),
    ],
)
def test_what_is_wrong_is_said(run: Run, arguments: tuple[str, ...], code: int, reason: str) -> None:
    ended, output = run("show", *arguments)

    assert ended == code
    assert reason in output


@SQLITE
@pytest.mark.parametrize("plan", [Planner.plan, contradicted, missing])
def test_a_narrow_terminal_shows_all_of_it(
    run: Run, planner: Planner, monkeypatch: pytest.MonkeyPatch, plan: Any
) -> None:
    job = plan(planner)
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")

    output = shown(run, "schedules") + shown(run, "schedule", str(job.id), "--why")

    plain = re.sub(r"\x1b\[[0-9;]*m", "", output)
    assert plain != output
    assert max(len(line) for line in plain.splitlines()) <= 80
    assert "…" not in plain


@SQLITE
def test_neither_solver_nor_web_server_is_loaded(planner: Planner, database: Database, tmp_path: Path) -> None:
    job = planner.plan()
    program = (
        "import sys\n"
        "from wattloom.cli import main\n"
        f"sys.argv = ['wattloom', 'show', 'schedule', '{job.id}', '--why', '--database-url', '{database.url}', "
        f"'--data-dir', '{tmp_path}']\n"
        "try:\n    main()\n"
        "except SystemExit:\n    pass\n"
        "print(sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)\n"
    )

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert "Limits that bind" in ended.stdout
    assert [name for name in ("highspy", "fastapi", "starlette", "uvicorn") if f"'{name}'" in ended.stderr] == []
