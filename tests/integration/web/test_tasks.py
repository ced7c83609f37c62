"""The page of a job: what it tells, and what it keeps to itself."""

import pytest

from tests.factories import NOW, make_account, make_user
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

    assert (page.status_code, "<h1>Mail</h1>" in page.text) == (200, True)
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


@on_sqlite
def test_a_job_is_told_alike_at_both_of_its_addresses(browser: Browser, home: Home, database: Database) -> None:
    new = NewJob(queue="scheduling", kind="test", args={"start": "now"}, entity=("asset", home.site_id))
    with database.write() as connection:
        job = browser.services.jobs.enqueue(connection, new, now=NOW)
    browser.log_in(home.email)

    pages = [
        browser.get(f"{place}/{job.id}").text for place in (f"/assets/{home.site_id}/status/jobs", "/tasks/0/view/job")
    ]
    told = [page[page.index('<div id="job">') : page.index("</main>")] for page in pages]

    assert told[0] == told[1]
    assert all("<h1>Schedule of Home</h1>" in page for page in pages)
    assert "Cancel the job" in told[0]


@on_sqlite
def test_who_may_see_the_tasks_of_the_server_is_said(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)

    tasks, new_account = browser.get("/tasks"), browser.get("/accounts/new")

    assert (tasks.status_code, new_account.status_code) == (403, 403)
    assert "Only administrators of the server may see this." in tasks.text
    assert "Only administrators of the server, and consultants of a consultancy, may add accounts." in new_account.text


@on_sqlite
def test_strangers_see_no_job_of_others(browser: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        make_user(connection, email="stranger@example.org", account_id=make_account(connection))
        new = NewJob(queue="scheduling", kind="test", args={}, entity=("asset", home.site_id))
        job = browser.services.jobs.enqueue(connection, new, now=NOW)
    browser.log_in("stranger@example.org")

    assert browser.get(f"/tasks/0/view/job/{job.id}").status_code == 403
    assert browser.get(f"/assets/{home.site_id}/status/jobs/{job.id}").status_code == 403
