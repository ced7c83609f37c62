"""Forgotten passwords: a link by mail, good once and for two hours, and nothing that tells who has a login."""

import re

import pytest
from sqlalchemy import select
from structlog.testing import capture_logs

from tests.factories import PASSWORD, make_user
from tests.home import Home
from tests.integration.web.conftest import Browser
from tests.mails import queued_mails
from wattloom.accounts import get_user
from wattloom.accounts.tables import audit_log
from wattloom.db import Database

NEW = "a brand new password"


def ask(browser: Browser, email: str) -> str:
    """Ask for a link and return the page that says so."""
    token = browser.csrf_of(browser.get("/reset"))
    answer = browser.post("/reset", data={"email": email, "csrf_token": token})
    assert answer.status_code == 200
    return answer.text


def link(browser: Browser) -> str:
    """Return the path of the newest link that was mailed."""
    (mail,) = queued_mails(browser.services.database)[-1:]
    found = re.search(r"http://localhost:5000(/reset/\S+)", mail.text)
    assert found is not None
    return found[1]


def set_password(browser: Browser, path: str, password: str = NEW, again: str = NEW, **headers: str) -> int:
    form = {"csrf_token": "", "password": password, "password_again": again}
    return browser.post(path, data=form, headers=headers).status_code


def test_link_sets_a_new_password(browser: Browser, home: Home) -> None:
    ask(browser, home.email.upper())
    path = link(browser)

    page = browser.get(path)
    answer = browser.post(path, data={"csrf_token": browser.csrf_of(page), "password": NEW, "password_again": NEW})

    assert queued_mails(browser.services.database)[0].to == home.email
    assert answer.headers["location"] == "/login?notice=password-set"
    assert "Your new password is set." in browser.get("/login?notice=password-set").text
    assert browser.log_in(home.email).status_code == 400
    assert browser.log_in(home.email, NEW).status_code == 303


def test_reset_ends_sessions_and_tokens(browser: Browser, home: Home, database: Database) -> None:
    with database.read() as connection:
        token = browser.services.tokens.issue(get_user(connection, home.user_id))
    browser.log_in(home.email)
    ask(browser, home.email)
    csrf = browser.csrf_of(browser.get(link(browser)))
    browser.post(link(browser), data={"csrf_token": csrf, "password": NEW, "password_again": NEW})

    assert browser.get("/dashboard").status_code == 303
    browser.http.cookies.clear()
    assert browser.get("/api/v3_0/users", headers={"Authorization": token}).status_code == 401


def test_looking_at_the_link_changes_nothing(browser: Browser, home: Home) -> None:
    ask(browser, home.email)

    assert [browser.get(link(browser)).status_code for _look in range(2)] == [200, 200]
    assert browser.log_in(home.email).status_code == 303


def test_link_is_good_once_even_when_it_is_used_at_the_same_time(browser: Browser, home: Home) -> None:
    ask(browser, home.email)
    wanted = [f"password number {n}" for n in range(6)]

    forms = [{"csrf_token": "", "password": each, "password_again": each} for each in wanted]
    answers = browser.post_at_once(link(browser), forms)

    assert sorted(answer.status_code for answer in answers) == [303] + [400] * 5
    assert sum(browser.log_in(home.email, each).status_code == 303 for each in wanted) == 1


def test_link_is_good_once(browser: Browser, home: Home) -> None:
    ask(browser, home.email)

    assert set_password(browser, link(browser)) == 303
    assert set_password(browser, link(browser), "another password", "another password") == 400
    assert "no longer good" in browser.get(link(browser)).text


def test_link_is_good_for_two_hours(browser: Browser, home: Home) -> None:
    ask(browser, home.email)
    browser.services.clock.advance(minutes=119)  # type: ignore[attr-defined] # the clock of tests
    in_time = browser.get(link(browser)).status_code
    browser.services.clock.advance(minutes=2)  # type: ignore[attr-defined] # the clock of tests

    assert (in_time, set_password(browser, link(browser))) == (200, 400)


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [("short", "short", "A password has 8 to 256 characters."), (NEW, "something else", "The two passwords differ.")],
)
def test_password_that_does_not_fit_leaves_the_link_good(
    browser: Browser, home: Home, password: str, again: str, said: str
) -> None:
    ask(browser, home.email)

    answer = browser.post(link(browser), data={"csrf_token": "", "password": password, "password_again": again})

    assert (answer.status_code, said in answer.text) == (422, True)
    assert set_password(browser, link(browser)) == 303


@pytest.mark.parametrize("purpose", ["tokens", "sessions", "pending_logins"])
def test_other_tokens_are_no_links(browser: Browser, home: Home, database: Database, purpose: str) -> None:
    with database.read() as connection:
        token = getattr(browser.services, purpose).issue(get_user(connection, home.user_id))

    assert set_password(browser, f"/reset/{token}") == 400


@pytest.mark.parametrize("token", ["x", "%00", "%C3%BC", "1.stamp.x.y", "-1.a"])
def test_what_is_no_link_is_no_crash(browser: Browser, token: str) -> None:
    assert browser.get(f"/reset/{token}").status_code == 400


def test_other_sites_cannot_send_the_form(browser: Browser, home: Home) -> None:
    ask(browser, home.email)

    assert set_password(browser, link(browser), **{"Sec-Fetch-Site": "cross-site"}) == 403


def test_answer_is_the_same_for_everybody(browser: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        make_user(connection, email="gone@example.com", active=False)

    known = ask(browser, home.email).replace(home.email, "EMAIL")
    others = [ask(browser, email).replace(email, "EMAIL") for email in ("nobody@example.com", "gone@example.com")]

    assert others == [known, known]
    assert [mail.to for mail in queued_mails(database)] == [home.email]


def test_one_address_may_ask_ten_times_an_hour(browser: Browser) -> None:
    for number in range(10):
        ask(browser, f"user{number}@example.com")

    answer = browser.post("/reset", data={"email": "one.more@example.com", "csrf_token": ""})

    assert (answer.status_code, "Too many mails were asked for." in answer.text) == (429, True)


def test_reset_is_audited(browser: Browser, home: Home, database: Database) -> None:
    ask(browser, home.email)
    set_password(browser, link(browser))

    with database.read() as connection:
        username = get_user(connection, home.user_id).username
        records = connection.execute(select(audit_log.c.event, audit_log.c.active_user_id)).all()
    assert records[-2:] == [
        (f"Reset password instructions sent for user {username}", None),
        (f"Password changed for user {username}", home.user_id),
    ]


def test_links_are_not_logged(browser: Browser, home: Home) -> None:
    with capture_logs() as events:
        ask(browser, home.email)
        set_password(browser, link(browser), "short", "short")
        set_password(browser, link(browser), PASSWORD, PASSWORD)

    assert "/reset/…" in str(events)
    assert link(browser).removeprefix("/reset/") not in str(events)
