"""Databases for tests, and what every test may do: no network, no foreign settings.

Integration, compatibility and end-to-end tests may connect to the loopback
addresses; all others get no socket at all. A test that needs one kind of
database only says so with
``@pytest.mark.parametrize("database", ["sqlite"], indirect=True)``.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Connection

from tests.postgres import PostgresServer, remove_leftovers, running_server
from wattloom.db import Database, upgrade
from wattloom.timeseries import BeliefStore, PostgresBeliefStore, SqliteBeliefStore

LOOPBACK = ["127.0.0.1", "::1", "localhost"]
WITH_LOOPBACK = frozenset({"integration", "compat", "e2e"})

MEMORY = Path("/dev/shm")  # noqa: S108 - tests make folders of their own below it
MEMORY_NEEDED = 2 * 2**30

hypothesis.settings.register_profile("wattloom", deadline=None, print_blob=True)


def pytest_configure(config: pytest.Config) -> None:
    hypothesis.settings.load_profile("wattloom")
    config.option.disable_socket = True
    config.option.allow_unix_socket = True
    # Settings of whoever runs the tests must not reach the product.
    for name in [name for name in os.environ if name.startswith("WATTLOOM_")]:
        if not name.startswith(("WATTLOOM_TEST_", "WATTLOOM_GOLDEN_")):
            del os.environ[name]

    # Thousands of small databases wait for the disk at each commit; files in memory do not.
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_NEEDED:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        remove_leftovers()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    tests = config.rootpath / "tests"
    for item in items:
        kind = item.path.relative_to(tests).parts[0]
        if kind in WITH_LOOPBACK:
            item.add_marker(getattr(pytest.mark, kind))
            item.add_marker(pytest.mark.allow_hosts(LOOPBACK))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """The PostgreSQL server of this run, shared by all test processes."""
    with running_server() as server:
        yield server


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated, empty SQLite database of this test."""
    path = tmp_path / "wattloom.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """A migrated, empty PostgreSQL database of this test."""
    with postgres_server.empty_database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A migrated, empty database of this test, once on SQLite and once on PostgreSQL."""
    database = Database(request.getfixturevalue(f"{request.param}_url"))
    yield database
    database.close()


class _RollBack(Exception):  # noqa: N818 - not an error
    pass


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    """A write transaction that is rolled back at the end of the test."""
    with suppress(_RollBack), database.write() as connection:
        yield connection
        raise _RollBack


@pytest.fixture
def belief_store(database: Database) -> BeliefStore:
    """The belief store that belongs to the database."""
    return SqliteBeliefStore() if database.is_sqlite else PostgresBeliefStore()
