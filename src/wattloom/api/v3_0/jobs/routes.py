"""The endpoint of jobs."""

import uuid as uuids
from datetime import datetime
from typing import Any

from fastapi import Request
from sqlalchemy import Connection

from wattloom.accounts import User
from wattloom.api.v3_0.jobs.access import check_job_readable
from wattloom.api.v3_0.waiting import answer_when_ended, prefers_no_wait, read_job_id
from wattloom.errors import NotFoundError
from wattloom.http import CurrentUser, JsonResponse, Services, ServicesDep, make_router
from wattloom.jobs import Job, JobState

router = make_router(prefix="/v3_0/jobs", tags=["Jobs"])

_WORDS = {
    JobState.QUEUED: "is waiting to be processed",
    JobState.DEFERRED: "is waiting for another job",
    JobState.STARTED: "is being processed",
    JobState.FINISHED: "has finished",
    JobState.CANCELED: "has been canceled",
}
_ACCEPTED, _FAILED = 202, 422


@router.get("/{uuid}", summary="Get a job")
async def get_job(uuid: str, request: Request, user: CurrentUser, services: ServicesDep) -> JsonResponse:
    """Return the state of a job and, once it has ended, its result or the reason of its failure.

    An unfinished job is waited for, for some seconds.
    """
    job_id = read_job_id(uuid)
    tells_by_status = prefers_no_wait(request) or services.options.api_profile == "next"

    def answer(may_wait: bool) -> JsonResponse | None:  # noqa: FBT001 - the form that waiting asks for
        with services.database.read() as connection:
            job = _find(connection, services, user, job_id)
        if job is None:
            return JsonResponse({"status": "ERROR", "message": f"Job {uuid} was not found."}, 404)
        if may_wait and not job.state.is_final and not prefers_no_wait(request):
            return None
        return JsonResponse(job_json(job, has_traceback=user.is_admin), _status(job) if tells_by_status else 200)

    return await answer_when_ended(services, job_id, answer)


def job_json(job: Job, *, has_traceback: bool) -> dict[str, Any]:
    """Return a job as clients know it: names with hyphens, and again with underscores.

    Args:
        job: As it stands.
        has_traceback: Whether to tell where in our code it failed, which is for admins only.
    """
    words = _WORDS.get(job.state) or f"has failed with {_reason(job)}"
    times = {"enqueued-at": job.created, "started-at": job.started, "ended-at": job.ended}
    facts = {
        "func-name": job.kind,
        **{name: _iso(at) for name, at in times.items()},
        "exc-info": _failure(job, has_traceback=has_traceback),
    }
    return {
        "status": str(job.state),
        "message": f"{job.queue.capitalize()} job {words}.",
        "result": job.result if job.state is JobState.FINISHED else None,
        "origin": job.queue,
        **facts,
        **{name.replace("-", "_"): value for name, value in facts.items()},
    }


def _find(connection: Connection, services: Services, user: User, job_id: uuids.UUID) -> Job | None:
    """Return a job that the caller may see: it may read what the job concerns."""
    try:
        job = services.jobs.get(connection, job_id)
    except NotFoundError:
        return None
    check_job_readable(connection, user, job)
    return job


def _status(job: Job) -> int:
    if job.state is JobState.FINISHED:
        return 200
    return _FAILED if job.state.is_final else _ACCEPTED


def _failure(job: Job, *, has_traceback: bool) -> str | None:
    if job.error is None:
        return None
    return (has_traceback and job.error.traceback) or _reason(job)


def _reason(job: Job) -> str:
    return f"{job.error.type}: {job.error.message.rstrip('.')}" if job.error is not None else "no reason"


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
