"""Bring the database to the newest schema, and say which one it has."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect

from wattloom.db.database import Database

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK_KEY = 6_357_012_844


def upgrade(database: Database) -> bool:
    """Apply all migrations that this database lacks, in one transaction.

    Of several servers that start together, one migrates and the others wait.

    Returns:
        Whether anything was applied.
    """
    newest = newest_revision()
    if current_revision(database) == newest:
        return False
    # Alembic costs every process 7 MB and a tenth of a second, and is needed once per release.
    from alembic import command  # noqa: PLC0415 - see above

    with database.write() as connection:
        if not database.is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK_KEY})")
        if _revision(connection) == newest:
            return False
        command.upgrade(migration_config(connection), "head")
    return True


def current_revision(database: Database) -> str | None:
    """Return the revision that the database is at, None when it is empty."""
    with database.read() as connection:
        return _revision(connection)


def newest_revision() -> str:
    """Return the revision of this release; migrations are named by it."""
    return max(path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def migration_config(connection: Connection) -> "Config":
    """Return what Alembic's commands need to work in this transaction."""
    from alembic.config import Config  # noqa: PLC0415 - as in upgrade

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return revision
