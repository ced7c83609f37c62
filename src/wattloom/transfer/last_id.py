"""The last id that each table has given out: no id is given twice, that of a deleted row neither."""

from sqlalchemy import Connection, func, select, text

from wattloom.transfer.shape import TableShape


def read_last_id(connection: Connection, shape: TableShape) -> int | None:
    """Return the last id that was given out, None when the table does not count its ids."""
    if connection.dialect.name == "sqlite":
        found = connection.execute(text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": shape.name})
        return found.scalar()
    sequence = _sequence_of(connection, shape)
    if sequence is None:
        return None
    statement = f"SELECT CASE WHEN is_called THEN last_value END FROM {sequence}"  # noqa: S608 - quoted by PostgreSQL
    last_id: int | None = connection.execute(text(statement)).scalar()
    return last_id


def continue_after(connection: Connection, shape: TableShape, last_id: int | None) -> None:
    """Let the next id of a table that has been filled follow the last one that was ever given out."""
    is_sqlite = connection.dialect.name == "sqlite"
    sequence = None if is_sqlite else _sequence_of(connection, shape)
    if (last_id if is_sqlite else sequence) is None:
        return
    highest_id: int = connection.execute(select(func.max(shape.clause.c[shape.key[0]]))).scalar() or 0
    last_id = max(last_id or 0, highest_id)
    if is_sqlite:
        values = {"name": shape.name, "last_id": last_id}
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), values)
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last_id)"), values)
    elif last_id:
        connection.execute(select(func.setval(sequence, last_id)))


def _sequence_of(connection: Connection, shape: TableShape) -> str | None:
    quote = connection.dialect.identifier_preparer.quote_identifier
    names = {"table": quote(shape.name), "column": shape.key[0]}
    sequence: str | None = connection.execute(text("SELECT pg_get_serial_sequence(:table, :column)"), names).scalar()
    return sequence
