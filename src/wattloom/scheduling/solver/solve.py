"""Solve a problem: from plain data to a schedule that was checked."""

import numpy as np

from wattloom.errors import InternalError, UnavailableError
from wattloom.scheduling.problem import (
    Problem,
    commitment_costs,
    named_costs,
    needs_recovery,
    net_consumption_mw,
    scale_of,
    scaled,
    start_costs,
    with_recovery,
)
from wattloom.scheduling.solver.branching import Optimum, optimise
from wattloom.scheduling.solver.conflict import find_conflict
from wattloom.scheduling.solver.port import Solver, Status
from wattloom.scheduling.solver.solution import Conflict, Solution
from wattloom.scheduling.solver.verify import verify, verify_costs


def solve_problem(problem: Problem, solver: Solver, *, time_limit_s: float) -> Solution | Conflict:
    """Find the cheapest schedule, or the limits that allow none.

    A stock that starts outside its range is first given until the earliest
    step at which its devices can bring it back, then, if other limits are in
    the way, the whole window.

    Args:
        problem: The problem; device bounds finite.
        solver: Solves linear programs.
        time_limit_s: When to stop improving [s]; a diagnosis of a conflict may take as long again.

    Raises:
        UnavailableError: No schedule was found in time.
        InternalError: The solver failed, or its schedule breaks a limit.
    """
    scale = scale_of(problem)
    prepared = scaled(with_recovery(problem), scale)
    optimum = optimise(prepared, solver, time_limit_s=time_limit_s)
    if optimum.outcome.status is Status.INFEASIBLE and any(map(needs_recovery, problem.stocks)):
        prepared = scaled(with_recovery(problem, throughout=True), scale)
        optimum = optimise(prepared, solver, time_limit_s=time_limit_s)
    match optimum.outcome.status:
        case Status.OPTIMAL | Status.FEASIBLE:
            return _solution(prepared, optimum, scale.power_mw, scale.cost)
        case Status.INFEASIBLE:
            return find_conflict(prepared, solver, time_limit_s=time_limit_s)
        case Status.UNSOLVED:
            raise UnavailableError(f"No schedule was found within {time_limit_s:g} s.")
        case Status.UNBOUNDED:
            raise InternalError("The problem has no finite optimum.")


def _solution(problem: Problem, optimum: Optimum, power_mw: float, unit_cost: float) -> Solution:
    model, outcome = optimum.model, optimum.outcome
    trajectory = model.trajectory(problem, outcome.values)
    verify(problem, trajectory)
    costs = [*commitment_costs(problem, trajectory), *start_costs(problem, trajectory).values()]
    verify_costs(costs, outcome.objective, highest_price=float(np.abs(model.program.cost).max(initial=0.0)))
    return Solution(
        consumption_mw=trajectory.consumption_mw * power_mw,
        net_consumption_mw=net_consumption_mw(problem, trajectory.consumption_mw) * power_mw,
        stock_mwh=trajectory.stock_mwh * power_mw,
        mode=trajectory.mode,
        costs={name: cost * unit_cost for name, cost in named_costs(problem, trajectory).items()},
        objective=outcome.objective * unit_cost,
        gap=outcome.gap,
        is_optimal=outcome.status is Status.OPTIMAL,
        n_binaries=optimum.n_binaries,
        solve_s=optimum.seconds,
    )
