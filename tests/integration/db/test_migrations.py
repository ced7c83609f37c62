"""Migrations lead to the schema that the tables describe, and back."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

import wattloom.accounts.tables
import wattloom.annotations.tables
import wattloom.assets.tables
import wattloom.jobs.tables
import wattloom.timeseries.tables  # noqa: F401 - tables register themselves
from wattloom.db import Database, current_revision, metadata, upgrade
from wattloom.db.migrate import migration_config, newest_revision


# SQLite cannot tell what an index on expressions holds; PostgreSQL can.
@pytest.mark.filterwarnings("ignore:.*expression-based index")
def test_migrated_database_has_the_tables_of_the_code(database: Database) -> None:
    with database.read() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)

    assert differences == []


def test_upgrade_changes_a_current_database_no_more(database: Database) -> None:
    assert upgrade(database) is False
    assert current_revision(database) == newest_revision()


def test_newest_revision_is_the_head_that_alembic_sees(connection: Connection) -> None:
    assert ScriptDirectory.from_config(migration_config(connection)).get_current_head() == newest_revision()


def test_servers_that_start_together_migrate_once(database: Database) -> None:
    with database.write() as connection:
        command.downgrade(migration_config(connection), "base")

    with ThreadPoolExecutor(4) as servers:
        applied = list(servers.map(upgrade, [database] * 4))

    assert sorted(applied) == [False, False, False, True]


def test_migrations_can_be_taken_back(database: Database) -> None:
    with database.write() as connection:
        command.downgrade(migration_config(connection), "base")

    with database.read() as connection:
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}


def test_deleting_a_sensor_deletes_its_beliefs(database: Database) -> None:
    assert "sensor_deletes_beliefs" in _triggers(database)


def _triggers(database: Database) -> list[str]:
    catalogue = "sqlite_master WHERE type = 'trigger'" if database.is_sqlite else "pg_trigger"
    column = "name" if database.is_sqlite else "tgname"
    with database.read() as connection:
        return [row[0] for row in connection.exec_driver_sql(f"SELECT {column} FROM {catalogue}")]  # noqa: S608 - constants
