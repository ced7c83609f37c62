"""Ask for a schedule: merge, validate, and hand over to a worker."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import Connection

from wattloom.accounts import AuditEvent, User
from wattloom.assets import (
    collect_flex_models,
    ensure_sensor_attribute,
    inherited_flex_context,
    merge_flex_contexts,
    record_asset_audit,
    subtree_ids,
)
from wattloom.errors import FieldProblem, FlexModelError, InputError, NotFoundError
from wattloom.jobs import Job, JobQueue, NewJob
from wattloom.periods import Duration, Resolution, zone
from wattloom.scheduling.access import check_usable
from wattloom.scheduling.arguments import ScheduleArguments, load_sensors
from wattloom.scheduling.flexmodel import (
    FlexConfig,
    Window,
    as_id,
    check_entries,
    extend_to_targets,
    find_step,
    is_floored,
    merge_entry,
    merge_flex_model,
    parse_config,
    plan_window,
    settle,
)
from wattloom.scheduling.sequential import context_after, in_sequence, power_sensor
from wattloom.timeseries import Sensor, get_sensor

JOB_KIND = "scheduling.make_schedule"
QUEUE = "scheduling"
_MAX_DEVICES = 500
_MAX_DEVICE_STEPS = 1_000_000
_SIGN = "consumption_is_positive"


@dataclass(frozen=True, slots=True)
class ScheduleRequest:
    """A schedule that somebody wants.

    Attributes:
        subject: The asset whose devices are planned together, or the one sensor.
        start: When it is to start.
        duration: How long it is to last; None for the server's default.
        prior: Only what was believed then counts; None for now.
        resolution: Length of a step; None lets the sensors decide.
        flex_model: As sent: entries, or for a sensor one object.
        flex_context: As sent.
        is_sequential: Whether the devices are planned one after another, instead of together: in the order of
            the flex-model, those before being given for those after.
        forces_new_job: Whether an equal schedule that was asked for recently does not count.
    """

    subject: tuple[Literal["asset", "sensor"], int]
    start: datetime
    duration: Duration | None = None
    prior: datetime | None = None
    resolution: Resolution | None = None
    flex_model: Any = None
    flex_context: Any = None
    is_sequential: bool = False
    forces_new_job: bool = False


@dataclass(frozen=True, slots=True)
class PlanningLimits:
    """Settings of the server.

    Attributes:
        default_duration: Length of a schedule when none is asked for.
        max_steps: Longest schedule [steps].
        cache_duration: An equal request within this time gets the same job.
        job_time_limit_s: A worker that takes longer is ended [s].
    """

    default_duration: timedelta = timedelta(hours=48)
    max_steps: int = 2520
    cache_duration: timedelta = timedelta(hours=1)
    job_time_limit_s: float = 180


def trigger_schedule(
    connection: Connection,
    jobs: JobQueue,
    request: ScheduleRequest,
    limits: PlanningLimits,
    *,
    by: User | None,
    now: datetime,
) -> Job:
    """Check everything that needs no sensor data, and enqueue the job.

    Whoever stored a flex-model or flex-context may have been allowed more than
    who asks now, so every sensor that the schedule will use is judged here,
    wherever it is named.

    Args:
        connection: A write transaction; the job becomes due when it commits.
        jobs: Takes the job.
        request: What is wanted.
        limits: Settings of the server.
        by: Who asks, and may do so for the asset or sensor itself; None for the command line.
        now: The present; belief time of the schedule unless ``prior`` is given.

    Returns:
        The job, which may be one that was asked for before.

    Raises:
        PermissionDeniedError: A sensor that is named is not the caller's to use.
        NotFoundError: The asset or sensor does not exist.
        InputError: Times or entries are wrong; paths such as ``("flex-model", 0, "sensor")``.
        FlexModelError: A field of the flex-model or flex-context is wrong.
    """
    gather = _gather_for_asset if request.subject[0] == "asset" else _gather_for_sensor
    if by is not None:
        # First of all, since complaints about a sensor tell something of it.
        check_usable(connection, by, request.flex_model, request.flex_context)
    gathered = gather(connection, request)
    if by is not None:
        check_usable(connection, by, gathered.flex_model, gathered.flex_context)
    if not gathered.flex_model:
        message = "There is nothing to schedule: no flex-model is given, and none is stored on the asset or below it."
        raise InputError(message, field="flex-model")
    if len(gathered.flex_model) > _MAX_DEVICES:
        message = (
            f"{len(gathered.flex_model)} devices are too many for one schedule; at most {_MAX_DEVICES} are accepted."
        )
        raise InputError(message, field="flex-model")
    arguments, configs = _plan(request, gathered, limits)
    _mark_outputs(connection, configs, gathered.sensors, by=by, now=now)
    args = arguments.to_json()
    new = NewJob(
        queue=QUEUE,
        kind=JOB_KIND,
        args=args,
        belief_time=request.prior or now,
        entity=request.subject,
        dedupe_key=_digest([*request.subject, args, request.prior]),
        created_by=None if by is None else by.id,
        time_limit_s=limits.job_time_limit_s * len(arguments.windows),
    )
    dedupe_since = None if request.forces_new_job else now - limits.cache_duration
    job = jobs.enqueue(connection, new, now=now, dedupe_since=dedupe_since)
    if job.id == new.id:
        _record(connection, job, arguments, by=by, now=now)
    return job


@dataclass(frozen=True, slots=True)
class _Gathered:
    """The effective flex-model and flex-context, and the sensors that they name."""

    flex_model: list[dict[str, Any]]
    flex_context: Any
    sensors: dict[int, Sensor]

    @property
    def timezone(self) -> str:
        """The calendar: of the first power sensor, else of any sensor."""
        sensor = next(iter((*_power_sensors(self.flex_model, self.sensors), *self.sensors.values())), None)
        return sensor.timezone if sensor is not None else "UTC"


def _power_sensors(flex_model: Iterable[Mapping[str, Any]], sensors: Mapping[int, Sensor]) -> list[Sensor]:
    """Return the sensors that set the step: of each entry its power sensor, else an output sensor."""
    found = []
    for entry in flex_model:
        outputs = (entry.get(name) for name in ("consumption", "production"))
        named = (entry.get("sensor"), *(each.get("sensor") for each in outputs if isinstance(each, Mapping)))
        ids = (as_id(value) for value in named)
        found += [sensors[number] for number in ids if number is not None and number in sensors][:1]
    return found


def _gather_for_asset(connection: Connection, request: ScheduleRequest) -> _Gathered:
    """Gather for the devices of an asset and of all below it."""
    asset_id = request.subject[1]
    tree = subtree_ids(connection, asset_id)
    if not tree:
        raise NotFoundError("asset", asset_id)
    stored = collect_flex_models(connection, asset_id)
    context = _effective_context(connection, request.flex_context, asset_id)
    asked = [] if request.flex_model is None else request.flex_model
    sensors = load_sensors(connection, [asked, *stored.values()], context)
    entries = check_entries(asked, sensors, tree=tree, asset_id=asset_id)
    merged = merge_flex_model(entries, stored, sensors)
    return _Gathered(in_sequence(merged, len(entries)) if request.is_sequential else merged, context, sensors)


def _gather_for_sensor(connection: Connection, request: ScheduleRequest) -> _Gathered:
    """Gather for one device: of the stored flex-models only that of its asset counts."""
    sensor = get_sensor(connection, request.subject[1])
    asked = {} if request.flex_model is None else request.flex_model
    if not isinstance(asked, Mapping):
        raise InputError("Not a valid mapping type.", field="flex-model")
    if "sensor" in asked:
        raise FlexModelError("Unknown field.", field="sensor")
    stored = collect_flex_models(connection, sensor.asset_id).get(sensor.asset_id, {})
    context = _effective_context(connection, request.flex_context, sensor.asset_id)
    entry = {**merge_entry(asked, stored), "sensor": sensor.id}
    return _Gathered([entry], context, load_sensors(connection, [entry], context))


def _effective_context(connection: Connection, asked: Any, asset_id: int) -> Any:
    if not isinstance(asked, (Mapping, list, type(None))):
        raise InputError("The flex-context must be an object, or a list of objects.", field="flex-context")
    inherited = inherited_flex_context(connection, asset_id)
    if isinstance(asked, list):
        return [merge_flex_contexts([item, inherited]) if _is_electricity(item) else item for item in asked]
    return merge_flex_contexts([asked or {}, inherited])


def _is_electricity(context: Any) -> bool:
    return isinstance(context, Mapping) and context.get("commodity", "electricity") == "electricity"


def _plan(
    request: ScheduleRequest, gathered: _Gathered, limits: PlanningLimits
) -> tuple[ScheduleArguments, list[FlexConfig]]:
    """Parse the request and find its windows: one for all devices, or one for each of a sequence."""
    sensors, calendar = gathered.sensors, zone(gathered.timezone)
    context = gathered.flex_context
    windows: list[Window] = []
    configs: list[FlexConfig] = []
    for flex_model in [[entry] for entry in gathered.flex_model] if request.is_sequential else [gathered.flex_model]:
        window = _first_window(request, _power_sensors(flex_model, sensors), calendar, limits)
        config = parse_config(flex_model, context, sensors, calendar)
        windows.append(extend_to_targets(window, config.listed_targets(), max_steps=limits.max_steps))
        configs.append(settle(config, windows[-1]))
        if request.is_sequential:
            context = context_after(context, power_sensor(flex_model[0], sensors))
    arguments = ScheduleArguments(
        tuple(windows), request.start, gathered.timezone, gathered.flex_model, gathered.flex_context
    )
    n_device_steps = sum(len(each.devices) * window.n_steps for each, window in zip(configs, windows, strict=True))
    if n_device_steps > _MAX_DEVICE_STEPS:
        n_devices = len(gathered.flex_model)
        message = f"{n_devices} devices can be planned for at most {_MAX_DEVICE_STEPS // n_devices} steps."
        raise InputError(message, field="duration")
    return arguments, configs


def _first_window(
    request: ScheduleRequest, powers: Sequence[Sensor], calendar: ZoneInfo, limits: PlanningLimits
) -> Window:
    return plan_window(
        request.start,
        request.duration or Duration(0, limits.default_duration),
        find_step(request.resolution, powers),
        calendar,
        is_floored=is_floored(sensor.attributes for sensor in powers),
        max_steps=limits.max_steps,
    )


def _mark_outputs(
    connection: Connection,
    configs: Iterable[FlexConfig],
    sensors: Mapping[int, Sensor],
    *,
    by: User | None,
    now: datetime,
) -> None:
    """Say on output sensors which sign their values have.

    Raises:
        FlexModelError: A sensor says the opposite already.
    """
    problems: list[FieldProblem] = []
    # In order, so that two triggers that hold several sensors wait for each other at the first.
    for sensor_id, field, counts_consumption in sorted({output for config in configs for output in _outputs(config)}):
        stated = sensors[sensor_id].attributes.get(_SIGN)
        if stated is None:
            stated = ensure_sensor_attribute(connection, sensor_id, _SIGN, counts_consumption, by=by, now=now)
        if bool(stated) is not counts_consumption:
            message = f"Sensor {sensor_id} has the attribute {_SIGN} set to {stated}, which does not fit `{field}`."
            problems.append(FieldProblem((field,), message))
    if problems:
        raise FlexModelError(problems[0].message, problems=problems)


def _outputs(config: FlexConfig) -> Iterator[tuple[int, str, bool]]:
    site = config.site
    named = [
        *((device.consumption_output, "consumption", True) for device in config.devices),
        *((device.production_output, "production", False) for device in config.devices),
        (site.aggregate_consumption, "aggregate-consumption", True),
        (site.aggregate_production, "aggregate-production", False),
    ]
    for sensor_id, field, counts_consumption in named:
        if sensor_id is not None:
            yield sensor_id, field, counts_consumption


def _record(connection: Connection, job: Job, arguments: ScheduleArguments, *, by: User | None, now: datetime) -> None:
    """Let the history of the asset tell who asked for a schedule, and for when."""
    kind, subject_id = job.entity or ("asset", 0)
    asset_id = subject_id if kind == "asset" else get_sensor(connection, subject_id).asset_id
    start, end = min(each.start for each in arguments.windows), max(each.end for each in arguments.windows)
    event = AuditEvent(
        f"Triggered schedule for {kind} {subject_id}, from: {start.isoformat()}, until: {end.isoformat()}: {job.id}",
        "schedule.triggered",
        {"job": str(job.id), kind: subject_id, "start": start.isoformat(), "end": end.isoformat()},
    )
    record_asset_audit(connection, asset_id, event, by=by, now=now)


def _digest(value: Any) -> str:
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()
