"""Keep N worker processes alive, wake them, and end those that take too long."""

import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from wattloom.errors import UnavailableError
from wattloom.jobs.channel import LOOK_FOR_WORK, STOP, Ended, Idle, MoreWork, Report, Started
from wattloom.jobs.embedded import EmbeddedJobQueue
from wattloom.jobs.job import JobFailure
from wattloom.jobs.process import WorkerProcess
from wattloom.language import translatable

GRACE_S = 5.0
"""How long a worker may finish its job when the server stops [s]."""

_FIRST_DELAY_S = 0.1
_LONGEST_DELAY_S = 30.0
_DIED = JobFailure("WorkerDiedError", translatable("The worker died while it tried this job."))
_TOOK_TOO_LONG = JobFailure("TimeLimitError", translatable("It took longer than its time limit."))
_STOPPED = JobFailure("WorkerDiedError", translatable("The server was stopped."))

_log = structlog.get_logger()


class WorkerSupervisor:
    """Runs the worker processes of this server, from one thread."""

    def __init__(
        self,
        queue: EmbeddedJobQueue,
        entry: str,
        arguments: Mapping[str, Any],
        *,
        n_workers: int,
        clock: Callable[[], datetime],
    ) -> None:
        """Prepare workers for this queue; nothing runs before :meth:`run`.

        Args:
            queue: Wakes the workers, and hears which jobs have ended.
            entry: ``module:function``, called in each process with its
                :class:`WorkerChannel` and the arguments; ends in :func:`run_worker`.
            arguments: JSON for the entry point; may hold passwords.
            n_workers: How many processes to keep.
            clock: The time.
        """
        self._queue = queue
        self._entry = entry
        self._arguments = arguments
        self._n_workers = n_workers
        self._clock = clock
        self._workers: set[WorkerProcess] = set()
        self._selector: selectors.BaseSelector
        self._stop_until: float | None = None
        self._start_at = 0.0
        self._n_failed_starts = 0
        # Guards the two below, which threads that enqueue jobs change too.
        self._lock = threading.Lock()
        self._idle: dict[WorkerProcess, None] = {}
        self._n_unheard = 0

    @contextmanager
    def run(self, *, grace_s: float = GRACE_S) -> Iterator[None]:
        """Keep the workers running inside this block; at its end, give them ``grace_s`` to finish their jobs."""
        ours, theirs = socket.socketpair()
        with ours, theirs, selectors.DefaultSelector() as self._selector:
            self._selector.register(theirs, selectors.EVENT_READ)
            self._queue.wake_with(self.wake)
            thread = threading.Thread(target=self._supervise, name="job-supervisor", daemon=True)
            thread.start()
            try:
                yield
            finally:
                self._stop_until = time.monotonic() + grace_s
                ours.send(STOP)
                thread.join()

    def wake(self) -> None:
        """Wake one idle worker, or the next one that becomes idle; called from any thread."""
        with self._lock:
            if self._idle:
                # The one that worked last has the warmest caches.
                worker, _ = self._idle.popitem()
                worker.send(LOOK_FOR_WORK)
            else:
                # It may have looked for work before the job was there, and not yet said that it is idle.
                self._n_unheard = min(self._n_unheard + 1, self._n_workers)

    def _supervise(self) -> None:
        while not (self._is_stopping and not self._workers):
            self._start_missing()
            for key, _ in self._selector.select(self._patience_s()):
                if isinstance(key.fileobj, WorkerProcess):
                    self._hear(key.fileobj)
                else:
                    self._selector.unregister(key.fileobj)
                    self._ask_to_stop()
            self._end_overdue()

    @property
    def _is_stopping(self) -> bool:
        return self._stop_until is not None

    def _patience_s(self) -> float | None:
        moments = [worker.kill_at for worker in self._workers if worker.kill_at is not None]
        if self._stop_until is not None:
            moments.append(self._stop_until)
        elif len(self._workers) < self._n_workers:
            moments.append(self._start_at)
        return max(0.0, min(moments) - time.monotonic()) if moments else None

    def _start_missing(self) -> None:
        while not self._is_stopping and len(self._workers) < self._n_workers and time.monotonic() >= self._start_at:
            try:
                worker = WorkerProcess(self._entry, self._arguments)
            except OSError as error:
                _log.warning("worker not started", error=str(error))
                self._delay_next_start()
                return
            self._workers.add(worker)
            self._selector.register(worker, selectors.EVENT_READ)

    def _delay_next_start(self) -> None:
        delay_s = min(_LONGEST_DELAY_S, _FIRST_DELAY_S * 2**self._n_failed_starts)
        self._n_failed_starts += 1
        self._start_at = time.monotonic() + delay_s

    def _hear(self, worker: WorkerProcess) -> None:
        reports = worker.read_reports()
        if reports is None:
            self._replace(worker, _DIED, retry=True)
            return
        self._n_failed_starts = 0
        for report in reports:
            self._act_on(report, worker)

    def _act_on(self, report: Report, worker: WorkerProcess) -> None:
        match report:
            case Idle():
                with self._lock:
                    self._idle[worker] = None
                    was_unheard = self._n_unheard > 0
                    self._n_unheard -= was_unheard
                if was_unheard:
                    self.wake()
            case Started():
                with self._lock:
                    self._idle.pop(worker, None)
            case Ended(attempt, is_final):
                if is_final:
                    self._queue.ended.announce(attempt.job_id)
            case MoreWork():
                self.wake()

    def _end_overdue(self) -> None:
        now = time.monotonic()
        for worker in list(self._workers):
            if worker.kill_at is not None and worker.kill_at <= now:
                self._replace(worker, _TOOK_TOO_LONG, retry=False)
            elif self._stop_until is not None and self._stop_until <= now:
                self._replace(worker, _STOPPED, retry=True)

    def _replace(self, worker: WorkerProcess, failure: JobFailure, *, retry: bool) -> None:
        self._selector.unregister(worker)
        self._workers.remove(worker)
        with self._lock:
            self._idle.pop(worker, None)
            worker.end()
        if not self._is_stopping:
            _log.warning("worker ended", pid=worker.pid, reason=failure.message)
        if not worker.is_ready:
            self._delay_next_start()
        if worker.attempt is not None:
            # The parent knows that nobody works on it, so the job need not wait for its lease.
            now = self._clock()
            try:
                if self._queue.fail(worker.attempt, failure, now=now, retry_at=now if retry else None):
                    self._queue.ended.announce(worker.attempt.job_id)
            except (UnavailableError, SQLAlchemyError) as error:
                _log.warning("job left to its lease", job_id=str(worker.attempt.job_id), error=str(error))

    def _ask_to_stop(self) -> None:
        for worker in self._workers:
            worker.send(STOP)
