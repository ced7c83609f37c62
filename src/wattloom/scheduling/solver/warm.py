"""Warm starts: begin at the basis of an earlier solve where that cannot change the plan.

Formulation: "Solving". Re-planning solves nearly the same program again and
again, and few steps lead from one optimum to the next. But where several
plans cost the same, where a solve begins decides which of them is found, and
identical inputs must give identical plans whatever was solved before. So a
warm outcome counts only if no other plan costs as little.
"""

from collections import OrderedDict

import numpy as np

from wattloom.scheduling.problem import Booleans, Floats, LinearProgram
from wattloom.scheduling.solver.port import Basis, Outcome, Place, Status

_FREE = 1e-7
"""A reduced cost below this, in scaled units, counts as none."""

_Key = tuple[int, int, int]


class Starts:
    """Bases of earlier solves; the least recently used are forgotten first.

    A program is known by its coefficients, which re-planning leaves as they are: prices, loads and states of charge
    are costs and bounds. One that is new begins where the last one with the same pattern ended, such as another home's.
    Lives as long as a worker process. Not for several threads at once.
    """

    def __init__(self, max_bytes: int = 32 * 2**20) -> None:
        """Remember bases of up to so many bytes, one byte per column and row."""
        self._bases: OrderedDict[_Key, Basis] = OrderedDict()
        self._left_bytes = max_bytes

    def find(self, program: LinearProgram) -> Basis | None:
        """Return where the last program like this one was solved."""
        for key in _keys(program):
            if key in self._bases:
                self._bases.move_to_end(key)
                return self._bases[key]
        return None

    def keep(self, program: LinearProgram, outcome: Outcome) -> None:
        """Remember where a program was solved.

        Only if its optimum is unique: where it is not, that of the next one hardly is, and trying costs time.
        """
        for key in _keys(program):
            self._forget(key)
            if outcome.basis is not None and is_unique(program, outcome):
                self._bases[key] = outcome.basis
                self._left_bytes -= _size(outcome.basis)
        while self._left_bytes < 0:
            self._forget(next(iter(self._bases)))

    def _forget(self, key: _Key) -> None:
        basis = self._bases.pop(key, None)
        self._left_bytes += 0 if basis is None else _size(basis)


def is_unique(program: LinearProgram, outcome: Outcome) -> bool:
    """Return whether every other solution of a program without integers surely costs more.

    So it does if every column and row that could leave its bound would cost something by that.
    """
    if outcome.status is not Status.OPTIMAL or outcome.basis is None:
        return False
    columns = _may_leave(outcome.basis.columns, program.lower, program.upper)
    rows = _may_leave(outcome.basis.rows, program.row_lower, program.row_upper)
    cheapest = min(
        np.abs(outcome.column_duals[columns]).min(initial=np.inf), np.abs(outcome.row_duals[rows]).min(initial=np.inf)
    )
    return bool(cheapest > _FREE)


def _may_leave(places: bytes, lower: Floats, upper: Floats) -> Booleans:
    rests: Booleans = np.frombuffer(places, dtype=np.int8) != Place.BASIC
    return rests & (lower < upper)


def _keys(program: LinearProgram) -> tuple[_Key, _Key]:
    """Return what tells a program by its coefficients, and by their pattern."""
    pattern = hash((program.starts.tobytes(), program.rows.tobytes()))
    coefficients = hash((pattern, program.values.tobytes()))
    return (program.n_columns, program.n_rows, coefficients), (program.n_columns, program.n_rows, pattern)


def _size(basis: Basis) -> int:
    return len(basis.columns) + len(basis.rows)
