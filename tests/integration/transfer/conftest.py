"""Two databases of either kind: one with something in it, and one without."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.transfer.whole_database import fill
from wattloom.db import Database


@pytest.fixture(params=["sqlite", "postgres"])
def source(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database with rows in every table."""
    database = Database(request.getfixturevalue(f"{request.param}_url"))
    fill(database)
    yield database
    database.close()


@pytest.fixture
def new_sqlite_url(tmp_path: Path) -> str:
    """A SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'new' / 'wattloom.db'}"


@pytest.fixture
def other_postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A second PostgreSQL database of this test, migrated and empty."""
    with request.getfixturevalue("postgres_server").fresh_database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def target(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database to fill: a SQLite file to be made, or a migrated PostgreSQL database."""
    names = {"sqlite": "new_sqlite_url", "postgres": "other_postgres_url"}
    database = Database(request.getfixturevalue(names[request.param]))
    yield database
    database.close()
