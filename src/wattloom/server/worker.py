"""What a worker process does: load the handlers, then work jobs off until told to stop."""

import os

from wattloom import mail
from wattloom.config import Settings
from wattloom.jobs import JobRunner, WorkerChannel, run_worker
from wattloom.server.backend import open_backend
from wattloom.server.handlers import job_handlers
from wattloom.server.logs import configure_logs
from wattloom.units import parse_unit

QUEUES = ("scheduling", "forecasting", "ingestion", mail.QUEUE)


def work(channel: WorkerChannel, *, settings: dict[str, object]) -> None:
    """Serve all queues; the entry point that the supervisor names.

    Args:
        channel: To the server process.
        settings: Those of the server, as JSON.
    """
    chosen = Settings.model_validate(settings)
    configure_logs(level=chosen.log_level, style=chosen.log_format)
    backend = open_backend(chosen)
    runner = JobRunner(
        database=backend.database,
        queue=backend.jobs,
        handlers=job_handlers(backend, chosen),
        queues=QUEUES,
        name=f"worker {os.getpid()}",
        clock=backend.clock,
    )
    # Loading the unit registry takes a while; the first job should not pay for it.
    parse_unit("kWh", field="unit")
    # A worker's commit can make another job due; its parent wakes whoever is idle.
    backend.jobs.wake_with(channel.more_work)
    run_worker(channel, runner)
