"""The loop around a queue that is busy, with hand-written fakes."""

from datetime import UTC, datetime
from typing import cast

from wattloom.db import Database
from wattloom.errors import UnavailableError
from wattloom.jobs import JobQueue, JobRunner, WorkerChannel, run_worker


class BusyQueue:
    def claim(self, *_args: object, **_named: object) -> None:
        raise UnavailableError("The database is busy or cannot be reached.")


class CountingChannel:
    """Says stop after the third wait."""

    def __init__(self) -> None:
        self.n_waits = 0

    @property
    def is_stopping(self) -> bool:
        return self.n_waits == 3

    def wait_for_work(self, _timeout_s: float) -> None:
        self.n_waits += 1


def test_worker_waits_and_tries_again_when_the_database_is_busy() -> None:
    channel = CountingChannel()
    runner = JobRunner(
        database=cast("Database", None),
        queue=cast("JobQueue", BusyQueue()),
        handlers={},
        queues=("scheduling",),
        name="worker",
        clock=lambda: datetime(2026, 3, 1, tzinfo=UTC),
    )

    run_worker(cast("WorkerChannel", channel), runner)

    assert channel.n_waits == 3
