"""One worker's work: outcomes are stored with the end of their job, errors become failures."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, text

from tests.integration.jobs.contract import LATER, NOW, Jobs, make_job
from tests.integration.jobs.job_handlers import RoleOutcome, make_runner
from wattloom.accounts.tables import role
from wattloom.db import Database
from wattloom.errors import (
    ConflictError,
    FlexModelError,
    InfeasibleError,
    InternalError,
    MissingDataError,
    UnavailableError,
)
from wattloom.jobs import EmbeddedJobQueue, Job, JobOutcome, JobRunner, JobState, Progress, ReportProgress


@pytest.fixture
def jobs(database: Database) -> Jobs:
    return Jobs(database, EmbeddedJobQueue(database))


def runner_of(jobs: Jobs, handler: Callable[[Job, ReportProgress], JobOutcome], **replaced: Any) -> JobRunner:
    assert isinstance(jobs.queue, EmbeddedJobQueue)
    parts: dict[str, Any] = {"handlers": {"record": handler}, "clock": lambda: NOW}
    return make_runner(jobs.database, jobs.queue, **(parts | replaced))


def outcome(_job: Job, _report: ReportProgress) -> JobOutcome:
    return RoleOutcome(result={"n": 1}, role_name="stored")


def stored_roles(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.scalars(select(role.c.name)))


def test_outcome_is_stored_with_the_end_of_the_job(jobs: Jobs) -> None:
    job = jobs.add()

    n_attempts = runner_of(jobs, outcome).run_due()

    ended = jobs.get(job)
    assert n_attempts == 1
    assert (ended.state, ended.result) == (JobState.FINISHED, {"n": 1})
    assert stored_roles(jobs.database) == ["stored"]


def test_all_due_jobs_are_run_with_those_that_they_release(jobs: Jobs) -> None:
    first = jobs.add()
    second = jobs.add(make_job(depends_on=first.id))

    n_attempts = runner_of(jobs, lambda _job, _report: JobOutcome()).run_due()

    assert n_attempts == 2
    assert jobs.get(second).state is JobState.FINISHED


def test_nothing_is_stored_by_a_worker_that_lost_its_job(jobs: Jobs) -> None:
    jobs.add()
    zombie = jobs.must_claim()
    successor = jobs.must_claim(now=LATER)

    runner_of(jobs, outcome).run(zombie)

    assert stored_roles(jobs.database) == []
    assert jobs.get(successor) == successor


@dataclass(frozen=True, slots=True)
class BreakingOutcome(JobOutcome):
    """Breaks after it has written."""

    def store(self, connection: Connection) -> None:
        RoleOutcome(role_name="half").store(connection)
        raise ConflictError("It exists already.")


def test_job_fails_when_its_outcome_cannot_be_stored(jobs: Jobs) -> None:
    job = jobs.add()

    runner_of(jobs, lambda _job, _report: BreakingOutcome()).run_due()

    failed = jobs.get(job)
    assert failed.state is JobState.FAILED
    assert failed.error is not None
    assert failed.error.message == "It exists already."
    assert stored_roles(jobs.database) == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "error",
    [
        FlexModelError("Must be positive.", field="soc-max"),
        MissingDataError("No prices.", field="consumption-price", sensor_id=3),
        InfeasibleError("The target cannot be reached."),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_the_caller_can_fix_fails_at_once_without_traceback(jobs: Jobs, error: Exception) -> None:
    job = jobs.add()

    def handler(_job: Job, _report: ReportProgress) -> JobOutcome:
        raise error

    runner_of(jobs, handler).run_due()

    failed = jobs.get(job)
    assert (failed.state, failed.attempts) == (JobState.FAILED, 1)
    assert failed.error is not None
    assert (failed.error.type, failed.error.message, failed.error.traceback) == (type(error).__name__, str(error), "")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("error", [ZeroDivisionError("by zero"), InternalError("broken")], ids=["bug", "ours"])
def test_our_own_fault_fails_at_once_with_traceback(jobs: Jobs, error: Exception) -> None:
    job = jobs.add()

    def handler(_job: Job, _report: ReportProgress) -> JobOutcome:
        raise error

    runner_of(jobs, handler).run_due()

    failed = jobs.get(job)
    assert (failed.state, failed.attempts) == (JobState.FAILED, 1)
    assert failed.error is not None
    assert failed.error.message == str(error)
    assert "in handler" in failed.error.traceback


def test_failed_statement_does_not_show_its_parameters(jobs: Jobs) -> None:
    job = jobs.add(make_job(args={"password": "top secret"}))

    def handler(job: Job, _report: ReportProgress) -> JobOutcome:
        with jobs.database.write() as connection:
            connection.execute(text("SELECT missing FROM role WHERE name = :name"), {"name": job.args["password"]})
        raise AssertionError

    runner_of(jobs, handler).run_due()

    failed = jobs.get(job)
    assert failed.error is not None
    assert "missing" in failed.error.message
    assert "top secret" not in failed.error.message + failed.error.traceback


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_job_of_unknown_kind_fails(jobs: Jobs) -> None:
    job = jobs.add(make_job(kind="unheard of"))

    runner_of(jobs, outcome).run_due()

    failed = jobs.get(job)
    assert failed.error is not None
    assert "unheard of" in failed.error.message


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_is_unavailable_is_tried_later_and_later_until_attempts_run_out(jobs: Jobs) -> None:
    job = jobs.add(make_job(max_attempts=3))
    now = NOW

    def handler(_job: Job, _report: ReportProgress) -> JobOutcome:
        raise UnavailableError("The weather service rests.", retry_after_s=10)

    runner = runner_of(jobs, handler, clock=lambda: now)

    n_attempts = []
    for seconds in (0, 4, 16, 20, 50):
        now = NOW + timedelta(seconds=seconds)
        n_attempts.append(runner.run_due())

    # Tried at 0 s; again 5 to 15 s later; again 10 to 30 s after that.
    assert n_attempts == [1, 0, 1, 0, 1]
    assert jobs.get(job).state is JobState.FAILED


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_long_job_keeps_its_lease_and_shows_its_progress(jobs: Jobs) -> None:
    """The queue tells when the lease has been extended, so that the handler need not sleep."""
    extended = threading.Event()

    class Watched(EmbeddedJobQueue):
        def extend_lease(self, *args: Any, now: datetime) -> bool:
            is_own = super().extend_lease(*args, now=now)
            extended.set()
            return is_own

    seen: list[Job] = []

    def handler(job: Job, report_progress: ReportProgress) -> JobOutcome:
        report_progress(0.5, "half way")
        assert extended.wait(10)
        seen.append(jobs.get(job))
        return JobOutcome()

    jobs.queue = Watched(jobs.database)
    jobs.add()

    runner_of(jobs, handler).run_due()

    assert [job.progress for job in seen] == [Progress(0.5, "half way")]
