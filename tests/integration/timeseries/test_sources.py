"""Sources are made once, whoever asks first."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.exc import IntegrityError

from tests.factories import make_source
from wattloom.db import Database
from wattloom.timeseries import NewSource, Source, get_or_create_source

SCHEDULER = NewSource("Wattloom", "scheduler", "StorageScheduler", "0.1.0")


# The writers of SQLite come one after the other: the second sees the source of the first.
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
def test_two_workers_at_once_share_one_source(database: Database) -> None:
    has_looked = Event()

    def note_insert(*arguments: Any) -> None:
        if arguments[2].startswith("INSERT INTO data_source"):
            has_looked.set()

    def make_second() -> Source:
        with database.write() as connection:
            event.listen(connection, "before_cursor_execute", note_insert)
            return get_or_create_source(connection, SCHEDULER)

    with ThreadPoolExecutor(1) as pool:
        with database.write() as connection:
            first = get_or_create_source(connection, SCHEDULER)
            second = pool.submit(make_second)
            assert has_looked.wait(5)
        assert second.result() == first


def test_database_refuses_a_second_equal_source(connection: Connection) -> None:
    row = {"name": "Wattloom", "type": "scheduler", "model": "StorageScheduler"}
    make_source(connection, **row)

    with pytest.raises(IntegrityError), connection.begin_nested():
        make_source(connection, **row)


def test_sources_that_differ_in_one_thing_are_two(connection: Connection) -> None:
    others = [
        NewSource("Wattloom", "reporter", "StorageScheduler", "0.1.0"),
        NewSource("Wattloom", "scheduler", "StorageScheduler", "0.2.0"),
        NewSource("Wattloom", "scheduler", "StorageScheduler", "0.1.0", account_id=7),
        NewSource("Wattloom", "scheduler", "StorageScheduler", "0.1.0", attributes={"a": 1}),
    ]

    ids = {get_or_create_source(connection, new).id for new in [SCHEDULER, *others]}

    assert len(ids) == 5


def test_longest_user_name_fits(connection: Connection) -> None:
    source = get_or_create_source(connection, NewSource("n" * 255, "user", user_id=1))

    assert len(source.name) == 255
