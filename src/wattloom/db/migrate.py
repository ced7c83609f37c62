"""Bring the database to the newest schema, and say which one it has."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from wattloom.db.database import Database

_MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(database: Database) -> bool:
    """Apply all migrations that this database lacks, in one transaction.

    Returns:
        Whether anything was applied.
    """
    newest = ScriptDirectory(str(_MIGRATIONS)).get_current_head()
    if current_revision(database) == newest:
        return False
    with database.write() as connection:
        command.upgrade(migration_config(connection), "head")
    return True


def current_revision(database: Database) -> str | None:
    """Return the revision that the database is at, None when it is empty."""
    with database.read() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def migration_config(connection: Connection) -> Config:
    """Return what Alembic's commands need to work in this transaction."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config
