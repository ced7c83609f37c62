"""All jobs at a glance, for those who run the server: how many there are in each state, and which."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Connection, Row, func, select, true

from wattloom.db import Listing, Page
from wattloom.jobs.job import JobState
from wattloom.jobs.tables import job

_ORDERS = {"created": job.c.created, "started": job.c.started, "ended": job.c.ended}
# What a job is told and what it answers can be long, and is not shown here.
_SHOWN = (
    job.c.id,
    job.c.queue,
    job.c.kind,
    job.c.state,
    job.c.attempts,
    job.c.entity_kind,
    job.c.entity_id,
    job.c.created,
    job.c.started,
    job.c.ended,
    job.c.progress,
    job.c.error,
)


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job in a list.

    Attributes:
        entity: What it concerns, for example ``("asset", 31)``; None for work that concerns the server.
        fraction: How far it is, in [0, 1]; None where it does not say.
        text: What it is doing, or why it failed.
    """

    id: UUID
    queue: str
    kind: str
    state: JobState
    attempts: int
    entity: tuple[str, int] | None
    created: datetime
    started: datetime | None
    ended: datetime | None
    fraction: float | None
    text: str


def count_jobs(connection: Connection) -> dict[tuple[str, JobState], int]:
    """Return how many jobs there are, by queue and state; what there is none of is left out."""
    rows = connection.execute(
        select(job.c.queue, job.c.state, func.count()).group_by(job.c.queue, job.c.state).order_by(job.c.queue)
    )
    return {(queue, JobState(state)): n for queue, state, n in rows}


def list_jobs(
    connection: Connection, listing: Listing, *, queue: str | None = None, states: Sequence[JobState] = ()
) -> Page[JobLine]:
    """Return the wanted part of all jobs, newest first unless sorted otherwise.

    Args:
        connection: Any transaction.
        listing: May be sorted by ``created``, ``started`` or ``ended``.
        queue: Only jobs of this queue.
        states: Only jobs in one of these; all when empty.
    """
    found = (job.c.queue == queue if queue is not None else true()) & (job.c.state.in_(states) if states else true())
    newest_first = select(*_SHOWN).where(found)
    if listing.sort_by is None:
        newest_first = newest_first.order_by(job.c.created.desc())
    rows = connection.execute(listing.arrange(newest_first, _ORDERS, job.c.id))
    lines = [_to_line(row) for row in cast("Iterable[Row[Any]]", rows)]
    n_total, n_found = (
        connection.execute(select(func.count()).select_from(job).where(condition)).scalar_one()
        for condition in (true(), found)
    )
    return Page(lines, n_total, n_found)


def _to_line(row: Row[Any]) -> JobLine:
    state = JobState(row.state)
    progress = row.progress if state is JobState.STARTED and row.progress else {}
    error = row.error or {}
    return JobLine(
        id=row.id,
        queue=row.queue,
        kind=row.kind,
        state=state,
        attempts=row.attempts,
        entity=None if row.entity_kind is None else (row.entity_kind, row.entity_id),
        created=row.created,
        started=row.started,
        ended=row.ended,
        fraction=progress.get("fraction"),
        text=progress.get("text") or error.get("message", ""),
    )
