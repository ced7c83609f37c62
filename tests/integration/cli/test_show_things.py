"""Showing accounts, users, assets, sensors and sources: tables for people, JSON for programs."""

import json
from typing import Any

import pytest

from tests.command_line import Run
from tests.factories import make_account, make_asset, make_sensor, make_source
from tests.recorded_site import HOUR, START, Site, make_site
from wattloom.db import Database
from wattloom.timeseries import BeliefStore

SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def site(database: Database, belief_store: BeliefStore) -> Site:
    return make_site(database, belief_store)


def as_json(run: Run, *arguments: str) -> Any:
    code, output = run("show", *arguments, "--json")
    assert code == 0, output
    return json.loads(output)


def test_accounts_count_users_and_assets(run: Run, site: Site) -> None:
    assert as_json(run, "accounts") == [
        {"id": site.account, "name": "Our house", "roles": [], "users": 1, "assets": 2, "consultancy_id": None}
    ]


def test_an_account_shows_what_belongs_to_it(run: Run, site: Site) -> None:
    with site.database.write() as connection:
        client = make_account(connection, name="Client", consultancy_account_id=site.account)

    shown = as_json(run, "account", "--id", "Our house")

    assert shown["users"][0]["email"] == "ada@example.com"
    assert shown["assets"] == [{"id": site.house, "name": "House"}]
    assert shown["clients"] == [{"id": client, "name": "Client"}]
    assert as_json(run, "account", "--id", str(client))["consultancy"] == "Our house"


@SQLITE
def test_users_can_be_those_of_one_account(run: Run, site: Site) -> None:
    with site.database.write() as connection:
        make_account(connection, name="Empty")

    assert [user["username"] for user in as_json(run, "users")] == ["ada"]
    assert as_json(run, "users", "--account", "Empty") == []


@SQLITE
def test_roles_and_types_are_listed(run: Run) -> None:
    run("add", "initial-structure")

    assert {"for": "users", "name": "admin"}.items() <= as_json(run, "roles")[0].items()
    assert "battery" in [each["name"] for each in as_json(run, "asset-types")]


def test_an_asset_shows_the_tree_below_it_with_what_was_last_recorded(run: Run, site: Site) -> None:
    shown = as_json(run, "asset", "--id", str(site.house))

    [energy], [battery] = shown["sensors"], shown["child_assets"]
    assert (shown["name"], battery["name"], battery["sensors"][0]["name"]) == ("House", "Battery", "power")
    assert energy["latest"] == {
        "value": 20.0,
        "event_start": "2026-03-01T02:00:00+01:00",
        "recorded": "2026-03-01T06:00:00+01:00",
        "source_id": site.meter,
    }


def test_of_several_sources_one_is_chosen_as_by_the_api(run: Run, site: Site) -> None:
    with site.database.write() as connection:
        old, new = (make_source(connection, name="model", type="forecaster", version=v) for v in ("1", "2"))
    site.record(site.energy, new, [7, 8], believed=START + 6 * HOUR)
    site.record(site.energy, old, [5, 6], believed=START + 7 * HOUR)

    latest = as_json(run, "sensor", "--id", str(site.energy))["latest"]

    assert (latest["value"], latest["source_id"]) == (8.0, new)


def test_of_several_sources_the_newest_event_and_then_the_last_word_counts(run: Run, site: Site) -> None:
    site.record(site.energy, site.forecaster, [5, 6], believed=START + 6 * HOUR)

    latest = as_json(run, "sensor", "--id", str(site.energy))["latest"]

    assert (latest["value"], latest["source_id"]) == (6.0, site.forecaster)


@SQLITE
def test_the_tree_is_drawn(run: Run, site: Site) -> None:
    with site.database.write() as connection:
        make_sensor(connection, name="soc", unit="kWh", event_resolution="P0D", generic_asset_id=site.battery)

    _, output = run("show", "asset", "--id", str(site.house))

    lines = [line.split() for line in output.splitlines()]
    assert ["House", "[building]", str(site.house)] in lines
    assert ["├─", "energy", str(site.energy), "kWh", "PT1H", "20", "2026-03-01", "02:00"] in [x[:8] for x in lines]
    assert ["└─", "Battery", "[battery]", str(site.battery)] in lines
    assert ["├─", "power", str(site.power), "kW", "PT1H"] in [x[:5] for x in lines]
    assert next(x for x in lines if "soc" in x)[3:] == ["kWh", "instant", "never"]


@SQLITE
def test_assets_and_sensors_can_be_those_of_one_account_or_subtree(run: Run, site: Site) -> None:
    with site.database.write() as connection:
        other = make_asset(connection, name="Elsewhere", account_id=None)
        make_sensor(connection, name="price", generic_asset_id=other)

    def names(*arguments: str) -> list[str]:
        return [each["name"] for each in as_json(run, *arguments)]

    assert names("assets") == ["House", "Battery", "Elsewhere"]
    assert names("assets", "--account", "Our house") == ["House", "Battery"]
    assert names("sensors") == ["power", "energy", "price"]
    assert names("sensors", "--account", "Our house") == ["power", "energy"]
    assert names("sensors", "--asset", str(site.battery)) == ["power"]


def test_a_sensor_shows_what_each_source_recorded(run: Run, site: Site) -> None:
    shown = as_json(run, "sensor", "--id", str(site.power))

    assert (shown["unit"], shown["event_resolution"], shown["asset"]) == ("kW", "PT1H", "Battery")
    assert {row["source_id"]: row["values"] for row in shown["sources"]} == {site.forecaster: 6, site.meter: 2}


def test_sources_show_their_sensors_and_attributes(run: Run, site: Site) -> None:
    options = ("--id", str(site.meter), "--show-sensors", "--show-attributes")

    [shown] = as_json(run, "data-sources", *options)

    assert (shown["name"], shown["type"], shown["attributes"]) == ("meter", "gateway", {})
    assert shown["sensors"] == [{"id": site.power, "name": "power"}, {"id": site.energy, "name": "energy"}]


@SQLITE
def test_schedulers_are_listed_with_their_sources(run: Run) -> None:
    shown = as_json(run, "schedulers")

    assert [each["name"] for each in shown] == ["StorageScheduler", "ProcessScheduler"]
    assert [each["source_ids"] for each in shown] == [[], []]


@SQLITE
@pytest.mark.parametrize("arguments", [("accounts",), ("account", "--id", "1"), ("sensors",), ("data-sources",)])
@pytest.mark.usefixtures("site")
def test_tables_are_plain_where_nobody_looks(run: Run, arguments: tuple[str, ...]) -> None:
    code, output = run("show", *arguments)

    assert (code, "\x1b" in output, "│" in output) == (0, False, False)


@SQLITE
@pytest.mark.parametrize("what", ["accounts", "users", "assets", "sensors", "data-sources", "roles", "asset-types"])
def test_nothing_is_said_to_be_nothing(run: Run, what: str) -> None:
    code, output = run("show", what)

    assert (code, output.startswith("There are no ")) == (0, True)
    assert as_json(run, what) == []


@SQLITE
@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (("account", "--id", "Nobody's"), "No account found with id or name 'Nobody's'."),
        (("asset", "--id", "999"), "No asset found with ID 999."),
        (("sensors", "--asset", "999"), "No asset found with ID 999."),
        (("sensor", "--id", "999"), "No sensor found with ID 999."),
        (("data-sources", "--id", "999"), "No source found with ID 999."),
    ],
)
def test_what_does_not_exist_is_named(run: Run, arguments: tuple[str, ...], complaint: str) -> None:
    code, output = run("show", *arguments)

    assert (code, complaint in output) == (3, True)
