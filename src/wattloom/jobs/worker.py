"""Work jobs off: claim, compute, store and finish in one transaction, report."""

import random
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from wattloom.db import Database
from wattloom.errors import InternalError, UnavailableError, WattloomError
from wattloom.jobs.channel import WorkerChannel
from wattloom.jobs.job import Job, JobFailure, JobHandler, Progress
from wattloom.jobs.queue import JobQueue

POLL_S = 1.0
"""How often an idle worker looks for work when nobody wakes it [s]."""

_PROGRESS_S = 1.0
_LEASE_S = 5.0

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class JobRunner:
    """Tries jobs, one at a time.

    Attributes:
        database: Where outcomes are stored.
        queue: Where jobs come from.
        handlers: What to do for each kind of job.
        queues: The queues to serve.
        name: Says in the row who works on a job.
        clock: The time.
    """

    database: Database
    queue: JobQueue
    handlers: Mapping[str, JobHandler]
    queues: Sequence[str]
    name: str
    clock: Callable[[], datetime]

    def claim(self) -> Job | None:
        """Take a job, if there is one."""
        return self.queue.claim(self.name, self.queues, now=self.clock())

    def run(self, job: Job) -> bool:
        """Try a claimed job and end the attempt; say whether the job has ended."""
        try:
            with self._sign_of_life(job) as progress:
                outcome = self._handler(job)(job, progress.report)
            with self.database.write() as connection:
                # First, because it locks the row: a worker thought dead stops here, before it writes.
                self.queue.finish(connection, job.attempt, outcome.result, now=self.clock())
                outcome.store(connection)
        except Exception as error:  # noqa: BLE001 - the worker loop outlives every job
            return self._fail(job, error)
        return True

    def run_due(self) -> int:
        """Run jobs in this process until none is due; return how many attempts that took."""
        n_attempts = 0
        while (job := self.claim()) is not None:
            self.run(job)
            n_attempts += 1
        return n_attempts

    def _handler(self, job: Job) -> JobHandler:
        if job.kind not in self.handlers:
            raise InternalError(f"No handler is registered for jobs of kind {job.kind}.")
        return self.handlers[job.kind]

    def _fail(self, job: Job, error: Exception) -> bool:
        failure = describe_failure(error)
        facts = {"job_id": str(job.id), "kind": job.kind, "attempt": job.attempts}
        facts |= {"error": failure.type, "message": failure.message}
        _log.warning("job attempt failed", **facts, exc_info=error if failure.traceback else None)
        try:
            now = self.clock()
            return self.queue.fail(job.attempt, failure, now=now, retry_at=_retry_time(job, error, now))
        except UnavailableError:
            # Its lease runs out, and another worker tries it again.
            _log.warning("job failure not stored", job_id=str(job.id))
            return False

    @contextmanager
    def _sign_of_life(self, job: Job) -> Iterator["_SignOfLife"]:
        sign = _SignOfLife(job, self.queue, self.clock)
        thread = threading.Thread(target=sign.keep_giving, name=f"job-{job.id}", daemon=True)
        thread.start()
        try:
            yield sign
        finally:
            # Not joined: it may wait for the database, and what it writes after the end has no effect.
            sign.is_over.set()


class _SignOfLife:
    """Extends a job's lease and stores its progress, in a thread beside the handler."""

    def __init__(self, job: Job, queue: JobQueue, clock: Callable[[], datetime]) -> None:
        self.is_over = threading.Event()
        self._job = job
        self._queue = queue
        self._clock = clock
        self._progress: Progress | None = None

    def report(self, fraction: float, text: str) -> None:
        """Note how far the job is; it is stored within a second."""
        self._progress = Progress(fraction, text)

    def keep_giving(self) -> None:
        stored: Progress | None = None
        extended_at = self._clock()
        while not self.is_over.wait(_PROGRESS_S):
            progress, now = self._progress, self._clock()
            if progress == stored and now - extended_at < timedelta(seconds=_LEASE_S):
                continue
            # A busy database may have time for it in a second; the lease outlasts several.
            with suppress(UnavailableError):
                news = progress if progress != stored else None
                if not self._queue.extend_lease(self._job.attempt, news, now=now):
                    return
                stored, extended_at = progress, now


def run_worker(channel: WorkerChannel, runner: JobRunner) -> None:
    """Work jobs off until the channel says stop; the body of every worker process."""
    while not channel.is_stopping:
        job = _claim(runner)
        if job is None:
            channel.wait_for_work(POLL_S)
            continue
        channel.job_started(job)
        is_final = runner.run(job)
        channel.job_ended(job, is_final=is_final)


def _claim(runner: JobRunner) -> Job | None:
    try:
        return runner.claim()
    except UnavailableError as error:
        _log.warning("no job claimed", error=error.message)
        return None


def describe_failure(error: Exception) -> JobFailure:
    """Say why a job failed: a message for what the caller can fix, a traceback for what we have to."""
    name = type(error).__name__
    if isinstance(error, WattloomError) and not isinstance(error, InternalError):
        return JobFailure(name, error.message, details=error.details)
    return JobFailure(name, str(error) or name, "".join(traceback.format_exception(error)))


def _retry_time(job: Job, error: Exception, now: datetime) -> datetime | None:
    """When to try again: later after every attempt, spread so that jobs do not return together."""
    if not isinstance(error, UnavailableError):
        return None
    delay_s = error.retry_after_s * 2 ** (job.attempts - 1) * random.uniform(0.5, 1.5)  # noqa: S311 - no secret
    return now + timedelta(seconds=delay_s)
