"""The port through which work is handed over and taken up.

An adapter keeps its truth in the ``job`` table. tests/integration/jobs holds
the contract that each adapter passes.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from wattloom.jobs.job import Attempt, Job, JobFailure, JobState, NewJob, Progress


class JobQueue(Protocol):
    """Durable jobs: enqueued with their data, claimed once, ended once."""

    def enqueue(
        self, connection: Connection, new: NewJob, *, now: datetime, dedupe_since: datetime | None = None
    ) -> Job:
        """Add a job in the caller's transaction and wake a worker once it commits.

        An equal job (same ``dedupe_key``) created at or after ``dedupe_since``
        is returned instead, unless it has failed or was canceled: asking again
        is how a caller tries again. A job whose dependency has failed already
        is added as FAILED.

        Raises:
            NotFoundError: The job that it depends on does not exist.
        """

    def get(self, connection: Connection, job_id: uuid.UUID) -> Job:
        """Return a job.

        Raises:
            NotFoundError: There is none with this id.
        """

    def list_for(
        self, connection: Connection, entities: Sequence[tuple[str, int]], *, limit: int | None = None
    ) -> list[Job]:
        """Return the jobs that concern these entities, newest first; all, or the ``limit`` newest."""

    def newest_of_each(self, connection: Connection, entities: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Job]:
        """Return the newest job of each entity that any job concerns, in one query."""

    def newest(
        self,
        connection: Connection,
        kind: str,
        *,
        entities: Sequence[tuple[str, int]] | None = None,
        state: JobState | None = None,
    ) -> Iterator[Job]:
        """Yield the jobs of a kind, newest first, read as far as they are asked for.

        Args:
            connection: Open until the last one is read.
            kind: Of the jobs.
            entities: What they concern; None for whatever it is.
            state: Theirs; None for any.
        """

    def find(self, connection: Connection, kind: str, beginning: str) -> list[uuid.UUID]:
        """Return the ids of jobs of a kind that begin with these hexadecimal digits, at most 32, dashes left out."""

    def claim(self, worker: str, queues: Sequence[str], *, now: datetime) -> Job | None:
        """Take the oldest job that is due, or whose lease ran out; None when there is none.

        A job whose worker died on its last attempt is failed instead.
        """

    def extend_lease(self, attempt: Attempt, progress: Progress | None, *, now: datetime) -> bool:
        """Say that the worker is alive and how far it is; False when the job is no longer its own."""

    def finish(self, connection: Connection, attempt: Attempt, result: Mapping[str, Any], *, now: datetime) -> None:
        """End the job in the transaction that stores its outcome, and release the jobs that wait for it.

        Raises:
            ConflictError: The job is no longer this attempt's; the caller rolls back.
        """

    def fail(self, attempt: Attempt, failure: JobFailure, *, now: datetime, retry_at: datetime | None = None) -> bool:
        """End this attempt: back to the queue if it may be retried and attempts are left, else FAILED.

        The jobs that wait for a failed job fail with it. Nothing happens when
        the job is no longer this attempt's.

        Returns:
            Whether the job has ended.
        """

    def cancel(self, connection: Connection, job_id: uuid.UUID, *, now: datetime) -> None:
        """End a job that has not begun; the jobs that wait for it fail.

        Raises:
            ConflictError: It has begun or ended already.
        """

    def retry(self, connection: Connection, job_id: uuid.UUID, *, now: datetime) -> None:
        """Put a job that failed or was canceled back into the queue, with all its attempts.

        Raises:
            ConflictError: It has not ended, or not in this way.
        """

    def forget_args(self, connection: Connection, job_id: uuid.UUID) -> None:
        """Empty the arguments of a job that needs them no more and should not keep them."""

    def discard(self, connection: Connection, job_id: uuid.UUID) -> None:
        """Delete a job with what it left, whatever its state; what a worker still makes of it is not stored."""

    async def wait(self, job_id: uuid.UUID, *, timeout_s: float) -> bool:
        """Wait until the job has ended, holding no thread or connection; False after ``timeout_s``.

        Raises:
            NotFoundError: There is none with this id.
        """
