"""Work jobs off in this process as soon as they are due, so that requests which wait for them are answered."""

from wattloom.http import Services
from wattloom.jobs import EmbeddedJobQueue, JobRunner
from wattloom.scheduling import JOB_KIND, QUEUE, WHAT_IF_KIND
from wattloom.scheduling.planning.plan import Planner
from wattloom.scheduling.run import MakeSchedule, TellWhatIf
from wattloom.scheduling.solver import HighsSolver


def job_runner(services: Services, planner: Planner) -> JobRunner:
    """Return what works schedules off."""
    return JobRunner(
        database=services.database,
        queue=services.jobs,
        handlers={JOB_KIND: MakeSchedule(planner), WHAT_IF_KIND: TellWhatIf(planner)},
        queues=[QUEUE],
        name="test",
        clock=services.clock,
    )


def work_at_once(services: Services) -> None:
    """Work every schedule off in the thread that asks for it, right after its commit."""
    runner = job_runner(services, Planner(services.database, services.beliefs, HighsSolver()))
    assert isinstance(services.jobs, EmbeddedJobQueue)

    def work() -> None:
        runner.run_due()

    services.jobs.wake_with(work)
