"""Add schedules: plan now and record, hand over to the workers, or only look."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from wattloom.cli.exit_codes import exit_code_named
from wattloom.cli.input import json_value
from wattloom.cli.options import DatabaseUrl, DataDir, id_option, load_settings
from wattloom.cli.show.output import show_rows
from wattloom.errors import InputError

if TYPE_CHECKING:
    from wattloom.config import Settings
    from wattloom.jobs import Job
    from wattloom.scheduling import PlanningLimits, ScheduleRequest
    from wattloom.scheduling.run import Rehearsal
    from wattloom.server.backend import Backend

_MODEL_EXAMPLE = '{"power": "15 kW", "duration": "PT4H", "process-type": "SHIFTABLE"}'
_CONTEXT_EXAMPLE = '{"consumption-price": {"sensor": 3}}'


def add_schedule(  # noqa: PLR0913, PLR0917 - each argument is an option
    start: Annotated[str, typer.Option("--start", help="When it starts, ISO 8601 with an offset.")],
    duration: Annotated[str, typer.Option("--duration", help="How long it lasts, ISO 8601.")],
    sensor: Annotated[int | None, id_option("--sensor", help="Power sensor of the device to plan.")] = None,
    asset: Annotated[int | None, id_option("--asset", help="Asset whose devices are planned together.")] = None,
    flex_model: Annotated[str | None, typer.Option("--flex-model", help="JSON, or a file that holds it.")] = None,
    flex_context: Annotated[str | None, typer.Option("--flex-context", help="JSON, or a file that holds it.")] = None,
    soc_at_start: Annotated[
        str | None,
        typer.Option("--soc-at-start", help="How full a storage is: 20 kWh, 50%, or 0.5 of its soc-max."),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", help="Who plans.", show_default="as attributes and asset types say"),
    ] = None,
    resolution: Annotated[
        str | None, typer.Option("--resolution", help="Length of a step, ISO 8601.", show_default="the sensor's")
    ] = None,
    prior: Annotated[
        str | None,
        typer.Option("--prior", help="Use only what was believed then, ISO 8601 with an offset.", show_default="now"),
    ] = None,
    as_job: Annotated[bool, typer.Option("--as-job", help="Leave the work to the workers of a server.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the schedule and record nothing.")] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Plan the device of a sensor, or the devices of an asset, and record the schedule."""
    from wattloom.periods import Resolution, parse_duration, parse_instant
    from wattloom.scheduling import ScheduleRequest
    from wattloom.server.backend import open_backend

    if as_job and dry_run:
        raise InputError("A job records what it plans: leave out --as-job or --dry-run.", field="--as-job")
    settings = load_settings(data_dir=data_dir, database_url=database_url)
    backend = open_backend(settings)
    try:
        request = ScheduleRequest(
            subject=_subject(sensor, asset),
            start=parse_instant(start, field="--start"),
            duration=parse_duration(duration, field="--duration"),
            prior=None if prior is None else parse_instant(prior, field="--prior"),
            resolution=None if resolution is None else Resolution.parse(resolution, field="--resolution"),
            flex_model=_flex_model(backend, sensor, flex_model, soc_at_start),
            flex_context=_json(flex_context, option="--flex-context", example=_CONTEXT_EXAMPLE),
            forces_new_job=True,
            scheduler=scheduler,
        )
        if dry_run:
            _rehearse(backend, settings, request)
        else:
            _plan(backend, settings, request, as_job=as_job)
    finally:
        backend.close()


def _subject(sensor: int | None, asset: int | None) -> tuple[Literal["asset", "sensor"], int]:
    if sensor is not None and asset is None:
        return "sensor", sensor
    if asset is not None and sensor is None:
        return "asset", asset
    raise InputError("Say what to plan with either --sensor or --asset.", field="--sensor")


def _json(text: str | None, *, option: str, example: str) -> Any:
    """Return what a text, or the file that it names, says in JSON."""
    if text is None:
        return None
    if text.lstrip()[:1] not in {"{", "["} and Path(text).is_file():
        text = Path(text).read_text(encoding="utf-8")
    return json_value(text, object, option=option, example=example)


def _flex_model(backend: "Backend", sensor: int | None, text: str | None, soc_at_start: str | None) -> Any:
    """Return the flex-model, with the state of charge that an option of its own says."""
    model = _json(text, option="--flex-model", example=_MODEL_EXAMPLE)
    if soc_at_start is None:
        return model
    if sensor is None or not isinstance(model, dict | None):
        message = "--soc-at-start is for one --sensor; of the devices of an asset, say it in --flex-model."
        raise InputError(message, field="--soc-at-start")
    share = _share(soc_at_start)
    stated = soc_at_start if share is None else _of_soc_max(backend, sensor, model or {}, share)
    return {**(model or {}), "soc-at-start": stated}


def _share(text: str) -> float | None:
    """Return which part of the soc-max a text means; None for a quantity with a unit."""
    number, is_percentage = text.strip().removesuffix("%"), text.strip().endswith("%")
    try:
        share = float(number) / (100 if is_percentage else 1)
    except ValueError:
        return None
    if not 0 <= share <= 1:
        raise InputError(
            "A storage is between 0% and 100% full; write an energy with its unit.", field="--soc-at-start"
        )
    return share


def _of_soc_max(backend: "Backend", sensor_id: int, model: dict[str, Any], share: float) -> str:
    """Return a part of the soc-max that the flex-model states, or else the asset's."""
    from wattloom.assets import get_asset
    from wattloom.timeseries import get_sensor
    from wattloom.units import parse_quantity

    with backend.database.read() as connection:
        stored = get_asset(connection, get_sensor(connection, sensor_id).asset_id).flex_model
    soc_max = {**stored, **model}.get("soc-max")
    if not isinstance(soc_max, str):
        message = "A share of the soc-max needs a soc-max with its unit, such as '450 kWh'; or write an energy."
        raise InputError(message, field="--soc-at-start")
    full = parse_quantity(soc_max, field="soc-max")
    return f"{full.magnitude * share} {full.unit}"


def _limits(settings: "Settings") -> "PlanningLimits":
    from datetime import timedelta

    from wattloom.scheduling import PlanningLimits
    from wattloom.server.schedulers import load_schedulers

    return PlanningLimits(
        default_duration=timedelta(hours=settings.planning_horizon_h),
        max_steps=settings.max_planning_steps,
        job_time_limit_s=settings.job_time_limit_s,
        schedulers=load_schedulers(),
    )


def _rehearse(backend: "Backend", settings: "Settings", request: "ScheduleRequest") -> None:
    from wattloom.scheduling.run import rehearse
    from wattloom.server.handlers import make_planner

    rehearsal = rehearse(make_planner(backend, settings), request, _limits(settings), now=backend.clock())
    _show_series(rehearsal)
    _show_result(rehearsal.result)
    typer.echo("Nothing was recorded.")


def _plan(backend: "Backend", settings: "Settings", request: "ScheduleRequest", *, as_job: bool) -> None:
    from wattloom.scheduling import trigger_schedule
    from wattloom.server.finish_job import finish_job
    from wattloom.server.handlers import job_handlers

    with backend.database.write() as connection:
        job = trigger_schedule(connection, backend.jobs, request, _limits(settings), by=None, now=backend.clock())
    if as_job:
        typer.echo(f"Job {job.id} waits for a worker.")
        return
    ended = finish_job(backend, job_handlers(backend, settings), job, timeout_s=settings.job_time_limit_s)
    if ended.result is None:
        raise typer.Exit(_failure(ended))
    sensors = ", ".join(map(str, ended.result["sensors"])) or "none"
    typer.echo(f"Recorded {ended.result['num-beliefs']} values on sensors: {sensors} (job {job.id}).")
    _show_result(ended.result)


def _failure(job: "Job") -> int:
    """Say why a job failed, and return the exit code for it."""
    if job.error is None:
        typer.secho(f"Error: job {job.id} was canceled.", err=True, fg="red", bold=True)
        return exit_code_named("UnavailableError")
    typer.secho(f"Error: {job.error.message}", err=True, fg="red", bold=True)
    return exit_code_named(job.error.type)


def _show_series(rehearsal: "Rehearsal") -> None:
    """Print what each sensor would receive, by the starts of its events."""
    from wattloom.periods import from_us

    for each in rehearsal.series:
        typer.echo(f"{each.sensor.name} (sensor {each.sensor.id}), {each.sensor.unit}, as stored:")
        rows = [
            {"from": from_us(int(start_us), each.sensor.zone).isoformat(timespec="minutes"), "value": round(value, 6)}
            for start_us, value in zip(each.starts_us, each.values.tolist(), strict=True)
        ]
        show_rows(rows, as_json=False, of="values")


def _show_result(result: Any) -> None:
    info = result["scheduler-info"]
    costs = ", ".join(
        f"{name} {cost:.2f} {result['currency']}" for name, cost in info["commitment_costs"].items() if round(cost, 2)
    )
    typer.echo(f"{info['scheduler']} was used. Costs: {costs or 'none'}.")
    for notice in result["notices"]:
        typer.echo(notice)
