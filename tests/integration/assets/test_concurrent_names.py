"""Two requests that take the same name at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import Connection

from tests.factories import NOW, make_account, make_asset, make_asset_type
from wattloom.assets import Asset, CopyTarget, NewAsset, copy_asset, create_asset, get_asset
from wattloom.db import Database
from wattloom.errors import ConflictError, InputError


def test_one_of_two_equal_names_is_refused(database: Database) -> None:
    with database.write() as connection:
        account, kind = make_account(connection), make_asset_type(connection)
    new = NewAsset(name="site", generic_asset_type_id=kind, account_id=account)
    is_created = Event()

    def create(connection: Connection) -> Asset:
        return create_asset(connection, new, by=None, now=NOW)

    def create_second() -> Asset:
        is_created.wait()
        with database.write() as connection:
            return create(connection)

    with ThreadPoolExecutor(1) as pool:
        with database.write() as connection:
            create(connection)
            second = pool.submit(create_second)
            is_created.set()
        # SQLite lets the second begin after the first: it sees the name. PostgreSQL lets both look.
        with pytest.raises((InputError, ConflictError)):
            second.result()


def test_two_copies_at_once_get_different_names(database: Database) -> None:
    with database.write() as connection:
        site = get_asset(connection, make_asset(connection, name="site", account_id=make_account(connection)))
    is_copied = Event()

    def copy(connection: Connection) -> str:
        return copy_asset(connection, site, CopyTarget(), by=None, now=NOW).name

    def copy_second() -> str:
        is_copied.wait()
        with database.write() as connection:
            return copy(connection)

    with ThreadPoolExecutor(1) as pool:
        with database.write() as connection:
            first = copy(connection)
            second = pool.submit(copy_second)
            is_copied.set()
        assert (first, second.result()) == ("site (Copy)", "site (Copy 2)")
