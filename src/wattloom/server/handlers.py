"""The kinds of job, and who does them."""

from collections.abc import Mapping

from wattloom import mail
from wattloom.config import Settings
from wattloom.jobs import JobHandler
from wattloom.scheduling import JOB_KIND, WHAT_IF_KIND
from wattloom.scheduling.planning.plan import Planner
from wattloom.scheduling.run import MakeSchedule, TellWhatIf
from wattloom.scheduling.solver import HighsSolver
from wattloom.server.backend import Backend
from wattloom.server.schedulers import load_schedulers
from wattloom.server.send_mail import SendMail, make_mailer


def job_handlers(backend: Backend, settings: Settings) -> Mapping[str, JobHandler]:
    """Return the handler of each kind of job, ready to work."""
    planner = make_planner(backend, settings)
    return {
        JOB_KIND: MakeSchedule(planner),
        WHAT_IF_KIND: TellWhatIf(planner),
        mail.JOB_KIND: SendMail(make_mailer(settings), backend.jobs),
    }


def make_planner(backend: Backend, settings: Settings) -> Planner:
    """Return what finds schedules, with all schedulers that are installed."""
    return Planner(
        database=backend.database,
        beliefs=backend.beliefs,
        solver=HighsSolver(),
        solver_time_limit_s=settings.solver_time_limit_s,
        multiplies_soc_prices=settings.multiplies_soc_prices,
        schedulers=load_schedulers(),
    )
