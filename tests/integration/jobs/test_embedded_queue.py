"""The embedded queue keeps the contract, and what it promises beyond."""

import asyncio
from datetime import timedelta

import pytest

from tests.integration.jobs.contract import LATER, NOW, JobQueueContract, Jobs, make_job
from wattloom.db import Database
from wattloom.errors import NotFoundError
from wattloom.jobs import EmbeddedJobQueue, JobFailure, JobQueue


class TestEmbeddedJobQueue(JobQueueContract):
    @pytest.fixture
    def queue(self, database: Database) -> JobQueue:
        return EmbeddedJobQueue(database, poll_s=0.02)


@pytest.fixture
def queue(database: Database) -> EmbeddedJobQueue:
    return EmbeddedJobQueue(database)


@pytest.fixture
def woken(queue: EmbeddedJobQueue) -> list[str]:
    calls: list[str] = []
    queue.wake_with(lambda: calls.append("wake"))
    return calls


@pytest.fixture
def jobs(database: Database, queue: EmbeddedJobQueue) -> Jobs:
    return Jobs(database, queue)


def test_worker_is_woken_after_the_commit(jobs: Jobs, woken: list[str]) -> None:
    with jobs.database.write() as connection:
        jobs.queue.enqueue(connection, make_job(), now=NOW)
        before_commit = list(woken)

    assert before_commit == []
    assert woken == ["wake"]


def test_nobody_is_woken_by_a_rollback(jobs: Jobs, woken: list[str]) -> None:
    with jobs.rolled_back() as connection:
        jobs.queue.enqueue(connection, make_job(), now=NOW)

    assert woken == []


def test_one_worker_is_woken_for_each_job_that_was_released(jobs: Jobs, woken: list[str]) -> None:
    first = jobs.add()
    jobs.add(make_job(depends_on=first.id))
    jobs.add(make_job(depends_on=first.id))
    woken.clear()

    jobs.finish(jobs.must_claim(), {})

    assert woken == ["wake", "wake"]


def test_worker_is_woken_for_a_retry(jobs: Jobs, woken: list[str]) -> None:
    jobs.add()
    woken.clear()

    jobs.queue.fail(jobs.must_claim().attempt, JobFailure("WorkerDiedError", "It died."), now=NOW, retry_at=NOW)

    assert woken == ["wake"]


def test_all_who_wait_hear_the_announced_end(jobs: Jobs, queue: EmbeddedJobQueue) -> None:
    """No poll falls into the time of this test: the first look is at once, the next a second later."""
    job = jobs.add()

    async def wait_for_news() -> list[bool]:
        waiting = [asyncio.create_task(queue.wait(job.id, timeout_s=0.9)) for _ in range(3)]
        await asyncio.sleep(0)
        await asyncio.to_thread(queue.ended.announce, job.id)
        return await asyncio.gather(*waiting)

    assert asyncio.run(wait_for_news()) == [True, True, True]


def test_end_announced_to_nobody_is_no_error(jobs: Jobs, queue: EmbeddedJobQueue) -> None:
    queue.ended.announce(jobs.add().id)


def test_only_jobs_that_ended_before_the_limit_are_purged(jobs: Jobs, queue: EmbeddedJobQueue) -> None:
    old = jobs.add()
    jobs.finish(jobs.must_claim(), {})
    waiting = jobs.add()

    with jobs.database.write() as connection:
        n_too_early = queue.purge_ended(connection, before=NOW)
        n_purged = queue.purge_ended(connection, before=NOW + timedelta(seconds=1))

    assert (n_too_early, n_purged) == (0, 1)
    assert jobs.get(waiting) == waiting
    with pytest.raises(NotFoundError):
        jobs.get(old)


def test_purged_dependency_leaves_its_dependent(jobs: Jobs, queue: EmbeddedJobQueue) -> None:
    first = jobs.add()
    second = jobs.add(make_job(depends_on=first.id))
    jobs.finish(jobs.must_claim(), {})

    with jobs.database.write() as connection:
        queue.purge_ended(connection, before=LATER)

    assert jobs.get(second).depends_on is None
    assert jobs.must_claim().id == second.id
