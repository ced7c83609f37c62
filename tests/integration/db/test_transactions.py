"""Transactions: all or nothing, one writer after the other, actions only after the commit."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, insert, select

from tests.factories import make_account
from wattloom.accounts.tables import account
from wattloom.db import Database, after_commit
from wattloom.errors import InputError, UnavailableError


def count_accounts(database: Database) -> int:
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(account)) or 0


def write_and_fail(database: Database, action: Callable[[Connection], object]) -> None:
    with database.write() as connection:
        action(connection)
        raise ZeroDivisionError


def test_write_that_fails_leaves_nothing_behind(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        write_and_fail(database, lambda connection: make_account(connection, name="Half"))

    assert count_accounts(database) == 0


def test_read_changes_nothing(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)read.?only"), database.read() as connection:
        connection.execute(insert(account).values(name="Sneaked in"))

    assert count_accounts(database) == 0


def test_action_after_commit_sees_what_was_committed(database: Database) -> None:
    seen: list[int] = []

    with database.write() as connection:
        make_account(connection)
        after_commit(connection, lambda: seen.append(count_accounts(database)))
        before = list(seen)

    assert (before, seen) == ([], [1])


def test_action_is_forgotten_when_the_transaction_rolls_back(database: Database) -> None:
    seen: list[str] = []

    with pytest.raises(ZeroDivisionError):
        write_and_fail(database, lambda connection: after_commit(connection, lambda: seen.append("ran")))

    assert seen == []


def test_writers_of_one_database_wait_for_each_other(database: Database) -> None:
    n_threads, n_each = 4, 5

    def write_some(thread: int) -> None:
        for number in range(n_each):
            with database.write() as connection:
                make_account(connection, name=f"{thread}-{number}")

    threads = [threading.Thread(target=write_some, args=(number,)) for number in range(n_threads)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert count_accounts(database) == n_threads * n_each


def test_reader_is_not_disturbed_by_a_writer(database: Database) -> None:
    with database.read() as reading:
        before = reading.scalar(select(func.count()).select_from(account))
        with database.write() as writing:
            make_account(writing)
        during = reading.scalar(select(func.count()).select_from(account))

    assert (before, during, count_accounts(database)) == (0, 0, 1)


def test_file_that_is_no_database_is_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Buy milk, and remember that this is longer than any header of a database file would be. " * 20)

    with (
        pytest.raises(InputError, match=r"notes\.txt is not a SQLite database") as caught,
        Database(f"sqlite:///{path}").read(),
    ):
        pass

    assert caught.value.problems[0].path == ("database_url",)


def test_write_that_does_not_get_its_turn_can_be_tried_again(sqlite_url: str) -> None:
    first, second = Database(sqlite_url), Database(sqlite_url, busy_timeout_ms=10)
    with first.write() as connection:
        with pytest.raises(UnavailableError, match="busy"), second.write():
            pass
        make_account(connection)

    with second.write() as connection:
        make_account(connection)
    assert count_accounts(second) == 2
    first.close()
    second.close()


def fill_by_statements(connection: Connection) -> None:
    for _ in range(1000):
        make_account(connection)


def fill_by_driver(connection: Connection) -> None:
    driver = connection.connection.driver_connection
    assert driver is not None
    driver.executemany("INSERT INTO account (name) VALUES (?)", ((f"{k:0100}",) for k in range(10_000)))


@pytest.mark.parametrize("fill", [fill_by_statements, fill_by_driver])
def test_full_disk_is_no_bug_and_leaves_nothing_behind(sqlite_url: str, fill: Callable[[Connection], None]) -> None:
    database = Database(sqlite_url)

    def fill_disk() -> None:
        with database.write() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count=1")  # SQLite takes it for the present size
            fill(connection)

    with pytest.raises(UnavailableError, match="disk is full"):
        fill_disk()

    assert count_accounts(database) == 0
    database.close()


def test_file_below_a_file_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(OSError, match="file"), Database(f"sqlite:///{tmp_path}/file/wattloom.db").read():
        pass


def test_lost_connection_can_be_tried_again(postgres_url: str) -> None:
    database = Database(postgres_url)
    with (
        pytest.raises(UnavailableError, match=r"ended the connection|cannot be reached"),
        database.read() as connection,
    ):
        connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

    assert count_accounts(database) == 0
    database.close()
