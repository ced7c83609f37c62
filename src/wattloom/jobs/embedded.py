"""The queue of one machine: the ``job`` table on SQLite or PostgreSQL, and nothing else."""

import asyncio
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Update,
    and_,
    bindparam,
    delete,
    insert,
    or_,
    select,
    text,
    tuple_,
    update,
)

from wattloom.db import Database, after_commit, one_at_a_time
from wattloom.errors import ConflictError, NotFoundError
from wattloom.events import About, Change, announce
from wattloom.jobs.job import Attempt, Job, JobFailure, JobState, NewJob, Progress
from wattloom.jobs.tables import job
from wattloom.jobs.waiting import EndedJobs
from wattloom.language import translatable

LEASE_DURATION = timedelta(seconds=15)
"""How long a claimed job stays its worker's after the last sign of life."""

_READ_AT_ONCE = 50
_TOLD = frozenset({"asset", "sensor"})
_CANCELED = JobFailure("CanceledError", "It was canceled.")
_WORKERS_DIED = JobFailure("WorkerDiedError", translatable("Every worker that tried this job died before it ended."))


def _claim_statement() -> Update:
    # The partial index job_claimable serves this, oldest first: a job whose worker died is
    # older than those that wait, so it comes first. SQLite ignores FOR UPDATE, its writers queue up.
    candidate = job.alias("candidate")
    oldest = (
        select(candidate.c.id)
        .where(
            text("candidate.state IN ('QUEUED', 'STARTED')"),
            candidate.c.queue.in_(bindparam("queues", expanding=True)),
            or_(
                and_(candidate.c.state == JobState.QUEUED, candidate.c.run_at <= bindparam("now")),
                and_(candidate.c.state == JobState.STARTED, candidate.c.lease_until <= bindparam("now")),
            ),
        )
        .order_by(candidate.c.created)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return (
        update(job)
        .where(job.c.id == oldest.scalar_subquery())
        .values(
            state=JobState.STARTED,
            attempts=job.c.attempts + 1,
            worker=bindparam("worker_name"),
            started=bindparam("now"),
            lease_until=bindparam("lease_end"),
            progress=None,
        )
        .returning(job)
    )


_CLAIM = _claim_statement()


class EmbeddedJobQueue:
    """Keeps jobs in the application's database; the server's own worker processes take them up."""

    def __init__(self, database: Database, *, poll_s: float = 1.0) -> None:
        """Use the ``job`` table of this database.

        Args:
            database: Where the jobs are.
            poll_s: How often a waiting request looks at its job when no news comes [s].
        """
        self._database = database
        self._poll_s = poll_s
        self._wake: Callable[[], None] = _nobody
        self.ended = EndedJobs()

    def wake_with(self, wake: Callable[[], None]) -> None:
        """Call ``wake`` once for every job that has become due, after the commit that made it so."""
        self._wake = wake

    def enqueue(
        self, connection: Connection, new: NewJob, *, now: datetime, dedupe_since: datetime | None = None
    ) -> Job:
        """Add a job in the caller's transaction; see the port."""
        if new.dedupe_key is not None and dedupe_since is not None:
            same = self._find_same(connection, new.dedupe_key, dedupe_since)
            if same is not None:
                return same
        state, failure = _first_state(connection, new.depends_on)
        entity_kind, entity_id = new.entity or (None, None)
        statement = insert(job).values(
            id=new.id,
            queue=new.queue,
            kind=new.kind,
            args=dict(new.args),
            state=state,
            max_attempts=new.max_attempts,
            time_limit_s=new.time_limit_s,
            run_at=now,
            error=failure and _failure_to_json(failure),
            dedupe_key=new.dedupe_key,
            depends_on=new.depends_on,
            entity_kind=entity_kind,
            entity_id=entity_id,
            belief_time=new.belief_time,
            created_by=new.created_by,
            created=now,
            ended=now if state.is_final else None,
        )
        added = connection.execute(statement.returning(job)).one()
        _announce(connection, [added])
        if state is JobState.QUEUED:
            after_commit(connection, self._wake)
        return _to_job(added)

    def get(self, connection: Connection, job_id: uuid.UUID) -> Job:
        """Return a job; see the port."""
        row = connection.execute(select(job).where(job.c.id == job_id)).one_or_none()
        if row is None:
            raise NotFoundError("job", job_id)
        return _to_job(row)

    def list_for(
        self, connection: Connection, entities: Sequence[tuple[str, int]], *, limit: int | None = None
    ) -> list[Job]:
        """Return the jobs that concern these entities, newest first; all, or the ``limit`` newest."""
        concerned = tuple_(job.c.entity_kind, job.c.entity_id).in_(list(entities))
        newest_first = select(job).where(concerned).order_by(job.c.created.desc()).limit(limit)
        return [_to_job(row) for row in connection.execute(newest_first)]

    def newest_of_each(self, connection: Connection, entities: Sequence[tuple[str, int]]) -> dict[tuple[str, int], Job]:
        """Return the newest job of each entity that any job concerns; see the port."""
        newest = [
            select(job.c.id)
            .where(job.c.entity_kind == kind, job.c.entity_id == entity_id)
            .order_by(job.c.created.desc())
            .limit(1)
            .scalar_subquery()
            for kind, entity_id in entities
        ]
        found = [_to_job(row) for row in connection.execute(select(job).where(job.c.id.in_(newest)))]
        return {each.entity: each for each in found if each.entity is not None}

    def newest(
        self,
        connection: Connection,
        kind: str,
        *,
        entities: Sequence[tuple[str, int]] | None = None,
        state: JobState | None = None,
    ) -> Iterator[Job]:
        """Yield the jobs of a kind, newest first; see the port."""
        found = select(job.c.id).where(job.c.kind == kind).order_by(job.c.created.desc(), job.c.id)
        if entities is not None:
            found = found.where(tuple_(job.c.entity_kind, job.c.entity_id).in_(list(entities)))
        if state is not None:
            found = found.where(job.c.state == state)
        # Sorted by their ids alone: what jobs are told, and tell, can be long.
        ids = connection.scalars(found).all()
        for first in range(0, len(ids), _READ_AT_ONCE):
            wanted = ids[first : first + _READ_AT_ONCE]
            rows = {row.id: row for row in connection.execute(select(job).where(job.c.id.in_(wanted)))}
            # One that has been forgotten meanwhile is left out.
            yield from (_to_job(rows[job_id]) for job_id in wanted if job_id in rows)

    def find(self, connection: Connection, kind: str, beginning: str) -> list[uuid.UUID]:
        """Return the ids of jobs of a kind that begin so; see the port."""
        first, last = (uuid.UUID(hex=beginning.ljust(32, filler)) for filler in "0f")
        found = select(job.c.id).where(job.c.kind == kind, job.c.id.between(first, last)).order_by(job.c.id)
        return list(connection.scalars(found))

    def claim(self, worker: str, queues: Sequence[str], *, now: datetime) -> Job | None:
        """Take the oldest job that is due, or whose lease ran out; see the port."""
        values = {"queues": list(queues), "now": now, "worker_name": worker, "lease_end": now + LEASE_DURATION}
        with self._database.write() as connection:
            while (row := connection.execute(_CLAIM, values).one_or_none()) is not None:
                claimed = _to_job(row)
                if claimed.attempts <= claimed.max_attempts:
                    _announce(connection, [row])
                    return claimed
                self._end_failed(connection, claimed.attempt, _WORKERS_DIED, now)
        return None

    def extend_lease(self, attempt: Attempt, progress: Progress | None, *, now: datetime) -> bool:
        """Say that the worker is alive and how far it is; see the port."""
        values: dict[str, Any] = {"lease_until": now + LEASE_DURATION}
        if progress is not None:
            values["progress"] = {"fraction": progress.fraction, "text": progress.text}
        with self._database.write() as connection:
            extended = _changed(connection, update(job).where(_is_current(attempt)).values(values))
            if progress is not None:
                _announce(connection, extended)
            return bool(extended)

    def finish(self, connection: Connection, attempt: Attempt, result: Mapping[str, Any], *, now: datetime) -> None:
        """End the job in the transaction that stores its outcome; see the port."""
        values = {"state": JobState.FINISHED, "result": dict(result), "ended": now, "lease_until": None, "error": None}
        finished = _changed(connection, update(job).where(_is_current(attempt)).values(values))
        if not finished:
            raise ConflictError("The job has been taken over by another attempt.")
        waiting = update(job).where(job.c.depends_on == attempt.job_id, job.c.state == JobState.DEFERRED)
        released = _changed(connection, waiting.values(state=JobState.QUEUED, run_at=now))
        _announce(connection, [*finished, *released])
        for _ in released:
            after_commit(connection, self._wake)

    def fail(self, attempt: Attempt, failure: JobFailure, *, now: datetime, retry_at: datetime | None = None) -> bool:
        """End this attempt, to be retried or for good; see the port."""
        with self._database.write() as connection:
            if retry_at is not None:
                has_attempts_left = job.c.attempts < job.c.max_attempts
                again = {"state": JobState.QUEUED, "run_at": retry_at, "lease_until": None, "worker": None}
                again["error"] = _failure_to_json(failure)
                retried = update(job).where(_is_current(attempt), has_attempts_left).values(again)
                if requeued := _changed(connection, retried):
                    _announce(connection, requeued)
                    after_commit(connection, self._wake)
                    return False
            return self._end_failed(connection, attempt, failure, now)

    def cancel(self, connection: Connection, job_id: uuid.UUID, *, now: datetime) -> None:
        """End a job that has not begun; see the port."""
        waiting = update(job).where(job.c.id == job_id, job.c.state.in_([JobState.QUEUED, JobState.DEFERRED]))
        canceled = _changed(connection, waiting.values(state=JobState.CANCELED, ended=now))
        if not canceled:
            raise ConflictError("Only a job that has not begun can be canceled.")
        _announce(connection, canceled)
        self._fail_dependents(connection, [job_id], _failed_with_it(job_id, _CANCELED), now)

    def retry(self, connection: Connection, job_id: uuid.UUID, *, now: datetime) -> None:
        """Put a job that failed or was canceled back into the queue; see the port."""
        ended = update(job).where(job.c.id == job_id, job.c.state.in_([JobState.FAILED, JobState.CANCELED]))
        again = {"state": JobState.QUEUED, "attempts": 0, "run_at": now, "ended": None, "error": None, "progress": None}
        requeued = _changed(connection, ended.values(again))
        if not requeued:
            raise ConflictError("Only a job that failed or was canceled can be tried again.")
        _announce(connection, requeued)
        after_commit(connection, self._wake)

    def forget_args(self, connection: Connection, job_id: uuid.UUID) -> None:
        """Empty the arguments of a job that needs them no more; see the port."""
        connection.execute(update(job).where(job.c.id == job_id).values(args={}))

    def discard(self, connection: Connection, job_id: uuid.UUID) -> None:
        """Delete a job with what it left, whatever its state; see the port."""
        connection.execute(delete(job).where(job.c.id == job_id))

    async def wait(self, job_id: uuid.UUID, *, timeout_s: float) -> bool:
        """Wait until the job has ended, holding no thread or connection; see the port."""
        until = time.monotonic() + timeout_s
        # Listening starts before the row is read, so that no end falls between the two. The row is
        # read again and again because a worker of another server tells only its own server.
        with self.ended.event(job_id) as ended:
            while not await asyncio.to_thread(self._has_ended, job_id):
                left_s = until - time.monotonic()
                if left_s <= 0:
                    return False
                with suppress(TimeoutError):
                    async with asyncio.timeout(min(left_s, self._poll_s)):
                        return await ended.wait()
            return True

    def purge_ended(self, connection: Connection, *, before: datetime) -> int:
        """Delete all jobs that ended before this time and say how many they were."""
        return connection.execute(delete(job).where(job.c.ended < before)).rowcount

    def _has_ended(self, job_id: uuid.UUID) -> bool:
        with self._database.read() as connection:
            state = connection.scalar(select(job.c.state).where(job.c.id == job_id))
        if state is None:
            raise NotFoundError("job", job_id)
        return JobState(state).is_final

    def _find_same(self, connection: Connection, dedupe_key: str, since: datetime) -> Job | None:
        # Of two equal requests at once, the second waits here and then finds the first one's job.
        one_at_a_time(connection, dedupe_key)
        newest = (
            select(job)
            .where(
                job.c.dedupe_key == dedupe_key,
                job.c.created >= since,
                job.c.state.not_in([JobState.FAILED, JobState.CANCELED]),
            )
            .order_by(job.c.created.desc())
            .limit(1)
        )
        row = connection.execute(newest).one_or_none()
        return None if row is None else _to_job(row)

    def _end_failed(self, connection: Connection, attempt: Attempt, failure: JobFailure, now: datetime) -> bool:
        values = {"state": JobState.FAILED, "error": _failure_to_json(failure), "ended": now, "lease_until": None}
        failed = _changed(connection, update(job).where(_is_current(attempt)).values(values))
        if not failed:
            return False
        _announce(connection, failed)
        self._fail_dependents(connection, [attempt.job_id], _failed_with_it(attempt.job_id, failure), now)
        return True

    def _fail_dependents(
        self, connection: Connection, ids: Sequence[uuid.UUID], failure: JobFailure, now: datetime
    ) -> None:
        """Fail the jobs that wait for these, those that wait for them, and so on."""
        values = {"state": JobState.FAILED, "error": _failure_to_json(failure), "ended": now}
        while ids:
            dependents = update(job).where(job.c.depends_on.in_(ids), job.c.state == JobState.DEFERRED)
            failed = _changed(connection, dependents.values(values))
            _announce(connection, failed)
            ids = [each.id for each in failed]


def _nobody() -> None:
    """Wake nobody: workers find the job when they look for one."""


def _changed(connection: Connection, change: Update) -> Sequence[Row[Any]]:
    """Change jobs, and return what is told of each."""
    told = (job.c.id, job.c.state, job.c.entity_kind, job.c.entity_id, job.c.progress)
    return connection.execute(change.returning(*told)).all()


def _announce(connection: Connection, jobs: Sequence[Row[Any]]) -> None:
    """Tell those who watch; what a job without an asset or sensor does is told to whoever waits for it alone."""
    for row in jobs:
        if row.entity_kind in _TOLD:
            progress = (row.progress or {}) if row.state == JobState.STARTED else {}
            facts = {row.entity_kind: row.entity_id, **progress}
            announce(connection, Change(about=About.JOB, job=str(row.id), state=row.state, **facts))


def _is_current(attempt: Attempt) -> ColumnElement[bool]:
    return and_(job.c.id == attempt.job_id, job.c.attempts == attempt.number, job.c.state == JobState.STARTED)


def _first_state(connection: Connection, depends_on: uuid.UUID | None) -> tuple[JobState, JobFailure | None]:
    if depends_on is None:
        return JobState.QUEUED, None
    # The lock makes a worker that finishes the dependency now wait for this transaction, so that it sees the new job.
    found = select(job.c.state, job.c.error).where(job.c.id == depends_on).with_for_update(read=True)
    row = connection.execute(found).one_or_none()
    if row is None:
        raise NotFoundError("job", depends_on)
    match JobState(row.state):
        case JobState.FINISHED:
            return JobState.QUEUED, None
        case JobState.FAILED:
            return JobState.FAILED, _failed_with_it(depends_on, JobFailure(**row.error))
        case JobState.CANCELED:
            return JobState.FAILED, _failed_with_it(depends_on, _CANCELED)
        case _:
            return JobState.DEFERRED, None


def _failed_with_it(job_id: uuid.UUID, failure: JobFailure) -> JobFailure:
    return JobFailure("DependencyFailedError", f"Job {job_id}, which this one builds on, failed: {failure.message}")


def _failure_to_json(failure: JobFailure) -> dict[str, Any]:
    return asdict(failure)


def _to_job(row: Row[Any]) -> Job:
    return Job(
        id=row.id,
        queue=row.queue,
        kind=row.kind,
        args=row.args,
        state=JobState(row.state),
        attempts=row.attempts,
        max_attempts=row.max_attempts,
        time_limit_s=row.time_limit_s,
        created=row.created,
        entity=None if row.entity_kind is None else (row.entity_kind, row.entity_id),
        belief_time=row.belief_time,
        created_by=row.created_by,
        depends_on=row.depends_on,
        progress=None if row.progress is None else Progress(**row.progress),
        result=row.result,
        error=None if row.error is None else JobFailure(**row.error),
        started=row.started,
        ended=row.ended,
    )
