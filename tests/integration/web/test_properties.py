"""What an asset is and holds: readable for all who may see it, with controls for those who may change it."""

import json
import re
from html import unescape
from typing import Any

import pytest

from tests.factories import make_account, make_asset, make_sensor, make_user
from tests.home import Home
from tests.integration.web.conftest import Browser
from wattloom.db import Database

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

PARTS = ["", "/flex-context", "/flex-model", "/shown-graphs", "/key-figures"]


def given_to(element: str, attribute: str, page: str) -> Any:
    """Return the JSON that an element of a page starts with."""
    found = re.search(rf"<{element}\b[^>]*? {attribute}='([^']*)'", page)
    assert found is not None
    return json.loads(unescape(found[1]))


@pytest.fixture
def reader(database: Database, home: Home) -> str:
    """The e-mail address of somebody who may look at everything and change nothing."""
    email = f"reader.of.{home.site_id}@example.org"
    with database.write() as connection:
        make_user(connection, email=email, roles=("admin-reader",))
    return email


@pytest.mark.parametrize("part", PARTS)
def test_readers_get_no_controls(browser: Browser, home: Home, reader: str, part: str) -> None:
    browser.log_in(reader)

    page = browser.get(f"/assets/{home.battery_id}/properties{part}")

    assert page.status_code == 200
    assert (
        re.search(r"-editor|<api-form method=\"(PATCH|DELETE|POST)\" action=\"/api/v3_0/assets/\d", page.text) is None
    )


def test_readers_see_what_is_set_and_where_it_comes_from(browser: Browser, home: Home, reader: str) -> None:
    browser.log_in(reader)

    page = browser.get(f"/assets/{home.battery_id}/properties/flex-context").text

    assert "Price of buying energy" in page
    assert f'<a href="/sensors/{home.sensor_ids["price"]}">Home · price (EUR/MWh)</a>' in page
    assert f'<a href="/assets/{home.site_id}/properties/flex-context">Home</a>' in page


def test_editor_starts_with_own_and_inherited_fields(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)

    page = browser.get(f"/assets/{home.battery_id}/properties/flex-context").text

    price = {"value": {"sensor": home.sensor_ids["price"]}, "asset": home.site_id, "name": "Home"}
    assert given_to("flex-editor", "own", page) == {}
    assert given_to("flex-editor", "inherited", page)["consumption-price"] == price


def test_assets_above_that_are_not_to_be_seen_give_nothing(browser: Browser, database: Database) -> None:
    with database.write() as connection:
        above = make_asset(
            connection, account_id=make_account(connection), flex_context={"site-power-capacity": "5 kW"}
        )
        account = make_account(connection)
        asset = make_asset(connection, account_id=account, parent_asset_id=above)
        make_user(connection, email="owner@example.org", account_id=account)
    browser.log_in("owner@example.org")

    page = browser.get(f"/assets/{asset}/properties/flex-context").text

    assert given_to("flex-editor", "inherited", page) == {}
    assert "5 kW" not in page
    assert "an asset that you may not see" in browser.get(f"/assets/{asset}/properties").text


def test_nearest_asset_above_wins(browser: Browser, database: Database, home: Home) -> None:
    with database.write() as connection:
        near = make_asset(
            connection,
            name="Annex",
            account_id=home.account_id,
            parent_asset_id=home.site_id,
            flex_context={"site-power-capacity": "1 kW"},
        )
        asset = make_asset(connection, account_id=home.account_id, parent_asset_id=near)
    browser.log_in(home.email)

    page = browser.get(f"/assets/{asset}/properties/flex-context").text

    inherited = given_to("flex-editor", "inherited", page)
    assert inherited["site-power-capacity"] == {"value": "1 kW", "asset": near, "name": "Annex"}
    assert inherited["consumption-price"]["asset"] == home.site_id


def test_foreign_sensors_are_numbers(browser: Browser, database: Database, home: Home) -> None:
    with database.write() as connection:
        foreign = make_sensor(connection, name="secret", generic_asset_id=make_asset(connection))
        asset = make_asset(connection, account_id=home.account_id, flex_model={"consumption": {"sensor": foreign}})
    browser.log_in(home.email)

    page = browser.get(f"/assets/{asset}/properties/flex-model").text

    assert f"Sensor {foreign}" in page
    assert "secret" not in page


def test_structure_names_fields_and_sensors_as_properties_do(browser: Browser, database: Database, home: Home) -> None:
    price = {"sensor": home.sensor_ids["price"], "default": "90 EUR/MWh"}
    with database.write() as connection:
        asset = make_asset(connection, account_id=home.account_id, flex_context={"consumption-price": price})
    browser.log_in(home.email)

    pages = [browser.get(f"/assets/{asset}/{page}").text for page in ("context", "properties/flex-context")]

    linked = f'<a href="/sensors/{home.sensor_ids["price"]}">Home · price (EUR/MWh)</a>'
    assert all("Price of buying energy" in page for page in pages)
    assert all(f"{linked}, default: 90 EUR/MWh" in page for page in pages)


def test_sensors_are_searched_and_sorted(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)

    def names(query: str) -> list[str]:
        page = browser.get(f"/assets/{home.site_id}/properties{query}").text
        return re.findall(r'<td[^>]*><a href="/sensors/\d+">([^<]+)</a>', page)

    assert names("?sort_by=name&sort_dir=desc")[0] == "price"
    assert names("?filter=load") == ["base load"]


def test_assets_below_cannot_become_the_parent(browser: Browser, home: Home) -> None:
    browser.log_in(home.email)

    page = browser.get(f"/assets/{home.site_id}/properties").text

    choice = re.search(r'<select id="field-parent_asset_id".*?</select>', page, re.DOTALL)
    assert choice is not None
    assert re.findall(r'value="(\d+)"', choice[0]) == []


def test_graphs_come_in_full_form(browser: Browser, database: Database, home: Home) -> None:
    with database.write() as connection:
        sensor = make_sensor(connection, generic_asset_id=home.battery_id, name="other")
        asset = make_asset(
            connection, account_id=home.account_id, sensors_to_show=[sensor, {"title": "T", "sensors": [sensor]}]
        )
    browser.log_in(home.email)

    page = browser.get(f"/assets/{asset}/properties/shown-graphs").text

    assert given_to("graph-editor", "rows", page) == [
        {"title": None, "y-axis": "zero", "plots": [{"sensor": sensor}]},
        {"title": "T", "y-axis": "zero", "plots": [{"sensors": [sensor]}]},
    ]


def test_new_sensor_begins_with_the_zone_of_the_others(browser: Browser, database: Database, home: Home) -> None:
    with database.write() as connection:
        asset = make_asset(connection, account_id=home.account_id)
        make_sensor(connection, generic_asset_id=asset, timezone="Asia/Tokyo")
    browser.log_in(home.email)

    page = browser.get(f"/assets/{asset}/sensors/new").text

    assert 'name="timezone" type="text" value="Asia/Tokyo"' in page
    assert '<option value="EUR/kWh">' in page


def test_new_sensors_are_for_those_who_may_add_them(browser: Browser, home: Home, reader: str) -> None:
    browser.log_in(reader)

    assert browser.get(f"/assets/{home.battery_id}/sensors/new").status_code == 403
