import re
from html import unescape

import pytest
from sqlalchemy import update

from tests.factories import NOW, make_asset
from tests.home import NET_KW, Home, make_home
from tests.integration.web.conftest import Browser
from wattloom.assets.tables import asset
from wattloom.db import Database


def text_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).replace("\N{THIN SPACE}", " ").split())


def test_anonymous_part_of_a_page_reloads_the_page(browser: Browser, home: Home) -> None:
    answer = browser.get(f"/assets/{home.site_id}/overview/cards", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["hx-refresh"]) == (401, "true")


def test_site_is_shown(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)

    page = browser.get(f"/assets/{home.site_id}/overview")

    assert page.status_code == 200
    assert "<h1>Home</h1>" in page.text
    assert f'<site-plan src="/api/v4/assets/{home.site_id}/plan"' in page.text


@pytest.mark.parametrize("part", ["", "/cards"])
def test_site_of_others_is_not_shown(browser: Browser, home: Home, database: Database, part: str) -> None:
    with database.write() as connection:
        foreign_id = make_asset(connection, name="Castle")
    browser.log_in(home.email)

    page = browser.get(f"/assets/{foreign_id}/overview{part}")

    assert page.status_code == 403
    assert "Castle" not in page.text


def test_unknown_site_is_not_found(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)

    assert browser.get("/assets/999/overview").status_code == 404


def test_cards_show_what_is_known(browser: Browser, home: Home) -> None:
    """1 kW load − 3 kW PV + 0.5 kW battery flow to the grid; 48 h of that earn 0.08 EUR/kWh."""
    browser.log_in(home.email)

    cards = text_of(browser.get(f"/assets/{home.site_id}/overview/cards").text)

    assert f"{-NET_KW:.2f} kW to the grid" in cards
    assert f"{-NET_KW * 48 * 0.08:.2f} € earned with energy" in cards
    assert "Cellar charging · 60 %" in cards.replace("\N{NARROW NO-BREAK SPACE}", " ")
    assert "No schedule has been computed for this site yet." in cards


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '" onload="alert(1)'])
def test_names_are_escaped(browser: Browser, database: Database, name: str) -> None:
    with database.write() as connection:
        home = make_home(connection, browser.services.beliefs, now=NOW, name="Safe")
        connection.execute(update(asset).where(asset.c.id == home.site_id).values(name=name))
    browser.log_in(home.email)

    for path in (f"/assets/{home.site_id}/overview", "/dashboard"):
        page = browser.get(path).text

        assert name not in page
        assert name in unescape(page)
