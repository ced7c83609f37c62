"""The endpoints of jobs."""

import uuid as uuids

from fastapi import Request
from sqlalchemy import Connection

from wattloom.accounts import Action, Kind, Resource, User, policy
from wattloom.api.documented_errors import refusal
from wattloom.api.errors import error_style
from wattloom.api.job_access import check_job_readable
from wattloom.api.v3_0.jobs.schemas import AssetJobsJson, JobJson, asset_job_json, job_json
from wattloom.api.waiting import answer_when_ended, prefers_no_wait, read_job_id
from wattloom.assets import read_relations
from wattloom.errors import NotFoundError
from wattloom.http import CurrentUser, JsonResponse, ReadableAsset, ReadConnection, Services, ServicesDep, make_router
from wattloom.jobs import Job, JobState
from wattloom.mail import QUEUE as MAIL
from wattloom.scheduling import WHAT_IF_KIND

router = make_router(prefix="/v3_0", tags=["Jobs"])

_ACCEPTED, _FAILED = 202, 422
_MAX_LISTED = 1000
_QUEUES = frozenset({"scheduling", "forecasting"})


@router.get(
    "/jobs/{uuid}",
    summary="Get a job",
    response_model=JobJson,
    responses=refusal(404, "named")
    | {
        202: {
            "model": JobJson,
            "description": "ACCEPTED: not done, for who prefers not to wait or asks api_profile next.",
        },
        422: {"model": JobJson, "description": "FAILED, with api_profile next."},
    },
)
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


@router.get("/assets/{id}/jobs", summary="List the jobs of an asset", response_model=AssetJobsJson, tags=["Assets"])
@error_style(unknown={"asset": 422})
def get_jobs(
    asset: ReadableAsset, connection: ReadConnection, user: CurrentUser, services: ServicesDep
) -> JsonResponse:
    """List the scheduling and forecasting jobs of an asset and of its own sensors, newest first.

    Jobs are kept for some days after they ended; the newest 1000 are shown.
    """
    sensors = read_relations(connection, user, [asset.id])[asset.id].sensors
    names = {("asset", asset.id): asset.name} | {("sensor", sensor_id): name for sensor_id, name in sensors}
    jobs = services.jobs.list_for(connection, list(names), limit=_MAX_LISTED)
    shown = [asset_job_json(job, names[job.entity]) for job in jobs if job.entity and job.queue in _QUEUES]
    answer: AssetJobsJson = {"jobs": shown, "redis_connection_err": None, "status": 200}
    return JsonResponse(answer)


def _find(connection: Connection, services: Services, user: User, job_id: uuids.UUID) -> Job | None:
    """Return a job that the caller may see: it may read what the job concerns, and mails concern admins alone.

    What would be planned is told to whoever asked for it, and to nobody else.
    """
    try:
        job = services.jobs.get(connection, job_id)
    except NotFoundError:
        return None
    if job.kind == WHAT_IF_KIND:
        return None
    if job.queue == MAIL and not policy.allows(user, Action.READ, Resource(Kind.PLATFORM)):
        return None
    check_job_readable(connection, user, job)
    return job


def _status(job: Job) -> int:
    if job.state is JobState.FINISHED:
        return 200
    return _FAILED if job.state.is_final else _ACCEPTED
