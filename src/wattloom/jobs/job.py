"""What a job is, and which states it passes through.

::

    (DEFERRED) ──► QUEUED ──► STARTED ──► FINISHED
         │           ▲           │
         │           └───────────┤  its worker died, or it asked for another try
         └───────────────────────┴──► FAILED
    DEFERRED waits for the job that it depends on, and fails with it;
    CANCELED is set by people.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import Connection


class JobState(StrEnum):
    """Where a job is in its life; the words of FlexMeasures' clients."""

    QUEUED = "QUEUED"
    DEFERRED = "DEFERRED"
    STARTED = "STARTED"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    CANCELED = "CANCELED"

    @property
    def is_final(self) -> bool:
        """Whether the job has ended."""
        return self in {JobState.FINISHED, JobState.FAILED, JobState.CANCELED}


@dataclass(frozen=True, slots=True)
class NewJob:
    """Work to be done later.

    Attributes:
        queue: ``scheduling``, ``forecasting`` or ``ingestion``.
        kind: Name under which the server registered the handler.
        args: JSON for the handler; holds everything that it needs.
        belief_time: Belief time of what the job will record, so that a retry records the same.
        entity: What the job concerns, for example ``("asset", 31)``.
        dedupe_key: Equal work enqueued recently is not enqueued again.
        created_by: Id of the user who asked for it.
        depends_on: Job that has to finish first.
        max_attempts: How often it is tried when its worker dies.
        time_limit_s: Its worker is ended after this time [s].
        id: What it will be known by, unless equal work is found.
    """

    queue: str
    kind: str
    args: Mapping[str, Any]
    belief_time: datetime | None = None
    entity: tuple[str, int] | None = None
    dedupe_key: str | None = None
    created_by: int | None = None
    depends_on: uuid.UUID | None = None
    max_attempts: int = 3
    time_limit_s: float = 180
    id: uuid.UUID = field(default_factory=uuid.uuid4)


@dataclass(frozen=True, slots=True)
class JobFailure:
    """Why a job failed.

    Attributes:
        type: Name of the error class.
        message: For people.
        traceback: For developers; empty for errors that the caller can fix.
        details: What else the error tells, as JSON.
    """

    type: str
    message: str
    traceback: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a job. What it does counts only while it is the job's newest.

    Attributes:
        job_id: The job.
        number: 1 for the first try.
    """

    job_id: uuid.UUID
    number: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is.

    Attributes:
        fraction: In [0, 1].
        text: What is being done.
    """

    fraction: float
    text: str


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stands in the database."""

    id: uuid.UUID
    queue: str
    kind: str
    args: Mapping[str, Any]
    state: JobState
    attempts: int
    max_attempts: int
    time_limit_s: float
    created: datetime
    entity: tuple[str, int] | None = None
    belief_time: datetime | None = None
    created_by: int | None = None
    depends_on: uuid.UUID | None = None
    progress: Progress | None = None
    result: Mapping[str, Any] | None = None
    error: JobFailure | None = None
    started: datetime | None = None
    ended: datetime | None = None

    @property
    def attempt(self) -> Attempt:
        """The newest try."""
        return Attempt(self.id, self.attempts)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobOutcome:
    """What a handler has computed and not yet stored.

    The worker stores it and finishes the job in one transaction, guarded by
    the number of attempts: a plan is never half visible, and a worker that
    was thought dead cannot overwrite its successor's.

    Attributes:
        result: JSON shown to people who ask for the job.
    """

    result: Mapping[str, Any] = field(default_factory=dict)

    def store(self, connection: Connection) -> None:
        """Write what the job has produced; nothing by default."""


class ReportProgress(Protocol):
    """Tells how far a job is."""

    def __call__(self, fraction: float, text: str) -> None:
        """Report a fraction in [0, 1] and what is being done."""


class JobHandler(Protocol):
    """Does the work of one kind of job."""

    def __call__(self, job: Job, report_progress: ReportProgress) -> JobOutcome:
        """Compute; write nothing. Errors become the job's failure."""
