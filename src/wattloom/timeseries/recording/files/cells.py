"""Rows of cells, as they stand in a file, and how a wrong cell is named."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeAlias

from wattloom.errors import InputError

Cell: TypeAlias = str | float | bool | datetime | date | time | timedelta
"""Text of a CSV file; a spreadsheet also has numbers, truth values and times. An empty cell is ``""``."""

_SHOWN_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Column:
    """Some cells of one column.

    Attributes:
        name: Its name in the header, or ``2`` for the second column of a file without one.
        cells: What stands in it, shape (n,).
        numbers: The rows of the file in which the cells stand, counted from 1, shape (n,).
    """

    name: str
    cells: Sequence[Cell]
    numbers: Sequence[int]

    def wrong(self, position: int, problem: str) -> InputError:
        """Return an error that names row, column and content of a cell."""
        return wrong_cell(self.numbers[position], self.name, self.cells[position], problem)


def wrong_cell(number: int, column: str, cell: Cell, problem: str) -> InputError:
    """Return an error that names row, column and content of a cell."""
    text = str(cell)
    where = f"Row {number}, column {shortened(column)}"
    if text.startswith("="):
        return InputError(f"{where}: '{shortened(text)}' is a formula; save the file with values instead.")
    return InputError(f"{where}: '{shortened(text)}' {problem}")


def shortened(text: str) -> str:
    """Return a text from a file as errors show it."""
    return text if len(text) <= _SHOWN_LENGTH else f"{text[:_SHOWN_LENGTH]}…"


def is_empty(row: Sequence[Cell]) -> bool:
    """Whether nothing stands in a row."""
    for cell in row:  # noqa: SIM110 - half the time of all(): this runs for every row
        if not isinstance(cell, str) or cell.strip():
            return False
    return True


NumberedRows: TypeAlias = Iterator[tuple[int, Sequence[Cell]]]
"""Rows with their numbers, counted from 1."""
