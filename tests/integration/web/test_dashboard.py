import pytest

from tests.factories import make_account, make_asset, make_user
from tests.home import Home
from tests.integration.web.conftest import Browser
from wattloom.db import Database


def test_anonymous_is_asked_to_log_in(browser: Browser, home: Home) -> None:
    answer = browser.get(f"/dashboard?site={home.site_id}")

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/login?next=%2Fdashboard%3Fsite%3D{home.site_id}"


def test_start_is_the_only_site(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)

    answer = browser.get("/")

    assert (answer.status_code, answer.headers["location"]) == (302, f"/assets/{home.site_id}/overview")


def test_start_with_several_sites_is_the_dashboard(browser: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        make_asset(connection, name="Cabin", account_id=home.account_id)
    browser.log_in(home.email)

    answer = browser.get("/")

    assert (answer.status_code, answer.headers["location"]) == (302, "/dashboard")


def test_public_assets_are_no_sites(browser: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        for number in range(100):
            make_asset(connection, name=f"A{number}", account_id=None)
    browser.log_in(home.email)

    assert browser.get("/").headers["location"] == f"/assets/{home.site_id}/overview"


def test_address_of_a_site_on_the_old_dashboard_leads_to_it(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)

    answer = browser.get(f"/dashboard?site={home.site_id}")

    assert (answer.status_code, answer.headers["location"]) == (302, f"/assets/{home.site_id}/overview")


def test_site_that_no_database_holds_is_refused(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)

    assert browser.get("/dashboard?site=-99999999999999999999").status_code == 422


@pytest.mark.parametrize("query", ["group_by_accounts=1", "clear-session"])
def test_words_of_old_addresses_are_let_through(browser: Browser, home: Home, query: str) -> None:
    browser.log_in(home.email)

    assert browser.get(f"/dashboard?{query}").status_code == 200


def test_several_sites_are_listed(browser: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        make_asset(connection, name="Cabin", account_id=home.account_id)
    browser.log_in(home.email)

    page = browser.get("/dashboard")

    assert page.text.index(">Cabin</a>") < page.text.index(">Home</a>")


def test_sites_of_others_are_not_listed(browser: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        make_asset(connection, name="Castle")
    browser.log_in(home.email)

    assert "Castle" not in browser.get("/dashboard").text


def test_user_without_sites_is_told_so(browser: Browser, database: Database) -> None:
    with database.write() as connection:
        make_user(connection, email="new@example.com", account_id=make_account(connection))
    browser.log_in("new@example.com")

    page = browser.get("/dashboard")

    assert page.status_code == 200
    assert "There is no site that you may see yet" in page.text
