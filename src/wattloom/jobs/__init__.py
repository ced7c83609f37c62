"""Background work: a durable queue, and the processes that work it off.

The ``job`` table is the truth. This package knows no kind of job: the server
registers handlers. Its port is :class:`JobQueue`; a worker process runs
:func:`run_worker` under a :class:`WorkerSupervisor`. Why it is built this way:
docs/decisions/0002-jobs-in-the-database.md.
"""

from wattloom.jobs.channel import WorkerChannel
from wattloom.jobs.embedded import EmbeddedJobQueue
from wattloom.jobs.job import (
    Attempt,
    Job,
    JobFailure,
    JobHandler,
    JobOutcome,
    JobState,
    NewJob,
    Progress,
    ReportProgress,
)
from wattloom.jobs.lock import lock_data_dir
from wattloom.jobs.overview import JobLine, count_jobs, list_jobs
from wattloom.jobs.queue import JobQueue
from wattloom.jobs.supervisor import WorkerSupervisor
from wattloom.jobs.worker import JobRunner, run_worker

__all__ = [
    "Attempt",
    "EmbeddedJobQueue",
    "Job",
    "JobFailure",
    "JobHandler",
    "JobLine",
    "JobOutcome",
    "JobQueue",
    "JobRunner",
    "JobState",
    "NewJob",
    "Progress",
    "ReportProgress",
    "WorkerChannel",
    "WorkerSupervisor",
    "count_jobs",
    "list_jobs",
    "lock_data_dir",
    "run_worker",
]
