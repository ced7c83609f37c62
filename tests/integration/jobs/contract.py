"""What every adapter of the job queue promises, on every database that it supports."""

import asyncio
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from wattloom.db import Database
from wattloom.errors import ConflictError, NotFoundError
from wattloom.jobs import Job, JobFailure, JobQueue, JobState, NewJob, Progress

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)
"""A time at which a lease given at NOW has run out."""

QUEUES = ("scheduling", "forecasting")
BROKEN = JobFailure("ValueError", "It broke.", "Traceback…", {"clashes": [{"field": "soc-min"}]})


def make_job(**replaced: Any) -> NewJob:
    return NewJob(**({"queue": "scheduling", "kind": "record", "args": {"name": "a"}} | replaced))


class JobQueueContract:
    """Derive a test class with a fixture ``queue`` on the fixture ``database``."""

    @pytest.fixture
    def jobs(self, database: Database, queue: JobQueue) -> "Jobs":
        return Jobs(database, queue)

    def test_enqueued_job_is_read_back(self, jobs: "Jobs") -> None:
        dependency = jobs.add()
        new = make_job(
            args={"deep": [{"x": 1.5}]},
            belief_time=NOW,
            entity=("asset", 31),
            created_by=7,
            depends_on=dependency.id,
            max_attempts=5,
            time_limit_s=12,
        )

        job = jobs.add(new)

        assert job == jobs.get(job)
        assert (job.queue, job.kind, job.args, job.state) == ("scheduling", "record", new.args, JobState.DEFERRED)
        assert (job.belief_time, job.entity, job.created_by, job.depends_on) == (NOW, ("asset", 31), 7, dependency.id)
        assert (job.attempts, job.max_attempts, job.time_limit_s, job.created) == (0, 5, 12, NOW)
        assert (job.progress, job.result, job.error, job.started, job.ended) == (None, None, None, None, None)

    def test_enqueueing_rolls_back_with_its_transaction(self, jobs: "Jobs") -> None:
        with jobs.rolled_back() as connection:
            job = jobs.queue.enqueue(connection, make_job(), now=NOW)

        with pytest.raises(NotFoundError):
            jobs.get(job)
        assert jobs.claim() is None

    def test_unknown_job_is_not_found(self, jobs: "Jobs") -> None:
        with pytest.raises(NotFoundError), jobs.database.read() as connection:
            jobs.queue.get(connection, uuid.uuid4())

    def test_jobs_are_listed_by_entity_newest_first(self, jobs: "Jobs") -> None:
        old = jobs.add(make_job(entity=("asset", 1)))
        new = jobs.add(make_job(entity=("sensor", 1)), now=LATER)
        jobs.add(make_job(entity=("asset", 2)))
        jobs.add(make_job(entity=("sensor", 2)))

        with jobs.database.read() as connection:
            listed = jobs.queue.list_for(connection, [("asset", 1), ("sensor", 1), ("sensor", 99)])

        assert [job.id for job in listed] == [new.id, old.id]

    def test_no_entities_have_no_jobs(self, jobs: "Jobs") -> None:
        jobs.add(make_job(entity=("asset", 1)))

        with jobs.database.read() as connection:
            assert jobs.queue.list_for(connection, []) == []

    def test_newest_job_of_each_entity_is_found(self, jobs: "Jobs") -> None:
        jobs.add(make_job(entity=("asset", 1)))
        new = jobs.add(make_job(entity=("asset", 1)), now=LATER)
        other = jobs.add(make_job(entity=("asset", 2)))

        with jobs.database.read() as connection:
            found = jobs.queue.newest_of_each(connection, [("asset", 1), ("asset", 2), ("asset", 3)])
            nothing = jobs.queue.newest_of_each(connection, [])

        assert {entity: job.id for entity, job in found.items()} == {("asset", 1): new.id, ("asset", 2): other.id}
        assert nothing == {}

    def test_newest_of_a_kind_come_first(self, jobs: "Jobs") -> None:
        old, new = jobs.add(), jobs.add(make_job(entity=("asset", 1)), now=LATER)
        jobs.add(make_job(kind="other"))

        with jobs.database.read() as connection:
            listed = [job.id for job in jobs.queue.newest(connection, "record")]
            of_asset = [job.id for job in jobs.queue.newest(connection, "record", entities=[("asset", 1)])]

        assert (listed, of_asset) == ([new.id, old.id], [new.id])

    def test_jobs_of_one_state_can_be_listed(self, jobs: "Jobs") -> None:
        jobs.add()
        jobs.queue.fail(jobs.must_claim().attempt, BROKEN, now=NOW)
        waiting = jobs.add()

        with jobs.database.read() as connection:
            found = [job.id for job in jobs.queue.newest(connection, "record", state=JobState.QUEUED)]

        assert found == [waiting.id]

    def test_more_jobs_than_are_read_at_once_are_listed(self, jobs: "Jobs") -> None:
        added = [jobs.add(now=NOW + timedelta(seconds=k)).id for k in range(60)]

        with jobs.database.read() as connection:
            assert [job.id for job in jobs.queue.newest(connection, "record")] == added[::-1]

    def test_jobs_are_found_by_the_beginning_of_their_ids(self, jobs: "Jobs") -> None:
        one, other = (
            jobs.add(make_job(id=uuid.UUID(f"3f2a91c{digit}-0000-4000-8000-ffffffffffff"))).id for digit in "01"
        )
        jobs.add(make_job(kind="other", id=uuid.UUID("3f2a91c0-0000-4000-8000-000000000000")))

        with jobs.database.read() as connection:
            found = [
                jobs.queue.find(connection, "record", beginning) for beginning in ("3f2a", "3f2a91c1", one.hex, "4")
            ]

        assert found == [[one, other], [other], [one], []]

    # Claiming

    def test_claim_starts_the_job(self, jobs: "Jobs") -> None:
        job = jobs.add()

        claimed = jobs.claim()

        assert claimed == jobs.get(job)
        assert claimed is not None
        assert (claimed.id, claimed.state, claimed.attempts, claimed.started) == (job.id, JobState.STARTED, 1, NOW)

    def test_claimed_job_is_not_claimed_again(self, jobs: "Jobs") -> None:
        jobs.add()

        jobs.claim()

        assert jobs.claim() is None

    def test_oldest_job_comes_first_whatever_its_queue(self, jobs: "Jobs") -> None:
        second = jobs.add(make_job(queue="scheduling"), now=NOW)
        first = jobs.add(make_job(queue="forecasting"), now=NOW - timedelta(seconds=1))

        assert [jobs.must_claim().id, jobs.must_claim().id] == [first.id, second.id]

    def test_claim_takes_from_the_given_queues_only(self, jobs: "Jobs") -> None:
        jobs.add(make_job(queue="ingestion"))

        assert jobs.claim() is None

    def test_every_job_is_claimed_once_by_many_threads(self, jobs: "Jobs") -> None:
        added = {jobs.add(make_job(args={"name": str(n)})).id for n in range(40)}
        together = threading.Barrier(8)

        def claim_all(_n: int) -> list[uuid.UUID]:
            together.wait()
            return [job.id for job in iter(jobs.claim, None)]

        with ThreadPoolExecutor(8) as threads:
            claimed = [job_id for ids in threads.map(claim_all, range(8)) for job_id in ids]

        assert len(claimed) == len(added)
        assert set(claimed) == added

    # Leases and attempts

    def test_job_whose_lease_ran_out_is_tried_again(self, jobs: "Jobs") -> None:
        job = jobs.add()
        jobs.must_claim()

        again = jobs.must_claim(now=LATER)

        assert (again.id, again.attempts, again.started) == (job.id, 2, LATER)

    def test_extended_lease_keeps_the_job(self, jobs: "Jobs") -> None:
        jobs.add()
        claimed = jobs.must_claim()

        is_own = jobs.queue.extend_lease(claimed.attempt, None, now=LATER)

        assert is_own
        assert jobs.claim(now=LATER) is None

    def test_lease_of_a_job_that_was_taken_over_is_not_extended(self, jobs: "Jobs") -> None:
        jobs.add()
        zombie = jobs.must_claim()
        jobs.must_claim(now=LATER)

        assert not jobs.queue.extend_lease(zombie.attempt, Progress(0.5, "half way"), now=LATER)

    def test_job_fails_when_its_workers_died_on_every_attempt(self, jobs: "Jobs") -> None:
        job = jobs.add(make_job(max_attempts=2))
        waiting = jobs.add(make_job(depends_on=job.id))
        jobs.must_claim(now=NOW)
        jobs.must_claim(now=NOW + timedelta(minutes=1))

        assert jobs.claim(now=NOW + timedelta(minutes=2)) is None

        failed = jobs.get(job)
        assert failed.state is JobState.FAILED
        assert failed.error is not None
        assert "died" in failed.error.message
        assert failed.ended == NOW + timedelta(minutes=2)
        assert jobs.get(waiting).state is JobState.FAILED

    def test_job_that_died_too_often_does_not_hide_the_next(self, jobs: "Jobs") -> None:
        jobs.add(make_job(max_attempts=1))
        jobs.must_claim()
        next_job = jobs.add(now=LATER)

        assert jobs.must_claim(now=LATER).id == next_job.id

    # Progress and ends

    def test_progress_is_stored_with_the_lease(self, jobs: "Jobs") -> None:
        jobs.add()
        claimed = jobs.must_claim()

        jobs.queue.extend_lease(claimed.attempt, Progress(0.25, "solving"), now=NOW)

        assert jobs.get(claimed).progress == Progress(0.25, "solving")

    def test_finished_job_keeps_its_result(self, jobs: "Jobs") -> None:
        jobs.add()

        finished = jobs.finish(jobs.must_claim(), {"num-beliefs": 96})

        assert (finished.state, finished.result, finished.ended) == (JobState.FINISHED, {"num-beliefs": 96}, NOW)
        assert jobs.claim(now=LATER) is None

    def test_finishing_rolls_back_with_its_transaction(self, jobs: "Jobs") -> None:
        jobs.add()
        claimed = jobs.must_claim()

        with jobs.rolled_back() as connection:
            jobs.queue.finish(connection, claimed.attempt, {}, now=NOW)

        assert jobs.get(claimed) == claimed

    def test_worker_that_lost_its_job_cannot_finish_it(self, jobs: "Jobs") -> None:
        jobs.add()
        zombie = jobs.must_claim()
        successor = jobs.must_claim(now=LATER)

        with pytest.raises(ConflictError):
            jobs.finish(zombie, {"by": "zombie"})

        assert jobs.finish(successor, {"by": "successor"}).result == {"by": "successor"}

    def test_job_cannot_be_finished_twice(self, jobs: "Jobs") -> None:
        jobs.add()
        claimed = jobs.must_claim()
        jobs.finish(claimed, {"n": 1})

        with pytest.raises(ConflictError):
            jobs.finish(claimed, {"n": 2})

    def test_failed_job_says_why(self, jobs: "Jobs") -> None:
        jobs.add()
        claimed = jobs.must_claim()

        has_ended = jobs.queue.fail(claimed.attempt, BROKEN, now=NOW)

        failed = jobs.get(claimed)
        assert has_ended
        assert (failed.state, failed.error, failed.ended, failed.result) == (JobState.FAILED, BROKEN, NOW, None)

    def test_discarded_job_is_gone_whoever_works_on_it(self, jobs: "Jobs") -> None:
        jobs.add()
        claimed = jobs.must_claim()

        with jobs.database.write() as connection:
            jobs.queue.discard(connection, claimed.id)

        with pytest.raises(NotFoundError):
            jobs.get(claimed)
        with pytest.raises(ConflictError):
            jobs.finish(claimed, {})

    def test_failed_attempt_is_retried_when_its_time_comes(self, jobs: "Jobs") -> None:
        job = jobs.add()

        has_ended = jobs.queue.fail(jobs.must_claim().attempt, BROKEN, now=NOW, retry_at=LATER)

        assert not has_ended
        assert (jobs.get(job).state, jobs.get(job).error) == (JobState.QUEUED, BROKEN)
        assert jobs.claim(now=NOW) is None
        assert jobs.must_claim(now=LATER).attempts == 2

    def test_success_after_a_failure_leaves_no_error(self, jobs: "Jobs") -> None:
        job = jobs.add()
        jobs.queue.fail(jobs.must_claim().attempt, BROKEN, now=NOW, retry_at=NOW)

        jobs.finish(jobs.must_claim(), {})

        assert jobs.get(job).error is None

    def test_last_attempt_is_not_retried(self, jobs: "Jobs") -> None:
        job = jobs.add(make_job(max_attempts=1))

        has_ended = jobs.queue.fail(jobs.must_claim().attempt, BROKEN, now=NOW, retry_at=NOW)

        assert has_ended
        assert jobs.get(job).state is JobState.FAILED

    def test_worker_that_lost_its_job_cannot_fail_it(self, jobs: "Jobs") -> None:
        jobs.add()
        zombie = jobs.must_claim()
        successor = jobs.must_claim(now=LATER)

        assert not jobs.queue.fail(zombie.attempt, BROKEN, now=LATER)
        assert not jobs.queue.fail(zombie.attempt, BROKEN, now=LATER, retry_at=LATER)

        assert jobs.get(successor) == successor

    # Dedupe

    def test_equal_work_that_failed_is_tried_again(self, jobs: "Jobs") -> None:
        first = jobs.add(make_job(dedupe_key="k"))
        jobs.queue.fail(jobs.must_claim().attempt, BROKEN, now=NOW)

        second = jobs.add(make_job(dedupe_key="k"), now=LATER, dedupe_since=NOW)

        assert second.id != first.id
        assert second.state is JobState.QUEUED

    def test_equal_work_that_is_done_gets_the_same_job(self, jobs: "Jobs") -> None:
        first = jobs.add(make_job(dedupe_key="k"))
        jobs.finish(jobs.must_claim(), {})

        second = jobs.add(make_job(dedupe_key="k"), now=LATER, dedupe_since=NOW)

        assert second == jobs.get(first)
        assert jobs.claim(now=LATER) is None

    @pytest.mark.parametrize(
        ("dedupe_key", "dedupe_since"),
        [("other", NOW), ("k", NOW + timedelta(seconds=1)), ("k", None)],
        ids=["other work", "too long ago", "not wanted"],
    )
    def test_other_work_gets_a_job_of_its_own(
        self, jobs: "Jobs", dedupe_key: str, dedupe_since: datetime | None
    ) -> None:
        first = jobs.add(make_job(dedupe_key="k"))

        second = jobs.add(make_job(dedupe_key=dedupe_key), now=LATER, dedupe_since=dedupe_since)

        assert second.id != first.id

    def test_equal_work_asked_for_at_once_gets_one_job(self, jobs: "Jobs") -> None:
        together = threading.Barrier(6)

        def add(_n: int) -> uuid.UUID:
            together.wait()
            return jobs.add(make_job(dedupe_key="k"), dedupe_since=NOW).id

        with ThreadPoolExecutor(6) as threads:
            ids = set(threads.map(add, range(6)))

        assert len(ids) == 1

    # Dependencies

    def test_job_waits_for_its_dependency(self, jobs: "Jobs") -> None:
        first = jobs.add()
        second = jobs.add(make_job(depends_on=first.id))

        claimed = jobs.must_claim()

        assert claimed.id == first.id
        assert jobs.claim() is None
        jobs.finish(claimed, {})
        assert jobs.must_claim().id == second.id

    def test_jobs_fail_with_their_dependency_and_name_its_reason(self, jobs: "Jobs") -> None:
        first = jobs.add()
        second = jobs.add(make_job(depends_on=first.id))
        third = jobs.add(make_job(depends_on=second.id))

        jobs.queue.fail(jobs.must_claim().attempt, BROKEN, now=LATER)

        for job in (jobs.get(second), jobs.get(third)):
            assert (job.state, job.ended) == (JobState.FAILED, LATER)
            assert job.error is not None
            assert str(first.id) in job.error.message
            assert BROKEN.message in job.error.message

    def test_retried_dependency_keeps_its_jobs_waiting(self, jobs: "Jobs") -> None:
        first = jobs.add()
        second = jobs.add(make_job(depends_on=first.id))

        jobs.queue.fail(jobs.must_claim().attempt, BROKEN, now=NOW, retry_at=LATER)

        assert jobs.get(second).state is JobState.DEFERRED

    def test_job_whose_dependency_has_finished_is_due(self, jobs: "Jobs") -> None:
        first = jobs.add()
        jobs.finish(jobs.must_claim(), {})

        second = jobs.add(make_job(depends_on=first.id))

        assert jobs.must_claim().id == second.id

    def test_job_whose_dependency_has_failed_fails(self, jobs: "Jobs") -> None:
        first = jobs.add()
        jobs.queue.fail(jobs.must_claim().attempt, BROKEN, now=NOW)

        second = jobs.add(make_job(depends_on=first.id), now=LATER)

        assert (second.state, second.ended) == (JobState.FAILED, LATER)
        assert second.error is not None
        assert BROKEN.message in second.error.message

    def test_dependency_must_exist(self, jobs: "Jobs") -> None:
        with pytest.raises(NotFoundError):
            jobs.add(make_job(depends_on=uuid.uuid4()))

    # Waiting

    def test_ended_job_needs_no_waiting(self, jobs: "Jobs") -> None:
        job = jobs.add()
        jobs.queue.fail(jobs.must_claim().attempt, BROKEN, now=NOW)

        assert asyncio.run(jobs.queue.wait(job.id, timeout_s=0))

    def test_waiting_ends_after_its_time(self, jobs: "Jobs") -> None:
        job = jobs.add()

        assert not asyncio.run(jobs.queue.wait(job.id, timeout_s=0.01))

    def test_job_that_ends_during_the_wait_is_noticed(self, jobs: "Jobs") -> None:
        job = jobs.add()

        async def wait_while_it_ends() -> bool:
            waiting = asyncio.create_task(jobs.queue.wait(job.id, timeout_s=60))
            await asyncio.to_thread(lambda: jobs.finish(jobs.must_claim(), {}))
            return await waiting

        assert asyncio.run(wait_while_it_ends())

    def test_waiting_for_an_unknown_job_is_refused(self, jobs: "Jobs") -> None:
        with pytest.raises(NotFoundError):
            asyncio.run(jobs.queue.wait(uuid.uuid4(), timeout_s=1))


class _RollBack(Exception):  # noqa: N818 - not an error
    pass


class Jobs:
    """A queue and its database, each call in a transaction of its own."""

    def __init__(self, database: Database, queue: JobQueue) -> None:
        self.database = database
        self.queue = queue

    @contextmanager
    def rolled_back(self) -> Iterator[Connection]:
        with suppress(_RollBack), self.database.write() as connection:
            yield connection
            raise _RollBack

    def add(self, new: NewJob | None = None, *, now: datetime = NOW, dedupe_since: datetime | None = None) -> Job:
        with self.database.write() as connection:
            return self.queue.enqueue(connection, new or make_job(), now=now, dedupe_since=dedupe_since)

    def get(self, job: Job) -> Job:
        with self.database.read() as connection:
            return self.queue.get(connection, job.id)

    def claim(self, *, now: datetime = NOW) -> Job | None:
        return self.queue.claim("worker", QUEUES, now=now)

    def must_claim(self, *, now: datetime = NOW) -> Job:
        claimed = self.claim(now=now)
        assert claimed is not None
        return claimed

    def finish(self, job: Job, result: dict[str, Any]) -> Job:
        with self.database.write() as connection:
            self.queue.finish(connection, job.attempt, result, now=NOW)
        return self.get(job)
