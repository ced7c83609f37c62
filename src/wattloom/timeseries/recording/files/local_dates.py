"""Dates as people write them, without the year in front: 1.3.2026 0:15, 01/03/2026.

Dots have the day first everywhere. Slashes and dashes have it in some countries
and the month in others; a file does not tell which, so that it must be said.
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone, tzinfo

import numpy as np
from numpy.typing import NDArray

from wattloom.periods import Microseconds
from wattloom.timeseries.recording.files.cells import Cell
from wattloom.timeseries.recording.files.uniform import offset_of

_WRITTEN = re.compile(
    r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?:(?: +|T)(\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?(Z|[+-]\d{2}:?\d{2}))?)?",
    re.ASCII,
)
_SHORT_YEAR = re.compile(r"\d{1,2}([./-])\d{1,2}\1\d{2}(?!\d).*", re.ASCII | re.DOTALL)
_MARKS = re.compile(rb"([./-])\1(?:[ T]::?)?\n")
_DIGITS_LEAST = (1, 1, 4, 1, 2, 2)
_DIGITS_MOST = (2, 2, 4, 2, 2, 2)
"""How many digits day, month, year, hour, minute and second have."""

_ENDS = (24, 60, 60)
_SECONDS = (3600, 60, 1)


def local_time(text: str, *, is_dayfirst: bool | None) -> datetime | None:
    """Return a time like 1.3.2026 0:15, with the offset behind it if there is one; None for another form.

    Args:
        text: Without blanks around.
        is_dayfirst: Whether the day stands first where slashes or dashes are between; None is unknown.

    Raises:
        ValueError: There is no such day or time, or it is unknown whether the day stands first.
    """
    match = _WRITTEN.fullmatch(text)
    if match is None:
        return None
    first, mark, second, year, hour, minute, seconds, offset = match.groups()
    is_first = _is_dayfirst(mark, is_dayfirst=is_dayfirst)
    if is_first is None:
        raise ValueError(text)
    day, month = (first, second) if is_first else (second, first)
    zone = _zone(offset) if offset else None
    return datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(seconds or 0), tzinfo=zone)


def local_problem(text: str, *, is_dayfirst: bool | None) -> str | None:
    """Return what is wrong with a text that is no time, if it is written nearly like 1.3.2026; else None."""
    if _SHORT_YEAR.fullmatch(text):
        return "has a year of two digits; write all four, for example 01.03.2026 00:15."
    match = _WRITTEN.fullmatch(text)
    if match is None:
        return None
    is_first = _is_dayfirst(match[2], is_dayfirst=is_dayfirst)
    if is_first is None:
        return (
            "may have the day or the month first. Say which: dayfirst true or false; "
            "on the command line --dayfirst or --monthfirst."
        )
    return f"is not a date and time with the {'day' if is_first else 'month'} first."


def uniform_local_times(cells: Sequence[Cell], *, is_dayfirst: bool | None) -> Microseconds | None:
    """Return times without offsets that have the same marks between their digits.

    Args:
        cells: Any.
        is_dayfirst: Whether the day stands first where slashes or dashes are between; None is unknown.

    Returns:
        What the clocks show [µs since 1970 on that clock], shape (n,); None when a cell is written otherwise,
        when there is no such time, or when it is unknown whether the day stands first.
    """
    match = _WRITTEN.fullmatch(cells[0]) if cells and isinstance(cells[0], str) else None
    is_first = _is_dayfirst(match[2], is_dayfirst=is_dayfirst) if match is not None else None
    if is_first is None:
        return None
    texts = [cell for cell in cells if isinstance(cell, str)]
    try:
        written = "\n".join([*texts, ""]).encode("ascii")
    except UnicodeEncodeError:
        return None
    numbers = _numbers(written, len(cells))
    if numbers is None:
        return None
    return _times_us(numbers if is_first else numbers[[1, 0, *range(2, len(numbers))]])


def _is_dayfirst(mark: str, *, is_dayfirst: bool | None) -> bool | None:
    """Whether the day stands first, given the mark behind it; None if nobody knows."""
    return True if mark == "." else is_dayfirst


def _zone(offset: str) -> tzinfo:
    return timezone(offset_of(offset) or timedelta(0))


def _numbers(written: bytes, n: int) -> NDArray[np.int64] | None:
    """Return the numbers in ``n`` lines with the same marks between, shape (numbers of a line, n)."""
    codes = np.frombuffer(written, dtype=np.uint8)
    ends = np.flatnonzero((codes < ord("0")) | (codes > ord("9")))
    widths = np.diff(ends, prepend=-1) - 1
    n_marks = len(ends) // n
    if len(ends) != n * n_marks:
        return None
    marks = codes[ends].reshape(n, n_marks)
    widths = widths.reshape(n, n_marks)
    if _MARKS.fullmatch(marks[0].tobytes()) is None or (marks != marks[0]).any():
        return None
    if ((widths < _DIGITS_LEAST[:n_marks]) | (widths > _DIGITS_MOST[:n_marks])).any():
        return None
    last = ends.reshape(n, n_marks) - 1
    numbers = np.zeros((n, n_marks), dtype=np.int64)
    for place in range(max(_DIGITS_MOST)):
        # 64 bits, since thousands do not fit into those of a character.
        digits = codes[last - place].astype(np.int64) - ord("0")
        numbers += np.where(widths > place, digits * 10**place, 0)
    return numbers.T


def _times_us(numbers: NDArray[np.int64]) -> Microseconds | None:
    """Return day, month, year and what is there of hour, minute and second as times; None if one does not exist."""
    day, month, year, *clock = numbers
    months = ((year - 1970) * 12 + month - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (day - 1)
    exist = (month >= 1) & (month <= 12) & (day >= 1) & (days.astype("datetime64[M]") == months)  # noqa: PLR2004 - months
    seconds = np.zeros_like(day)
    for number, end, length in zip(clock, _ENDS, _SECONDS, strict=False):
        exist &= number < end
        seconds += number * length
    if not exist.all():
        return None
    shown_us: Microseconds = (days.astype("datetime64[s]") + seconds).astype("datetime64[us]").astype(np.int64)
    return shown_us
