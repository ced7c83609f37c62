"""Optimise a problem: the relaxation first, binaries only where it needs them.

Formulation: "Signs". The linear program mostly keeps opposite columns apart
by itself. Where it does not, its signs are rounded for a first schedule, and
branch and bound improves on that with the remaining time.
"""

from dataclasses import dataclass, replace

import numpy as np

from wattloom.scheduling.problem import Booleans, Floats, Model, Problem, build
from wattloom.scheduling.solver.port import Outcome, Solver, Status

_OVERLAP = 1e-6
"""Opposite columns above this, in scaled units, exclude each other in vain."""


@dataclass(frozen=True, slots=True)
class Optimum:
    """The best that was found for a scaled problem.

    Attributes:
        model: The program that was solved last.
        outcome: Its outcome; duals belong to the program with binaries fixed.
        seconds: Time spent in all solves [s].
    """

    model: Model
    outcome: Outcome
    seconds: float


class _Clock:
    """A solver with a budget of time; counts what is spent."""

    def __init__(self, solver: Solver, time_limit_s: float) -> None:
        self._solver = solver
        self._time_limit_s = time_limit_s
        self.spent_s = 0.0

    def solve(self, model: Model, *, signs: Floats | None = None, start: Floats | None = None) -> Outcome:
        """Solve a program, with its binaries free or fixed, in the time that is left."""
        program = model.program
        if signs is not None:
            lower, upper = program.lower.copy(), program.upper.copy()
            lower[model.signs] = upper[model.signs] = signs
            program = replace(program, lower=lower, upper=upper, is_integer=np.zeros_like(program.is_integer))
        left_s = self._time_limit_s - self.spent_s
        outcome = self._solver.solve(program, time_limit_s=left_s, start=start)
        self.spent_s += outcome.seconds
        return outcome


def optimise(problem: Problem, solver: Solver, *, time_limit_s: float) -> Optimum:
    """Find the cheapest schedule of a scaled problem.

    Steps are given binaries in rounds: first those at which the solution
    overlaps, from the second round on all steps of the owners concerned, so
    that few rounds are needed when energy is worth burning for hours.
    """
    clock = _Clock(solver, time_limit_s)
    model = build(problem)
    outcome = clock.solve(model)
    chosen = np.zeros(len(model.pairs.plus), dtype=np.bool_)
    while outcome.has_solution:
        overlaps = model.pairs.overlaps(outcome.values, _OVERLAP)
        if not overlaps.any():
            break
        if chosen.any():
            overlaps = np.isin(model.pairs.owner, model.pairs.owner[overlaps])
        chosen |= overlaps
        model = build(problem, chosen)
        outcome = _with_binaries(model, clock, chosen, outcome.values)
    return Optimum(model, outcome, clock.spent_s)


def _with_binaries(model: Model, clock: _Clock, chosen: Booleans, relaxed: Floats) -> Outcome:
    pairs = model.pairs
    signs = (relaxed[pairs.plus] >= relaxed[pairs.minus])[chosen].astype(np.float64)
    first = clock.solve(model, signs=signs)
    best = clock.solve(model, start=first.values if first.has_solution else None)
    if best.status is Status.UNSOLVED and first.has_solution:
        best = replace(first, status=Status.FEASIBLE, bound=best.bound)
    if not best.has_solution:
        return best
    polished = clock.solve(model, signs=np.round(best.values[model.signs]))
    if not polished.has_solution or polished.objective > best.objective:
        return best
    return replace(polished, status=best.status, bound=best.bound)
