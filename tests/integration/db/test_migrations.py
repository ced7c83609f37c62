"""Migrations lead to the schema that the tables describe, and back."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select

import wattloom.accounts.tables
import wattloom.annotations.tables
import wattloom.assets.tables
import wattloom.jobs.tables
import wattloom.scheduling.tables
import wattloom.timeseries.tables  # noqa: F401 - tables register themselves
from tests.factories import make_sensor, make_source
from wattloom.db import Database, current_revision, metadata, upgrade
from wattloom.db.migrate import migration_config, newest_revision
from wattloom.errors import ConflictError
from wattloom.periods import HOUR_US
from wattloom.timeseries import Beliefs, PostgresBeliefStore, SqliteBeliefStore, get_sensor, record_beliefs
from wattloom.timeseries.tables import belief_summary


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


@pytest.mark.parametrize("revision", ["1ae32ffc8c3f", "9999"])
def test_the_schema_of_another_program_or_a_newer_release_is_left_alone(database: Database, revision: str) -> None:
    with database.write() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")  # noqa: S608 - constants

    with pytest.raises(ConflictError, match=revision):
        upgrade(database)


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


def test_summaries_of_what_was_recorded_before_are_filled(database: Database) -> None:
    store = SqliteBeliefStore() if database.is_sqlite else PostgresBeliefStore()
    with database.write() as connection:
        sensor = get_sensor(connection, make_sensor(connection, event_resolution="PT1H"))
        for source_id, values in (
            (make_source(connection), [1.5, -2.0, 8.0]),
            (make_source(connection), [1e300, 1e300]),
        ):
            for believed in (0, 1):
                beliefs = Beliefs.points(
                    sensor_id=sensor.id,
                    source_id=source_id,
                    event_start_us=np.arange(len(values)) * HOUR_US,
                    belief_time_us=believed,
                    event_value=np.array(values) + believed,
                )
                record_beliefs(connection, store, sensor, beliefs)
        kept = connection.execute(select(belief_summary).order_by("source_id")).all()
    with database.write() as connection:
        command.downgrade(migration_config(connection), "0001")

    upgrade(database)

    with database.read() as connection:
        assert connection.execute(select(belief_summary).order_by("source_id")).all() == kept
    assert [row.total for row in kept] == [18.0, float("inf")]


def _triggers(database: Database) -> list[str]:
    catalogue = "sqlite_master WHERE type = 'trigger'" if database.is_sqlite else "pg_trigger"
    column = "name" if database.is_sqlite else "tgname"
    with database.read() as connection:
        return [row[0] for row in connection.exec_driver_sql(f"SELECT {column} FROM {catalogue}")]  # noqa: S608 - constants
