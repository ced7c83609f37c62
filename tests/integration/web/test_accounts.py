"""Pages of accounts and users."""

import re

import pytest

from tests.factories import make_account, make_user
from tests.integration.web.conftest import Browser
from wattloom.accounts import Account
from wattloom.db import Database
from wattloom.web.branding import READABLE, branding_url, contrast, stylesheet

pytestmark = pytest.mark.integration


@pytest.fixture
def admin_of(database: Database, browser: Browser) -> int:
    """The account of an account-admin who has logged in."""
    with database.write() as connection:
        account_id = make_account(connection, name="Sunny Street")
        make_user(connection, email="ada@example.org", username="ada", account_id=account_id, roles=("account-admin",))
    browser.log_in("ada@example.org")
    return account_id


def test_users_are_found_by_name(browser: Browser, admin_of: int, database: Database) -> None:
    with database.write() as connection:
        make_user(connection, username="grace", account_id=admin_of)
        make_user(connection, username="edsger", account_id=admin_of)

    page = browser.get("/users?filter=gra").text

    assert "grace" in page
    assert "edsger" not in page


def test_inactive_users_are_shown_on_demand(browser: Browser, admin_of: int, database: Database) -> None:
    with database.write() as connection:
        make_user(connection, username="formerly", account_id=admin_of, active=False)

    assert "formerly" not in browser.get("/users").text
    assert "formerly" in browser.get("/users?include_inactive=true").text


def test_many_users_stand_on_pages(browser: Browser, admin_of: int, database: Database) -> None:
    with database.write() as connection:
        for number in range(25):
            make_user(connection, username=f"user-{number:02}", account_id=admin_of)

    second = browser.get("/users?sort_by=username&sort_dir=desc&page=2")

    assert "user-04" in second.text
    assert "user-05" not in second.text
    assert re.search(r'rel="prev" href="/users\?sort_by=username&amp;sort_dir=desc&amp;page=1"', second.text)


def test_members_see_users_without_controls(browser: Browser, database: Database) -> None:
    with database.write() as connection:
        account_id = make_account(connection)
        make_user(connection, email="member@example.org", account_id=account_id)
        other = make_user(connection, account_id=account_id)
    browser.log_in("member@example.org")

    page = browser.get(f"/users/{other}").text

    assert "api-form" not in page
    assert browser.get(f"/users/auditlog/{other}").status_code == 403
    assert browser.get(f"/users/reset_password_for/{other}").status_code == 403


@pytest.mark.usefixtures("admin_of")
def test_nobody_is_offered_own_roles_or_activity(browser: Browser) -> None:
    own = re.search(r'/users/(\d+)">ada<', browser.get("/users").text)
    assert own is not None

    page = browser.get(f"/users/{own[1]}").text

    assert 'name="username"' in page
    assert "flexmeasures_roles" not in page
    assert 'name="active"' not in page


def test_account_page_offers_what_its_admin_may_change(browser: Browser, admin_of: int) -> None:
    page = browser.get(f"/accounts/{admin_of}").text

    assert f'action="/api/v3_0/accounts/{admin_of}"' in page
    assert 'name="plan_id"' not in page
    assert 'action="/api/v3_0/users"' in page


@pytest.mark.usefixtures("admin_of")
def test_new_accounts_are_for_those_who_may_create_them(browser: Browser, database: Database) -> None:
    assert browser.get("/accounts/new").status_code == 403
    with database.write() as connection:
        make_user(connection, email="root@example.org", roles=("admin",))
    browser.get("/logout")
    browser.log_in("root@example.org")

    assert browser.get("/accounts/new").status_code == 200


def test_log_tells_what_was_done(browser: Browser, admin_of: int) -> None:
    assert "Nothing was recorded." in browser.get(f"/accounts/auditlog/{admin_of}").text


def test_colours_of_the_consultancy_are_those_of_its_clients(browser: Browser, database: Database) -> None:
    with database.write() as connection:
        consultancy = make_account(connection, primary_color="1a3443", secondary_color="#f1a122")
        client = make_account(connection, consultancy_account_id=consultancy)
        make_user(connection, email="client@example.org", account_id=client)
    browser.log_in("client@example.org")

    found = re.search(r'href="(/ui/branding\.css\?v=\w+)"', browser.get("/logged-in-user").text)

    assert found is not None
    style = browser.get(found[1])
    assert style.headers["content-type"].startswith("text/css")
    assert "--brand-bar: #1a3443" in style.text


def test_logo_is_shown_if_this_server_has_it(browser: Browser, database: Database) -> None:
    with database.write() as connection:
        near = make_account(connection, logo_url="http://wattloom.test/logos/near.png")
        far = make_account(connection, logo_url="https://example.org/logos/far.png")
        make_user(connection, email="near@example.org", account_id=near)
        make_user(connection, email="far@example.org", account_id=far)
    browser.log_in("near@example.org")
    assert 'src="/logos/near.png"' in browser.get("/logged-in-user").text

    browser.log_in("far@example.org")

    assert "far.png" not in browser.get("/logged-in-user").text


@pytest.mark.parametrize("colour", ["#ffff00", "#000000", "fff", "#1769cb", "808080"])
def test_accents_can_be_read_in_both_themes(colour: str) -> None:
    style = stylesheet(make_branded(secondary_color=colour))

    found = re.search(r"--accent: light-dark\(#(\w+), #(\w+)\)", style)
    assert found is not None
    light, dark = (tuple(bytes.fromhex(digits)) for digits in found.groups())
    assert contrast(light, (255, 255, 255)) >= READABLE
    assert contrast(dark, (0x1E, 0x26, 0x2F)) >= READABLE


def test_words_that_are_no_colours_change_nothing() -> None:
    assert stylesheet(make_branded(primary_color="} body { display: none")) == ":root {\n}\n"


def test_account_without_colours_has_no_style_sheet() -> None:
    assert branding_url(make_branded()) == ""


def make_branded(**colours: str) -> Account:
    return Account(
        id=1,
        name="Sunny Street",
        primary_color=colours.get("primary_color"),
        secondary_color=colours.get("secondary_color"),
        logo_url=None,
        attributes={},
        consultancy_account_id=None,
    )
