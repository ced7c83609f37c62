"""Columns of dates and times as instants, also where the clocks of a zone change.

A time without an offset is meant in the file's time zone. In the hour that the
clocks show twice, rows in order of time decide: where the local time steps back
within that hour, everything before is the first pass, everything from there on
the second. Without such a step nothing tells which pass is meant, and the row
is refused; so is a time that the clocks skip.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from wattloom.errors import InputError
from wattloom.periods import MICROSECOND, Microseconds, from_us, to_us
from wattloom.timeseries.belief import Ids
from wattloom.timeseries.recording.files.cells import Cell, Column, wrong_cell
from wattloom.timeseries.recording.files.local_dates import local_problem, local_time, uniform_local_times
from wattloom.timeseries.recording.files.uniform import offset_of, uniform_times

_DAY_US = 86_400_000_000
_MILLISECOND_US = 1_000
_SPREADSHEET_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheets know no zones
_EARLIEST_US = to_us(datetime(1900, 1, 1, tzinfo=UTC))
_LATEST_US = to_us(datetime(2200, 1, 1, tzinfo=UTC))
_LAST_SERIAL_DAY = 109_575
_ADVICE = "is not a date and time in ISO 8601, for example 2026-03-01T00:15:00+01:00, nor one like 01.03.2026 00:15."


_LocalTimes: TypeAlias = tuple[Microseconds, Microseconds, NDArray[np.bool_]]
"""What the clock shows, the offset behind it, and where there is none; as in :class:`ClockTimes`."""


@dataclass(frozen=True, slots=True)
class ClockTimes:
    """Times of one column as they are written; arrays have shape (n,), in the order of the file.

    Attributes:
        name: Of the column.
        number: The rows in which they stand, counted from 1.
        local_us: What the clock shows [µs since 1970 on that clock].
        offset_us: Offset from UTC that is written behind it [µs]; 0 where there is none.
        is_naive: Where there is none.
    """

    name: str
    number: Ids
    local_us: Microseconds
    offset_us: Microseconds
    is_naive: NDArray[np.bool_]

    @classmethod
    def concatenate(cls, parts: "Sequence[ClockTimes]") -> "ClockTimes":
        """Return all times of one column, one part after another."""
        arrays = [(part.number, part.local_us, part.offset_us, part.is_naive) for part in parts]
        number, local_us, offset_us, is_naive = (np.concatenate(columns) for columns in zip(*arrays, strict=True))
        return cls(parts[0].name, number, local_us, offset_us, is_naive)

    def instants_us(self, zone: ZoneInfo, *, is_ordered: bool = False) -> Microseconds:
        """Return the instants [µs since 1970 UTC].

        Args:
            zone: Of times without an offset.
            is_ordered: Whether each row is a moment of its own, so that the order may decide in the hour
                shown twice.

        Raises:
            InputError: The clocks of the zone skip a time, or show it twice; names row and column.
        """
        instants_us = self.local_us - self.offset_us
        if self.is_naive.any():
            naive = ClockTimes(
                self.name,
                self.number[self.is_naive],
                self.local_us[self.is_naive],
                self.offset_us[self.is_naive],
                self.is_naive[self.is_naive],
            )
            instants_us[self.is_naive] = _localised(naive, zone, is_ordered=is_ordered)
        return instants_us

    def wrong(self, position: int, problem: str) -> InputError:
        """Return an error that names row, column and time."""
        shown = from_us(int(self.local_us[position])).replace(tzinfo=None)
        return wrong_cell(int(self.number[position]), self.name, shown, problem)


def clock_times(column: Column, *, is_dayfirst: bool | None = None) -> ClockTimes:
    """Return the times in a column.

    Args:
        column: Times in ISO 8601, those like 31.03.2026 0:15, or times and serial days of a spreadsheet.
        is_dayfirst: Whether in times like 01/03/2026 or 01-03-2026 the day stands first, not the month;
            None is unknown, and refuses them.

    Raises:
        InputError: A cell is no time, or outside the years 1900 to 2199; names row and column.
    """
    local_us, offset_us, is_naive = _uniform(column, is_dayfirst=is_dayfirst) or _one_by_one(
        column, is_dayfirst=is_dayfirst
    )
    outside = (local_us - offset_us < _EARLIEST_US) | (local_us - offset_us >= _LATEST_US)
    if outside.any():
        raise column.wrong(int(np.argmax(outside)), "must lie between the years 1900 and 2199.")
    return ClockTimes(column.name, np.array(column.numbers, dtype=np.int64), local_us, offset_us, is_naive)


def looks_like_time(cell: Cell) -> bool:
    """Whether a cell is a time, or a text that begins like one."""
    return cell.strip()[:1].isdigit() if isinstance(cell, str) else not isinstance(cell, bool)


def _uniform(column: Column, *, is_dayfirst: bool | None) -> _LocalTimes | None:
    """Return the times if all are texts of one form."""
    shown_us = uniform_local_times(column.cells, is_dayfirst=is_dayfirst)
    if shown_us is not None:
        return shown_us, np.zeros_like(shown_us), np.ones(len(shown_us), dtype=bool)
    found = uniform_times(column.cells)
    if found is None:
        return None
    local_us, suffixes = found
    try:
        offsets = {suffix: offset_of(suffix) for suffix in set(suffixes)}
    except ValueError:
        return None
    lengths = {suffix: 0 if offset is None else offset // MICROSECOND for suffix, offset in offsets.items()}
    offset_us = np.array([lengths[suffix] for suffix in suffixes], dtype=np.int64)
    return local_us, offset_us, np.array([not suffix for suffix in suffixes], dtype=bool)


def _one_by_one(column: Column, *, is_dayfirst: bool | None) -> _LocalTimes:
    """Return times of any form."""
    found = []
    for k, cell in enumerate(column.cells):
        try:
            found.append(_instant(cell, is_dayfirst=is_dayfirst))
        except (TypeError, ValueError, OverflowError) as error:
            raise column.wrong(k, _problem(cell, is_dayfirst=is_dayfirst)) from error
    offsets = [each.utcoffset() for each in found]
    local_us = np.array([each.replace(tzinfo=None) for each in found], dtype="datetime64[us]").astype(np.int64)
    offset_us = np.array([0 if offset is None else offset // MICROSECOND for offset in offsets], dtype=np.int64)
    return local_us, offset_us, np.array([offset is None for offset in offsets], dtype=bool)


def _instant(cell: Cell, *, is_dayfirst: bool | None) -> datetime:
    if isinstance(cell, str):
        text = cell.strip()
        return local_time(text, is_dayfirst=is_dayfirst) or datetime.fromisoformat(text)
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
    return (
        instant
        - rest_us * MICROSECOND
        + (timedelta(milliseconds=1) if rest_us * 2 >= _MILLISECOND_US else timedelta(0))
    )


def _problem(cell: Cell, *, is_dayfirst: bool | None) -> str:
    """Return what is wrong with a cell that is no time."""
    found = local_problem(cell.strip(), is_dayfirst=is_dayfirst) if isinstance(cell, str) else None
    return found or _ADVICE


def _localised(times: ClockTimes, zone: ZoneInfo, *, is_ordered: bool) -> Microseconds:
    """Return times without offsets as instants."""
    first_us, second_us = _offsets_us(times.local_us, zone)
    skipped = first_us < second_us
    if skipped.any():
        problem = f"does not exist: the clocks of {zone.key} skip it. Add offsets such as +01:00."
        raise times.wrong(int(np.argmax(skipped)), problem)
    is_twice = first_us > second_us
    if not is_twice.any():
        return times.local_us - first_us
    if not is_ordered:
        raise _undecided(times, int(np.argmax(is_twice)), zone)
    return times.local_us - np.where(_is_second_pass(times, is_twice, zone), second_us, first_us)


def _is_second_pass(times: ClockTimes, is_twice: NDArray[np.bool_], zone: ZoneInfo) -> NDArray[np.bool_]:
    """Return which of the times that the clocks show twice are of the second pass."""
    steps = np.sign(np.diff(times.local_us))
    rows = np.arange(len(is_twice))
    if steps.sum() < 0:
        rows = rows[::-1]
    local_us = times.local_us[rows]
    is_second = np.zeros(len(rows), dtype=bool)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_twice[rows], [False]])))
    for start, end in edges.reshape(-1, 2):
        back = start + 1 + np.flatnonzero(np.diff(local_us[start:end]) <= 0)
        if len(back) != 1:
            raise _undecided(times, int(rows[back[1] if len(back) else start]), zone)
        is_second[rows[back[0] : end]] = True
    return is_second


def _undecided(times: ClockTimes, position: int, zone: ZoneInfo) -> InputError:
    return times.wrong(
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
    return first // MICROSECOND, second // MICROSECOND
