"""``wattloom add asset-type``, ``asset``, ``sensor`` and ``source``."""

import pytest
from sqlalchemy import select

from tests.command_line import Run
from wattloom.assets import get_asset
from wattloom.assets.tables import asset, asset_audit_log
from wattloom.db import Database
from wattloom.timeseries import get_sensor, get_source
from wattloom.timeseries.tables import sensor

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
BATTERY = ("add", "asset", "--name", "Battery", "--asset-type", "battery")
POWER = (
    *("add", "sensor", "--name", "power", "--unit", "kW", "--event-resolution", "PT15M"),
    *("--timezone", "Europe/Amsterdam", "--asset", "1"),
)


def audit_texts(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.scalars(select(asset_audit_log.c.event).order_by(asset_audit_log.c.id)))


def test_an_asset_of_an_account_has_a_place(run: Run, database: Database) -> None:
    run("add", "account", "--name", "ACME")

    code, output = run(*BATTERY, "--account", "ACME", "--latitude", "52.37", "--longitude", "4.89")

    assert (code, output) == (0, "Added asset 'Battery' with id 1 to account 'ACME'.\n")
    with database.read() as connection:
        added = get_asset(connection, 1)
    assert (added.account_name, added.asset_type.name) == ("ACME", "battery")
    assert (added.latitude, added.longitude) == (52.37, 4.89)
    assert audit_texts(database) == ["Created asset 'Battery' (1) via CLI."]


def test_a_child_belongs_to_the_account_of_its_parent(run: Run, database: Database) -> None:
    run("add", "account", "--name", "ACME")
    run("add", "asset", "--name", "Site", "--asset-type", "building", "--account", "1")

    assert run(*BATTERY, "--parent-asset", "1")[0] == 0

    with database.read() as connection:
        child = get_asset(connection, 2)
    assert (child.parent_asset_id, child.account_id) == (1, 1)


@on_sqlite
def test_an_asset_of_nobody_is_public(run: Run, database: Database) -> None:
    assert run(*BATTERY) == (0, "Added asset 'Battery' with id 1 that is public.\n")

    with database.read() as connection:
        assert get_asset(connection, 1).account_id is None


@on_sqlite
@pytest.mark.parametrize(
    ("options", "code", "problem"),
    [
        (
            ("--asset-type", "batery"),
            3,
            "There is no asset type 'batery'. Did you mean 'battery'? The types are: solar,",
        ),
        (("--asset-type", "99"), 3, "There is no asset type '99'."),
        (("--account", "Nobody"), 3, "No account found with id or name 'Nobody'."),
        (("--parent-asset", "99"), 3, "No asset found with ID 99."),
        (("--latitude", "90.1"), 2, "--latitude must lie between -90 and 90 degrees."),
        (("--latitude", "nan"), 2, "--latitude must lie between -90 and 90 degrees."),
        (("--longitude", "-181"), 2, "--longitude must lie between -180 and 180 degrees."),
        (("--name", "x" * 81), 2, "The name of an asset has 1 to 80 characters."),
        (("--name", " "), 2, "The name of an asset has 1 to 80 characters."),
    ],
)
def test_a_wrong_option_of_an_asset_is_refused(
    run: Run, database: Database, options: tuple[str, ...], code: int, problem: str
) -> None:
    failed, output = run(*BATTERY, *options)

    assert (failed, problem in output) == (code, True), output
    with database.read() as connection:
        assert connection.scalar(select(asset.c.id)) is None


@on_sqlite
def test_a_second_asset_of_the_same_name_is_refused(run: Run) -> None:
    run(*BATTERY)

    code, output = run(*BATTERY)

    assert (code, "An asset with the name 'Battery' already exists here." in output) == (2, True)


def test_an_asset_type_is_added_and_used_by_name(run: Run, database: Database) -> None:
    added = run("add", "asset-type", "--name", "weather station", "--description", "tells wind and sun")
    again = run("add", "asset-type", "--name", "weather station")

    run("add", "asset", "--name", "Roof", "--asset-type", "weather station")

    assert added == (0, "Added asset type 'weather station' with id 1.\n")
    assert (again[0], "An asset type with the name 'weather station' already exists." in again[1]) == (2, True)
    with database.read() as connection:
        assert get_asset(connection, 1).asset_type.id == 1


def test_a_sensor_takes_all_options(run: Run, database: Database) -> None:
    run(*BATTERY)

    code, output = run(*POWER, "--attributes", '{"consumption_is_positive": true}')

    assert (code, output) == (0, "Added sensor 'power' with id 1 to asset 'Battery'.\n")
    with database.read() as connection:
        added = get_sensor(connection, 1)
    assert (added.name, added.unit, added.timezone, added.asset_id) == ("power", "kW", "Europe/Amsterdam", 1)
    assert (added.event_resolution.iso(), added.attributes) == ("PT15M", {"consumption_is_positive": True})
    assert audit_texts(database)[-1] == "Created sensor 'power' (1) via CLI."


@on_sqlite
def test_a_sensor_can_be_without_unit_and_at_moments(run: Run, database: Database) -> None:
    run(*BATTERY)

    run(*POWER, "--unit", "", "--event-resolution", "PT0M")

    with database.read() as connection:
        added = get_sensor(connection, 1)
    assert (added.unit, added.event_resolution.is_instantaneous) == ("", True)


@on_sqlite
@pytest.mark.parametrize(
    ("options", "code", "problem"),
    [
        (("--unit", "kX"), 2, "'kX' is not a valid unit"),
        (("--event-resolution", "15"), 2, "Cannot parse '15' as ISO 8601 duration, for example 'PT15M'."),
        (("--event-resolution", "-PT15M"), 2, "Resolutions cannot be negative."),
        (("--timezone", "Europe/Amsterdm"), 2, "Did you mean 'Europe/Amsterdam'?"),
        (("--asset", "99"), 3, "No asset found with ID 99."),
        (("--attributes", "{"), 2, "--attributes is not valid JSON"),
        (("--attributes", '{"a": NaN}'), 2, "NaN is no number of JSON"),
        (("--attributes", "[1]"), 2, "--attributes must be like '{"),
        (("--name", "x" * 121), 2, "The name of a sensor has 1 to 120 characters."),
    ],
)
def test_a_wrong_option_of_a_sensor_is_refused(
    run: Run, database: Database, options: tuple[str, ...], code: int, problem: str
) -> None:
    run(*BATTERY)

    failed, output = run(*POWER, *options)

    assert (failed, problem in output) == (code, True), output
    with database.read() as connection:
        assert connection.scalar(select(sensor.c.id)) is None


def test_a_second_sensor_of_the_same_name_is_refused(run: Run) -> None:
    run(*BATTERY)
    run(*POWER)

    code, output = run(*POWER)

    assert (code, "The asset has a sensor named 'power' already." in output) == (2, True)


def test_a_source_is_added_once(run: Run, database: Database) -> None:
    run("add", "account", "--name", "ACME")
    options = ("--name", "Seer", "--type", "forecaster", "--model", "Trees", "--version", "1.2", "--account", "ACME")

    added = run("add", "source", *options)
    again = run("add", "source", *options)

    assert added == (0, "Added source 'Seer's Trees forecaster v1.2' with id 1.\n")
    assert (again[0], "There is such a source already, with id 1." in again[1]) == (2, True)
    with database.read() as connection:
        source = get_source(connection, 1)
    assert (source.type, source.version, source.account_id) == ("forecaster", "1.2", 1)


@on_sqlite
def test_sources_that_differ_in_one_thing_are_two(run: Run) -> None:
    run("add", "source", "--name", "Seer", "--type", "forecaster", "--model", "Trees")

    assert run("add", "source", "--name", "Seer", "--type", "forecaster")[0] == 0


@on_sqlite
@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--name", "x" * 121), "The name of a source has 1 to 120 characters."),
        (("--type", " "), "The type of a source has 1 to 80 characters."),
        (("--version", "1.2.3.4.5.6.7.8.9.0"), "The version of a source has 1 to 17 characters."),
        (("--version", "first"), "'first' is not a version, for example 1.2."),
    ],
)
def test_a_wrong_option_of_a_source_is_refused(run: Run, options: tuple[str, ...], problem: str) -> None:
    code, output = run("add", "source", "--name", "Seer", "--type", "forecaster", *options)

    assert (code, problem in output) == (2, True), output
