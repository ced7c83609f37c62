"""Trigger a schedule: hand over, and say where to look for it."""

from datetime import timedelta

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy import Connection

from wattloom.accounts import User
from wattloom.api.field_messages import with_hints
from wattloom.api.v3_0.schedules.schemas import AssetTriggerBody, TriggeredJson, with_canonical_names
from wattloom.api.v3_0.sensors.bodies import asked_fields
from wattloom.errors import InputError
from wattloom.http import JsonResponse, Services
from wattloom.scheduling import PlanningLimits, ScheduleRequest, trigger_schedule


def trigger(
    connection: Connection, services: Services, user: User, wanted: ScheduleRequest, *, results: int | None = None
) -> JsonResponse:
    """Enqueue a schedule and return the answer to the trigger.

    Args:
        connection: The request's write transaction.
        services: Queue, clock and options.
        user: Who asks; may do so with the asset or sensor itself.
        wanted: What is asked for.
        results: Sensor whose schedule the answer points to.

    Raises:
        PermissionDeniedError: A sensor that the schedule would use is not the caller's to use.
        InputError: The request is wrong.
    """
    job = trigger_schedule(connection, services.jobs, wanted, planning_limits(services), by=user, now=services.clock())
    job_id = str(job.id)
    is_next = services.options.api_profile == "next"
    body: TriggeredJson = {
        "status": "ACCEPTED" if is_next else "PROCESSED",
        "message": "Request has been accepted for processing." if is_next else "Request has been processed.",
        "schedule": job_id,
        "job": job_id,
        "job_id": job_id,
        "job-url": f"/api/v3_0/jobs/{job_id}",
    }
    if results is not None:
        body["results-url"] = f"/api/v3_0/sensors/{results}/schedules/{job_id}"
    return JsonResponse(body, 202 if is_next else 200)


def planning_limits(services: Services) -> PlanningLimits:
    """Return how much planning the settings allow."""
    options = services.options
    return PlanningLimits(
        default_duration=timedelta(hours=options.planning_horizon_h),
        max_steps=options.max_planning_steps,
        cache_duration=timedelta(seconds=options.job_cache_s),
        job_time_limit_s=options.job_time_limit_s,
        schedulers=services.schedulers,
    )


def asset_trigger_body(request: Request, raw: bytes) -> AssetTriggerBody:
    """Return the fields of a trigger, which may stand in the body or in the query.

    Raises:
        InputError: A field stands in both, by either name.
        RequestValidationError: A field is missing, unknown or not valid.
    """
    body, query = with_canonical_names(asked_fields(raw)), with_canonical_names(dict(request.query_params))
    twice = sorted(body.keys() & query.keys())
    if twice:
        raise InputError("Given both in the body and in the query.", field=twice[0])
    try:
        return AssetTriggerBody.model_validate(body | query)
    except ValidationError as error:
        wrong = [each | {"loc": ("body", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(with_hints(wrong, {"body": AssetTriggerBody})) from error
