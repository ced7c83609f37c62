"""``wattloom edit attribute``."""

from typing import Any

import pytest
from sqlalchemy import select

from tests.command_line import Run
from tests.factories import make_account, make_asset, make_sensor
from wattloom.accounts import get_account
from wattloom.accounts.tables import audit_log
from wattloom.assets import get_asset
from wattloom.assets.tables import asset_audit_log
from wattloom.db import Database
from wattloom.timeseries import get_sensor

on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def sensor(database: Database) -> int:
    """A sensor with id 1, on asset 1 of account 1."""
    with database.write() as connection:
        account = make_account(connection, name="ACME", attributes={"kept": 1})
        asset = make_asset(connection, name="Battery", account_id=account, attributes={"color": "red"})
        return make_sensor(connection, name="power", generic_asset_id=asset, attributes={"color": "red"})


@pytest.mark.usefixtures("sensor")
def test_an_attribute_of_several_things_is_set_at_once(run: Run, database: Database) -> None:
    code, output = run(
        *("edit", "attribute", "--attribute", "color", "--str", "blue"),
        *("--account", "ACME", "--asset", "1", "--sensor", "1"),
    )

    assert code == 0, output
    assert 'Attribute \'color\' of sensor 1 is "blue"; it was "red".' in output
    with database.read() as connection:
        assert get_account(connection, 1).attributes == {"kept": 1, "color": "blue"}
        assert get_asset(connection, 1).attributes == {"color": "blue"}
        assert get_sensor(connection, 1).attributes == {"color": "blue"}
        of_assets = list(connection.scalars(select(asset_audit_log.c.event).order_by(asset_audit_log.c.id)))
        of_accounts = list(connection.scalars(select(audit_log.c.event)))
    assert of_accounts == ["Updated account 'ACME': 1; Attr 'color' To blue From None"]
    assert of_assets == [
        "Updated asset 'Battery': 1; Attr 'color' To blue From red",
        "Updated sensor 'power': 1; Attr 'color' To blue From red",
    ]


@on_sqlite
@pytest.mark.parametrize(
    ("option", "value"),
    [
        (("--float", "1.5"), 1.5),
        (("--int", "-3"), -3),
        (("--bool", "True"), True),
        (("--bool", "false"), False),
        (("--str", "3"), "3"),
        (("--list", '[1, {"a": null}]'), [1, {"a": None}]),
        (("--dict", '{"a": [1]}'), {"a": [1]}),
        (("--null",), None),
    ],
)
def test_a_value_has_the_type_that_is_asked_for(
    run: Run, database: Database, sensor: int, option: tuple[str, ...], value: Any
) -> None:
    code, output = run("edit", "attribute", "--attribute", "new", "--sensor", str(sensor), *option)

    assert code == 0, output
    with database.read() as connection:
        attributes = get_sensor(connection, sensor).attributes
    assert attributes == {"color": "red", "new": value}
    assert type(attributes["new"]) is type(value)


@on_sqlite
@pytest.mark.parametrize(
    ("options", "code", "problem"),
    [
        (("--sensor", "1"), 2, "exactly one of --float, --bool, --str, --int, --list, --dict, --null"),
        (("--sensor", "1", "--int", "1", "--null"), 2, "exactly one of"),
        (("--sensor", "1", "--float", "nan"), 2, "--float cannot be 'nan'."),
        (("--sensor", "1", "--int", "1.5"), 2, "--int cannot be '1.5'."),
        (("--sensor", "1", "--bool", "perhaps"), 2, "--bool cannot be 'perhaps'."),
        (("--sensor", "1", "--list", "{}"), 2, "--list must be like '[1, 2]'."),
        (("--sensor", "1", "--dict", "{"), 2, "--dict is not valid JSON"),
        (("--null",), 2, "Say whose attribute it is with --account, --asset or --sensor."),
        (("--null", "--asset", "1", "--sensor", "99"), 3, "No sensor found with ID 99."),
        (("--null", "--asset", "99"), 3, "No asset found with ID 99."),
        (("--null", "--account", "99"), 3, "No account found with id or name '99'."),
        (("--null", "--asset", "1", "--attribute", " "), 2, "An attribute has a name."),
    ],
)
@pytest.mark.usefixtures("sensor")
def test_a_wrong_change_of_an_attribute_changes_nothing(
    run: Run, database: Database, options: tuple[str, ...], code: int, problem: str
) -> None:
    failed, output = run("edit", "attribute", "--attribute", "color", *options)

    assert (failed, problem in output) == (code, True), output
    with database.read() as connection:
        assert get_asset(connection, 1).attributes == {"color": "red"}
        assert get_sensor(connection, 1).attributes == {"color": "red"}


@on_sqlite
@pytest.mark.usefixtures("sensor")
def test_graphs_among_the_attributes_are_checked(run: Run) -> None:
    code, output = run("edit", "attribute", "--asset", "1", "--attribute", "sensors_to_show", "--list", "[99]")

    assert (code, "No sensor found with ID 99." in output) == (2, True)


@on_sqlite
def test_when_data_are_stale_is_checked(run: Run, database: Database, sensor: int) -> None:
    wrong = ("--attribute", "status_specs", "--dict", '{"max_stalenes": "PT1H"}')

    code, output = run("edit", "attribute", "--sensor", str(sensor), *wrong)

    assert (code, "Did you mean max_staleness?" in output.replace("'", "")) == (2, True), output
    with database.read() as connection:
        assert get_sensor(connection, sensor).attributes == {"color": "red"}
