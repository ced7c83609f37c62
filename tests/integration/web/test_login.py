import pytest

from tests.factories import PASSWORD, make_user
from tests.home import Home
from tests.integration.web.conftest import Browser
from wattloom.db import Database
from wattloom.http import SESSION_COOKIE


def test_login_starts_a_session_and_leads_on(browser: Browser, home: Home) -> None:
    answer = browser.log_in(home.email)

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert browser.get("/dashboard").status_code == 200


def test_session_cookie_is_out_of_reach_for_scripts_and_other_sites(browser: Browser, home: Home) -> None:
    cookie = browser.log_in(home.email).headers["set-cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie


def test_login_leads_back_to_where_one_came_from(browser: Browser, home: Home) -> None:
    asked = browser.get(f"/dashboard?site={home.site_id}")
    login = browser.get(asked.headers["location"])

    answer = browser.log_in(home.email, next=f"/dashboard?site={home.site_id}")

    assert f'value="/dashboard?site={home.site_id}"' in login.text
    assert answer.headers["location"] == f"/dashboard?site={home.site_id}"


def test_login_leads_to_no_other_host(browser: Browser, home: Home) -> None:
    assert browser.log_in(home.email, next="//evil.example/").headers["location"] == "/"


@pytest.mark.parametrize(("email", "password"), [("", "wrong"), ("nobody@example.com", PASSWORD)])
def test_wrong_login_says_so_and_keeps_the_email(browser: Browser, home: Home, email: str, password: str) -> None:
    answer = browser.log_in(email or home.email, password)

    assert answer.status_code == 400
    assert "E-mail or password is wrong." in answer.text
    assert f'value="{email or home.email}"' in answer.text
    assert "set-cookie" not in answer.headers


def test_form_with_a_nul_is_a_wrong_login(browser: Browser, home: Home) -> None:
    assert browser.log_in(home.email + "\0").status_code == 400


def test_inactive_user_cannot_log_in(browser: Browser, database: Database) -> None:
    with database.write() as connection:
        make_user(connection, email="gone@example.com", active=False)

    assert browser.log_in("gone@example.com").status_code == 400


def test_many_wrong_logins_have_to_wait(browser: Browser, home: Home) -> None:
    statuses = [browser.log_in(home.email, "wrong").status_code for _attempt in range(11)]

    assert statuses == [400] * 10 + [429]


def test_login_form_of_another_site_is_refused(browser: Browser, home: Home) -> None:
    answer = browser.post(
        "/login",
        data={"email": home.email, "password": PASSWORD},
        headers={"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status_code == 403


def test_scripts_log_in_with_json(browser: Browser, home: Home) -> None:
    answer = browser.post("/login", json={"email": home.email, "password": PASSWORD})

    assert answer.status_code == 200
    assert answer.json() == {"user_id": home.user_id, "status": 200}
    assert SESSION_COOKIE in browser.http.cookies


def test_wrong_json_login_gets_json(browser: Browser, home: Home) -> None:
    answer = browser.post("/login", json={"email": home.email, "password": "wrong"})

    assert (answer.status_code, answer.json()["status"]) == (400, 400)


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        ("", ["email", "password"]),
        ("7", ["email", "password"]),
        ("[" * 60_000, ["email", "password"]),
        ('{"email": "\\ud800", "password": "x"}', ["email", "password"]),
        ('{"email": 1, "password": {}}', ["email", "password"]),
        ('{"email": "ada@example.com"}', ["password"]),
        ('{"email": "a\\u0000", "password": "x"}', ["email", "password"]),
        ('{"email": " ", "password": "x"}', ["email"]),
    ],
    ids=["empty", "number", "deep", "surrogate", "types", "no password", "nul", "blank"],
)
def test_json_that_is_no_login_names_the_fields(browser: Browser, body: str, missing: list[str]) -> None:
    answer = browser.post("/login", content=body, headers={"Content-Type": "application/json"})

    errors = [f"The field '{name}' is missing, empty or no text." for name in missing]
    assert (answer.status_code, answer.json()) == (400, {"errors": errors, "status": 400})


def test_logout_asks_first(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)

    page = browser.get("/logout")

    assert page.status_code == 200
    assert "Log out?" in page.text
    assert browser.get("/dashboard").status_code == 200


def test_logout_ends_the_session(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)
    token = browser.csrf_of(browser.get("/logout"))

    answer = browser.post("/logout", data={"csrf_token": token})

    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert browser.get("/dashboard").status_code == 303


@pytest.mark.parametrize("token", ["", "wrong"])
def test_logout_needs_the_token_of_the_session(browser: Browser, home: Home, token: str) -> None:
    browser.log_in(home.email)

    answer = browser.post("/logout", data={"csrf_token": token})

    assert answer.status_code == 403
    assert browser.get("/dashboard").status_code == 200
