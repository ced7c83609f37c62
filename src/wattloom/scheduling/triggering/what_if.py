"""Ask what would be planned: checked like a trigger, planned by a worker, and never recorded."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from wattloom.accounts import User
from wattloom.jobs import Job, JobQueue
from wattloom.scheduling.triggering.arrange import Arrangement, arrange
from wattloom.scheduling.triggering.gather import gather
from wattloom.scheduling.triggering.output_signs import check_outputs
from wattloom.scheduling.triggering.request import PlanningLimits, ScheduleRequest

JOB_KIND = "scheduling.what_if"
TIME_LIMIT = "solver_time_limit_s"
"""Among the arguments of the job: when to stop improving [s]; None for the server's own limit."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A schedule that somebody would like to see.

    Attributes:
        request: What would be wanted.
        wait_s: How long somebody waits for it; a worker that takes longer is ended [s].
        time_limit: When to stop improving, if sooner than the server does.
    """

    request: ScheduleRequest
    wait_s: float
    time_limit: timedelta | None = None


def rehearse_schedule(
    connection: Connection, request: ScheduleRequest, limits: PlanningLimits, *, by: User
) -> Arrangement:
    """Check everything that a trigger checks, which is all that can be found wrong without reading data.

    Args:
        connection: Any transaction.
        request: What would be wanted.
        limits: Settings of the server.
        by: Who might trigger this.

    Raises:
        PermissionDeniedError: A sensor that is named is not the caller's to use.
        NotFoundError: The asset or sensor does not exist.
        InputError: Times or entries are wrong; paths such as ``("flex-model", 0, "sensor")``.
        FlexModelError: A field of the flex-model or flex-context is wrong.
    """
    arranged = arrange(request, gather(connection, request, by=by), limits)
    check_outputs(arranged.configs, arranged.sensors)
    return arranged


def ask_what_if(
    connection: Connection, jobs: JobQueue, wanted: WhatIf, limits: PlanningLimits, *, by: User, now: datetime
) -> Job:
    """Check everything that a trigger checks, and enqueue a job that only tells what would be planned.

    Whoever asks waits for the job, and discards it.

    Args:
        connection: A write transaction; the job becomes due when it commits.
        jobs: Takes the job.
        wanted: What would be planned.
        limits: Settings of the server.
        by: Who asks, and might trigger this.
        now: The present; what is believed then counts, unless ``prior`` is given.

    Raises:
        PermissionDeniedError: A sensor that is named is not the caller's to use.
        NotFoundError: The asset or sensor does not exist.
        InputError: Times or entries are wrong; paths such as ``("flex-model", 0, "sensor")``.
        FlexModelError: A field of the flex-model or flex-context is wrong.
    """
    arranged = rehearse_schedule(connection, wanted.request, limits, by=by)
    new = arranged.as_job(JOB_KIND, by=by, now=now)
    time_limit_s = None if wanted.time_limit is None else wanted.time_limit.total_seconds()
    args = {**new.args, TIME_LIMIT: time_limit_s}
    # Not listed among the jobs of the asset; not shared with whoever asks the same, who would find it discarded; not
    # tried again, since somebody waits; and no worker is busy with it when nobody waits any more.
    unlisted = replace(new, args=args, entity=None, dedupe_key=None, max_attempts=1)
    return jobs.enqueue(connection, replace(unlisted, time_limit_s=min(new.time_limit_s, wanted.wait_s)), now=now)
