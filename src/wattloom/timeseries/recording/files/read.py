"""Read a file of values into columns."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta
from itertools import chain, islice
from zoneinfo import ZoneInfo

import numpy as np

from wattloom.errors import InputError, PeriodError
from wattloom.periods import Microseconds, parse_duration
from wattloom.timeseries.belief import POINT, Floats
from wattloom.timeseries.recording.files.cells import Cell, Column, NumberedRows, is_empty
from wattloom.timeseries.recording.files.clock import ClockTimes, clock_times
from wattloom.timeseries.recording.files.delimited import decoded, delimiter_of, rows_of_lines
from wattloom.timeseries.recording.files.layout import (
    BELIEF,
    PROBABILITY,
    START,
    VALUE,
    Layout,
    Roles,
    ValueKind,
    has_header,
    roles_of,
)
from wattloom.timeseries.recording.files.numbers import NumberStyle, mapped, numbers_of
from wattloom.timeseries.recording.files.spreadsheet import is_spreadsheet, rows_of_sheet
from wattloom.timeseries.recording.rows import UNSTATED_US, Rows

_TIMEDELTA = re.compile(
    r"(?P<sign>-?)(?:(?P<days>\d+) days?,? )?(?P<h>\d+):(?P<m>[0-5]?\d)(?::(?P<s>[0-5]?\d(?:\.\d+)?))?"
)


_CHUNK = 100_000
"""Rows whose cells are held at once; columns of numbers take a tenth of the memory."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Some rows as columns; what is not decided by the rows around is decided."""

    starts: ClockTimes
    value: Floats
    belief_time_us: Microseconds
    cumulative_probability: Floats


def read_file(content: bytes, zone: ZoneInfo, layout: Layout) -> Rows:
    """Return the rows of a CSV or Excel file, in the order of the file.

    Args:
        content: The file: XLS, XLSX, XLSM, or text in UTF-8, UTF-16 or Latin-1.
        zone: Of times without an offset.
        layout: Where it has what.

    Raises:
        InputError: The file cannot be read, holds nothing, or a cell is wrong; names row and column.
    """
    if is_spreadsheet(content):
        rows = rows_of_sheet(content, layout.sheet)
    else:
        text = decoded(content)
        delimiter = layout.delimiter or delimiter_of(text)
        rows = rows_of_lines(io.StringIO(text, newline=""), delimiter)
        if delimiter == "," and not layout.numbers.decimal:
            # A comma within quotes could as well be a separator of thousands.
            layout = replace(layout, numbers=replace(layout.numbers, decimal="."))
    roles, below = _roles_and_rows(rows, layout)
    counting = _counting(below, roles, layout)
    parts = []
    while chunk := list(islice(counting, _CHUNK)):
        parts.append(_part(chunk, roles, zone, layout))
    if not parts:
        raise InputError("The file has no values.")
    starts = ClockTimes.concatenate([part.starts for part in parts])
    return Rows(
        number=starts.number,
        start_us=starts.instants_us(zone, is_ordered=BELIEF not in roles.positions),
        value=np.concatenate([part.value for part in parts]),
        belief_time_us=np.concatenate([part.belief_time_us for part in parts]),
        cumulative_probability=np.concatenate([part.cumulative_probability for part in parts]),
    )


def _roles_and_rows(rows: NumberedRows, layout: Layout) -> tuple[Roles, NumberedRows]:
    """Return which column is which, and the rows below the header."""
    skipped = [row for _, row in islice(rows, layout.n_skipped or 0)]
    header = skipped[-1] if skipped else None
    filled = ((number, row) for number, row in rows if not is_empty(row))
    first = next(filled, None)
    if first is None:
        raise InputError("The file has no values." if header else "The file is empty.")
    if layout.n_skipped is None and has_header(first[1]):
        return roles_of(layout, first[1], first[1]), filled
    return roles_of(layout, header, first[1]), chain([first], filled)


def _counting(rows: NumberedRows, roles: Roles, layout: Layout) -> NumberedRows:
    """Return the rows that count, with all the cells that are needed."""
    needed = 1 + max(chain(roles.positions.values(), (position for position, _ in roles.filters)))
    for n_before, (number, row) in enumerate(_filtered(islice(rows, layout.n_rows), roles)):
        if len(row) != roles.width and (len(row) < needed or not is_empty(row[roles.width :])):
            expected = needed if len(row) < needed else roles.width
            columns = "column" if len(row) == 1 else "columns"
            raise InputError(f"Row {number} has {len(row)} {columns} instead of {expected}.")
        if n_before == layout.max_rows:
            raise InputError(f"The file has more than {layout.max_rows} rows; send it in parts.")
        yield number, row


def _filtered(rows: NumberedRows, roles: Roles) -> Iterator[tuple[int, Sequence[Cell]]]:
    if not roles.filters:
        return rows
    return (
        (number, row)
        for number, row in rows
        if all(position < len(row) and str(row[position]).strip() == text for position, text in roles.filters)
    )


def _part(chunk: Sequence[tuple[int, Sequence[Cell]]], roles: Roles, zone: ZoneInfo, layout: Layout) -> _Part:
    numbers = [number for number, _ in chunk]

    def column(role: str) -> Column:
        position = roles.positions[role]
        return Column(roles.names[role], [row[position] for _, row in chunk], numbers)

    n = len(chunk)
    believed_us = (
        _belief_times_us(column(BELIEF), zone, layout) if BELIEF in roles.positions else np.full(n, UNSTATED_US)
    )
    probability = np.full(n, POINT)
    if PROBABILITY in roles.positions:
        probability = _probabilities(column(PROBABILITY), layout.numbers)
    return _Part(
        clock_times(column(START), is_dayfirst=layout.is_dayfirst),
        _values(column(VALUE), zone, layout),
        believed_us,
        probability,
    )


def _values(column: Column, zone: ZoneInfo, layout: Layout) -> Floats:
    """Return the values; dates as seconds since 1970, lengths of time in seconds."""
    if layout.values is ValueKind.NUMBER:
        return numbers_of(column, layout.numbers)
    if layout.values is ValueKind.TIMEDELTA:
        return mapped(column, layout.numbers, _seconds, "is not a length of time, for example 01:30:00 or PT1H30M.")
    is_dayfirst = True if layout.values is ValueKind.DAYFIRST_DATETIME else layout.is_dayfirst
    stated, instants_us = _stated_instants(column, zone, is_dayfirst=is_dayfirst)
    value = np.full(len(column.cells), np.nan)
    value[stated] = instants_us / 1e6
    return value


def _belief_times_us(column: Column, zone: ZoneInfo, layout: Layout) -> Microseconds:
    stated, instants_us = _stated_instants(column, zone, is_dayfirst=layout.is_dayfirst)
    found = np.full(len(column.cells), UNSTATED_US)
    found[stated] = instants_us
    return found


def _stated_instants(column: Column, zone: ZoneInfo, *, is_dayfirst: bool | None) -> tuple[list[int], Microseconds]:
    """Return the positions of the cells that are not empty, and their instants."""
    stated = [k for k, cell in enumerate(column.cells) if not is_empty([cell])]
    chosen = Column(column.name, [column.cells[k] for k in stated], [column.numbers[k] for k in stated])
    return stated, clock_times(chosen, is_dayfirst=is_dayfirst).instants_us(zone)


def _probabilities(column: Column, style: NumberStyle) -> Floats:
    found = numbers_of(column, style)
    found[np.isnan(found)] = POINT
    outside = (found <= 0) | (found >= 1)
    if outside.any():
        raise column.wrong(int(np.argmax(outside)), "must lie between 0 and 1.")
    return found


def _seconds(cell: Cell) -> float:
    """Return a length of time written as 01:30, 01:30:00, 1 day 01:30:00 or PT1H30M [s]."""
    if isinstance(cell, timedelta):
        return cell.total_seconds()
    if isinstance(cell, time):
        return timedelta(hours=cell.hour, minutes=cell.minute, seconds=cell.second).total_seconds()
    if not isinstance(cell, str):
        raise TypeError(cell)
    match = _TIMEDELTA.fullmatch(cell.strip())
    if match is None:
        return _iso_seconds(cell.strip())
    length = timedelta(
        days=int(match["days"] or 0), hours=int(match["h"]), minutes=int(match["m"]), seconds=float(match["s"] or 0)
    )
    return -length.total_seconds() if match["sign"] else length.total_seconds()


def _iso_seconds(text: str) -> float:
    try:
        length = parse_duration(text, field=VALUE)
    except PeriodError as error:
        raise ValueError(text) from error
    if length.months:
        raise ValueError(text)
    return length.time.total_seconds()
