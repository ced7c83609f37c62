"""Two-factor login at the pages: with an app, with recovery codes, with codes by mail, and for scripts."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from html import unescape

import httpx
import pyotp
import pytest

from tests.api_client import make_services
from tests.factories import NOW, PASSWORD
from tests.home import Home
from tests.integration.web.conftest import Browser
from tests.mails import queued_mails
from wattloom.accounts import get_user, secret_of, set_up_authenticator
from wattloom.db import Database
from wattloom.http import SESSION_COOKIE

SECRET = secret_of("0123456789abcdef" * 4)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def codes(home: Home, database: Database) -> list[str]:
    """Recovery codes of the home's owner, who has set up an app an hour ago."""
    then = NOW - 60 * MINUTE
    with database.write() as connection:
        owner = get_user(connection, home.user_id)
        return set_up_authenticator(connection, owner, secret=SECRET, code=code_at(then), now=then)[1]


@pytest.fixture
def strict(database: Database) -> Iterator[Browser]:
    """A browser of a server that asks everybody for a second factor."""
    browser = Browser(make_services(database, two_factor_required=True))
    yield browser
    browser.close()


def code_at(moment: datetime = NOW) -> str:
    return pyotp.TOTP(SECRET).at(moment)


def mailed_code(database: Database) -> str:
    found = re.search(r"^ {4}(\d{6})$", queued_mails(database)[-1].text, re.MULTILINE)
    assert found is not None
    return found[1]


def validate(browser: Browser, code: str, **fields: str) -> httpx.Response:
    page = browser.get("/tf-validate")
    return browser.post("/tf-validate", data={"code": code, "csrf_token": browser.csrf_of(page)} | fields)


def is_logged_in(browser: Browser) -> bool:
    return browser.get("/dashboard").status_code == 200


@pytest.mark.usefixtures("codes")
def test_password_alone_is_not_enough(browser: Browser, home: Home) -> None:
    answer = browser.log_in(home.email, next="/dashboard?site=1")

    assert (answer.status_code, answer.headers["location"]) == (303, "/tf-validate?next=%2Fdashboard%3Fsite%3D1")
    assert SESSION_COOKIE not in browser.http.cookies
    assert not is_logged_in(browser)


@pytest.mark.usefixtures("codes")
def test_code_of_the_app_logs_in_and_leads_on(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)

    answer = validate(browser, code_at(), next="/dashboard?site=1")

    assert answer.headers["location"] == "/dashboard?site=1"
    assert is_logged_in(browser)
    assert browser.get("/tf-validate").headers["location"].startswith("/login")


@pytest.mark.usefixtures("codes")
def test_wrong_code_says_so(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)

    answer = validate(browser, "000000")

    assert (answer.status_code, "The code is wrong, has expired, or was used before." in answer.text) == (400, True)
    assert not is_logged_in(browser)


@pytest.mark.usefixtures("codes")
def test_code_logs_in_once(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)
    validate(browser, code_at())
    browser.http.cookies.clear()
    browser.log_in(home.email)

    assert validate(browser, code_at()).status_code == 400


@pytest.mark.usefixtures("codes")
def test_guessing_codes_is_limited_wherever_it_comes_from(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)

    for _guess in range(10):
        validate(browser, "000000")

    answer = validate(browser, code_at())
    assert (answer.status_code, "Too many failed logins." in answer.text) == (429, True)


@pytest.mark.usefixtures("codes")
def test_guesses_at_the_same_time_are_no_more_than_those_one_after_another(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)

    csrf = browser.csrf_of(browser.get("/tf-validate"))
    guesses = [{"code": f"{code:06}", "csrf_token": csrf} for code in range(30)]
    answers = browser.post_at_once("/tf-validate", guesses)

    assert sorted(answer.status_code for answer in answers) == [400] * 10 + [429] * 20


@pytest.mark.usefixtures("codes")
def test_right_codes_are_not_counted(browser: Browser, home: Home) -> None:
    for code in ["000000"] * 9 + [code_at()] + ["000000"] * 9:
        browser.log_in(home.email)
        validate(browser, code)

    browser.log_in(home.email)
    assert validate(browser, code_at(NOW + MINUTE / 2)).status_code == 303


@pytest.mark.usefixtures("codes")
def test_login_that_waits_ends_after_ten_minutes(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)
    page = browser.get("/tf-validate")
    browser.services.clock.advance(minutes=11)  # type: ignore[attr-defined] # the clock of tests

    code = code_at(browser.services.clock())
    answer = browser.post("/tf-validate", data={"code": code, "csrf_token": browser.csrf_of(page)})

    assert answer.headers["location"] == "/login"


def test_code_page_without_a_password_leads_to_the_login(browser: Browser) -> None:
    assert browser.get("/tf-validate").headers["location"].startswith("/login")
    assert browser.post("/tf-validate", data={"code": "1", "csrf_token": ""}).headers["location"] == "/login"


def test_recovery_code_logs_in_once_and_its_owner_is_told(
    browser: Browser, home: Home, codes: list[str], database: Database
) -> None:
    browser.log_in(home.email)

    assert validate(browser, codes[0]).status_code == 303
    browser.http.cookies.clear()
    browser.log_in(home.email)
    assert validate(browser, codes[0]).status_code == 400
    (mail,) = queued_mails(database)
    assert (mail.to, "You have 9 left." in mail.text) == (home.email, True)


@pytest.mark.usefixtures("codes")
def test_known_browser_needs_no_code_for_a_week(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)
    validate(browser, code_at(), remember="yes")
    browser.http.cookies.delete(SESSION_COOKIE)
    clock = browser.services.clock

    again = browser.log_in(home.email)
    browser.http.cookies.delete(SESSION_COOKIE)
    clock.advance(days=7, seconds=1)  # type: ignore[attr-defined] # the clock of tests
    late = browser.log_in(home.email)

    assert (again.headers["location"], late.headers["location"]) == ("/", "/tf-validate?next=%2F")


@pytest.mark.usefixtures("codes")
def test_browser_is_not_remembered_unasked(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)
    validate(browser, code_at())
    browser.http.cookies.delete(SESSION_COOKIE)

    assert browser.log_in(home.email).headers["location"] == "/tf-validate?next=%2F"


@pytest.mark.usefixtures("codes")
def test_scripts_send_the_code_as_a_number(browser: Browser, home: Home) -> None:
    done = browser.post("/login", json={"email": home.email, "password": PASSWORD, "code": int(code_at())})

    assert done.status_code == 200


@pytest.mark.usefixtures("codes")
def test_scripts_send_the_code_along(browser: Browser, home: Home) -> None:
    credentials = {"email": home.email, "password": PASSWORD}

    asked = browser.post("/login", json=credentials)
    done = browser.post("/login", json=credentials | {"code": code_at()})

    assert (asked.status_code, asked.json()["status"]) == (400, 400)
    assert "in the field 'code'" in asked.json()["errors"][0]
    assert (done.status_code, done.json()["user_id"]) == (200, home.user_id)


def test_where_everybody_needs_a_code_it_is_mailed(strict: Browser, home: Home, database: Database) -> None:
    answer = strict.log_in(home.email)
    page = strict.get("/tf-validate")

    assert answer.headers["location"] == "/tf-validate?next=%2F"
    assert "We have mailed a code to o…@example.com." in page.text
    assert [mail.to for mail in queued_mails(database)] == [home.email]
    assert validate(strict, mailed_code(database)).status_code == 303
    assert is_logged_in(strict)


def test_mailed_code_belongs_to_the_browser_that_asked(strict: Browser, home: Home, database: Database) -> None:
    strict.log_in(home.email)
    theirs = mailed_code(database)
    strict.services.clock.advance(seconds=1)  # type: ignore[attr-defined] # the clock of tests
    strict.http.cookies.clear()
    strict.log_in(home.email)

    assert validate(strict, theirs).status_code == 400


def test_another_code_is_mailed_on_request(strict: Browser, home: Home, database: Database) -> None:
    strict.log_in(home.email)
    strict.services.clock.advance(minutes=1)  # type: ignore[attr-defined] # the clock of tests
    token = strict.csrf_of(strict.get("/tf-validate"))

    answer = strict.post("/tf-validate/again", data={"csrf_token": token})

    assert "A new code is on its way." in answer.text
    first, second = (mail.text for mail in queued_mails(database))
    assert first != second
    assert validate(strict, mailed_code(database)).status_code == 303


def test_mails_with_codes_are_limited(strict: Browser, home: Home, database: Database) -> None:
    answers = [strict.log_in(home.email) for _login in range(11)]

    assert "Too many mails were asked for." in answers[-1].text
    assert len(queued_mails(database)) == 10


def test_scripts_get_a_code_by_mail_where_it_is_needed(strict: Browser, home: Home, database: Database) -> None:
    credentials = {"email": home.email, "password": PASSWORD}

    asked = strict.post("/login", json=credentials)
    wrong = strict.post("/login", json=credentials | {"code": "abc"})
    done = strict.post("/login", json=credentials | {"code": mailed_code(database)})

    assert (asked.status_code, "a code was mailed" in asked.json()["errors"][0]) == (400, True)
    assert (wrong.status_code, done.status_code) == (400, 200)


@pytest.mark.usefixtures("codes")
def test_whoever_has_an_app_gets_no_code_by_mail(strict: Browser, home: Home, database: Database) -> None:
    strict.log_in(home.email)

    assert queued_mails(database) == []
    assert "We have mailed" not in strict.get("/tf-validate").text
    assert validate(strict, code_at()).status_code == 303


def test_new_password_ends_a_login_that_waits(strict: Browser, home: Home, database: Database) -> None:
    strict.log_in(home.email)
    code = mailed_code(database)
    page = strict.get("/tf-validate")
    strict.services.clock.advance(seconds=1)  # type: ignore[attr-defined] # the clock of tests
    strict.post("/reset", data={"email": home.email, "csrf_token": ""})
    found = re.search(r"(/reset/\S+)", queued_mails(database)[-1].text)
    assert found is not None
    strict.post(found[1], data={"csrf_token": "", "password": "a new password", "password_again": "a new password"})

    answer = strict.post("/tf-validate", data={"code": code, "csrf_token": strict.csrf_of(page)})

    assert answer.headers["location"] == "/login"


def test_rescue_page_tells_what_to_do(browser: Browser) -> None:
    assert "recovery codes" in unescape(browser.get("/tf-rescue").text)
