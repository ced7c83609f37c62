"""Optimise a problem: the relaxation first, binaries only where it needs them.

Formulation: "Signs". The linear program mostly keeps opposite columns apart
by itself. Where it does not, rounding its signs gives a first schedule, and
branch and bound improves on that with the remaining time.
"""

from dataclasses import dataclass, replace

import numpy as np

from wattloom.scheduling.problem import Booleans, Floats, LinearProgram, Model, Problem, build
from wattloom.scheduling.solver.port import Outcome, Solver, Status

_OVERLAP = 1e-8
"""Opposite columns that are both above this, in scaled units, must be kept apart."""
_GAP = 1e-6
"""Relative gap below which a schedule counts as proven best."""
_FIRST_SHARE = 0.5
"""Part of the remaining time for a round that may not be the last."""


@dataclass(frozen=True, slots=True)
class Optimum:
    """The best that was found for a scaled problem.

    Attributes:
        model: The relaxation, whose columns the outcome has.
        outcome: Values, objective and bound of the schedule.
        n_binaries: How many binaries were needed.
        seconds: Time spent in all solves [s].
    """

    model: Model
    outcome: Outcome
    n_binaries: int
    seconds: float


class _Clock:
    """A solver with a budget of time."""

    def __init__(self, solver: Solver, time_limit_s: float) -> None:
        self._solver = solver
        self.left_s = time_limit_s
        self.spent_s = 0.0

    def solve(self, program: LinearProgram, *, share: float = 1.0, start: Floats | None = None) -> Outcome:
        """Solve a program in a share of the time that is left."""
        outcome = self._solver.solve(program, time_limit_s=share * self.left_s, start=start)
        self.left_s -= outcome.seconds
        self.spent_s += outcome.seconds
        return outcome


def optimise(problem: Problem, solver: Solver, *, time_limit_s: float) -> Optimum:
    """Find the cheapest schedule of a scaled problem."""
    clock = _Clock(solver, time_limit_s)
    relaxation = build(problem)
    outcome = clock.solve(relaxation.program)
    n_binaries = 0
    if outcome.has_solution and relaxation.pairs.overlaps(outcome.values, _OVERLAP).any():
        outcome, n_binaries = _branch(problem, relaxation, outcome, clock)
    return Optimum(relaxation, outcome, n_binaries, clock.spent_s)


def _branch(problem: Problem, relaxation: Model, outcome: Outcome, clock: _Clock) -> tuple[Outcome, int]:
    """Add binaries where columns overlap and solve again, until none do or time is up.

    Every round leaves a schedule, by fixing all signs as they come out
    largest, and a bound, as fewer binaries can only make it cheaper. A round
    that runs out of time is followed by a last one with the rest of it.
    """
    pairs = relaxation.pairs
    chosen = np.zeros(len(pairs.plus), dtype=np.bool_)
    bound, is_last = -np.inf, False
    best = replace(outcome, status=Status.UNSOLVED, objective=np.inf)
    while outcome.has_solution:
        bound = max(bound, outcome.bound)
        overlaps = pairs.overlaps(outcome.values, _OVERLAP)
        schedule = clock.solve(_with_signs(relaxation, _signs(relaxation, outcome.values)))
        if schedule.has_solution and schedule.objective < best.objective:
            best = replace(schedule, status=Status.FEASIBLE)
        best = replace(best, bound=bound)
        is_exact = outcome.status is Status.OPTIMAL and not overlaps.any()
        if best.has_solution and (is_exact or best.gap <= _GAP):
            return replace(best, status=Status.OPTIMAL), int(chosen.sum())
        if is_last or clock.left_s <= 0:
            break
        is_last = outcome.status is Status.FEASIBLE
        chosen = chosen | overlaps
        outcome = _solve_chosen(build(problem, chosen), chosen, best, clock, share=1.0 if is_last else _FIRST_SHARE)
    return (outcome if outcome.status is Status.INFEASIBLE else best), int(chosen.sum())


def _solve_chosen(model: Model, chosen: Booleans, best: Outcome, clock: _Clock, *, share: float) -> Outcome:
    start = None
    if best.has_solution:
        start = np.concatenate([best.values, _signs(model, best.values)[chosen].astype(np.float64)])
    return clock.solve(model.program, share=share, start=start)


def _signs(model: Model, values: Floats) -> Booleans:
    """Return which pairs point upwards in a solution."""
    upwards: Booleans = values[model.pairs.plus] >= values[model.pairs.minus]
    return upwards


def _with_signs(model: Model, upwards: Booleans) -> LinearProgram:
    """Return the relaxation in which each pair may point one way only."""
    upper = model.program.upper.copy()
    upper[model.pairs.minus[upwards]] = 0.0
    upper[model.pairs.plus[~upwards]] = 0.0
    return replace(model.program, upper=upper)
