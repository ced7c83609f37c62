"""Bring the database to the newest schema, and say which one it has."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect

from wattloom.db.database import Database
from wattloom.errors import ConflictError

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK_KEY = 6_357_012_844


def upgrade(database: Database) -> bool:
    """Apply all migrations that this database lacks, in one transaction.

    Of several servers that start together, one migrates and the others wait.

    Returns:
        Whether anything was applied.

    Raises:
        ConflictError: The schema is that of another program, or of a newer release.
    """
    newest = newest_revision()
    if current_revision(database) == newest:
        return False
    with database.write() as connection:
        hold_schema(connection)
        found = revision_of(connection)
        if found == newest:
            return False
        if found is not None and found not in known_revisions():
            raise ConflictError(
                f"The database belongs to another program, or to a newer Wattloom: its schema is at revision {found}."
            )
        migrate(connection, newest)
    return True


def hold_schema(connection: Connection) -> None:
    """Keep others from migrating until this transaction ends; SQLite has one writer at a time anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK_KEY})")


def migrate(connection: Connection, revision: str) -> None:
    """Bring the schema to a known revision, up or down, in this transaction that holds it."""
    found = revision_of(connection) or ""
    if found == revision:
        return
    # Alembic costs every process 7 MB and a tenth of a second, and is needed once per release.
    from alembic import command  # noqa: PLC0415 - see above

    (command.downgrade if found > revision else command.upgrade)(migration_config(connection), revision)


def current_revision(database: Database) -> str | None:
    """Return the revision that the database is at, None when it is empty."""
    with database.read() as connection:
        return revision_of(connection)


def newest_revision() -> str:
    """Return the revision of this release."""
    return max(known_revisions())


def known_revisions() -> set[str]:
    """Return all revisions up to that of this release; migrations are named by them, in ascending order."""
    return {path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py")}


def migration_config(connection: Connection) -> "Config":
    """Return what Alembic's commands need to work in this transaction."""
    from alembic.config import Config  # noqa: PLC0415 - as in upgrade

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def revision_of(connection: Connection) -> str | None:
    """Return the revision of the database behind a connection, None when it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    return revision
