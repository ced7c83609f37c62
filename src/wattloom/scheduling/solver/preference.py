"""Preferences: among schedules of equal cost, a smooth one, or the one nearest to the previous schedule.

Formulation: "Preferences". A second linear program over the optimal schedules
alone. The duals of the first one tell which these are: whatever would cost
something stays where it is.
"""

from dataclasses import dataclass, replace

import numpy as np

from wattloom.scheduling.problem import ABSENT, Assembly, Booleans, Floats, Indices, LinearProgram, Model, Term
from wattloom.scheduling.solver.branching import OVERLAP, Optimum
from wattloom.scheduling.solver.port import Basis, Place, Solver, Status
from wattloom.scheduling.solver.settling import largest_directions

_FREE = 1e-9
"""A reduced cost or dual up to this, the solver's tolerance in scaled units, counts as none."""
_EQUAL_COST = 1e-9
"""How much the cost may change by rounding, relative to the size of its parts."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What decides among schedules of equal cost.

    Attributes:
        prefers_smooth: Whether the power of devices is to change little from step to step.
        previous_mw: Net consumption to stay near to, shape (n_devices, n_steps); NaN where none is known.
            None to stay near to nothing.
    """

    prefers_smooth: bool = False
    previous_mw: Floats | None = None

    def in_units_of(self, power_mw: float) -> "Preferences":
        """Return the same preferences for a scaled problem."""
        return replace(self, previous_mw=None if self.previous_mw is None else self.previous_mw / power_mw)


@dataclass(frozen=True, slots=True)
class _Deviations:
    """Rows Σ terms − a⁺ + a⁻ = target, whose a are to be small.

    Attributes:
        terms: Columns and coefficients, each of shape (n_rows,).
        target: Shape (n_rows,).
        weight: What a deviation counts, shape (n_rows,).
    """

    terms: list[Term]
    target: Floats
    weight: Floats


def preferred(
    optimum: Optimum, step_h: Floats, solver: Solver, preferences: Preferences, *, time_limit_s: float
) -> Optimum:
    """Return an optimum of the same cost that follows the preferences.

    Args:
        optimum: The cheapest schedule of a scaled problem.
        step_h: Δ_t [h], shape (n_steps,).
        solver: Solves linear programs.
        preferences: In the units of the scaled problem.
        time_limit_s: When to leave the optimum as it is [s].
    """
    model, outcome = optimum.model, optimum.outcome
    deviations = _deviations(model, step_h, preferences)
    if outcome.status is not Status.OPTIMAL or outcome.basis is None or not deviations:
        return optimum
    face = _optimal_face(model, outcome.values, outcome.row_duals, outcome.column_duals)
    program, basis = _nearest(face, outcome.values, outcome.basis, deviations)
    second = solver.solve(program, time_limit_s=time_limit_s, basis=basis)
    seconds = optimum.seconds + second.seconds
    if second.has_solution and model.pairs.overlaps(second.values, OVERLAP).any():
        program = _in_directions(model, program, outcome.values)
        second = solver.solve(program, time_limit_s=time_limit_s - second.seconds, basis=basis)
        seconds += second.seconds
    values = second.values[: model.program.n_columns]
    if not second.has_solution or not _costs_the_same(model.program, values, outcome.values):
        return replace(optimum, seconds=seconds)
    return replace(optimum, outcome=replace(outcome, values=values), seconds=seconds)


def _optimal_face(model: Model, values: Floats, row_duals: Floats, column_duals: Floats) -> LinearProgram:
    """Return the program whose feasible points are the optimal ones, with whole numbers as they are.

    A point is optimal if and only if it rests where reduced costs and duals are not zero.
    """
    program = model.program
    lower, upper = program.lower.copy(), program.upper.copy()
    rests = np.abs(column_duals) > _FREE
    for columns in model.modes:
        rests[columns.y] = True
        rests[columns.starts[columns.starts != ABSENT]] = True
    lower[rests] = upper[rests] = values[rests]
    row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
    binding = np.flatnonzero(np.abs(row_duals) > _FREE)
    activity = _activities(program, values)[binding]
    is_upper = np.abs(row_upper[binding] - activity) < np.abs(row_lower[binding] - activity)
    row_lower[binding] = row_upper[binding] = np.where(is_upper, row_upper[binding], row_lower[binding])
    return replace(program, lower=lower, upper=upper, row_lower=row_lower, row_upper=row_upper)


def _activities(program: LinearProgram, values: Floats) -> Floats:
    entries = program.values * np.repeat(values, np.diff(program.starts))
    return np.bincount(program.rows, weights=entries, minlength=program.n_rows).astype(np.float64)


def _deviations(model: Model, step_h: Floats, preferences: Preferences) -> list[_Deviations]:
    """Return what is to be small: Δ |P − P_prev| and 1 h · |P_t − P_{t−1}|, for every device."""
    result = []
    for d, (u, w) in enumerate(zip(model.power.u, model.power.w, strict=True)):
        if preferences.previous_mw is not None:
            known = np.flatnonzero(np.isfinite(preferences.previous_mw[d]))
            target = preferences.previous_mw[d, known]
            result.append(_Deviations(_power(u[known], w[known], 1.0), target, step_h[known]))
        if preferences.prefers_smooth:
            terms = [*_power(u[1:], w[1:], 1.0), *_power(u[:-1], w[:-1], -1.0)]
            result.append(_Deviations(terms, np.zeros(len(u) - 1), np.ones(len(u) - 1)))
    return result


def _power(u: Indices, w: Indices, sign: float) -> list[Term]:
    return [Term(u, sign), Term(w, -sign)]


def _nearest(
    face: LinearProgram, values: Floats, basis: Basis, deviations: list[_Deviations]
) -> tuple[LinearProgram, Basis]:
    """Return the program that minimises deviations on a face, and the corner of it where ``values`` stand."""
    assembly = Assembly.extending(replace(face, cost=np.zeros(face.n_columns), offset=0.0))
    padded = np.append(values, 0.0)  # ABSENT is the last entry
    columns, rows = [basis.columns], [basis.rows]
    for part in deviations:
        n = len(part.target)
        above, below = (assembly.add_columns(np.zeros(n), np.full(n, np.inf)) for _ in range(2))
        assembly.add_cost(above, part.weight)
        assembly.add_cost(below, part.weight)
        assembly.add_equalities([*part.terms, Term(above, -1.0), Term(below, 1.0)], part.target)
        is_above = sum(padded[term.columns] * term.coefficients for term in part.terms) >= part.target
        columns += [_places(is_above), _places(~is_above)]
        rows.append(bytes(n))
    return assembly.finish(), Basis(b"".join(columns), b"".join(rows))


def _places(is_basic: Booleans) -> bytes:
    return np.where(is_basic, Place.BASIC, Place.LOWER).astype(np.int8).tobytes()


def _in_directions(model: Model, program: LinearProgram, values: Floats) -> LinearProgram:
    """Return the program in which every pair points where it points in a schedule."""
    upwards, upper = largest_directions(model, values), program.upper.copy()
    upper[model.pairs.minus[upwards]] = 0.0
    upper[model.pairs.plus[~upwards]] = 0.0
    return replace(program, upper=upper)


def _costs_the_same(program: LinearProgram, values: Floats, before: Floats) -> bool:
    costs = program.cost * values
    return bool(abs(costs.sum() - program.cost @ before) <= _EQUAL_COST * (np.abs(costs).sum() + 1.0))
