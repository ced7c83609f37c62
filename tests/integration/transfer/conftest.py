"""Two databases of either kind: one with something in it, and one without."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.transfer.moves import dumped
from tests.integration.transfer.whole_database import fill
from wattloom.db import Database


@pytest.fixture(scope="session")
def filled_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with rows in every table, to be copied."""
    path = tmp_path_factory.mktemp("filled") / "wattloom.db"
    shutil.copyfile(sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    fill(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def dump_file(filled_sqlite: Path) -> Path:
    """A dump of a database with rows in every table, to be read only."""
    path = filled_sqlite.with_name("dump.zip")
    database = Database(f"sqlite:///{filled_sqlite}")
    dumped(database, path)
    database.close()
    return path


@pytest.fixture(params=["sqlite", "postgres"])
def source(request: pytest.FixtureRequest, filled_sqlite: Path, tmp_path: Path) -> Iterator[Database]:
    """A database with rows in every table."""
    if request.param == "sqlite":
        shutil.copyfile(filled_sqlite, tmp_path / "source.db")
        database = Database(f"sqlite:///{tmp_path / 'source.db'}")
    else:
        database = Database(request.getfixturevalue("postgres_url"))
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
