import re
from html import unescape

import pytest

from tests.factories import NOW, make_account, make_asset, make_user
from tests.home import NET_KW, Home, make_home
from tests.integration.web.conftest import Browser
from wattloom.db import Database


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\N{THIN SPACE}", " ").split())


def test_anonymous_is_asked_to_log_in(browser: Browser, home: Home) -> None:
    answer = browser.get(f"/dashboard?site={home.site_id}")

    assert answer.status_code == 303
    assert answer.headers["location"] == f"/login?next=%2Fdashboard%3Fsite%3D{home.site_id}"


def test_anonymous_part_of_a_page_reloads_the_page(browser: Browser, home: Home) -> None:
    answer = browser.get(f"/dashboard/cards?site={home.site_id}", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["hx-refresh"]) == (401, "true")


def test_only_site_is_shown_at_once(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)

    page = browser.get("/dashboard")

    assert page.status_code == 200
    assert "<h1>Home</h1>" in page.text
    assert f'<site-plan src="/api/v4/assets/{home.site_id}/plan"' in page.text


def test_several_sites_are_listed_and_none_is_chosen(browser: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        make_asset(connection, name="Cabin", account_id=home.account_id)
    browser.log_in(home.email)

    page = browser.get("/dashboard")

    assert page.text.index(">Cabin</a>") < page.text.index(">Home</a>")
    assert "<site-plan" not in page.text


def test_chosen_site_is_shown_below_the_list(browser: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        make_asset(connection, name="Cabin", account_id=home.account_id)
    browser.log_in(home.email)

    page = browser.get(f"/dashboard?site={home.site_id}")

    assert 'aria-current="true"' in page.text
    assert "<h2>Home</h2>" in page.text


def test_sites_of_others_are_not_listed(browser: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        make_asset(connection, name="Castle")
    browser.log_in(home.email)

    assert "Castle" not in browser.get("/dashboard").text


def test_public_assets_are_no_sites(browser: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        make_asset(connection, name="Market", account_id=None)
    browser.log_in(home.email)

    page = browser.get("/dashboard").text

    assert "<h1>Home</h1>" in page
    assert "Market" not in page


def test_many_public_assets_crowd_out_no_site(browser: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        for number in range(100):
            make_asset(connection, name=f"A{number}", account_id=None)
    browser.log_in(home.email)

    assert "<h1>Home</h1>" in browser.get("/dashboard").text


def test_site_of_others_is_not_shown(browser: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        foreign_id = make_asset(connection, name="Castle")
    browser.log_in(home.email)

    page = browser.get(f"/dashboard?site={foreign_id}")

    assert page.status_code == 403
    assert "Castle" not in page.text


def test_unknown_site_is_not_found(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)

    assert browser.get("/dashboard?site=999").status_code == 404


@pytest.mark.parametrize("path", ["/dashboard", "/dashboard/cards"])
def test_site_that_no_database_holds_is_refused(browser: Browser, home: Home, path: str) -> None:
    browser.log_in(home.email)

    assert browser.get(f"{path}?site=-99999999999999999999").status_code == 422


def test_user_without_sites_is_told_so(browser: Browser, database: Database) -> None:
    with database.write() as connection:
        make_user(connection, email="new@example.com", account_id=make_account(connection))
    browser.log_in("new@example.com")

    page = browser.get("/dashboard")

    assert page.status_code == 200
    assert "There is no site that you may see yet." in page.text


def test_cards_show_what_is_known(browser: Browser, home: Home) -> None:
    """1 kW load − 3 kW PV + 0.5 kW battery flow to the grid; 48 h of that earn 0.08 EUR/kWh."""
    browser.log_in(home.email)

    cards = text_of(browser.get(f"/dashboard/cards?site={home.site_id}").text)

    assert f"{-NET_KW:.2f} kW to the grid" in cards
    assert f"{-NET_KW * 48 * 0.08:.2f} € earned with energy" in cards
    assert "Cellar charging · 60 %" in cards.replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "No schedule has been computed for this site yet." in cards


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '" onload="alert(1)'])
def test_names_are_escaped(browser: Browser, database: Database, name: str) -> None:
    with database.write() as connection:
        home = make_home(connection, browser.services.beliefs, now=NOW, name="Safe")
        make_asset(connection, name=name, account_id=home.account_id)
    browser.log_in(home.email)

    page = browser.get("/dashboard").text

    assert name not in page
    assert name in unescape(page)
