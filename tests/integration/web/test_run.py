"""The part of a site's page that makes plans."""

import json
import re
from datetime import timedelta
from html import unescape
from typing import Any

from tests.factories import NOW, make_account, make_user
from tests.home import CAPACITY_KWH, STOCK_KWH, Home, set_flex
from tests.integration.web.conftest import Browser
from wattloom.accounts import get_user
from wattloom.db import Database
from wattloom.periods import Duration
from wattloom.scheduling import PlanningLimits, ScheduleRequest, trigger_schedule


def panel_of(browser: Browser, site_id: int) -> str:
    answer = browser.get(f"/assets/{site_id}/overview/run")
    assert answer.status_code == 200
    return answer.text


def facts_of(panel: str) -> Any:
    found = re.search(r"data-facts='([^']*)'", panel)
    assert found is not None
    return json.loads(unescape(found[1]))


def dial_of(panel: str, key: str) -> str:
    found = re.search(rf'<div class="dial[^>]*data-key="{re.escape(key)}"[^>]*>', panel)
    assert found is not None
    return found[0]


def test_the_panel_starts_from_what_holds(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)

    panel = panel_of(browser, home.site_id)

    assert f'data-value="{STOCK_KWH:g}"' in dial_of(panel, f"{home.battery_id}.charge")
    assert f'data-value="{CAPACITY_KWH:g}"' in dial_of(panel, f"{home.battery_id}.most")
    assert "data-asked" not in panel
    facts = facts_of(panel)
    assert (facts["site"], facts["hours"], facts["stepS"]) == (home.site_id, 48, 900)
    assert [device["name"] for device in facts["devices"]] == ["Cellar"]


def test_plans_are_as_long_as_the_newest(browser: Browser, home: Home, database: Database) -> None:
    request = ScheduleRequest(subject=("asset", home.site_id), start=NOW, duration=Duration(0, timedelta(hours=30)))
    model: dict[str, object] = {
        "consumption": {"sensor": home.sensor_ids["battery"]},
        "soc-at-start": "3 kWh",
        "power-capacity": "5 kW",
    }
    with database.write() as connection:
        set_flex(connection, home.battery_id, model=model)
        user = get_user(connection, home.user_id)
        trigger_schedule(connection, browser.services.jobs, request, PlanningLimits(), by=user, now=NOW)
    browser.log_in(home.email)

    assert facts_of(panel_of(browser, home.site_id))["hours"] == 30


def test_a_charge_that_no_sensor_tells_is_asked_for(browser: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        set_flex(
            connection,
            home.battery_id,
            model={"consumption": {"sensor": home.sensor_ids["battery"]}, "soc-max": "10 kWh"},
        )
    browser.log_in(home.email)

    panel = panel_of(browser, home.site_id)

    assert "data-asked" in dial_of(panel, f"{home.battery_id}.charge")
    assert "No sensor tells" in panel


def test_a_site_without_prices_says_so(browser: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        set_flex(connection, home.site_id, context={})
    browser.log_in(home.email)

    panel = panel_of(browser, home.site_id)

    assert "No prices are known" in panel
    assert f'href="/setup/{home.site_id}/prices"' in panel


def test_a_site_without_devices_leads_to_them(browser: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        set_flex(connection, home.battery_id, model={})
    browser.log_in(home.email)

    panel = panel_of(browser, home.site_id)

    assert f'href="/setup/{home.site_id}/devices"' in panel
    assert "Plan now" not in panel


def test_who_may_only_read_is_offered_nothing(browser: Browser, home: Home, database: Database) -> None:
    with database.write() as connection:
        make_user(connection, email="reader@example.com", account_id=make_account(connection), roles=("admin-reader",))
    browser.log_in("reader@example.com")

    page = browser.get(f"/assets/{home.site_id}/overview")

    assert page.status_code == 200
    assert 'id="run"' not in page.text
    assert browser.get(f"/assets/{home.site_id}/overview/run").status_code == 403


def test_prices_of_several_commodities_stay_in_theirs(browser: Browser, home: Home, database: Database) -> None:
    price = {"consumption-price": {"sensor": home.sensor_ids["price"]}, "site-power-capacity": "24 kVA"}
    commodities = [{"commodity": "electricity", **price}, {"commodity": "gas", "consumption-price": "0.1 EUR/kWh"}]
    with database.write() as connection:
        set_flex(connection, home.site_id, context={"commodities": commodities})
    browser.log_in(home.email)

    facts = facts_of(panel_of(browser, home.site_id))

    assert facts["commodities"] == commodities
    assert facts["connectionKw"] == 24
