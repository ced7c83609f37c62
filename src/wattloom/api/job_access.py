"""Who may see a job."""

from sqlalchemy import Connection

from wattloom.accounts import Action, User, policy
from wattloom.assets import subject_resource
from wattloom.jobs import Job


def check_job_readable(connection: Connection, user: User, job: Job) -> None:
    """Let pass who may read what the job concerns; a job that concerns no asset or sensor tells nothing of any.

    Raises:
        PermissionDeniedError: The caller may not.
        NotFoundError: It has been deleted since.
    """
    resource = subject_resource(connection, job.entity)
    if resource is not None:
        policy.check(user, Action.READ, resource)
