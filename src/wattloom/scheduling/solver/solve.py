"""Solve a problem: from plain data to a schedule that was checked."""

from collections.abc import Callable

import numpy as np

from wattloom.errors import InternalError, UnavailableError
from wattloom.scheduling.problem import (
    Problem,
    Scale,
    named_costs,
    needs_recovery,
    net_consumption_mw,
    scale_of,
    scaled,
    with_recovery,
)
from wattloom.scheduling.solver.branching import Optimum, Report, optimise
from wattloom.scheduling.solver.conflict import find_conflict
from wattloom.scheduling.solver.duals import duals_of
from wattloom.scheduling.solver.port import Outcome, Solver, Status
from wattloom.scheduling.solver.preference import Preferences, preferred
from wattloom.scheduling.solver.solution import Conflict, Incumbent, Solution
from wattloom.scheduling.solver.verify import verify, verify_costs
from wattloom.scheduling.solver.warm import Starts


def solve_problem(
    problem: Problem,
    solver: Solver,
    *,
    time_limit_s: float,
    on_incumbent: Callable[[Incumbent], None] | None = None,
    starts: Starts | None = None,
    preferences: Preferences | None = None,
) -> Solution | Conflict:
    """Find the cheapest schedule, or the limits that allow none.

    A stock that starts outside its range is first given until the earliest
    step at which its devices can bring it back, then, if other limits are in
    the way, the whole window.

    Args:
        problem: The problem; device bounds finite.
        solver: Solves linear programs.
        time_limit_s: When to stop improving [s]; a first schedule is looked for up to a minute longer, and a diagnosis
            of a conflict may take as long again.
        on_incumbent: Told of every schedule that is better than those before, while the search goes on.
        starts: Where earlier solves ended; the plan does not depend on it.
        preferences: What decides among schedules of equal cost; nothing by default.

    Raises:
        UnavailableError: No schedule was found in time.
        InternalError: The solver failed, or its schedule breaks a limit.
    """
    scale = scale_of(problem)
    report = reporter(on_incumbent, scale)
    prepared = scaled(with_recovery(problem), scale)
    optimum = optimise(prepared, solver, time_limit_s=time_limit_s, on_better=report, starts=starts)
    if optimum.outcome.status is Status.INFEASIBLE and any(map(needs_recovery, problem.stocks)):
        prepared = scaled(with_recovery(problem, throughout=True), scale)
        optimum = optimise(prepared, solver, time_limit_s=time_limit_s, on_better=report, starts=starts)
    match optimum.outcome.status:
        case Status.OPTIMAL | Status.FEASIBLE:
            if preferences is not None:
                wanted, left_s = preferences.in_units_of(scale.power_mw), time_limit_s - optimum.seconds
                optimum = preferred(optimum, prepared.step_h, solver, wanted, time_limit_s=left_s)
            return _solution(prepared, optimum, scale)
        case Status.INFEASIBLE:
            return find_conflict(prepared, solver, time_limit_s=time_limit_s)
        case Status.UNSOLVED:
            raise UnavailableError(f"No schedule was found within {time_limit_s:g} s.")
        case Status.UNBOUNDED:
            raise InternalError("The problem has no finite optimum.")


def reporter(on_incumbent: Callable[[Incumbent], None] | None, scale: Scale) -> Report:
    """Return what tells of better schedules in real units."""

    def report(best: Outcome, seconds: float) -> None:
        if on_incumbent is not None:
            on_incumbent(Incumbent(best.objective * scale.cost, best.bound * scale.cost, best.gap, seconds))

    return report


def _solution(problem: Problem, optimum: Optimum, scale: Scale) -> Solution:
    model, outcome = optimum.model, optimum.outcome
    verify(problem, model.trajectory(problem, outcome.values))
    solution = in_real_units(problem, optimum, scale)
    costs = [cost / scale.cost for cost in solution.costs.values()]
    verify_costs(costs, outcome.objective, highest_price=float(np.abs(model.program.cost).max(initial=0.0)))
    return solution


def in_real_units(problem: Problem, optimum: Optimum, scale: Scale) -> Solution:
    """Return what the optimum of a scaled problem means."""
    model, outcome = optimum.model, optimum.outcome
    trajectory = model.trajectory(problem, outcome.values)
    return Solution(
        consumption_mw=trajectory.consumption_mw * scale.power_mw,
        net_consumption_mw=net_consumption_mw(problem, trajectory.consumption_mw) * scale.power_mw,
        stock_mwh=trajectory.stock_mwh * scale.power_mw,
        mode=trajectory.mode,
        costs={name: cost * scale.cost for name, cost in named_costs(problem, trajectory).items()},
        objective=outcome.objective * scale.cost,
        bound=outcome.bound * scale.cost,
        gap=outcome.gap,
        is_optimal=outcome.status is Status.OPTIMAL,
        n_binaries=optimum.n_binaries,
        solve_s=optimum.seconds,
        duals=duals_of(problem, model, outcome, scale),
    )
