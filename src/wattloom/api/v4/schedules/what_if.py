"""What would be planned: asked of a worker, waited for, and forgotten."""

import asyncio
import uuid

from fastapi.concurrency import run_in_threadpool
from sqlalchemy import Connection

from wattloom.accounts import Action, User, policy
from wattloom.api.v3_0.schedules.trigger import planning_limits
from wattloom.api.v4.schedules.answer import explanation_json, failure_json
from wattloom.api.v4.schedules.schemas import WhatIfBody
from wattloom.assets import subject_resource
from wattloom.errors import InputError, NotFoundError
from wattloom.http import JsonResponse, Services
from wattloom.jobs import Job, JobState
from wattloom.scheduling import WhatIf, ask_what_if, read_explanation

_RETRY_S = 10


def ask(services: Services, user: User, body: WhatIfBody) -> Job:
    """Check the request as a trigger of the same would be, and hand it to a worker.

    Raises:
        PermissionDeniedError: The caller may not trigger this.
        InputError: The request is wrong.
    """
    with services.database.write() as connection:
        kind, subject_id = ("asset", body.asset) if body.asset is not None else ("sensor", body.sensor)
        assert subject_id is not None
        _check_triggerable(connection, user, kind, subject_id)
        request = body.request_for("asset" if kind == "asset" else "sensor", subject_id)
        wanted = WhatIf(request, services.options.what_if_wait_s, body.time_limit)
        limits = planning_limits(services)
        return ask_what_if(connection, services.jobs, wanted, limits, by=user, now=services.clock())


def _check_triggerable(connection: Connection, user: User, kind: str, subject_id: int) -> None:
    try:
        resource = subject_resource(connection, (kind, subject_id))
    except NotFoundError as error:
        raise InputError(error.message, field=kind) from error
    assert resource is not None
    policy.check(user, Action.CREATE_CHILDREN, resource, path=("json", kind))
    # The answer tells states of charge, and what was planned before; API keys may be good for writing alone.
    policy.check(user, Action.READ, resource, path=("json", kind))


async def wait_and_forget(services: Services, job: Job) -> JsonResponse:
    """Return the answer of a job when it has ended, and leave nothing of it behind."""
    try:
        await services.jobs.wait(job.id, timeout_s=services.options.what_if_wait_s)
        return await run_in_threadpool(_answer, services, job.id)
    finally:
        # Also when whoever asked has gone.
        await asyncio.shield(run_in_threadpool(_forget, services, job.id))


def _answer(services: Services, job_id: uuid.UUID) -> JsonResponse:
    with services.database.read() as connection:
        job = services.jobs.get(connection, job_id)
        document = read_explanation(connection, job_id)
    if not job.state.is_final:
        text = f"No plan was found within {services.options.what_if_wait_s:g} s. Try again later, or plan for less."
        return JsonResponse({"message": text, "status": "ERROR"}, 503, headers={"Retry-After": str(_RETRY_S)})
    if job.state is not JobState.FINISHED:
        return JsonResponse(failure_json(job), 400)
    assert document is not None
    return JsonResponse(explanation_json(job, document))


def _forget(services: Services, job_id: uuid.UUID) -> None:
    with services.database.write() as connection:
        services.jobs.discard(connection, job_id)
