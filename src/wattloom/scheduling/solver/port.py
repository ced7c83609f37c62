"""The solver port: a linear program in, an outcome out."""

from dataclasses import dataclass
from enum import Enum, IntEnum
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
    """Time ran out, that for finding a first solution too; none is known."""
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"


class Place(IntEnum):
    """Where a column or row stands in a basis."""

    LOWER = 0
    """It rests at its lower bound."""
    BASIC = 1
    """Its value follows from those of the others."""
    UPPER = 2
    """It rests at its upper bound."""
    ZERO = 3
    """It has no bound and rests at zero."""


@dataclass(frozen=True, slots=True)
class Basis:
    """A corner of the feasible set: as many columns and rows are basic as there are rows.

    Attributes:
        columns: A :class:`Place` per column, one byte each.
        rows: A :class:`Place` per row, one byte each.
    """

    columns: bytes
    rows: bytes


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
        basis: Where the solver ended; None with integers, and where it knows none.
    """

    status: Status
    values: Floats
    row_duals: Floats
    column_duals: Floats
    objective: float
    bound: float
    seconds: float
    iterations: int
    basis: Basis | None = None

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

    def solve(
        self,
        program: LinearProgram,
        *,
        time_limit_s: float,
        start: Floats | None = None,
        basis: Basis | None = None,
        finding_s: float = 0.0,
    ) -> Outcome:
        """Minimise a program.

        Args:
            program: What to solve.
            time_limit_s: When to stop and return what is known [s]; every outcome of a program without integers has
                a bound.
            start: A feasible solution to improve, shape (n_columns,); for programs with integers.
            basis: Where to begin, for programs without integers: the outcome's basis of one of the same shape;
                by default where nothing is scheduled. It changes the way to the optimum, and where several
                solutions cost the same, which of them is found.
            finding_s: How much longer to look for a first solution of a program without integers, when none is known
                at the time limit [s].

        Raises:
            InternalError: The solver refused the program or failed numerically.
        """
        ...
