"""The API in this process, on a database with the usual types and roles."""

from collections.abc import Iterator

import pytest

from tests.api_client import ApiClient, make_services
from wattloom.accounts import seed_roles
from wattloom.assets import seed_asset_types
from wattloom.db import Database


@pytest.fixture
def api(database: Database) -> Iterator[ApiClient]:
    """A client of the API; nobody is logged in."""
    with database.write() as connection:
        seed_roles(connection)
        seed_asset_types(connection)
    client = ApiClient(make_services(database))
    yield client
    client.close()
