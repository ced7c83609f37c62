"""``wattloom show`` schedules: the latest jobs, and one of them with what was planned and why, or why nothing was."""

import uuid
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from wattloom.cli.options import DatabaseUrl, DataDir, id_option
from wattloom.cli.show.output import AsJson, looking_at, plain_console, show_facts, show_json, show_rows, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Connection

    from wattloom.cli.show.job_facts import Summary
    from wattloom.jobs import Job, JobQueue
    from wattloom.scheduling.explanation import Timeline

OfAsset = Annotated[
    int | None, id_option("--asset", help="Only those of this asset, and of all assets and sensors below it; its id.")
]
OfSensor = Annotated[int | None, id_option("--sensor", help="Only those that record on this sensor; its id.")]
OnlyFailed = Annotated[bool, typer.Option("--failed", help="Only those that failed.")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="Show so many at most.")]
JobId = Annotated[str, typer.Argument(metavar="JOB_ID", help="Id of its job, or how it begins.")]
Why = Annotated[bool, typer.Option("--why", help="Also why each device does what it does.")]

_FEWEST_DIGITS = 4
_MOST_LIMITS = 12
_HOW_TO_LIST = (
    "wattloom show schedules lists what there is; ended jobs are kept for some days (WATTLOOM_JOB_RETENTION_DAYS)."
)


def schedules(  # noqa: PLR0913, PLR0917 - each argument is an option
    asset: OfAsset = None,
    sensor: OfSensor = None,
    failed: OnlyFailed = False,
    limit: Limit = 20,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """List the latest schedules: for whom, for when, what they cost and how sure that is, and what went wrong."""
    from wattloom.cli.show.job_facts import summaries

    with looking_at(data_dir, database_url) as (connection, backend):
        jobs = list(islice(_jobs(connection, backend.jobs, asset, sensor, failed=failed), limit))
        found, now = summaries(connection, jobs), backend.clock()
    if as_json:
        show_json([each.json() for each in found])
        return
    if not found:
        typer.echo("There are no such schedules.")
        return
    console = plain_console()
    console.print(table_of([each.row(now=now) for each in found], whole=("asked", "state")))
    remarks = [{"id": each.short_id, "remark": each.remark} for each in found if each.remark]
    if remarks:
        console.print()
        console.print(table_of(remarks))


def schedule(
    job: JobId, why: Why = False, as_json: AsJson = False, data_dir: DataDir = None, database_url: DatabaseUrl = None
) -> None:
    """Show what was planned, what that costs and saves, which limits bind, and why; or why there is no plan."""
    from wattloom.assets import asset_names
    from wattloom.cli.show.job_facts import facts, summaries
    from wattloom.scheduling import read_explanation

    with looking_at(data_dir, database_url) as (connection, backend):
        found = backend.jobs.get(connection, _found_id(connection, backend.jobs, job))
        [summary] = summaries(connection, [found])
        document = read_explanation(connection, found.id)
        assets = asset_names(connection, [each["asset"] for each in (found.result or {}).get("unresolved", ())])
        now = backend.clock()
    if as_json:
        show_json(summary.json() | _json(found, document, why=why))
        return
    show_facts(facts(summary, now=now))
    _show_failure(found)
    if found.result is not None:
        _show_result(summary, assets)
        _show_plans(summary, document, why=why)


def _jobs(
    connection: "Connection", queue: "JobQueue", asset: int | None, sensor: int | None, *, failed: bool
) -> "Iterator[Job]":
    """Yield the jobs that are asked for, newest first."""
    from wattloom.assets import ancestor_ids, get_asset, sensors_of_assets, subtree_ids
    from wattloom.errors import InputError
    from wattloom.jobs import JobState
    from wattloom.scheduling import JOB_KIND, records_on
    from wattloom.timeseries import get_sensor

    if asset is not None and sensor is not None:
        raise InputError("Say either --asset or --sensor.", field="--sensor")
    entities: list[tuple[str, int]] | None = None
    if asset is not None:
        below = subtree_ids(connection, get_asset(connection, asset).id)
        sensors = sensors_of_assets(connection, below)
        entities = [("asset", each) for each in below] + [("sensor", each.id) for each in sensors]
    if sensor is not None:
        above = ancestor_ids(connection, get_sensor(connection, sensor).asset_id)
        entities = [("sensor", sensor), *(("asset", each) for each in above)]
    state = JobState.FAILED if failed else None
    for job in queue.newest(connection, JOB_KIND, entities=entities, state=state):
        if sensor is None or records_on(job, sensor):
            yield job


def _found_id(connection: "Connection", queue: "JobQueue", text: str) -> uuid.UUID:
    """Return the id of the one job that begins so.

    Raises:
        InputError: It cannot be an id, or several begin so.
        NotFoundError: None does.
    """
    from difflib import get_close_matches

    from wattloom.errors import InputError, NotFoundError
    from wattloom.scheduling import JOB_KIND

    digits = text.strip().replace("-", "").lower()
    if not _FEWEST_DIGITS <= len(digits) <= 32 or set(digits) - set("0123456789abcdef"):  # noqa: PLR2004 - of a UUID
        message = (
            f"'{text}' is no id of a job, nor the first {_FEWEST_DIGITS} or more characters of one. {_HOW_TO_LIST}"
        )
        raise InputError(message, field="JOB_ID")
    found = queue.find(connection, JOB_KIND, digits)
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(map(str, found[:5]))
        raise InputError(f"{len(found)} jobs begin with '{text}': {listed}. Write more of it.", field="JOB_ID")
    latest = {str(job.id): job.id for job in islice(queue.newest(connection, JOB_KIND), 200)}
    close = get_close_matches(text, latest, n=1) or get_close_matches(text, {each[:8] for each in latest}, n=1)
    hint = "".join(f" Did you mean {each}?" for each in close)
    raise NotFoundError("schedule", text, message=f"No schedule has the id {text}.{hint} {_HOW_TO_LIST}")


def _json(job: "Job", document: "Mapping[str, Any] | None", *, why: bool) -> dict[str, Any]:
    """Return what a job has found, and its explanation, for programs."""
    from wattloom.cli.show.plan_facts import explained_json

    result = job.result or {}
    told = {
        "costs": result.get("scheduler-info", {}).get("commitment_costs"),
        "unresolved": result.get("unresolved"),
        "resolved": result.get("resolved"),
        "notices": result.get("notices"),
        "scenarios": result.get("scenarios"),
        "traceback": None if job.error is None else job.error.traceback or None,
    }
    return told | ({} if document is None else explained_json(document, why=why))


def _show_failure(job: "Job") -> None:
    """Say why there is no plan, and what to do about it."""
    from wattloom.cli.show.mending import advice, clashes_of, mending_lines

    if job.error is None:
        return
    console = plain_console()
    console.print()
    console.print(f"{job.error.type}: {job.error.message}", style="bold red", markup=False)
    clashes = clashes_of(job.error)
    if clashes:
        _titled("They contradict each other", [{"field": each["field"], "limit": each["text"]} for each in clashes])
        _titled("What mends it", [{"field": field, "do": todo} for field, todo in mending_lines(job.error)])
    console.print()
    console.print(advice(job.error), markup=False)


def _show_result(summary: "Summary", assets: "Mapping[int, str]") -> None:
    """Show what every job that has ended well tells."""
    from wattloom.cli.show.plan_facts import cost_rows, future_rows, missed_rows

    result = summary.job.result or {}
    _titled("Unmet targets", missed_rows(result["unresolved"], assets, summary.zone))
    if result["notices"]:
        _heading("Notices")
        for notice in result["notices"]:
            typer.echo(notice)
    _titled("Futures", future_rows(result))
    _titled("Costs", cost_rows(result["scheduler-info"]["commitment_costs"], result["currency"]))


def _show_plans(summary: "Summary", document: "Mapping[str, Any] | None", *, why: bool) -> None:
    from wattloom.cli.show.plan_facts import delegated_rows
    from wattloom.scheduling.explanation import Timeline

    if document is None:
        typer.echo("\nIt has no explanation: it was made before there were any, or by a scheduler that gives none.")
        return
    for plan in document["plans"]:
        if len(document["plans"]) > 1:
            _heading("Plan of " + ", ".join(device["name"] for device in plan["devices"]))
        _show_plan(plan, Timeline(plan, summary.zone), summary, why=why)
    for plan in document["delegated"]:
        _titled(f"Planned by {plan['scheduler']}", delegated_rows(plan, summary.zone))


def _show_plan(plan: "Mapping[str, Any]", timeline: "Timeline", summary: "Summary", *, why: bool) -> None:
    from wattloom.cli.show import plan_facts as of
    from wattloom.cli.show.belief_chart import BeliefChart
    from wattloom.cli.show.plan_curves import plan_curves
    from wattloom.periods import Period

    console = plain_console()
    _titled("What it saves", of.comparison_rows(plan))
    for note in of.comparison_notes(plan, timeline):
        console.print(note, markup=False)
    console.print(f"Solver: {of.solver_line(plan)}.", markup=False)
    curves = plan_curves(plan, timeline)
    if curves:
        _heading(f"The plan ({timeline.edges[0].tzname()})")
        chart = plain_console()
        if not chart.is_terminal:
            chart.width = 80
        chart.print(BeliefChart(curves, Period(timeline.edges[0], timeline.edges[-1]), summary.zone))
    _titled("Devices", of.device_rows(plan))
    limits = of.limit_rows(plan, timeline)
    _titled("Limits that bind", limits[:_MOST_LIMITS])
    if len(limits) > _MOST_LIMITS:
        console.print(f"… and {len(limits) - _MOST_LIMITS} more, worth less; --json tells all.")
    if why:
        for index, device in enumerate(plan["devices"]):
            _titled(f"Why {device['name']} does what it does", of.reason_rows(plan, index, timeline))


def _heading(text: str) -> None:
    console = plain_console()
    console.print()
    console.print(text, style="bold", markup=False)


def _titled(title: str, rows: "Sequence[Mapping[str, Any]]") -> None:
    """Print a table with a heading; nothing where there are no rows."""
    if rows:
        typer.echo()
        show_rows(rows, as_json=False, of=title, title=title)
