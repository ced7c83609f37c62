"""What the worker processes of the tests do; they find this module on PYTHONPATH."""

import os
import signal
import sys
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from wattloom.accounts.tables import role
from wattloom.db import Database
from wattloom.jobs import (
    EmbeddedJobQueue,
    Job,
    JobOutcome,
    JobRunner,
    ReportProgress,
    WorkerChannel,
    WorkerSupervisor,
    run_worker,
)

QUEUES = ("scheduling", "forecasting", "ingestion")


@dataclass(frozen=True, slots=True)
class RoleOutcome(JobOutcome):
    """Stores a row, so that tests see whether the outcome was stored."""

    role_name: str

    def store(self, connection: Connection) -> None:
        connection.execute(insert(role).values(name=self.role_name))


def record(job: Job, report_progress: ReportProgress) -> JobOutcome:
    """Store a row named as the job says."""
    report_progress(0.5, "half way")
    return RoleOutcome(result={"pid": os.getpid()}, role_name=job.args["name"])


def hang_first_time(job: Job, report_progress: ReportProgress) -> JobOutcome:
    """Hang when tried for the first time."""
    return hang(job, report_progress) if job.attempts == 1 else record(job, report_progress)


def die(job: Job, report_progress: ReportProgress) -> JobOutcome:
    """Kill this process."""
    del job, report_progress
    os.kill(os.getpid(), signal.SIGKILL)
    threading.Event().wait()
    raise AssertionError


def hang(job: Job, report_progress: ReportProgress) -> JobOutcome:
    """Tell the process id through the pipe that the job names, and never end."""
    del report_progress
    Path(job.args["pipe"]).write_text(str(os.getpid()))
    threading.Event().wait()
    raise AssertionError


HANDLERS = {"record": record, "hang_first_time": hang_first_time, "die": die, "hang": hang}


def clock() -> datetime:
    """The time, for real processes."""
    return datetime.now(UTC)  # noqa: TID251 - the edge of these tests


def make_runner(database: Database, queue: EmbeddedJobQueue, **replaced: Any) -> JobRunner:
    """Make a runner with these handlers."""
    parts: dict[str, Any] = {"handlers": HANDLERS, "queues": QUEUES, "name": "worker", "clock": clock}
    return JobRunner(database=database, queue=queue, **(parts | replaced))


def run(channel: WorkerChannel, *, database_url: str) -> None:
    """The entry point of the worker processes."""
    database = Database(database_url)
    queue = EmbeddedJobQueue(database)
    queue.wake_with(channel.more_work)
    run_worker(channel, make_runner(database, queue, name=f"worker-{os.getpid()}"))


def run_second_time(channel: WorkerChannel, *, database_url: str, tried: str) -> None:
    """An entry point that fails when it is called for the first time."""
    if Path(tried).exists():
        run(channel, database_url=database_url)
    Path(tried).touch()


def serve() -> None:
    """Run a supervisor with one worker on the database named as first argument, until killed."""
    url = sys.argv[1]
    supervisor = WorkerSupervisor(
        EmbeddedJobQueue(Database(url)), f"{__name__}:run", {"database_url": url}, n_workers=1, clock=clock
    )
    with supervisor.run():
        threading.Event().wait()
