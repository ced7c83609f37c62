"""Ask for a schedule: gather, arrange, and hand over to a worker."""

from datetime import datetime

from sqlalchemy import Connection

from wattloom.accounts import AuditEvent, User
from wattloom.assets import record_asset_audit
from wattloom.jobs import Job, JobQueue
from wattloom.scheduling.triggering.arrange import Arrangement, arrange
from wattloom.scheduling.triggering.gather import gather
from wattloom.scheduling.triggering.output_signs import mark_outputs
from wattloom.scheduling.triggering.request import PlanningLimits, ScheduleRequest

JOB_KIND = "scheduling.make_schedule"


def trigger_schedule(
    connection: Connection,
    jobs: JobQueue,
    request: ScheduleRequest,
    limits: PlanningLimits,
    *,
    by: User | None,
    now: datetime,
) -> Job:
    """Check everything that needs no sensor data, and enqueue the job.

    Args:
        connection: A write transaction; the job becomes due when it commits.
        jobs: Takes the job.
        request: What is wanted.
        limits: Settings of the server.
        by: Who asks, and may do so for the asset or sensor itself; None for the command line.
        now: The present; belief time of the schedule unless ``prior`` is given.

    Returns:
        The job, which may be one that was asked for before.

    Raises:
        PermissionDeniedError: A sensor that is named is not the caller's to use.
        NotFoundError: The asset or sensor does not exist.
        InputError: Times or entries are wrong; paths such as ``("flex-model", 0, "sensor")``.
        FlexModelError: A field of the flex-model or flex-context is wrong.
    """
    arranged = arrange(request, gather(connection, request, by=by), limits)
    mark_outputs(connection, arranged.configs, arranged.sensors, by=by, now=now)
    new = arranged.as_job(JOB_KIND, by=by, now=now)
    job = jobs.enqueue(connection, new, now=now, dedupe_since=arranged.dedupe_since(now))
    if job.id == new.id:
        _record(connection, job, arranged, by=by, now=now)
    return job


def _record(connection: Connection, job: Job, arranged: Arrangement, *, by: User | None, now: datetime) -> None:
    """Let the history of the asset tell who asked for a schedule, and for when."""
    kind, subject_id = arranged.request.subject
    asset_id = subject_id if kind == "asset" else arranged.sensors[subject_id].asset_id
    windows = arranged.arguments.windows
    start, end = min(each.start for each in windows), max(each.end for each in windows)
    event = AuditEvent(
        f"Triggered schedule for {kind} {subject_id}, from: {start.isoformat()}, until: {end.isoformat()}: {job.id}",
        "schedule.triggered",
        {"job": str(job.id), kind: subject_id, "start": start.isoformat(), "end": end.isoformat()},
    )
    record_asset_audit(connection, asset_id, event, by=by, now=now)
