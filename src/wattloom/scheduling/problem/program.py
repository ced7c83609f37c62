"""A linear program as arrays, and the assembly that collects its blocks.

Constraint families add whole blocks of columns and rows by index arithmetic:
a column is ``block offset + t``. Nothing is ever added row by row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from wattloom.scheduling.problem.model import Floats

Indices: TypeAlias = NDArray[np.int64]
Booleans: TypeAlias = NDArray[np.bool_]

ABSENT = -1
"""Index of a column that is not needed; terms with it are left out."""


@dataclass(frozen=True, slots=True)
class LinearProgram:
    """Minimise offset + cost · x where lower ≤ x ≤ upper and row_lower ≤ A x ≤ row_upper.

    Attributes:
        cost: Cost per unit of each column, shape (n_columns,).
        lower: Lower bounds of the columns; -inf where none.
        upper: Upper bounds of the columns; +inf where none.
        is_integer: Which columns must be whole numbers, shape (n_columns,).
        row_lower: Lower bounds of the rows, shape (n_rows,).
        row_upper: Upper bounds of the rows, shape (n_rows,).
        starts: Where each column of A begins, shape (n_columns + 1,).
        rows: Row of each entry of A, column after column.
        values: The entries of A.
        is_basic: Which columns are basic when nothing is scheduled and every other column rests at a bound,
            shape (n_columns,).
        is_row_basic: Which rows are basic then, shape (n_rows,): those that no column balances.
        offset: Constant part of the objective.
    """

    cost: Floats
    lower: Floats
    upper: Floats
    is_integer: Booleans
    row_lower: Floats
    row_upper: Floats
    starts: NDArray[np.int32]
    rows: NDArray[np.int32]
    values: Floats
    is_basic: Booleans
    is_row_basic: Booleans
    offset: float

    @property
    def n_columns(self) -> int:
        """How many variables there are."""
        return len(self.cost)

    @property
    def n_rows(self) -> int:
        """How many rows there are."""
        return len(self.row_lower)


@dataclass(frozen=True, slots=True)
class Term:
    """Columns with their coefficients: one part of a row block or of an expression.

    Attributes:
        columns: Column per row, shape (n_rows,) or (n_parts, n_rows); ABSENT where there is none.
        coefficients: Of the same shape, or broadcast to it.
    """

    columns: Indices
    coefficients: Floats | float


@dataclass(frozen=True, slots=True)
class Bill:
    """A cost as a linear expression: offset + per_unit · columns.

    Attributes:
        columns: Those that cost something, each once.
        per_unit: Cost per unit of each.
        offset: The constant part.
    """

    columns: Indices
    per_unit: Floats
    offset: float


class Assembly:
    """Collects columns, costs and rows, and puts them together once."""

    def __init__(self) -> None:
        nothing, nowhere = np.empty(0), np.empty(0, dtype=np.int64)
        self._lower = [nothing]
        self._upper = [nothing]
        self._is_integer = [np.empty(0, dtype=np.bool_)]
        self._costs = [(nowhere, nothing)]
        self._row_lower = [nothing]
        self._row_upper = [nothing]
        self._entries = [(nowhere, nowhere, nothing)]
        self._basic = [nowhere]
        self._is_row_basic = [np.empty(0, dtype=np.bool_)]
        self._offset = 0.0
        self._n_columns = 0
        self._n_rows = 0

    @classmethod
    def extending(cls, program: LinearProgram) -> "Assembly":
        """Return an assembly that holds all of a program, to which more can be added."""
        assembly = cls()
        columns = np.repeat(np.arange(program.n_columns, dtype=np.int64), np.diff(program.starts))
        assembly._lower.append(program.lower)
        assembly._upper.append(program.upper)
        assembly._is_integer.append(program.is_integer)
        assembly._costs.append((np.arange(program.n_columns, dtype=np.int64), program.cost))
        assembly._row_lower.append(program.row_lower)
        assembly._row_upper.append(program.row_upper)
        assembly._entries.append((columns, program.rows.astype(np.int64), program.values))
        assembly._basic.append(np.flatnonzero(program.is_basic))
        assembly._is_row_basic.append(program.is_row_basic)
        assembly._offset = program.offset
        assembly._n_columns, assembly._n_rows = program.n_columns, program.n_rows
        return assembly

    def add_columns(self, lower: Floats, upper: Floats, *, is_integer: bool = False) -> Indices:
        """Add one column per bound and return their indices, in the shape of the bounds."""
        first, n = self._n_columns, lower.size
        self._lower.append(lower.ravel())
        self._upper.append(upper.ravel())
        self._is_integer.append(np.full(n, is_integer))
        self._n_columns += n
        return np.arange(first, first + n, dtype=np.int64).reshape(lower.shape)

    def add_cost(self, columns: Indices, per_unit: Floats) -> None:
        """Raise the cost of columns; what is ABSENT or costs nothing is skipped."""
        wanted = (columns != ABSENT) & (per_unit != 0)
        if wanted.any():
            self._costs.append((columns[wanted], np.broadcast_to(per_unit, columns.shape)[wanted]))

    def add_offset(self, cost: float) -> None:
        """Raise the constant part of the objective."""
        self._offset += cost

    def take_costs(self) -> Bill:
        """Return all costs so far, and forget them."""
        columns = np.concatenate([block for block, _ in self._costs])
        per_unit = np.concatenate([cost for _, cost in self._costs])
        priced, position = np.unique(columns, return_inverse=True)
        total = np.zeros(len(priced))
        np.add.at(total, position, per_unit)
        bill = Bill(priced, total, self._offset)
        self._costs, self._offset = self._costs[:1], 0.0
        return bill

    def add_equalities(self, terms: Sequence[Term], right: Floats, *, balancing: Indices | None = None) -> Indices:
        """Add rows Σ terms = right and return their indices; see :meth:`add_rows`."""
        return self.add_rows(terms, right, right, balancing=balancing)

    def add_rows(
        self, terms: Sequence[Term], lower: Floats, upper: Floats, *, balancing: Indices | None = None
    ) -> Indices:
        """Add one row per bound, lower ≤ Σ terms ≤ upper, and return their indices.

        ``balancing`` names the column that takes up each row's rest when nothing is scheduled; without it the
        rows hold by themselves then.
        """
        if balancing is not None:
            self._basic.append(balancing)
        n = len(lower)
        indices = np.arange(self._n_rows, self._n_rows + n, dtype=np.int64)
        for term in terms:
            coefficients, rows = np.empty(term.columns.shape), np.empty(term.columns.shape, dtype=np.int64)
            coefficients[...], rows[...] = term.coefficients, indices
            wanted = (term.columns != ABSENT) & (coefficients != 0)
            self._entries.append((term.columns[wanted], rows[wanted], coefficients[wanted]))
        self._row_lower.append(lower)
        self._row_upper.append(upper)
        self._is_row_basic.append(np.full(n, balancing is None))
        self._n_rows += n
        return indices

    def finish(self) -> LinearProgram:
        """Return the program with its matrix sorted by columns."""
        columns = np.concatenate([entry[0] for entry in self._entries])
        rows = np.concatenate([entry[1] for entry in self._entries])
        values = np.concatenate([entry[2] for entry in self._entries])
        order = np.argsort(columns, kind="stable")
        starts = np.zeros(self._n_columns + 1, dtype=np.int32)
        np.cumsum(np.bincount(columns, minlength=self._n_columns), out=starts[1:])
        is_basic = np.zeros(self._n_columns, dtype=np.bool_)
        is_basic[np.concatenate(self._basic)] = True
        cost = np.zeros(self._n_columns)
        for block, per_unit in self._costs:
            np.add.at(cost, block, per_unit)
        return LinearProgram(
            cost=cost,
            lower=np.concatenate(self._lower),
            upper=np.concatenate(self._upper),
            is_integer=np.concatenate(self._is_integer),
            row_lower=np.concatenate(self._row_lower),
            row_upper=np.concatenate(self._row_upper),
            starts=starts,
            rows=rows[order].astype(np.int32),
            values=values[order],
            is_basic=is_basic,
            is_row_basic=np.concatenate(self._is_row_basic),
            offset=self._offset,
        )
