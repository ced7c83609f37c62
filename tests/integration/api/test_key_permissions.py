"""Every row of the permission table with an admin's API key that may only read: it reads, and changes nothing."""

import pytest

from tests.factories import make_api_key
from tests.integration.api.test_permissions import world
from tests.integration.transfer.whole_database import contents
from tests.permission_table import TABLE, Caller, Relation, Role, Row, World, send
from wattloom.accounts import Action
from wattloom.db import Database

__all__ = ["world"]

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

READ_BY_POST = {"POST /v4/series/query", "POST /v4/series/latest"}
"""Questions that are too long for an address."""

ADMIN = Caller(Relation.STRANGER, Role.ADMIN)

BEYOND = Action.CREATE_CHILDREN, Action.UPDATE, Action.DELETE


def is_reading(row: Row) -> bool:
    return row.route.startswith("GET ") or row.route in READ_BY_POST


def status_with_key(world: World, database: Database, row: Row, *scopes: Action) -> tuple[int, bool]:
    """Return how a request with the admin's key ends, and whether the database is as it was."""
    with database.write() as connection:
        key = make_api_key(connection, world.callers[ADMIN], *scopes)
        things = row.make(connection, world)
    before = contents(database)
    response = send(world, row, things, me=world.callers[ADMIN], headers={"Authorization": key})
    return response.status_code, contents(database) == before


# All rows in one world: making one for each would take far longer than asking.
def test_a_key_for_reading_changes_nothing(world: World, database: Database) -> None:
    ends = {str(row): status_with_key(world, database, row, Action.READ) for row in TABLE if not is_reading(row)}

    assert len(ends) > 1
    assert {name: end for name, end in ends.items() if end != (403, True)} == {}


def test_a_key_for_reading_reads(world: World, database: Database) -> None:
    readable = [row for row in TABLE if is_reading(row) and ADMIN in row.allowed]
    ends = {str(row): status_with_key(world, database, row, Action.READ) for row in readable}

    refused = {401, 403, *range(500, 600)}
    assert len(ends) > 1
    assert {name: end for name, end in ends.items() if end[0] in refused or not end[1]} == {}


def test_a_key_for_all_but_reading_reads_nothing(world: World, database: Database) -> None:
    ends = {str(row): status_with_key(world, database, row, *BEYOND) for row in TABLE if is_reading(row)}

    assert len(ends) > 1
    assert {name: end for name, end in ends.items() if end != (403, True)} == {}
