"""The solver port: a linear program in, an outcome out."""

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

import numpy as np

from wattloom.scheduling.problem import Floats, LinearProgram


class Status(Enum):
    """How a solve ended."""

    OPTIMAL = "optimal"
    """Proven to within the gap."""
    FEASIBLE = "feasible"
    """Time ran out; a solution is known."""
    UNSOLVED = "unsolved"
    """Time ran out; no solution is known."""
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a solver found.

    Attributes:
        status: How it ended.
        values: Value of each column, shape (n_columns,); empty without a solution.
        row_duals: Rise of the objective per unit of each row's bound, shape (n_rows,); empty with integers.
        column_duals: The same for the columns' bounds, shape (n_columns,).
        objective: Objective of the solution; NaN without one.
        bound: No solution costs less than this; -inf if unknown.
        seconds: Time spent [s].
        iterations: Simplex iterations.
    """

    status: Status
    values: Floats
    row_duals: Floats
    column_duals: Floats
    objective: float
    bound: float
    seconds: float
    iterations: int

    @property
    def has_solution(self) -> bool:
        """Whether there are values."""
        return self.status in (Status.OPTIMAL, Status.FEASIBLE)

    @property
    def gap(self) -> float:
        """How far from the best the solution can be, relative to cost: 0 when proven, 1 when nothing is known."""
        if self.objective <= self.bound:
            return 0.0
        size = max(abs(self.objective), abs(self.bound))
        return min((self.objective - self.bound) / size, 1.0) if np.isfinite(self.bound) else 1.0


class Solver(Protocol):
    """Solves linear programs, with whole numbers where columns ask for them."""

    def solve(self, program: LinearProgram, *, time_limit_s: float, start: Floats | None = None) -> Outcome:
        """Minimise a program.

        Args:
            program: What to solve.
            time_limit_s: When to stop and return what is known [s].
            start: A feasible solution to improve, shape (n_columns,).

        Raises:
            InternalError: The solver refused the program or failed numerically.
        """
        ...
