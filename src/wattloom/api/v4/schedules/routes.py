"""The endpoints of explained schedules."""

import uuid as uuids
from typing import Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Connection

from wattloom.accounts import User
from wattloom.api.documented_errors import refusal
from wattloom.api.errors import plain_response
from wattloom.api.job_access import check_job_readable
from wattloom.api.v3_0.schedules.get_schedule import pending_response
from wattloom.api.v4.languages import AnswerLanguage
from wattloom.api.v4.schedules.answer import explanation_json, failure_json
from wattloom.api.v4.schedules.schemas import ExplanationJson, FailedScheduleJson, WhatIfBody
from wattloom.api.v4.schedules.what_if import ask, wait_and_forget
from wattloom.api.waiting import answer_when_ended, prefers_no_wait, read_job_id
from wattloom.errors import NotFoundError
from wattloom.http import CurrentUser, JsonResponse, Services, ServicesDep, make_router
from wattloom.jobs import Job, JobState
from wattloom.language import using
from wattloom.scheduling import JOB_KIND, check_nameable, check_readable, read_explanation

router = make_router(prefix="/v4/schedules", tags=["Explanations"])

_NOT_EXPLAINED = (
    "This schedule has no explanation: it was made before there were any, or by a scheduler that gives none."
)
_FAILED_EXAMPLE: FailedScheduleJson = {
    "result": "Rejected",
    "status": "UNKNOWN_SCHEDULE",
    "message": "There is no schedule: InfeasibleError: No schedule exists. These limits cannot all be kept: "
    "soc-targets: state of charge of Battery at least 90 kWh at 2015-06-02T10:15:00+00:00; consumption of Battery "
    "within its power-capacity.",
    "clashes": [
        {
            "field": "soc-targets",
            "device": "Battery",
            "at": "2015-06-02T10:15:00+00:00",
            "text": "soc-targets: state of charge of Battery at least 90 kWh at 2015-06-02T10:15:00+00:00",
        },
        {
            "field": "power-capacity",
            "device": "Battery",
            "at": None,
            "text": "consumption of Battery within its power-capacity",
        },
    ],
}
_FAILED: dict[int | str, dict[str, Any]] = {
    400: {
        "model": FailedScheduleJson,
        "description": "UNKNOWN_SCHEDULE: there is none, or not yet.",
        "content": {"application/json": {"example": _FAILED_EXAMPLE}},
    }
}


@router.get(
    "/{uuid}/explanation",
    summary="Explain a schedule",
    response_model=ExplanationJson,
    responses=refusal(404) | _FAILED,
)
async def explain(
    uuid: str, request: Request, user: CurrentUser, services: ServicesDep, language: AnswerLanguage = "en"
) -> JsonResponse:
    """Return why each device runs or rests, what limits and energy are worth, and what the schedule saves.

    An unfinished schedule is waited for, for some seconds. Explanations are kept as long as the job of the schedule.
    """
    job_id = read_job_id(uuid)

    def answer(may_wait: bool) -> JsonResponse | None:  # noqa: FBT001 - the form that waiting asks for
        with services.database.read() as connection:
            job = _find(connection, services, user, job_id)
            if job is None:
                return plain_response(404, f"There is no schedule with id {uuid}.")
            if not job.state.is_final:
                return None if may_wait and not prefers_no_wait(request) else pending_response(job, status=400)
            if job.state is not JobState.FINISHED:
                return JsonResponse(failure_json(job), 400)
            document = read_explanation(connection, job.id)
        if document is None:
            return plain_response(404, _NOT_EXPLAINED)
        return JsonResponse({"schedule": str(job.id), **explanation_json(job, document)})

    with using(language):
        return await answer_when_ended(services, job_id, answer)


@router.post("/what-if", summary="Plan without recording", response_model=ExplanationJson, responses=_FAILED)
async def what_if(
    body: WhatIfBody, user: CurrentUser, services: ServicesDep, language: AnswerLanguage = "en"
) -> JsonResponse:
    """Return what a trigger with this body would plan, explained and compared with the present plan.

    It is checked like the trigger and asks for the same permission. Nothing of it is stored.
    """
    job = await run_in_threadpool(ask, services, user, body)
    with using(language):
        return await wait_and_forget(services, job)


def _find(connection: Connection, services: Services, user: User, job_id: uuids.UUID) -> Job | None:
    """Return a schedule's job, if the caller may read what it is for, and all else that its explanation tells of."""
    try:
        job = services.jobs.get(connection, job_id)
    except NotFoundError:
        return None
    check_job_readable(connection, user, job)
    if job.kind != JOB_KIND:
        return None
    # It tells prices and powers, and whoever asked for the schedule may be allowed to read more.
    flex_model, flex_context = job.args.get("flex_model"), job.args.get("flex_context")
    check_readable(connection, user, flex_model, flex_context)
    check_nameable(connection, user, flex_model, flex_context)
    return job
