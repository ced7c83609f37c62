"""Which tables a database has, and what their columns hold, without naming either database."""

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, TypeAlias

import sqlalchemy
from pydantic import BaseModel, ConfigDict
from sqlalchemy import Boolean, ColumnClause, Float, Integer, LargeBinary, String, TableClause
from sqlalchemy.types import TypeEngine

import wattloom
from wattloom.db import Json, UtcInstant, Uuid, metadata
from wattloom.transfer.belief_records import is_of_beliefs

Kind: TypeAlias = Literal["boolean", "integer", "float", "text", "bytes", "instant", "json", "uuid"]

# A boolean is an integer on some databases, so it comes first.
_KINDS: tuple[tuple[Kind, type[TypeEngine[Any]]], ...] = (
    ("boolean", Boolean),
    ("integer", Integer),
    ("float", Float),
    ("text", String),
    ("bytes", LargeBinary),
    ("instant", UtcInstant),
    ("json", Json),
    ("uuid", Uuid),
)


class TableShape(BaseModel):
    """One table: enough to read and fill it on any database, at any revision of the schema.

    Attributes:
        name: Its name.
        key: Columns of the primary key; rows are kept in their order.
        columns: What each column holds, by its name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    key: tuple[str, ...]
    columns: dict[str, Kind]

    @property
    def member(self) -> str:
        """The file inside a dump that holds the rows."""
        return f"tables/{self.name}.{'records' if is_of_beliefs(self.name) else 'jsonl'}"

    @property
    def clause(self) -> TableClause:
        """The table, for statements."""
        types = dict(_KINDS)
        columns: list[ColumnClause[Any]] = [
            sqlalchemy.column(name, types[kind]()) for name, kind in self.columns.items()
        ]
        return sqlalchemy.table(self.name, *columns)


@cache
def all_shapes() -> Sequence[TableShape]:
    """Return every table of this release, those that others refer to first.

    By convention tables stand in the ``tables.py`` of their package; a test
    compares what is found with what the migrations create.
    """
    root = Path(wattloom.__file__).parent
    for path in sorted(root.glob("*/tables.py")):
        import_module(f"wattloom.{path.parent.name}.tables")
    return tuple(
        TableShape(
            name=table.name,
            key=tuple(column.name for column in table.primary_key),
            columns={column.name: _kind_of(column.type) for column in table.columns},
        )
        for table in metadata.sorted_tables
    )


def _kind_of(column_type: TypeEngine[Any]) -> Kind:
    found = next((kind for kind, known in _KINDS if isinstance(column_type, known)), None)
    assert found is not None, f"say in _KINDS how columns of type {column_type!r} travel"
    return found
