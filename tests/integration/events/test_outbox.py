"""What is announced, and read by whoever watches, on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, select

from wattloom.db import Database
from wattloom.events import (
    READ_AT_ONCE,
    About,
    Change,
    Done,
    Position,
    announce,
    announce_beliefs,
    forget_announcements,
    newest_id,
    position_now,
    read_announcements,
    resume,
)
from wattloom.events.tables import announcement

on_postgres = pytest.mark.parametrize("database", ["postgres"], indirect=True)


def asset_change(asset_id: int) -> Change:
    return Change(about=About.ASSET, asset=asset_id, done=Done.UPDATED, account=1)


def tell(database: Database, *asset_ids: int) -> None:
    with database.write() as connection:
        for asset_id in asset_ids:
            announce(connection, asset_change(asset_id))


def assets_after(database: Database, position: Position) -> list[list[int | None]]:
    with database.read() as connection:
        return [[change.asset for change in each.changes] for each in read_announcements(connection, position)]


def test_a_transaction_announces_everything_in_one_row_and_each_thing_once(database: Database) -> None:
    job = Change(about=About.JOB, job="a", state="STARTED", sensor=3, fraction=1 / 3, text="solving")
    with database.write() as connection:
        announce_beliefs(connection, 1, 100, 200)
        announce(connection, job)
        announce_beliefs(connection, 2, 1, 2)
        announce_beliefs(connection, 1, 50, 150)
        announce(connection, job)

    with database.read() as connection:
        (told,) = read_announcements(connection, Position())

    assert told.changes == (
        Change(about=About.BELIEFS, sensor=1, start_us=50, end_us=200),
        job,
        Change(about=About.BELIEFS, sensor=2, start_us=1, end_us=2),
    )


def test_what_is_rolled_back_is_not_announced(database: Database) -> None:
    def change_and_fail() -> None:
        with database.write() as connection:
            announce(connection, asset_change(1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_and_fail()
    tell(database, 2)

    assert assets_after(database, Position()) == [[2]]


def test_a_new_reader_hears_only_what_comes(database: Database) -> None:
    tell(database, 1)
    with database.read() as connection:
        position = position_now(connection)
    tell(database, 2)
    tell(database, 3, 4)

    assert assets_after(database, position) == [[2], [3, 4]]


def test_much_is_read_in_parts(database: Database) -> None:
    with database.write() as connection:
        rows = [{"changes": [{"about": "asset", "asset": n, "done": "updated"}]} for n in range(READ_AT_ONCE + 1)]
        connection.execute(announcement.insert(), rows)

    with database.read() as connection:
        first = read_announcements(connection, Position())
        rest = read_announcements(connection, Position().after(each.id for each in first))

    assert [len(first), len(rest)] == [READ_AT_ONCE, 1]


@contextmanager
def announcing_slowly(database: Database, asset_id: int) -> Iterator[None]:
    """Let a transaction take its id, and commit it at the end."""
    with database.engine.connect() as connection, connection.begin():
        connection.execute(
            announcement.insert(), {"changes": [{"about": "asset", "asset": asset_id, "done": "updated"}]}
        )
        yield


@on_postgres
def test_a_transaction_that_is_overtaken_is_read_when_it_commits(database: Database) -> None:
    with announcing_slowly(database, 1):
        tell(database, 2)
        with database.read() as connection:
            begun, follower = position_now(connection), Position().after([2])
        assert assets_after(database, Position()) == [[2]]

    assert assets_after(database, follower) == [[1]]
    assert assets_after(database, begun) == [[1]]


def test_old_announcements_go_and_positions_stay_comparable(database: Database) -> None:
    for number in range(60):
        tell(database, number)
    with database.write() as connection:
        forget_announcements(connection, up_to=newest_id(connection))

    with database.read() as connection:
        ids = connection.scalars(select(announcement.c.id).order_by("id")).all()
        assert list(ids) == list(range(11, 61))
        assert resume(connection, Position(9)) == (Position(9), True)
        assert resume(connection, Position(10)) == (Position(10), False)
        assert position_now(connection) == Position(60)


def test_a_position_of_another_database_is_of_no_use(database: Database) -> None:
    with database.read() as connection:
        assert resume(connection, Position(5)) == (Position(), True)
        assert resume(connection, Position()) == (Position(), False)


def test_ids_are_never_used_again(connection: Connection) -> None:
    connection.execute(announcement.insert(), {"changes": []})
    first = newest_id(connection)
    connection.execute(announcement.delete())
    connection.execute(announcement.insert(), {"changes": []})

    assert newest_id(connection) == first + 1
