"""Columns of dates and times as instants, also where the clocks of a zone change.

A time without an offset is meant in the file's time zone. In the hour that the
clocks show twice, rows in order of time decide: where the local time steps back
within that hour, everything before is the first pass, everything from there on
the second. Without such a step nothing tells which pass is meant, and the row
is refused; so is a time that the clocks skip.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from wattloom.errors import InputError
from wattloom.periods import Microseconds, from_us, to_us
from wattloom.timeseries.files.cells import Cell, Column

_US = timedelta(microseconds=1)
_DAY_US = 86_400_000_000
_MILLISECOND_US = 1_000
_SPREADSHEET_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheets know no zones
_EARLIEST_US = to_us(datetime(1900, 1, 1, tzinfo=UTC))
_LATEST_US = to_us(datetime(2200, 1, 1, tzinfo=UTC))
_LAST_SERIAL_DAY = 109_575
_DAYFIRST = tuple(
    f"%d{mark}%m{mark}%Y{time}" for mark in "-/." for time in (" %H:%M:%S", " %H:%M", "T%H:%M:%S", "T%H:%M", "")
)
_ADVICE = "is not a date and time in ISO 8601, for example 2026-03-01T00:15:00+01:00."
_DAYFIRST_ADVICE = "is not a date and time with the day first, for example 31-03-2026 00:15."


def instants_of(column: Column, zone: ZoneInfo, *, is_ordered: bool = False, is_dayfirst: bool = False) -> Microseconds:
    """Return the instants in a column [µs since 1970 UTC].

    Args:
        column: Times in ISO 8601, or times and serial days of a spreadsheet; in the order of the file.
        zone: Of times without an offset.
        is_ordered: Whether each row is a moment of its own, so that the order may decide in the hour shown twice.
        is_dayfirst: Whether texts are written like 31-03-2026 00:15 instead.

    Raises:
        InputError: A cell is no time, or outside the years 1900 to 2199, or a time that
            the clocks of the zone skip or show twice; names row and column.
    """
    parsed = _parsed(column, is_dayfirst=is_dayfirst)
    offsets = [each.utcoffset() for each in parsed]
    lengths = {offset: 0 if offset is None else offset // _US for offset in set(offsets)}
    local = parsed if lengths.keys() == {None} else [each.replace(tzinfo=None) for each in parsed]
    local_us = np.array(local, dtype="datetime64[us]").astype(np.int64)
    instants_us = local_us - np.array([lengths[offset] for offset in offsets], dtype=np.int64)
    outside = (instants_us < _EARLIEST_US) | (instants_us >= _LATEST_US)
    if outside.any():
        raise column.wrong(int(np.argmax(outside)), "must lie between the years 1900 and 2199.")
    if None in lengths:
        naive = np.array([offset is None for offset in offsets], dtype=bool)
        instants_us[naive] = _localised(column, np.flatnonzero(naive), local_us[naive], zone, is_ordered=is_ordered)
    return instants_us


def looks_like_time(cell: Cell) -> bool:
    """Whether a cell is a time, or a text that begins like one."""
    return cell.strip()[:1].isdigit() if isinstance(cell, str) else not isinstance(cell, bool)


def _parsed(column: Column, *, is_dayfirst: bool) -> Sequence[datetime]:
    if not is_dayfirst:
        try:
            return [datetime.fromisoformat(cell) for cell in column.cells]  # type: ignore[arg-type] # TypeError follows
        except (TypeError, ValueError):
            pass  # at least one cell is no text in ISO 8601
    found = []
    for k, cell in enumerate(column.cells):
        try:
            found.append(_instant(cell, is_dayfirst=is_dayfirst))
        except (TypeError, ValueError, OverflowError) as error:
            raise column.wrong(k, _DAYFIRST_ADVICE if is_dayfirst else _ADVICE) from error
    return found


def _instant(cell: Cell, *, is_dayfirst: bool) -> datetime:
    if isinstance(cell, str):
        return _dayfirst(cell.strip()) if is_dayfirst else datetime.fromisoformat(cell.strip())
    if isinstance(cell, datetime):
        return _rounded(cell)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - spreadsheets know no zones
    if isinstance(cell, bool) or not isinstance(cell, int | float) or not 1 <= cell < _LAST_SERIAL_DAY:
        raise TypeError(cell)
    return _rounded(_SPREADSHEET_EPOCH + timedelta(days=cell))


def _rounded(instant: datetime) -> datetime:
    """Return the nearest millisecond: spreadsheets count in fractions of days."""
    rest_us = instant.microsecond % _MILLISECOND_US
    return instant - rest_us * _US + (timedelta(milliseconds=1) if rest_us * 2 >= _MILLISECOND_US else timedelta(0))


def _dayfirst(text: str) -> datetime:
    for form in _DAYFIRST:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - meant in the file's zone
        except ValueError:
            continue
    raise ValueError(text)


def _localised(
    column: Column, rows: NDArray[np.intp], local_us: Microseconds, zone: ZoneInfo, *, is_ordered: bool
) -> Microseconds:
    """Return local times of a zone as instants; ``rows`` says where they stand in the column."""
    first_us, second_us = _offsets_us(local_us, zone)
    skipped = first_us < second_us
    if skipped.any():
        position = int(rows[np.argmax(skipped)])
        raise column.wrong(position, f"does not exist: the clocks of {zone.key} skip it. Add offsets such as +01:00.")
    is_twice = first_us > second_us
    if not is_twice.any():
        return local_us - first_us
    if not is_ordered:
        raise _undecided(column, int(rows[np.argmax(is_twice)]), zone)
    steps = np.sign(np.diff(local_us))
    forwards = steps.sum() >= 0
    step = slice(None) if forwards else slice(None, None, -1)
    is_second = np.zeros(len(local_us), dtype=bool)
    is_second[step] = _second_passes(column, rows[step], local_us[step], is_twice[step], zone)
    return local_us - np.where(is_second, second_us, first_us)


def _second_passes(
    column: Column, rows: NDArray[np.intp], local_us: Microseconds, is_twice: NDArray[np.bool_], zone: ZoneInfo
) -> NDArray[np.bool_]:
    """Return which of the times that the clocks show twice are of the second pass; rows are in order of time."""
    is_second = np.zeros(len(local_us), dtype=bool)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_twice, [False]])))
    for start, end in edges.reshape(-1, 2):
        back = start + 1 + np.flatnonzero(np.diff(local_us[start:end]) <= 0)
        if len(back) != 1:
            raise _undecided(column, int(rows[back[1] if len(back) else start]), zone)
        is_second[back[0] : end] = True
    return is_second


def _undecided(column: Column, position: int, zone: ZoneInfo) -> InputError:
    return column.wrong(
        position,
        f"is shown twice by the clocks of {zone.key}, and the rows around it do not tell which is meant. "
        "Add offsets such as +01:00.",
    )


def _offsets_us(local_us: Microseconds, zone: ZoneInfo) -> tuple[Microseconds, Microseconds]:
    """Return the offsets of local times before and after a change of the clocks that they may fall in, shape (n,)."""
    days, inverse = np.unique(local_us // _DAY_US, return_inverse=True)
    at_midnights = [_offset_pair(int(day) * _DAY_US, zone) for day in days]
    at_ends = [_offset_pair((int(day) + 1) * _DAY_US, zone) for day in days]
    pairs = np.array(at_midnights, dtype=np.int64)[inverse]
    changing = np.array([len({*one, *other}) > 1 for one, other in zip(at_midnights, at_ends, strict=True)])[inverse]
    pairs[changing] = [_offset_pair(int(each), zone) for each in local_us[changing]] or np.empty((0, 2))
    return pairs[:, 0], pairs[:, 1]


def _offset_pair(local_us: int, zone: ZoneInfo) -> tuple[int, int]:
    local = from_us(local_us).replace(tzinfo=zone)
    first: Any = local.utcoffset()
    second: Any = local.replace(fold=1).utcoffset()
    return first // _US, second // _US
