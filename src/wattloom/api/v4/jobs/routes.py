"""Cancel a job that has not begun, and try one again that failed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection
from typing_extensions import TypedDict

from wattloom.accounts import Action, AuditEvent, Kind, Resource, User, policy, record_audit
from wattloom.api.documented_errors import refusal
from wattloom.assets import record_asset_audit, subject_resource
from wattloom.errors import NotFoundError
from wattloom.http import CurrentUser, JsonResponse, ServicesDep, WriteConnection, make_router
from wattloom.jobs import Job
from wattloom.timeseries import get_sensor

router = make_router(prefix="/v4/jobs", tags=["Jobs"])
_REFUSED = refusal(404) | refusal(409)


class SteeredJobJson(TypedDict):
    """A job after it was canceled or put back into the queue."""

    id: str
    state: str


@router.post("/{uuid}/cancel", summary="Cancel a job", response_model=SteeredJobJson, responses=_REFUSED)
def cancel(uuid: UUID, connection: WriteConnection, user: CurrentUser, services: ServicesDep) -> JsonResponse:
    """Take a job out of the queue that has not begun; what waits for it fails.

    For those who may make schedules for what the job concerns, and for admins.
    """
    now = services.clock()
    job = services.jobs.get(connection, uuid)
    asset_id = _steerable(connection, user, job)
    services.jobs.cancel(connection, uuid, now=now)
    _record(connection, AuditEvent(f"Canceled job {uuid}", "job.canceled", {"job": str(uuid)}), asset_id, user, now)
    return JsonResponse(_json(services.jobs.get(connection, uuid)))


@router.post("/{uuid}/retry", summary="Try a job again", response_model=SteeredJobJson, responses=_REFUSED)
def retry(uuid: UUID, connection: WriteConnection, user: CurrentUser, services: ServicesDep) -> JsonResponse:
    """Put a job back into the queue that failed or was canceled, as it was asked for: it records for the same time.

    For those who may make schedules for what the job concerns, and for admins.
    """
    now = services.clock()
    job = services.jobs.get(connection, uuid)
    asset_id = _steerable(connection, user, job)
    services.jobs.retry(connection, uuid, now=now)
    _record(connection, AuditEvent(f"Tried job {uuid} again", "job.retried", {"job": str(uuid)}), asset_id, user, now)
    return JsonResponse(_json(services.jobs.get(connection, uuid)))


def _steerable(connection: Connection, user: User, job: Job) -> int | None:
    """Return the asset that a job concerns, None for work of the server itself, having asked whether the user may.

    Raises:
        NotFoundError: What it concerns has been deleted since.
        PermissionDeniedError: The user may not.
    """
    resource = subject_resource(connection, job.entity)
    if resource is not None and job.entity is not None:
        policy.check(user, Action.CREATE_CHILDREN, resource)
        kind, subject_id = job.entity
        return subject_id if kind == "asset" else get_sensor(connection, subject_id).asset_id
    policy.check(user, Action.UPDATE, Resource(Kind.PLATFORM))
    if not job.args:  # a mail that was sent has forgotten its text
        raise NotFoundError("arguments of job", job.id)
    return None


def _record(connection: Connection, event: AuditEvent, asset_id: int | None, user: User, now: datetime) -> None:
    if asset_id is None:
        record_audit(connection, event, by=user, now=now)
    else:
        record_asset_audit(connection, asset_id, event, by=user, now=now)


def _json(job: Job) -> SteeredJobJson:
    return {"id": str(job.id), "state": job.state}
