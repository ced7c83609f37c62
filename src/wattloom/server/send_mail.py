"""The job that sends a mail, and who sends it."""

import uuid
from dataclasses import dataclass

import structlog
from sqlalchemy import Connection

from wattloom.config import Settings
from wattloom.jobs import Job, JobOutcome, JobQueue, ReportProgress
from wattloom.mail import ConsoleMailer, Mailer, Message, SmtpMailer

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class SendMail:
    """Sends the mail of a job; what was sent is forgotten with the end of the job.

    Attributes:
        mailer: Where mails go.
        jobs: Where the text of the mail is kept until it is sent.
    """

    mailer: Mailer
    jobs: JobQueue

    def __call__(self, job: Job, report_progress: ReportProgress) -> JobOutcome:
        """Send the mail.

        Raises:
            UnavailableError: The mail server does not take it now; the job is tried again.
            InputError: It never will.
        """
        del report_progress
        self.mailer.send(Message.from_json(job.args))
        _log.info("mail sent", job_id=str(job.id))
        return _Sent(job_id=job.id, jobs=self.jobs)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent(JobOutcome):
    job_id: uuid.UUID
    jobs: JobQueue

    def store(self, connection: Connection) -> None:
        """Forget the text, which may hold a link that is still good."""
        self.jobs.forget_args(connection, self.job_id)


def warn_of_links(settings: Settings) -> None:
    """Log where links in mails lead if mails go out and nobody has said where people reach the pages."""
    if settings.mail_server and not settings.public_url:
        links = settings.resolved_public_url
        _log.warning("links in mails may lead nowhere: set WATTLOOM_PUBLIC_URL to where people reach this", links=links)


def make_mailer(settings: Settings) -> Mailer:
    """Return what sends mail, as the settings want it."""
    if not settings.mail_server:
        return ConsoleMailer(settings.mail_sender)
    return SmtpMailer(
        host=settings.mail_server,
        port=settings.mail_port,
        security=settings.mail_security,
        username=settings.mail_username,
        password=settings.mail_password.get_secret_value(),
        sender=settings.mail_sender,
        timeout_s=settings.mail_timeout_s,
    )
