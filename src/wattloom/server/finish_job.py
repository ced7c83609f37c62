"""See a job through in this process, for commands that show what comes of it."""

import asyncio
from collections.abc import Mapping

from wattloom.errors import UnavailableError
from wattloom.jobs import Job, JobHandler, JobRunner
from wattloom.server.backend import Backend


def finish_job(backend: Backend, handlers: Mapping[str, JobHandler], job: Job, *, timeout_s: float) -> Job:
    """Return a job that has ended: worked off here, or by a server that runs on the same data and was faster.

    Args:
        backend: The database and what is built on it.
        handlers: What to do for each kind of job.
        job: It waits in its queue.
        timeout_s: How long to wait for another process [s].

    Raises:
        UnavailableError: It has not ended in time.
    """
    runner = JobRunner(
        database=backend.database,
        queue=backend.jobs,
        handlers=handlers,
        queues=(job.queue,),
        name="command line",
        clock=backend.clock,
    )
    runner.run_due()
    if not asyncio.run(backend.jobs.wait(job.id, timeout_s=timeout_s)):
        raise UnavailableError(f"Job {job.id} has not ended in time; is it still waiting?")
    with backend.database.read() as connection:
        return backend.jobs.get(connection, job.id)
