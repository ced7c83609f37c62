"""Get a schedule: wait for its job, and show what it recorded on a sensor."""

import uuid
from datetime import timedelta

from sqlalchemy import Connection

from wattloom.accounts import User
from wattloom.api.errors import rejection
from wattloom.api.job_access import check_job_readable
from wattloom.api.v3_0.schedules.schemas import PendingJson, ScheduleParams
from wattloom.errors import (
    InfeasibleError,
    InputError,
    MissingDataError,
    NotFoundError,
    PermissionDeniedError,
    UnitError,
)
from wattloom.http import JsonResponse, Services
from wattloom.jobs import Job, JobFailure, JobState
from wattloom.periods import Duration, format_duration
from wattloom.scheduling import JOB_KIND, ScheduleView, read_schedule, records_on, scheduler_info, scheduler_of
from wattloom.timeseries import Sensor
from wattloom.units import is_convertible, parse_unit

# compat: clients poll again only when a 400 holds one of these texts (tests/compat/test_flexmeasures_client.py).
WAITING = "Scheduling job waiting"
IN_PROGRESS = "Scheduling job in progress"
# compat: what FlexMeasures calls these failures (tests/integration/api/test_schedules.py).
_INFEASIBLE, _NO_PRICES = "InfeasibleProblemException", "UnknownPricesException"


def find_schedule_job(
    connection: Connection, services: Services, user: User, sensor: Sensor, job_id: uuid.UUID
) -> Job | None:
    """Return the job that is to have scheduled a sensor; None for a job that is not the caller's to see.

    Who may read a sensor may see the jobs that record on it, and who may read what a job concerns
    may see it with every sensor.
    """
    try:
        job = services.jobs.get(connection, job_id)
    except NotFoundError:
        return None
    if job.kind != JOB_KIND:
        return None
    if not records_on(job, sensor.id):
        try:
            check_job_readable(connection, user, job)
        except (NotFoundError, PermissionDeniedError):
            return None
    return job


def schedule_response(
    connection: Connection, services: Services, sensor: Sensor, job: Job, params: ScheduleParams
) -> JsonResponse:
    """Return the values of an ended job, or why there are none yet.

    Raises:
        UnitError: The unit does not fit the sensor.
    """
    check_unit(sensor, params.unit)
    if not job.state.is_final:
        return pending_response(job, status=202 if services.options.api_profile == "next" else 400)
    if job.state is not JobState.FINISHED:
        return rejection(400, "UNKNOWN_SCHEDULE", _reason(job))
    longest = timedelta(hours=services.options.planning_horizon_h)
    view = ScheduleView(_limited(params.duration, longest), params.unit, params.sign_convention)
    schedule = read_schedule(connection, services.beliefs, job, sensor, view)
    told = {
        "scheduler_info": scheduler_info(job),
        "status": "PROCESSED",
        "message": f"Request has been processed. {scheduler_of(job)} was used.",
    }
    if schedule is None and not (job.result or {}).get("sensors"):
        # compat: a scheduler may have nothing to record, and tell what it found (tests/integration/scheduling/test_own_schedulers.py).
        return JsonResponse(told)
    if schedule is None:
        text = f"The job has recorded nothing on sensor {sensor.id}. {scheduler_of(job)} was used."
        return rejection(400, "UNKNOWN_SCHEDULE", text)
    return JsonResponse(
        told
        | {
            "values": schedule.values,
            "start": schedule.start.isoformat(timespec="seconds"),
            "duration": format_duration(schedule.length, with_days=False),
            "unit": schedule.unit,
        }
    )


def pending_response(job: Job, *, status: int) -> JsonResponse:
    """Return the answer while a job is not done."""
    text = IN_PROGRESS if job.state is JobState.STARTED else WAITING
    if status == 400:  # noqa: PLR2004 - the released profile
        return rejection(status, "UNKNOWN_SCHEDULE", f"{text}.")
    body: PendingJson = {"status": str(job.state), "message": f"{text}."}
    return JsonResponse(body, status)


def check_unit(sensor: Sensor, unit: str | None) -> None:
    """Let units pass that the sensor's values can be shown in.

    Raises:
        InputError: There is no such unit.
        UnitError: It measures something else.
    """
    if unit is None:
        return
    try:
        parse_unit(unit)
    except UnitError as error:
        raise InputError(f"Invalid unit: {unit}", field="unit") from error
    if not is_convertible(sensor.unit, unit, event_h=sensor.event_resolution.hours or None):
        raise UnitError(f"Cannot convert {sensor.unit}, the unit of this sensor, to {unit}.", field="unit")


def _limited(duration: Duration, longest: timedelta) -> Duration:
    return duration if duration.months == 0 and duration.time <= longest else Duration(0, longest)


def _reason(job: Job) -> str:
    if job.error is None:
        return f"The scheduling job was canceled. {scheduler_of(job)} was used."
    reason = job.error.message.rstrip(".")
    return f"Scheduling job failed with {_failure(job.error)}: {reason}. {scheduler_of(job)} was used."


def _failure(error: JobFailure) -> str:
    """Return the name by which clients know a failure."""
    if error.type == InfeasibleError.__name__:
        return _INFEASIBLE
    lacks_prices = error.type == MissingDataError.__name__ and error.message.startswith("Prices unknown")
    return _NO_PRICES if lacks_prices else error.type
