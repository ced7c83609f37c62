"""Two requests that take the same name at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import Connection

from tests.factories import NOW, make_account, make_asset_type
from wattloom.assets import Asset, NewAsset, create_asset
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
