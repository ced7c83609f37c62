"""Rows that are ready to be written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import Row, Table

from wattloom.transfer.flexmeasures.layout import SourceTable
from wattloom.transfer.flexmeasures.source import FlexMeasures

Values: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Copied:
    """One table, converted.

    Attributes:
        source: Where the rows come from.
        table: Where they go.
        rows: What is inserted, in this order.
    """

    source: SourceTable
    table: Table
    rows: list[Values]


@dataclass(frozen=True, slots=True)
class Streamed:
    """A table that may be long: converted row by row, while it is written.

    Attributes:
        source: Where the rows come from.
        table: Where they go.
        convert: Returns what is inserted.
    """

    source: SourceTable
    table: Table
    convert: Callable[[Row[Any]], Values]


def same_columns(flexmeasures: FlexMeasures, source: SourceTable, table: Table) -> Copied:
    """Copy a table whose columns need no conversion."""
    return Copied(source, table, [row._asdict() for row in flexmeasures.rows(source)])


def aware(instant: datetime | None) -> datetime | None:
    """Return an instant with its zone; FlexMeasures keeps some in UTC without saying so."""
    if instant is None or instant.tzinfo is not None:
        return instant
    return instant.replace(tzinfo=UTC)


def unique_name(name: str, item_id: int, max_length: int) -> str:
    """Return a name that nobody else has, made with the id."""
    suffix = f" ({item_id})"
    return name[: max_length - len(suffix)] + suffix
