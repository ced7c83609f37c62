"""``wattloom add toy-account``: the account of FlexMeasures' tutorials."""

import pytest
from sqlalchemy import select

from tests.command_line import Run
from tests.factories import NOW
from wattloom.accounts import find_account, find_login, verified
from wattloom.accounts.tables import account, app_user
from wattloom.assets import Asset, get_asset, update_asset
from wattloom.assets.tables import asset, asset_audit_log
from wattloom.db import Database
from wattloom.periods import ALL_TIME
from wattloom.timeseries import BeliefStore, get_sensor, get_source, get_sources, list_sensors, read_beliefs
from wattloom.timeseries.tables import data_source

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
ADD = ("add", "toy-account")


def variables(run: Run, *options: str) -> dict[str, int]:
    code, output = run(*ADD, "--shell-vars", *options)
    assert code == 0, output
    lines = [line for line in output.splitlines() if line.startswith("FM_TOY_")]
    return {name: int(row_id) for name, _, row_id in (line.partition("=") for line in lines)}


def assets_by_name(database: Database) -> dict[str, Asset]:
    with database.read() as connection:
        ids = connection.scalars(select(asset.c.id).order_by(asset.c.id)).all()
        return {found.name: found for found in (get_asset(connection, asset_id) for asset_id in ids)}


def test_the_battery_account_has_what_the_tutorial_says(run: Run, database: Database) -> None:
    ids = variables(run)

    assets = assets_by_name(database)
    zone, building, battery, solar = (
        assets[name] for name in ("NL transmission zone", "toy-building", "toy-battery", "toy-solar")
    )
    price = {"sensor": ids["FM_TOY_PRICE_SENSOR_ID"]}
    flows = {
        "title": "Power flows",
        "plots": [{"sensors": [ids["FM_TOY_SOLAR_SENSOR_ID"], ids["FM_TOY_BATTERY_SENSOR_ID"]]}],
    }
    assert len(assets) == 4
    assert (zone.account_id, zone.asset_type.name) == (None, "transmission zone")
    assert (building.account_id, building.asset_type.name) == (ids["FM_TOY_ACCOUNT_ID"], "building")
    assert (building.latitude, building.longitude) == (52.374, 4.88969)
    assert building.flex_context == {"site-power-capacity": "500 kVA", "consumption-price": price}
    assert building.sensors_to_show == [
        {"title": "Prices", "plots": [{"asset": building.id, "flex-context": "consumption-price"}]},
        flows,
    ]
    assert (battery.parent_asset_id, battery.asset_type.name) == (building.id, "battery")
    assert battery.flex_model == {
        "power-capacity": "500 kVA",
        "roundtrip-efficiency": "90%",
        "soc-max": "450 kWh",
    }
    assert battery.sensors_to_show == [{"title": "Prices", "plots": [price]}, flows]
    assert (solar.parent_asset_id, solar.asset_type.name) == (building.id, "solar")


def test_the_sensors_of_the_battery_account_are_as_the_tutorial_says(run: Run, database: Database) -> None:
    ids = variables(run)

    with database.read() as connection:
        price, battery, solar = (
            get_sensor(connection, ids[f"FM_TOY_{name}_SENSOR_ID"]) for name in ("PRICE", "BATTERY", "SOLAR")
        )
    assert (price.name, price.unit, price.event_resolution.iso()) == ("day-ahead prices", "EUR/kWh", "PT1H")
    assert (price.timezone, price.knowledge_horizon.function) == ("Europe/Amsterdam", "x_days_ago_at_y_oclock")
    assert price.knowledge_horizon.parameters == {"x": 1, "y": 12, "z": "Europe/Paris"}
    assert (battery.name, battery.unit, battery.event_resolution.iso()) == ("discharging", "kW", "PT15M")
    assert (solar.name, solar.unit, solar.event_resolution.iso()) == ("production", "kW", "PT15M")


def test_the_toy_user_can_log_in_and_import_data(run: Run, database: Database) -> None:
    run(*ADD)

    with database.read() as connection:
        user = verified(find_login(connection, "toy-user@flexmeasures.io"), "toy-password")
        toy_account = find_account(connection, "Toy Account")
        source = connection.execute(select(data_source)).one()
    assert (user.account_id, user.roles) == (toy_account.id, {"account-admin"})
    assert (source.name, source.type, source.user_id) == ("toy-user", "user", user.id)


@on_sqlite
def test_what_was_made_is_drawn_as_a_tree(run: Run) -> None:
    code, output = run(*ADD)

    assert code == 0
    assert output.splitlines()[:11] == [
        "Toy Account (account 1)",
        "├── NL transmission zone (asset 1, transmission zone, public)",
        "│   └── day-ahead prices (sensor 1, EUR/kWh, PT1H)",
        "├── toy-building (asset 2, building)",
        "│   ├── toy-battery (asset 3, battery)",
        "│   │   └── discharging (sensor 2, kW, PT15M)",
        "│   └── toy-solar (asset 4, solar)",
        "│       └── production (sensor 3, kW, PT15M)",
        "└── toy-user (user 1)",
        "email: toy-user@flexmeasures.io",
        "password: toy-password",
    ]
    assert "before others can reach the server: wattloom edit user" in output


def test_a_second_run_makes_nothing_new_and_keeps_what_people_changed(run: Run, database: Database) -> None:
    first = variables(run, "--kind", "reporter")
    with database.write() as connection:
        battery = get_asset(connection, first["FM_TOY_BATTERY_ASSET_ID"])
        model = {**battery.flex_model, "soc-max": "900 kWh"}
        update_asset(connection, battery, {"flex_model": model}, by=None, now=NOW)
        n_events = len(connection.scalars(select(asset_audit_log.c.id)).all())

    second = variables(run, "--kind", "reporter")

    assert first == second
    with database.read() as connection:
        assert get_asset(connection, battery.id).flex_model["soc-max"] == "900 kWh"
        assert len(connection.scalars(select(asset_audit_log.c.id)).all()) == n_events


def test_the_process_account_has_three_processes(run: Run, database: Database) -> None:
    ids = variables(run, "--kind", "process")

    assets = assets_by_name(database)
    process = assets["toy-process"]
    powers = [ids[f"FM_TOY_PROCESS_{name}_SENSOR_ID"] for name in ("INFLEXIBLE", "BREAKABLE", "SHIFTABLE")]
    price = {"sensor": ids["FM_TOY_PRICE_SENSOR_ID"]}
    assert set(assets) == {"NL transmission zone", "toy-building", "toy-process"}
    assert (process.parent_asset_id, process.flex_context) == (None, {"consumption-price": price})
    assert [graph["title"] for graph in process.sensors_to_show] == [
        "Prices",
        "Power (Inflexible)",
        "Power (Breakable)",
        "Power (Shiftable)",
    ]
    assert [graph["plots"] for graph in process.sensors_to_show] == [[price], *([{"sensor": each}] for each in powers)]
    with database.read() as connection:
        names = [get_sensor(connection, sensor_id).name for sensor_id in powers]
    assert names == ["Power (Inflexible)", "Power (Breakable)", "Power (Shiftable)"]


def test_the_reporter_account_knows_its_connection_and_its_reports(
    run: Run, database: Database, belief_store: BeliefStore
) -> None:
    ids = variables(run, "--kind", "reporter")

    with database.read() as connection:
        capacity = get_sensor(connection, ids["FM_TOY_GRID_CAPACITY_SENSOR_ID"])
        headroom = get_sensor(connection, ids["FM_TOY_HEADROOM_SENSOR_ID"])
        beliefs = read_beliefs(connection, belief_store, [capacity], ALL_TIME)
        (stated_by,) = get_sources(connection, beliefs.source_id.tolist()).values()
        reporter_id = connection.scalar(select(data_source.c.id).where(data_source.c.type == "reporter"))
        reporter = get_source(connection, reporter_id or 0)
        costs = [each for each in list_sensors(connection) if each.name.startswith("costs (")]
    assert (capacity.name, capacity.unit, capacity.event_resolution.iso()) == ("grid connection capacity", "kW", "P1Y")
    assert beliefs.event_value.tolist() == [500]
    assert capacity.event_resolution.floor_us(beliefs.event_start_us, capacity.zone) == beliefs.event_start_us
    assert stated_by.type == "demo script"
    assert (headroom.name, headroom.asset_id) == ("headroom", ids["FM_TOY_BATTERY_ASSET_ID"])
    assert [(each.name, each.unit) for each in costs] == [
        (f"costs ({kind})", "EUR") for kind in ("Inflexible", "Breakable", "Shiftable")
    ]
    assert reporter.model == "ProfitOrLossReporter"
    assert reporter.attributes == {
        "data_generator": {
            "config": {"consumption_price_sensor": ids["FM_TOY_PRICE_SENSOR_ID"], "loss_is_positive": True}
        }
    }


@on_sqlite
def test_another_kind_completes_the_building(run: Run, database: Database) -> None:
    variables(run, "--kind", "process")
    before = assets_by_name(database)["toy-building"].sensors_to_show

    variables(run, "--kind", "battery")

    after = assets_by_name(database)["toy-building"].sensors_to_show
    assert (before, [graph["title"] for graph in after]) == ([], ["Prices", "Power flows"])


@on_sqlite
def test_a_second_account_shares_prices_and_user(run: Run, database: Database) -> None:
    first = variables(run)

    second = variables(run, "--name", "Another")

    assert first["FM_TOY_PRICE_SENSOR_ID"] == second["FM_TOY_PRICE_SENSOR_ID"]
    assert first["FM_TOY_BUILDING_ASSET_ID"] != second["FM_TOY_BUILDING_ASSET_ID"]
    with database.read() as connection:
        assert connection.scalars(select(account.c.name).order_by(account.c.id)).all() == ["Toy Account", "Another"]
        assert connection.scalars(select(app_user.c.account_id)).all() == [first["FM_TOY_ACCOUNT_ID"]]


@on_sqlite
def test_a_name_of_digits_is_not_taken_for_an_id(run: Run) -> None:
    run("add", "account", "--name", "ACME")

    assert variables(run, "--name", "1")["FM_TOY_ACCOUNT_ID"] == 2


@on_sqlite
def test_an_unknown_kind_is_refused(run: Run) -> None:
    code, output = run(*ADD, "--kind", "windmill")

    assert (code, "windmill" in output) == (2, True)
