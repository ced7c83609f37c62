"""The two ends of a transfer: what a database must be like to be read, or to be filled, and how the filling ends."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import IntegrityError

from wattloom.db import hold_schema, known_revisions, migrate, newest_revision, revision_of
from wattloom.errors import ConflictError, InputError, NotFoundError
from wattloom.transfer.content import count_rows
from wattloom.transfer.last_id import continue_after
from wattloom.transfer.manifest import TableContent
from wattloom.transfer.shape import all_shapes


def require_current(connection: Connection) -> None:
    """Make sure that a database can be read whole: with the schema of this release.

    Raises:
        NotFoundError: It has not been created yet.
        ConflictError: Its schema is older or newer.
    """
    found, newest = revision_of(connection), newest_revision()
    if found is None:
        raise NotFoundError("schema", newest, message="There is nothing to copy: the database has no tables yet.")
    if found != newest:
        raise ConflictError(
            f"The database has schema revision {found}, this Wattloom {newest}."
            " Use the Wattloom that the database belongs to, or bring it up to date: wattloom db upgrade"
        )


def prepare(connection: Connection, revision: str) -> None:
    """Make sure that the database is empty, and give it the schema of a known revision.

    Args:
        connection: A write transaction; nobody else migrates until it ends.
        revision: One of :func:`~wattloom.db.known_revisions`.

    Raises:
        ConflictError: It holds rows, or tables of another program; says which.
    """
    hold_schema(connection)
    present = set(inspect(connection).get_table_names())
    found = revision_of(connection)
    ours = [shape for shape in all_shapes() if shape.name in present]
    if ours if found is None else found not in known_revisions():
        raise ConflictError(
            f"The database to fill holds tables of another program, or of a newer Wattloom: {_some(sorted(present))}."
            " Give an empty one."
        )
    held = [f"{name} ({n_rows})" for name, n_rows in count_rows(connection, ours).items() if n_rows]
    if held:
        raise ConflictError(f"The database to fill is not empty; tables with rows: {_some(held)}. Give an empty one.")
    migrate(connection, revision)


@contextmanager
def foreign_keys_later(connection: Connection, tables: Collection[str]) -> Iterator[None]:
    """Check foreign keys once everything is in: a row may refer to one that comes after it.

    Raises:
        InputError: A row refers to one that does not exist; names the table.
    """
    later, at_once = _SQLITE if connection.dialect.name == "sqlite" else _postgres_switches(connection, tables)
    for statement in later:
        connection.execute(text(statement))
    yield
    _check_foreign_keys(connection)
    for statement in at_once:
        connection.execute(text(statement))


def finish(connection: Connection, tables: Sequence[TableContent]) -> None:
    """Let ids go on where they were, and tell PostgreSQL's planner how much there is now."""
    for table in tables:
        continue_after(connection, table, table.last_id)
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"ANALYZE {connection.dialect.identifier_preparer.quote(table.name)}"))


_SQLITE = (["PRAGMA defer_foreign_keys = ON"], ["PRAGMA defer_foreign_keys = OFF"])


def _postgres_switches(connection: Connection, tables: Collection[str]) -> tuple[list[str], list[str]]:
    inspector, quote = inspect(connection), connection.dialect.identifier_preparer.quote
    names = [(quote(table), quote(key["name"] or "")) for table in tables for key in inspector.get_foreign_keys(table)]
    alter = [f"ALTER TABLE {table} ALTER CONSTRAINT {name}" for table, name in names]
    return [f"{each} DEFERRABLE INITIALLY DEFERRED" for each in alter], [f"{each} NOT DEFERRABLE" for each in alter]


def _check_foreign_keys(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).first()
        if broken is not None:
            raise InputError(f"Table {broken[0]} refers to a row of {broken[2]} that does not exist.", field=broken[0])
        return
    try:
        connection.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    except IntegrityError as error:
        cause = " ".join(str(error.orig).split())
        raise InputError(f"A row refers to one that does not exist: {cause}") from error


def _some(names: list[str], limit: int = 5) -> str:
    rest = len(names) - limit
    return ", ".join(names[:limit]) + (f" and {rest} more" if rest > 0 else "")
