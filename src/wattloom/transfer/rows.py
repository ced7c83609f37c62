"""Rows of entities as lines of JSON that are the same whichever database they come from."""

import uuid
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from math import isfinite
from typing import IO, Any

import orjson
from sqlalchemy import ColumnElement, Connection, Row, insert, select
from sqlalchemy.exc import DataError, IntegrityError

from wattloom.errors import InputError
from wattloom.transfer.block import Block
from wattloom.transfer.shape import Kind, TableShape

_ROWS_AT_ONCE = 1000
# Where JSON texts begin to differ between databases: 1e16 comes back from PostgreSQL as an integer.
_EXPONENT_FROM = 1e16
_LEAST_INTEGER, _INTEGERS_BEFORE = -(2**63), 2**64


def read_rows(connection: Connection, shape: TableShape) -> Iterator[Block]:
    """Yield all rows of a table in the order of its key."""
    table = shape.clause
    statement = select(table).order_by(*_order(connection, shape))
    writers = [(name, _TO_JSON[kind]) for name, kind in shape.columns.items()]
    result = connection.execute(statement.execution_options(yield_per=_ROWS_AT_ONCE))
    for rows in result.partitions():
        yield Block(len(rows), b"".join(_line(row, writers) for row in rows))


def split_lines(file: IO[bytes]) -> Iterator[Block]:
    """Yield what :func:`read_rows` yielded, from a file."""
    while lines := list(islice(file, _ROWS_AT_ONCE)):
        yield Block(len(lines), b"".join(lines))


def write_rows(connection: Connection, shape: TableShape, block: Block) -> None:
    """Insert rows.

    Raises:
        InputError: This database cannot keep a row, or a line is no row of the table; names table and key.
    """
    rows = [_parsed(line, shape) for line in block.payload.splitlines()]
    statement = insert(shape.clause)
    try:
        with connection.begin_nested():
            connection.execute(statement, rows)
    except (DataError, IntegrityError):
        for row in rows:  # one of them is refused; say which
            _insert_alone(connection, shape, row)
        raise


def _insert_alone(connection: Connection, shape: TableShape, row: dict[str, Any]) -> None:
    try:
        connection.execute(insert(shape.clause), row)
    except (DataError, IntegrityError) as error:
        key = ", ".join(f"{name} {row[name]}" for name in shape.key)
        cause = str(error.orig).partition("\n")[0]
        raise InputError(
            f"The row of table {shape.name} with {key} cannot be kept: {cause}", field=shape.name
        ) from error


def _order(connection: Connection, shape: TableShape) -> Iterator[ColumnElement[Any]]:
    # SQLite compares texts byte by byte; PostgreSQL by language unless told otherwise.
    is_by_language = connection.dialect.name == "postgresql"
    for name in shape.key:
        column = shape.clause.c[name]
        yield column.collate("C") if is_by_language and shape.columns[name] == "text" else column


def _line(row: Row[Any], writers: list[tuple[str, Callable[[Any], Any]]]) -> bytes:
    values = {
        name: None if value is None else to_json(value) for (name, to_json), value in zip(writers, row, strict=True)
    }
    return orjson.dumps(values, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)


def _parsed(line: bytes, shape: TableShape) -> dict[str, Any]:
    try:
        values = orjson.loads(line)
        return {
            name: None if values[name] is None else _FROM_JSON[kind](values[name])
            for name, kind in shape.columns.items()
        }
    except (ValueError, TypeError, LookupError) as error:
        raise InputError(f"Table {shape.name} holds a line that is none of its rows.", field=shape.name) from error


def _same(value: Any) -> Any:
    return value


def _float_to_json(value: float) -> float | str:
    # SQLite keeps no negative zero, and JSON has no infinity.
    return value + 0.0 if isfinite(value) else str(value)


def _canonical(value: Any) -> Any:
    """Return JSON with each number written in the one way that both databases answer with."""
    if isinstance(value, dict):
        return {name: _canonical(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_canonical(each) for each in value]
    if isinstance(value, float):
        whole = int(Decimal(repr(value))) if abs(value) >= _EXPONENT_FROM else None
        return whole if whole is not None and _is_short(whole) else value + 0.0
    if isinstance(value, int) and not isinstance(value, bool):
        return value if _is_short(value) else float(value)
    return value


def _is_short(value: int) -> bool:
    return _LEAST_INTEGER <= value < _INTEGERS_BEFORE


_TO_JSON: dict[Kind, Callable[[Any], Any]] = {
    "boolean": bool,
    "integer": _same,
    "float": _float_to_json,
    "text": _same,
    "bytes": lambda value: b64encode(value).decode(),
    "instant": lambda value: value.astimezone(UTC).isoformat(timespec="microseconds"),
    "json": _canonical,
    "uuid": str,
}
_FROM_JSON: dict[Kind, Callable[[Any], Any]] = {
    "boolean": _same,
    "integer": _same,
    "float": float,
    "text": _same,
    "bytes": b64decode,
    "instant": datetime.fromisoformat,
    "json": _same,
    "uuid": uuid.UUID,
}
