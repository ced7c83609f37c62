"""Pages in the language that their visitor chose, or asks for; the API in English whatever it is asked in."""

from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.home import Home
from tests.integration.web.conftest import Browser
from tests.mails import queued_mails
from wattloom.jobs import NewJob

GERMAN = {"Accept-Language": "de-AT,en;q=0.5"}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, '<html lang="en-GB">'),
        (GERMAN, '<html lang="de-DE">'),
        (GERMAN | {"Cookie": "wattloom_language=nl"}, '<html lang="nl-NL">'),
    ],
)
def test_page_is_in_the_language_of_the_visitor(browser: Browser, headers: dict[str, str], expected: str) -> None:
    assert expected in browser.get("/login", headers=headers).text


def test_page_names_the_texts_of_scripts(browser: Browser) -> None:
    assert "texts-de-" in browser.get("/login", headers=GERMAN).text
    assert "texts-" not in browser.get("/login").text


def test_refused_login_is_told_in_the_language(browser: Browser, home: Home) -> None:
    page = browser.get("/login")
    form = {"email": home.email, "password": "wrong", "csrf_token": browser.csrf_of(page)}

    answer = browser.post("/login", data=form, headers=GERMAN)

    assert answer.status_code == 400
    assert "E-Mail oder Passwort ist falsch." in answer.text


def test_missing_page_and_foreign_asset_are_told_in_the_language(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)

    missing = browser.get("/nothing-here", headers=GERMAN)
    unknown = browser.get("/assets/999999/status", headers=GERMAN)

    assert "Diese Seite gibt es nicht." in missing.text
    assert "Nicht gefunden" in unknown.text
    assert "999999" in unknown.text


def test_why_the_server_gave_a_job_up_is_told_in_the_language(browser: Browser, home: Home) -> None:
    jobs = browser.services.jobs
    new = NewJob(queue="scheduling", kind="test", args={}, entity=("asset", home.site_id), max_attempts=1)
    with browser.services.database.write() as connection:
        job = jobs.enqueue(connection, new, now=NOW)
    for days in (1, 2):  # nobody hears of the first worker any more
        jobs.claim("worker", ["scheduling"], now=NOW + timedelta(days=days))
    browser.log_in(home.email)

    status = browser.get(f"/assets/{home.site_id}/status", headers=GERMAN).text
    page = browser.get(f"/tasks/0/view/job/{job.id}", headers=GERMAN).text

    for told in (status, page):
        assert "Jeder Prozess, der diesen Auftrag bearbeitete, brach ab, bevor er fertig war." in told


def test_mail_is_in_the_language_of_who_asked_for_it(browser: Browser, home: Home) -> None:
    token = browser.csrf_of(browser.get("/reset"))

    browser.post("/reset", data={"email": home.email, "csrf_token": token}, headers=GERMAN)

    [mail] = queued_mails(browser.services.database)
    assert mail.subject == "Neues Passwort für Wattloom setzen"
    assert mail.text.startswith("Guten Tag")


def test_api_is_english_for_every_browser(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)

    answer = browser.get("/api/v3_0/assets/999999", headers=GERMAN)

    assert answer.status_code == 404
    assert "No asset found with ID 999999" in answer.text
