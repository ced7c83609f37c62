"""A live FlexMeasures database: read only, in one unchanging state."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Row,
    Select,
    column,
    func,
    make_url,
    null,
    select,
    table,
    text,
)
from sqlalchemy.exc import ArgumentError

from wattloom.db import Database
from wattloom.errors import FieldProblem, InputError
from wattloom.transfer.flexmeasures.layout import IGNORED, READ, SourceTable

_ROWS_AT_ONCE = 2_000
_FIELD = "url"

# Views, such as those of extensions, are no tables of FlexMeasures.
_READABLE = text("""
SELECT c.table_name, c.column_name
FROM information_schema.columns AS c
JOIN information_schema.tables AS t USING (table_schema, table_name)
WHERE c.table_schema = ANY (current_schemas(false)) AND t.table_type = 'BASE TABLE'
    AND has_table_privilege(format('%I.%I', table_schema, table_name), 'SELECT')
""")


class FlexMeasures:
    """Reads tables in the transaction of ``connection``; missing optional columns are NULL."""

    def __init__(self, connection: Connection) -> None:
        """Look which tables and columns there are.

        Raises:
            InputError: Some are missing that FlexMeasures has; names them.
        """
        self.connection = connection
        self._columns: dict[str, set[str]] = {}
        for table_name, column_name in connection.execute(_READABLE):
            self._columns.setdefault(table_name, set()).add(column_name)
        problems = [FieldProblem((each.name,), text) for each in READ if (text := self._lacks(each))]
        if problems:
            raise InputError("This is no FlexMeasures database, or the user may not read all of it.", problems=problems)

    def has(self, wanted: SourceTable) -> bool:
        """Return whether the table exists."""
        return wanted.name in self._columns

    def rows(self, wanted: SourceTable) -> Iterator[Row[Any]]:
        """Yield all rows in the order of their key, a few thousand in memory at a time."""
        if not self.has(wanted):
            return
        held = self._columns[wanted.name]
        columns: list[ColumnElement[Any]] = [
            column(name) if name in held else null().label(name) for name in wanted.columns
        ]
        statement = select(*columns).select_from(table(wanted.name)).order_by(*map(column, wanted.key))
        options = {"stream_results": True, "yield_per": _ROWS_AT_ONCE}
        with self.connection.execute(statement, execution_options=options) as rows:
            yield from rows

    def count(self, wanted: SourceTable) -> int:
        """Return how many rows the table has."""
        return self._count(wanted.name) if self.has(wanted) else 0

    def other_tables(self) -> dict[str, int]:
        """Return the tables with rows that nothing is read from, and how many rows each has."""
        known = {each.name for each in READ} | IGNORED
        counts = {name: self._count(name) for name in sorted(self._columns.keys() - known)}
        return {name: n for name, n in counts.items() if n}

    def last_id(self, wanted: SourceTable) -> int:
        """Return the highest id that was ever given out, as far as the database knows."""
        if not self.has(wanted) or "id" not in self._columns[wanted.name]:
            return 0
        highest: Select[Any] = select(func.coalesce(func.max(column("id")), 0)).select_from(table(wanted.name))
        sequence = func.pg_get_serial_sequence(f'"{wanted.name}"', "id")
        held = table("pg_sequences", Column("last_value"), Column("schemaname"), Column("sequencename"))
        name = func.format("%I.%I", held.c.schemaname, held.c.sequencename)
        given_out: Select[Any] = select(held.c.last_value).where(name == sequence)
        connection = self.connection
        return max(connection.scalar(highest) or 0, connection.scalar(given_out) or 0)

    def _lacks(self, wanted: SourceTable) -> str:
        if not self.has(wanted):
            return "" if wanted.is_optional else "There is no such table that the user may read."
        missing = [name for name in wanted.required if name not in self._columns[wanted.name]]
        return f"The table has no column {', '.join(missing)}." if missing else ""

    def _count(self, name: str) -> int:
        return self.connection.scalar(select(func.count()).select_from(table(name))) or 0


@contextmanager
def open_flexmeasures(url: str) -> Iterator[FlexMeasures]:
    """Open a FlexMeasures database for reading; others may go on writing to it.

    Args:
        url: ``postgresql://user@host/name``; a password that it lacks comes from
            where PostgreSQL's own programs take it (PGPASSWORD, ~/.pgpass).

    Raises:
        InputError: Not the URL of a PostgreSQL database, or not the database of a FlexMeasures.
        UnavailableError: The database cannot be reached, or refuses the user.
    """
    try:
        backend = make_url(url).get_backend_name()
    except ArgumentError as error:
        raise InputError("The URL of the FlexMeasures database cannot be read.", field=_FIELD) from error
    if backend not in {"postgresql", "postgres"}:
        raise InputError("A FlexMeasures database is PostgreSQL: postgresql://user@host/name.", field=_FIELD)
    database = Database(url)
    try:
        with database.read() as connection:
            yield FlexMeasures(connection)
    finally:
        database.close()
