import re
from html import unescape

import pytest
from sqlalchemy import update

from tests.api_client import Clock
from tests.factories import NOW, make_account, make_asset, make_user
from tests.home import LOAD_KW, NET_KW, Home, make_home, set_flex
from tests.integration.web.conftest import Browser
from wattloom.assets.tables import asset
from wattloom.db import Database
from wattloom.jobs import NewJob

SOLD_KWH_UNTIL_MIDNIGHT = -NET_KW * 24
EARNED_EUR = SOLD_KWH_UNTIL_MIDNIGHT * 0.08


def text_of(html: str) -> str:
    """Return what people read, without what stands for blanks."""
    text = unescape(re.sub(r"<[^>]+>", " ", html)).replace("\N{THIN SPACE}", " ")
    return " ".join(text.replace("\N{NARROW NO-BREAK SPACE}", " ").split())


def test_anonymous_part_of_a_page_reloads_the_page(browser: Browser, home: Home) -> None:
    answer = browser.get(f"/assets/{home.site_id}/overview/cards", headers={"HX-Request": "true"})

    assert (answer.status_code, answer.headers["hx-refresh"]) == (401, "true")


def test_site_is_shown_with_its_plan(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)

    page = browser.get(f"/assets/{home.site_id}/overview")

    assert page.status_code == 200
    assert "<title>Home" in page.text
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
    """1 kW load − 3 kW PV + 0.5 kW battery flow to the grid; what flows until midnight earns 0.08 EUR/kWh."""
    browser.log_in(home.email)

    cards = text_of(browser.get(f"/assets/{home.site_id}/overview/cards").text)

    assert f"Grid {-NET_KW:.2f} kW to the grid" in cards
    assert "Roof 3.00 kW produces" in cards
    assert f"Base load {LOAD_KW:.2f} kW consumes" in cards
    assert "Cellar 0.50 kW charged to 60 % charges" in cards
    assert "Price 0.300 €/kWh" in cards
    assert f"−{EARNED_EUR:.2f} € cost by midnight: the site earns" in cards
    assert "Sun used at home 50 %" in cards
    assert "There is no plan yet. Make one" in cards
    assert "all sensors fresh" in cards


def test_devices_stand_in_a_table(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)

    page = browser.get(f"/assets/{home.site_id}/overview").text
    table = text_of(page[page.index('id="devices"') :])

    assert "Cellar charges 0.50 kW – 12.0 kWh 6.00 kWh (60 %)" in table
    assert f'href="/assets/{home.battery_id}"' in page


def test_silent_sensors_are_named(browser: Browser, home: Home) -> None:
    """Nothing is recorded later than two days after the start."""
    clock = browser.services.clock
    assert isinstance(clock, Clock)
    clock.advance(days=4)
    browser.log_in(home.email)

    cards = text_of(browser.get(f"/assets/{home.site_id}/overview/cards").text)

    assert "sensors silent" in cards
    assert "sensors tell nothing new" in cards
    assert "No prices are known from now on." in cards
    assert "2 days old" in cards


def test_plan_that_is_being_made_is_told(browser: Browser, home: Home, database: Database) -> None:
    job = NewJob(queue="scheduling", kind="schedule", args={}, entity=("asset", home.site_id))
    with database.write() as connection:
        browser.services.jobs.enqueue(connection, job, now=NOW)
    browser.log_in(home.email)

    cards = text_of(browser.get(f"/assets/{home.site_id}/overview/cards").text)

    assert "a plan is being made" in cards


def test_site_without_devices_says_what_to_do(browser: Browser, database: Database) -> None:
    with database.write() as connection:
        account_id = make_account(connection)
        make_user(connection, email="new@example.com", account_id=account_id)
        site_id = make_asset(connection, name="Cabin", account_id=account_id)
    browser.log_in("new@example.com")

    page = browser.get(f"/assets/{site_id}/overview")

    assert "Nothing is known about this site yet" in page.text
    assert f'href="/assets/new?parent_asset_id={site_id}"' in page.text


def test_site_without_prices_says_so(browser: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        set_flex(connection, home.site_id, context={"inflexible-consumption": [{"sensor": home.sensor_ids["load"]}]})
    browser.log_in(home.email)

    cards = text_of(browser.get(f"/assets/{home.site_id}/overview/cards").text)

    assert "To tell what energy costs, the site needs prices." in cards
    assert "The site has no prices: plans need them." in cards


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
