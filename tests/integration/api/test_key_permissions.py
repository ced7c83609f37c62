"""Every row of the permission table with an admin's API key that may only read: it reads, and changes nothing."""

import pytest

from tests.factories import make_api_key
from tests.integration.api.test_permissions import TABLE, Row, World, send, world
from tests.integration.transfer.whole_database import contents
from wattloom.accounts import Action
from wattloom.db import Database

__all__ = ["world"]

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

READ_BY_POST = {"POST /v4/series/query", "POST /v4/series/latest"}
"""Questions that are too long for an address."""

BEYOND = Action.CREATE_CHILDREN, Action.UPDATE, Action.DELETE


def is_reading(row: Row) -> bool:
    return row.route.startswith("GET ") or row.route in READ_BY_POST


def status_with_key(world: World, database: Database, row: Row, *scopes: Action) -> tuple[int, bool]:
    """Return how a request with the admin's key ends, and whether the database is as it was."""
    with database.write() as connection:
        key = make_api_key(connection, world.callers["X"], *scopes)
        things = row.make(connection, world)
    before = contents(database)
    response = send(world, row, things, headers={"Authorization": key})
    return response.status_code, contents(database) == before


@pytest.mark.parametrize("row", [row for row in TABLE if not is_reading(row)], ids=str)
def test_a_key_for_reading_changes_nothing(world: World, database: Database, row: Row) -> None:
    assert status_with_key(world, database, row, Action.READ) == (403, True)


@pytest.mark.parametrize("row", [row for row in TABLE if is_reading(row) and "X" in row.allowed], ids=str)
def test_a_key_for_reading_reads(world: World, database: Database, row: Row) -> None:
    status, is_unchanged = status_with_key(world, database, row, Action.READ)

    assert (status in {401, 403}, status < 500, is_unchanged) == (False, True, True)


@pytest.mark.parametrize("row", [row for row in TABLE if is_reading(row)], ids=str)
def test_a_key_for_all_but_reading_reads_nothing(world: World, database: Database, row: Row) -> None:
    assert status_with_key(world, database, row, *BEYOND) == (403, True)
