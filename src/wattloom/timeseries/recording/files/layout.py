"""Where a file has what: which rows count, and which column is which."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from wattloom.errors import InputError, suggestion
from wattloom.timeseries.recording.files.cells import Cell, is_empty, shortened
from wattloom.timeseries.recording.files.clock import looks_like_time
from wattloom.timeseries.recording.files.numbers import NumberStyle

ColumnKey: TypeAlias = int | str
"""A column by its position, counted from 0, or by its name in the header."""

START, VALUE, BELIEF, PROBABILITY = "event_start", "event_value", "belief_time", "cumulative_probability"
_SOURCE = "source"
_ROLES = (START, VALUE, BELIEF, PROBABILITY, _SOURCE)
_N_NEEDED = 2
_N_SHOWN = 10


class ValueKind(Enum):
    """What the values are."""

    NUMBER = "number"
    DATETIME = "datetime"
    DAYFIRST_DATETIME = "dayfirst datetime"
    TIMEDELTA = "timedelta"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a file is laid out.

    Attributes:
        n_skipped: Rows above the first event, of which the last has the names of the columns;
            None finds out whether there is one.
        columns: Which column is ``event_start``, ``event_value``, ``belief_time`` or
            ``cumulative_probability``; none takes them from the header, or the first two.
        filters: Only rows count that have these texts in these columns.
        n_rows: How many rows below the header to look at; None for all.
        max_rows: More rows that count are refused.
        delimiter: Of text files; "" finds out.
        numbers: How numbers are written.
        is_dayfirst: Whether times like 01/03/2026 and 01-03-2026 have the day first, not the month; None refuses
            them, because files do not tell.
        values: What the values are.
        sheet: Of a spreadsheet, counted from 0.
    """

    n_skipped: int | None = None
    columns: dict[str, ColumnKey] = field(default_factory=dict)
    filters: tuple[tuple[ColumnKey, str], ...] = ()
    n_rows: int | None = None
    max_rows: int = sys.maxsize
    delimiter: str = ""
    numbers: NumberStyle = field(default_factory=NumberStyle)
    is_dayfirst: bool | None = None
    values: ValueKind = ValueKind.NUMBER
    sheet: int = 0


@dataclass(frozen=True, slots=True)
class Roles:
    """Which column is which.

    Attributes:
        positions: Of the columns, counted from 0, by role.
        names: Of the columns, as told in errors, by role.
        filters: Position and text of the columns that rows are chosen by.
        width: How many cells a row may have; those behind must be empty.
    """

    positions: dict[str, int]
    names: dict[str, str]
    filters: tuple[tuple[int, str], ...] = ()
    width: int = sys.maxsize


def has_header(first: Sequence[Cell]) -> bool:
    """Whether the first row of a file names its columns: it does not begin with a time, nor have a number second."""
    return not looks_like_time(first[0]) and not any(_is_number(cell) for cell in first[1:2])


def roles_of(layout: Layout, header: Sequence[Cell] | None, first: Sequence[Cell]) -> Roles:
    """Return which column is which.

    Args:
        layout: Says it, or leaves it to the header.
        header: The row with the names, if there is one.
        first: The first row of the file; tells how many columns there are.

    Raises:
        InputError: A column is unknown, or one is missing.
    """
    names = [str(cell).strip() for cell in header] if header is not None else []
    if layout.columns:
        positions = {role: _position(key, names) for role, key in layout.columns.items()}
        filters = tuple((_position(key, names), text) for key, text in layout.filters)
        return Roles(positions, _shown(positions, names), filters)
    positions = _named(names) if header is not None else _unnamed(first)
    return Roles(positions, _shown(positions, names), width=len(names or first))


def _is_number(cell: Cell) -> bool:
    try:
        float(cell)  # type: ignore[arg-type] # times are no numbers
    except (TypeError, ValueError):
        return False
    return True


def _position(key: ColumnKey, names: Sequence[str]) -> int:
    if isinstance(key, int):
        return key
    if key in names:
        return names.index(key)
    if not names:
        raise InputError(f"There is no column '{key}': the file has no header.")
    raise InputError(f"There is no column '{key}'.{suggestion(key, names)}")


def _shown(positions: dict[str, int], names: Sequence[str]) -> dict[str, str]:
    return {
        role: names[position] if position < len(names) and names[position] else str(position + 1)
        for role, position in positions.items()
    }


def _unnamed(first: Sequence[Cell]) -> dict[str, int]:
    n_stated = len(first) - next((k for k, cell in enumerate(reversed(first)) if not is_empty([cell])), len(first))
    if n_stated != _N_NEEDED:
        raise InputError(
            f"A file without a header has two columns, {START} and {VALUE}; this one has {n_stated}. "
            f"Name the columns in the first row: {', '.join(_ROLES)}."
        )
    return {START: 0, VALUE: 1}


def _named(names: Sequence[str]) -> dict[str, int]:
    """Return the columns by their names; without both names, the first two are start and value."""
    known = [name.casefold().replace(" ", "_") for name in names]
    doubled = next((name for k, name in enumerate(known) if name in _ROLES and name in known[:k]), None)
    if doubled is not None:
        raise InputError(f"Two columns are named '{doubled}'.")
    positions = {name: position for position, name in enumerate(known) if name in _ROLES}
    if not {START, VALUE} <= positions.keys():
        in_front = {role for role, position in positions.items() if position < _N_NEEDED} - {START, VALUE}
        if len(names) < _N_NEEDED or in_front or positions.get(START, 0) != 0 or positions.get(VALUE, 1) != 1:
            raise InputError(
                f"The columns {START} and {VALUE} are needed; the header has: {', '.join(map(shortened, names[:_N_SHOWN]))}."
            )
        positions |= {START: 0, VALUE: 1}
    unknown = next((names[k] for k, name in enumerate(known) if name and k not in positions.values()), None)
    if unknown is not None:
        raise InputError(f"Column '{unknown}' is unknown; known are {', '.join(_ROLES)}.{suggestion(unknown, _ROLES)}")
    # Who states the values is not for the file to say.
    return {role: position for role, position in positions.items() if role != _SOURCE}
