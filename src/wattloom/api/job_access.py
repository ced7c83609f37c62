"""Who may see a job."""

from sqlalchemy import Connection

from wattloom.accounts import Action, User, policy
from wattloom.assets import asset_resource, sensor_resource
from wattloom.jobs import Job

_OWNERS = {"asset": asset_resource, "sensor": sensor_resource}


def check_job_readable(connection: Connection, user: User, job: Job) -> None:
    """Let pass who may read what the job concerns; a job that concerns no asset or sensor tells nothing of any.

    Raises:
        PermissionDeniedError: The caller may not.
        NotFoundError: It has been deleted since.
    """
    kind, subject_id = job.entity or (None, 0)
    if kind in _OWNERS:
        policy.check(user, Action.READ, _OWNERS[kind](connection, subject_id))
