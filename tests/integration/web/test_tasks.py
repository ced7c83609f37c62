"""The page of a job: what it tells, and what it keeps to itself."""

import pytest

from tests.factories import NOW, make_user
from tests.home import Home
from tests.integration.web.conftest import Browser
from wattloom.db import Database
from wattloom.http import queue_mail
from wattloom.jobs import NewJob
from wattloom.mail import Message

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@on_sqlite
@pytest.mark.parametrize("role", ["admin-reader", "admin"])
def test_nobody_reads_mails_that_let_others_in(browser: Browser, home: Home, database: Database, role: str) -> None:
    with database.write() as connection:
        make_user(connection, email="looks@example.com", account_id=home.account_id, roles=(role,))
        message = Message("boss@example.com", "Your link", "http://wattloom.test/reset/secret")
        job = queue_mail(connection, browser.services, message)
    browser.log_in("looks@example.com")

    page = browser.get(f"/tasks/0/view/job/{job.id}")

    assert (page.status_code, "send-mail" in page.text) == (200, True)
    assert "secret" not in page.text
    assert "boss@example.com" not in page.text


@on_sqlite
def test_what_a_job_was_told_is_shown(browser: Browser, home: Home, database: Database) -> None:
    new = NewJob(queue="scheduling", kind="test", args={"start": "<now>"}, entity=("asset", home.site_id))
    with database.write() as connection:
        job = browser.services.jobs.enqueue(connection, new, now=NOW)
    browser.log_in(home.email)

    page = browser.get(f"/tasks/0/view/job/{job.id}").text

    assert "&#34;start&#34;: &#34;&lt;now&gt;&#34;" in page
    assert "Why it is planned so" not in page
