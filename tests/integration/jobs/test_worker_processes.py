"""Real worker processes: woken, killed, replaced, and never left behind."""

import asyncio
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

from tests.integration.jobs.contract import make_job
from tests.integration.jobs.job_handlers import clock
from wattloom.accounts.tables import role
from wattloom.db import Database
from wattloom.jobs import EmbeddedJobQueue, Job, JobState, NewJob, WorkerSupervisor

HANDLERS = "tests.integration.jobs.job_handlers"
SOON_S = 30
ROOT = Path(__file__).parents[3]


class Site:
    """A server without its web part: a queue and supervised workers."""

    def __init__(self, url: str, *, n_workers: int = 1, entry: str = "run", **arguments: str) -> None:
        self.database = Database(url)
        self.queue = EmbeddedJobQueue(self.database)
        self.supervisor = WorkerSupervisor(
            self.queue, f"{HANDLERS}:{entry}", {"database_url": url} | arguments, n_workers=n_workers, clock=clock
        )

    def add(self, new: NewJob) -> Job:
        with self.database.write() as connection:
            return self.queue.enqueue(connection, new, now=clock())

    def get(self, job: Job) -> Job:
        with self.database.read() as connection:
            return self.queue.get(connection, job.id)

    def end_of(self, job: Job) -> Job:
        assert asyncio.run(self.queue.wait(job.id, timeout_s=SOON_S))
        return self.get(job)

    def roles(self) -> list[str]:
        with self.database.read() as connection:
            return list(connection.scalars(sqlalchemy.select(role.c.name)))


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A migrated, empty database whose workers find the handlers of the tests."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def start_site(url: str) -> Iterator[Callable[..., Site]]:
    with ExitStack() as stack:

        def start(**replaced: Any) -> Site:
            site = Site(url, **replaced)
            stack.callback(site.database.close)
            stack.enter_context(site.supervisor.run(grace_s=0))
            return site

        yield start


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """A named pipe through which a hanging job tells its process id."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


def wait_for_pid(pipe: Path) -> int:
    return int(pipe.read_text())


def has_exited(pid: int, *, within_s: float) -> bool:
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watched], [], [], within_s)[0])
    finally:
        os.close(watched)


def test_job_is_done_by_a_process_of_its_own(start_site: Callable[..., Site]) -> None:
    site = start_site()

    ended = site.end_of(site.add(make_job(args={"name": "a"})))

    assert ended.state is JobState.FINISHED
    assert ended.result is not None
    assert ended.result["pid"] != os.getpid()
    assert site.roles() == ["a"]


def test_many_jobs_are_each_done_once_by_many_workers(start_site: Callable[..., Site]) -> None:
    """A second run of a job would break on the unique name of its row."""
    site = start_site(n_workers=3)

    jobs = [site.add(make_job(args={"name": f"{n:02}"})) for n in range(60)]
    ended = [site.end_of(job) for job in jobs]

    assert {(job.state, job.attempts) for job in ended} == {(JobState.FINISHED, 1)}
    assert sorted(site.roles()) == [f"{n:02}" for n in range(60)]


def test_job_of_a_killed_worker_is_finished_by_the_next(start_site: Callable[..., Site], pipe: Path) -> None:
    """At once, without waiting for the lease of 15 s: the test waits for less."""
    site = start_site()
    job = site.add(make_job(kind="hang_first_time", args={"name": "a", "pipe": str(pipe)}))
    pid = wait_for_pid(pipe)

    os.kill(pid, signal.SIGKILL)
    assert asyncio.run(site.queue.wait(job.id, timeout_s=12))

    ended = site.get(job)
    assert (ended.state, ended.attempts) == (JobState.FINISHED, 2)
    assert ended.result is not None
    assert ended.result["pid"] != pid
    assert site.roles() == ["a"]


def test_job_that_kills_its_workers_fails_after_its_attempts(start_site: Callable[..., Site]) -> None:
    site = start_site()

    failed = site.end_of(site.add(make_job(kind="die", max_attempts=2)))

    assert (failed.state, failed.attempts) == (JobState.FAILED, 2)
    assert failed.error is not None
    assert "died" in failed.error.message
    assert site.end_of(site.add(make_job())).state is JobState.FINISHED


def test_job_that_passes_its_time_limit_fails_and_its_worker_is_replaced(
    start_site: Callable[..., Site], pipe: Path
) -> None:
    site = start_site()

    job = site.add(make_job(kind="hang", args={"pipe": str(pipe)}, time_limit_s=0.2))
    pid = wait_for_pid(pipe)
    failed = site.end_of(job)

    assert (failed.state, failed.attempts) == (JobState.FAILED, 1)
    assert failed.error is not None
    assert "time limit" in failed.error.message
    assert has_exited(pid, within_s=SOON_S)
    assert site.end_of(site.add(make_job())).state is JobState.FINISHED


def test_worker_that_cannot_start_is_started_again(start_site: Callable[..., Site], tmp_path: Path) -> None:
    site = start_site(entry="run_second_time", tried=str(tmp_path / "tried"))

    assert site.end_of(site.add(make_job())).state is JobState.FINISHED


def test_worker_told_to_terminate_is_replaced(start_site: Callable[..., Site]) -> None:
    site = start_site()
    before = site.end_of(site.add(make_job(args={"name": "before"})))
    assert before.result is not None

    os.kill(before.result["pid"], signal.SIGTERM)

    assert has_exited(before.result["pid"], within_s=SOON_S)
    assert site.end_of(site.add(make_job(args={"name": "after"}))).state is JobState.FINISHED


def test_stopped_server_gives_back_the_job_that_was_running(url: str, pipe: Path) -> None:
    site = Site(url)

    with site.supervisor.run(grace_s=0):
        job = site.add(make_job(kind="hang", args={"pipe": str(pipe)}))
        pid = wait_for_pid(pipe)

    assert has_exited(pid, within_s=SOON_S)
    assert site.get(job).state is JobState.QUEUED
    site.database.close()


def test_workers_exit_in_the_middle_of_a_job_when_their_server_is_killed(url: str, pipe: Path) -> None:
    site = Site(url)
    site.add(make_job(kind="hang", args={"pipe": str(pipe)}))
    server = subprocess.Popen([sys.executable, "-c", f"from {HANDLERS} import serve; serve()", url])
    pid = wait_for_pid(pipe)

    server.kill()
    server.wait()

    assert has_exited(pid, within_s=SOON_S)
    site.database.close()
