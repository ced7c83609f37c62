"""Two requests that change the same things at once lose nothing and break nothing."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Connection, event

from tests.factories import NOW, make_account, make_asset, make_sensor
from wattloom.assets import change_sensor, ensure_sensor_attribute, get_asset, update_asset
from wattloom.db import Database
from wattloom.errors import InputError
from wattloom.timeseries import get_sensor


def test_changes_of_different_fields_add_up(connection: Connection) -> None:
    old = get_sensor(connection, make_sensor(connection, attributes={"a": 1}))

    change_sensor(connection, old, replace(old, name="renamed"), by=None, now=NOW)
    change_sensor(connection, old, replace(old, attributes={"b": 2}), by=None, now=NOW)

    sensor = get_sensor(connection, old.id)
    assert (sensor.name, sensor.attributes) == ("renamed", {"b": 2})


def test_attribute_is_set_once_and_others_stay(connection: Connection) -> None:
    sensor_id = make_sensor(connection, attributes={"a": 1})

    answers = [
        ensure_sensor_attribute(connection, sensor_id, "sign", value, by=None, now=NOW) for value in (True, False)
    ]

    assert answers == [True, True]
    assert get_sensor(connection, sensor_id).attributes == {"a": 1, "sign": True}


# SQLite has one writer at a time: the second sees what the first did.
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_attributes_that_are_set_at_once_are_both_kept(database: Database) -> None:
    with database.write() as connection:
        sensor_id = make_sensor(connection)

    def set_attribute(connection: Connection, name: str) -> None:
        ensure_sensor_attribute(connection, sensor_id, name, value=True, by=None, now=NOW)

    second_reads = Event()
    with ThreadPoolExecutor(1) as pool:
        with database.write() as connection:
            set_attribute(connection, "a")
            second = pool.submit(_in_second, database, "FROM sensor", second_reads, lambda c: set_attribute(c, "b"))
            assert second_reads.wait(5)
        second.result()

    with database.read() as connection:
        assert get_sensor(connection, sensor_id).attributes == {"a": True, "b": True}


@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_two_moves_at_once_close_no_circle(database: Database) -> None:
    with database.write() as connection:
        account = make_account(connection)
        one, other = (make_asset(connection, account_id=account) for _ in range(2))

    def move(connection: Connection, asset_id: int, parent_id: int) -> None:
        asset = get_asset(connection, asset_id)
        update_asset(connection, asset, {"parent_asset_id": parent_id}, by=None, now=NOW)

    second_checks = Event()
    with ThreadPoolExecutor(1) as pool:
        with database.write() as connection:
            move(connection, one, other)
            second = pool.submit(_in_second, database, "advisory", second_checks, lambda c: move(c, other, one))
            assert second_checks.wait(5)
        with pytest.raises(InputError, match="below itself"):
            second.result()


def _in_second(database: Database, statement: str, is_reached: Event, action: Any) -> None:
    """Run an action in a transaction of its own, and tell when it comes to a statement."""

    def tell(*arguments: Any) -> None:
        if statement in arguments[2]:
            is_reached.set()

    with database.write() as connection:
        event.listen(connection, "before_cursor_execute", tell)
        action(connection)
