"""Mails are jobs: sent after the commit, tried again, forgotten once sent, and nobody else's business."""

from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import Connection

from tests.api_client import ApiClient, make_services
from tests.factories import make_user
from tests.mails import MailServer, mail_server, queued_mails
from wattloom.config import Settings
from wattloom.db import Database
from wattloom.errors import ConflictError
from wattloom.http import Services, queue_mail
from wattloom.jobs import EmbeddedJobQueue, Job, JobRunner, JobState
from wattloom.mail import JOB_KIND, QUEUE, Message
from wattloom.server.send_mail import SendMail, make_mailer

MAIL = Message("ada@example.com", "Hello", "A link: http://localhost/reset/secret\n")


@pytest.fixture
def services(database: Database) -> Services:
    return make_services(database)


def queue(services: Services) -> Job:
    with services.database.write() as connection:
        return queue_mail(connection, services, MAIL)


def run_due(services: Services, server: MailServer, **more: Any) -> None:
    """Do what a worker does that finds mails to send now."""
    settings = Settings(mail_server="127.0.0.1", mail_port=server.port, mail_security="none", **more)
    assert isinstance(services.jobs, EmbeddedJobQueue)
    runner = JobRunner(
        database=services.database,
        queue=services.jobs,
        handlers={JOB_KIND: SendMail(make_mailer(settings), services.jobs)},
        queues=[QUEUE],
        name="tests",
        clock=services.clock,
    )
    runner.run_due()


def job_of(services: Services, queued: Job) -> Job:
    with services.database.read() as connection:
        return services.jobs.get(connection, queued.id)


def test_mail_is_sent_by_a_worker_and_then_forgotten(services: Services) -> None:
    queued = queue(services)

    with mail_server() as server:
        run_due(services, server)

    ended = job_of(services, queued)
    assert [mail["To"] for mail in server.mails] == ["ada@example.com"]
    assert (ended.state, ended.args) == (JobState.FINISHED, {})


def _queue_and_fail(connection: Connection, services: Services) -> None:
    queue_mail(connection, services, MAIL)
    raise ConflictError("This transaction is rolled back.")


def test_mail_of_a_transaction_that_fails_is_not_sent(services: Services) -> None:
    with pytest.raises(ConflictError), services.database.write() as connection:
        _queue_and_fail(connection, services)

    assert queued_mails(services.database) == []


def test_mail_is_tried_again_later(services: Services) -> None:
    queued = queue(services)

    with mail_server(RCPT="450 Busy") as busy:
        run_due(services, busy)
    waiting = job_of(services, queued)
    services.clock.advance(hours=1)  # type: ignore[attr-defined] # the clock of tests
    with mail_server() as server:
        run_due(services, server)

    assert waiting.state is JobState.QUEUED
    assert len(server.mails) == 1


def test_mail_that_nobody_takes_fails_with_the_reason(services: Services) -> None:
    queued = queue(services)

    with mail_server(RCPT="550 No such mailbox") as server:
        run_due(services, server)

    failed = job_of(services, queued)
    assert failed.state is JobState.FAILED
    assert failed.error is not None
    assert failed.error.message.endswith("does not take mail for ada@example.com: 550 No such mailbox")
    assert failed.error.traceback == ""


def test_mails_are_given_up_after_some_hours(services: Services) -> None:
    queued = queue(services)

    with mail_server(MAIL="421 Closed") as server:
        for _attempt in range(9):
            run_due(services, server)
            services.clock.advance(hours=2)  # type: ignore[attr-defined] # the clock of tests

    assert job_of(services, queued).state is JobState.FAILED


@pytest.mark.parametrize(("roles", "status"), [((), 404), (("account-admin",), 404), (("admin",), 202)])
def test_only_admins_see_jobs_of_mails(services: Services, roles: tuple[str, ...], status: int) -> None:
    with services.database.write() as connection:
        user = make_user(connection, roles=roles)
    queued = queue(services)

    with closing(ApiClient(services)) as api:
        answer = api.get(f"/jobs/{queued.id}", user=user, headers={"Prefer": "respond-async"})

    assert answer.status_code == status
    assert "secret" not in answer.text
