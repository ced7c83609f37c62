"""The port through which work is handed over and taken up.

An adapter keeps its truth in the ``job`` table. tests/integration/jobs holds
the contract that each adapter passes.
"""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Connection

from wattloom.jobs.job import Job, JobFailure, NewJob


class JobQueue(Protocol):
    """Durable jobs: enqueued with their data, claimed once, ended once."""

    def enqueue(
        self, connection: Connection, new: NewJob, *, now: datetime, dedupe_since: datetime | None = None
    ) -> Job:
        """Add a job in the caller's transaction and wake a worker once it commits.

        An equal job (same ``dedupe_key``) created at or after ``dedupe_since``
        is returned instead, whatever its state.
        """

    def get(self, connection: Connection, job_id: uuid.UUID) -> Job:
        """Return a job.

        Raises:
            NotFoundError: There is none with this id.
        """

    def list_for(self, connection: Connection, entities: Sequence[tuple[str, int]]) -> list[Job]:
        """Return the jobs that concern these entities, newest first."""

    def claim(self, worker: str, queues: Sequence[str], *, now: datetime) -> Job | None:
        """Take the oldest job that is due, or whose lease ran out; None when there is none.

        A job whose worker died on its last attempt is failed instead.
        """

    def extend_lease(self, job: Job, *, now: datetime) -> bool:
        """Say that the worker is alive; False when the job is no longer its own."""

    def report_progress(self, job: Job, progress: Mapping[str, Any]) -> None:
        """Store how far the job is."""

    def finish(self, connection: Connection, job: Job, result: Mapping[str, Any], *, now: datetime) -> None:
        """End the job in the transaction that stores its outcome.

        Raises:
            ConflictError: Another attempt has taken over; the caller rolls back.
        """

    def fail(self, job: Job, failure: JobFailure, *, retry: bool, now: datetime) -> None:
        """End this attempt: back to the queue if ``retry`` and attempts are left, else FAILED."""

    async def wait(self, job_id: uuid.UUID, *, timeout_s: float) -> bool:
        """Wait until the job has ended, holding no thread or connection; False after ``timeout_s``."""
