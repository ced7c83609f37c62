"""Columns of text as numbers: decimal commas, separators of thousands, gaps."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wattloom.errors import InputError
from wattloom.timeseries.belief import Floats
from wattloom.timeseries.recording.files.cells import Cell, Column

_IN_NUMBERS = frozenset("0123456789+-.eE \t")
USUAL_GAPS = frozenset({"NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "#N/A", "-"})
"""Texts that many programs write where they have no value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberStyle:
    """How numbers are written.

    Attributes:
        decimal: Between whole and fraction; "" looks whether there are commas and no points.
        thousands: Between groups of digits; "" for none.
        gaps: Texts that stand for no value, besides an empty cell.
    """

    decimal: str = ""
    thousands: str = ""
    gaps: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Refuse separators that cannot be told apart."""
        if self.thousands and self.thousands == (self.decimal or "."):
            raise InputError("Must differ from the decimal mark.", field="thousands")


def numbers_of(column: Column, style: NumberStyle) -> Floats:
    """Return the numbers in a column, NaN where there are none.

    Raises:
        InputError: A cell holds something else, or no finite number; names row and column.
    """
    try:
        value, stated = _parsed(column.cells, style), list(range(len(column.cells)))
    except (TypeError, ValueError):  # not only numbers: gaps, or something wrong
        stated = [k for k, cell in enumerate(column.cells) if not _is_gap(cell, style)]
        value = np.full(len(column.cells), np.nan)
        value[stated] = _parsed_stated(column, stated, style)
    wrong = ~np.isfinite(value[stated])
    if wrong.any():
        raise column.wrong(stated[int(np.argmax(wrong))], "is no finite number; leave the cell of a gap empty.")
    return value


def _parsed_stated(column: Column, stated: Sequence[int], style: NumberStyle) -> Floats:
    cells = [column.cells[k] for k in stated]
    try:
        return _parsed(cells, style)
    except (TypeError, ValueError):
        decimal = _decimal_of(cells, style)
        position = next(k for k, cell in zip(stated, cells, strict=True) if not _is_number(cell, style, decimal))
        raise column.wrong(position, _advice(decimal)) from None


def mapped(column: Column, style: NumberStyle, convert: Callable[[Cell], float], problem: str) -> Floats:
    """Return what ``convert`` makes of each cell, NaN where there is none.

    Args:
        column: The cells.
        style: Says which texts are gaps.
        convert: Raises ValueError or TypeError for what it does not know.
        problem: What is said then.

    Raises:
        InputError: A cell holds something else; names row and column.
    """
    value = np.full(len(column.cells), np.nan)
    for k, cell in enumerate(column.cells):
        if not _is_gap(cell, style):
            try:
                value[k] = convert(cell)
            except (TypeError, ValueError, OverflowError) as error:
                raise column.wrong(k, problem) from error
    return value


def _is_gap(cell: Cell, style: NumberStyle) -> bool:
    return isinstance(cell, str) and (not cell or cell.strip() in style.gaps or not cell.strip())


def _parsed(cells: Sequence[Cell], style: NumberStyle) -> Floats:
    kinds = set(map(type, cells))
    if kinds <= {str}:
        texts: list[Any] = _plain(cells, style, _decimal_of(cells, style))
        if not _IN_NUMBERS.issuperset("".join(texts)):
            raise ValueError
        return np.array([float(text) for text in texts])
    if kinds <= {int, float}:
        return np.array(cells, dtype=np.float64)
    decimal = _decimal_of(cells, style)
    return np.array([_number(cell, style, decimal) for cell in cells])


def _decimal_of(cells: Sequence[Cell], style: NumberStyle) -> str:
    if style.decimal:
        return style.decimal
    text = "".join(cell for cell in cells if isinstance(cell, str))
    return "," if "," in text and "." not in text else "."


def _plain(cells: Sequence[Any], style: NumberStyle, decimal: str) -> list[str]:
    """Return texts with a decimal point and without separators of thousands."""
    texts = list(cells)
    if style.thousands:
        texts = [text.replace(style.thousands, "") for text in texts]
    if decimal != ".":
        # A point that is no separator must not become one.
        texts = [text.replace(".", "\0").replace(decimal, ".") for text in texts]
    return texts


def _number(cell: Cell, style: NumberStyle, decimal: str) -> float:
    if isinstance(cell, str):
        (text,) = _plain([cell], style, decimal)
        if not _IN_NUMBERS.issuperset(text):
            raise ValueError(cell)
        return float(text)
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        raise TypeError(cell)
    return float(cell)


def _is_number(cell: Cell, style: NumberStyle, decimal: str) -> bool:
    try:
        return math.isfinite(_number(cell, style, decimal))
    except (TypeError, ValueError):
        return False


def _advice(decimal: str) -> str:
    return f"is not a number, for example 12{decimal}5; leave the cell of a gap empty."
