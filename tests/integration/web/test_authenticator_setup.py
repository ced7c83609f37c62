"""The page on which people set an authenticator app up, and switch it off again."""

import re
from html import unescape

import httpx
import pyotp
import pytest

from tests.factories import NOW, PASSWORD
from tests.home import Home
from tests.integration.web.conftest import Browser
from tests.mails import queued_mails
from wattloom.accounts import get_user
from wattloom.db import Database


def send(browser: Browser, path: str, **fields: str) -> httpx.Response:
    return browser.post(path, data={"csrf_token": browser.csrf_of(browser.get("/tf-setup"))} | fields)


def field(page: httpx.Response, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found is not None
    return unescape(found[1])


def secret_on(page: httpx.Response) -> str:
    found = re.search(r"<code>([A-Z2-7 ]+)</code>", page.text)
    assert found is not None
    return found[1].replace(" ", "")


def set_up(browser: Browser, home: Home) -> tuple[str, list[str]]:
    """Log in, set an app up, and return its secret and the recovery codes."""
    browser.log_in(home.email)
    scan = send(browser, "/tf-setup", password=PASSWORD)
    secret = secret_on(scan)
    done = send(browser, "/tf-setup/confirm", setup=field(scan, "setup"), code=pyotp.TOTP(secret).at(NOW))
    return secret, re.findall(r"<code>([a-z2-7-]{19})</code>", done.text)


def has_app(database: Database, home: Home) -> bool:
    with database.read() as connection:
        return get_user(connection, home.user_id).has_authenticator


def test_app_is_set_up_with_password_and_code(browser: Browser, home: Home, database: Database) -> None:
    _, codes = set_up(browser, home)

    assert len(codes) == 10
    assert has_app(database, home)
    assert "You have 10 recovery codes left." in browser.get("/tf-setup").text
    (mail,) = queued_mails(database)
    assert (mail.to, "Two-factor login was switched on" in mail.text) == (home.email, True)


def test_setting_up_ends_other_sessions_and_keeps_this_one(browser: Browser, home: Home, database: Database) -> None:
    with database.read() as connection:
        other = browser.services.tokens.issue(get_user(connection, home.user_id))

    set_up(browser, home)

    assert browser.get("/dashboard").status_code == 200
    browser.http.cookies.clear()
    assert browser.get("/api/v3_0/users", headers={"Authorization": other}).status_code == 401


def test_page_shows_the_key_as_picture_that_the_security_policy_allows(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)

    page = send(browser, "/tf-setup", password=PASSWORD)

    assert "<svg" in page.text
    assert "style=" not in page.text
    assert len(secret_on(page)) == 32


def test_wrong_password_shows_no_secret(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)

    page = send(browser, "/tf-setup", password="wrong")

    assert (page.status_code, "The password is wrong." in page.text, "<code>" in page.text) == (400, True, False)


def test_wrong_code_shows_the_same_secret_again(browser: Browser, home: Home, database: Database) -> None:
    browser.log_in(home.email)
    scan = send(browser, "/tf-setup", password=PASSWORD)

    again = send(browser, "/tf-setup/confirm", setup=field(scan, "setup"), code="000000")

    assert (again.status_code, secret_on(again)) == (400, secret_on(scan))
    assert not has_app(database, home)


@pytest.mark.parametrize("minutes", [0, 16])
def test_setting_up_ends_after_a_quarter_of_an_hour(
    browser: Browser, home: Home, database: Database, minutes: int
) -> None:
    browser.log_in(home.email)
    scan = send(browser, "/tf-setup", password=PASSWORD)
    browser.services.clock.advance(minutes=minutes)  # type: ignore[attr-defined] # the clock of tests

    code = pyotp.TOTP(secret_on(scan)).at(browser.services.clock())
    send(browser, "/tf-setup/confirm", setup=field(scan, "setup"), code=code)

    assert has_app(database, home) is (minutes == 0)


@pytest.mark.parametrize("setup", ["", "1.stamp.x", "made up"])
def test_set_up_without_the_password_is_refused(browser: Browser, home: Home, setup: str, database: Database) -> None:
    browser.log_in(home.email)

    page = send(browser, "/tf-setup/confirm", setup=setup, code="000000")

    assert (page.status_code, "Begin again." in page.text) == (400, True)
    assert not has_app(database, home)


def test_switching_off_needs_a_code(browser: Browser, home: Home, database: Database) -> None:
    secret, codes = set_up(browser, home)
    browser.services.clock.advance(minutes=1)  # type: ignore[attr-defined] # the clock of tests

    wrong = send(browser, "/tf-setup/off", code="000000")
    assert (wrong.status_code, has_app(database, home)) == (400, True)
    done = send(browser, "/tf-setup/off", code=pyotp.TOTP(secret).at(browser.services.clock()))

    assert "Two-factor login is switched off." in done.text
    assert not has_app(database, home)
    assert "Two-factor login was switched off" in queued_mails(database)[-1].text
    assert codes[0] not in done.text


def test_new_recovery_codes_need_a_code_and_are_shown_once(browser: Browser, home: Home, database: Database) -> None:
    _, codes = set_up(browser, home)

    page = send(browser, "/tf-setup/recovery-codes", code=codes[0])

    new = re.findall(r"<code>([a-z2-7-]{19})</code>", page.text)
    assert (len(new), set(new) & set(codes)) == (10, set())
    assert page.headers["cache-control"] == "no-store"
    assert any("Your recovery codes were replaced" in mail.text for mail in queued_mails(database))


@pytest.mark.parametrize("path", ["", "/confirm", "/recovery-codes", "/off"])
def test_forms_need_the_token_of_the_session(browser: Browser, home: Home, path: str) -> None:
    browser.log_in(home.email)

    answer = browser.post(f"/tf-setup{path}", data={"password": PASSWORD, "code": "000000", "csrf_token": "wrong"})

    assert answer.status_code == 403


@pytest.mark.parametrize("path", ["", "/confirm", "/recovery-codes", "/off"])
def test_strangers_are_led_to_the_login(browser: Browser, path: str) -> None:
    assert browser.post(f"/tf-setup{path}", data={"csrf_token": ""}).headers["location"].startswith("/login")
