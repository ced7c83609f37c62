"""Solve scenarios: one beginning for several futures, and a checked schedule for each of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from wattloom.errors import InternalError, UnavailableError
from wattloom.scheduling.problem import (
    Floats,
    Problem,
    Scale,
    ScenarioProblem,
    build_scenarios,
    commitment_costs,
    needs_recovery,
    part_of,
    scale_of,
    scaled,
    start_costs,
    with_recovery,
)
from wattloom.scheduling.solver.branching import Optimum, Report, optimise
from wattloom.scheduling.solver.conflict import find_conflict
from wattloom.scheduling.solver.duals import duals_of
from wattloom.scheduling.solver.port import Outcome, Solver, Status
from wattloom.scheduling.solver.preference import Preferences, preferred
from wattloom.scheduling.solver.solution import Conflict, Incumbent, Solution
from wattloom.scheduling.solver.solve import in_real_units, reporter
from wattloom.scheduling.solver.verify import verify, verify_costs
from wattloom.scheduling.solver.warm import Starts

_GUESSES = 2
_EQUAL_COST = 1e-9
"""Sums of costs that differ by less, relative to their size, are equal."""


@dataclass(frozen=True, slots=True)
class ScenarioSolution:
    """A schedule for each scenario; in the shared steps they are one and the same.

    Attributes:
        scenarios: Schedules in the order of the problem's scenarios; gap and effort are those of the whole.
        middle: Which of them belongs to the median scenario.
        expected_cost: Σ ϱ_s c_s [currency].
        risk: CVaR_α of their costs [currency].
        objective: (1 − λ) Σ ϱ_s c_s + λ CVaR_α [currency].
    """

    scenarios: tuple[Solution, ...]
    middle: int
    expected_cost: float
    risk: float
    objective: float

    @property
    def published(self) -> Solution:
        """The shared beginning, and what follows if the median scenario comes true."""
        return self.scenarios[self.middle]


@dataclass(frozen=True, slots=True)
class ScenarioConflict:
    """No schedule exists.

    Attributes:
        scenario: The first scenario that allows none on its own; None when all do, but none with the shared beginning.
        conflict: Its limits that cannot all be kept; empty when all scenarios allow a schedule.
    """

    scenario: int | None
    conflict: Conflict


def solve_scenarios(
    problem: ScenarioProblem,
    solver: Solver,
    *,
    time_limit_s: float,
    on_incumbent: Callable[[Incumbent], None] | None = None,
    starts: Starts | None = None,
    preferences: Preferences | None = None,
) -> ScenarioSolution | ScenarioConflict:
    """Find the schedules with a shared beginning that are best on average, and in the worst cases as far as these count.

    Args:
        problem: The scenarios; device bounds finite.
        solver: Solves linear programs.
        time_limit_s: When to stop improving [s]; a diagnosis may take as long again for each scenario.
        on_incumbent: Told of every solution that is better than those before, while the search goes on.
        starts: Where earlier solves ended; the plan does not depend on it.
        preferences: What decides among solutions of equal cost, in every scenario; nothing by default.

    Raises:
        UnavailableError: No schedule was found in time.
        InternalError: The solver failed, or a schedule breaks a limit.
    """
    scale = scale_of(problem.scenarios[problem.middle])
    search = _Search(solver, time_limit_s, reporter(on_incumbent, scale), starts)
    prepared = _prepared(problem, scale)
    optimum = search.together(prepared)
    if optimum.outcome.status is Status.INFEASIBLE and any(map(needs_recovery, problem.together.stocks)):
        prepared = _prepared(problem, scale, throughout=True)
        optimum = search.together(prepared)
    match optimum.outcome.status:
        case Status.OPTIMAL | Status.FEASIBLE:
            if preferences is not None:
                wanted = _in_all(preferences.in_units_of(scale.power_mw), len(problem.scenarios))
                left_s = time_limit_s - optimum.seconds
                second = preferred(optimum, prepared.together.step_h, solver, wanted, time_limit_s=left_s)
                optimum = second if _is_as_good(prepared, second) else optimum
            return _solution(prepared, optimum, scale)
        case Status.INFEASIBLE:
            return search.conflict(prepared)
        case Status.UNSOLVED:
            raise UnavailableError(f"No schedule was found within {time_limit_s:g} s.")
        case Status.UNBOUNDED:
            raise InternalError("The problem has no finite optimum.")


@dataclass(frozen=True, slots=True)
class _Search:
    solver: Solver
    time_limit_s: float
    on_better: Report
    starts: Starts | None

    def together(self, problem: ScenarioProblem) -> Optimum:
        """Find the optimum, at first as if it were known which scenarios are the worst.

        The objective is the largest of all weighted sums of the costs. So a solution that is best for some weights
        is best at all if its own costs have these weights. Rows as long as all bills, which tell the worst
        scenarios otherwise, take a solver ten times as long.
        """
        weights, left_s = problem.weights(np.arange(len(problem.scenarios), dtype=np.float64)), self.time_limit_s
        for _ in range(_GUESSES):
            guess = self._optimum(problem, weights, left_s)
            left_s -= guess.seconds
            if not guess.outcome.has_solution:
                return guess
            costs = _costs(problem, guess)
            weights, expected = problem.weights(costs), float(weights @ costs)
            true = float(weights @ costs)
            if true - expected <= _EQUAL_COST * float(np.abs(costs).sum()):
                self.on_better(guess.outcome, guess.seconds)
                return guess
        exact = self._optimum(problem, None, left_s)
        if exact.outcome.has_solution:
            return exact
        return replace(guess, outcome=replace(guess.outcome, status=Status.FEASIBLE, objective=true))

    def _optimum(self, problem: ScenarioProblem, weights: Floats | None, time_limit_s: float) -> Optimum:
        return optimise(
            problem.together,
            self.solver,
            time_limit_s=time_limit_s,
            on_better=_tell_nobody if problem.risk_weight and weights is not None else self.on_better,
            formulate=partial(build_scenarios, problem, weights),
            starts=self.starts,
        )

    def conflict(self, problem: ScenarioProblem) -> ScenarioConflict:
        for s, scenario in enumerate(problem.scenarios):
            alone = optimise(scenario, self.solver, time_limit_s=self.time_limit_s, on_better=self.on_better)
            if alone.outcome.status is Status.INFEASIBLE:
                return ScenarioConflict(s, find_conflict(scenario, self.solver, time_limit_s=self.time_limit_s))
        return ScenarioConflict(None, Conflict((), is_smallest=True))


def _is_as_good(problem: ScenarioProblem, optimum: Optimum) -> bool:
    """Return whether costs are as the objective says: equal sums may be made of dearer worst cases."""
    costs = _costs(problem, optimum)
    dearer = float(problem.weights(costs) @ costs) - optimum.outcome.objective
    return dearer <= _EQUAL_COST * float(np.abs(costs).sum())


def _in_all(preferences: Preferences, n_scenarios: int) -> Preferences:
    previous_mw = preferences.previous_mw
    return replace(preferences, previous_mw=None if previous_mw is None else np.tile(previous_mw, (n_scenarios, 1)))


def _prepared(problem: ScenarioProblem, scale: Scale, *, throughout: bool = False) -> ScenarioProblem:
    scenarios = (scaled(with_recovery(each, throughout=throughout), scale) for each in problem.scenarios)
    return replace(problem, scenarios=tuple(scenarios))


def _tell_nobody(_best: Outcome, _seconds: float) -> None:
    """What is best for guessed weights may be worse than it looks."""


def _costs(problem: ScenarioProblem, optimum: Optimum) -> Floats:
    """Return what each scenario costs, shape (n_scenarios,)."""
    return np.array([sum(bill) for bill in _checked_bills(problem, optimum)])


def _checked_bills(problem: ScenarioProblem, optimum: Optimum) -> list[list[float]]:
    bills = []
    for s, scenario in enumerate(problem.scenarios):
        trajectory = part_of(optimum.model, problem, s).trajectory(scenario, optimum.outcome.values)
        verify(scenario, trajectory)
        bills.append([*commitment_costs(scenario, trajectory), *start_costs(scenario, trajectory).values()])
    return bills


def _solution(problem: ScenarioProblem, optimum: Optimum, scale: Scale) -> ScenarioSolution:
    model = optimum.model
    bills = _checked_bills(problem, optimum)
    costs = np.array([sum(bill) for bill in bills])
    weights = problem.weights(costs)
    weighted = [weight * cost for weight, bill in zip(weights, bills, strict=True) for cost in bill]
    highest_price = float(np.abs(model.program.cost).max(initial=0.0))
    verify_costs(weighted, optimum.outcome.objective, highest_price=highest_price)
    return ScenarioSolution(
        scenarios=tuple(
            _own_solution(scenario, replace(optimum, model=part_of(model, problem, s)), scale, float(weights[s]))
            for s, scenario in enumerate(problem.scenarios)
        ),
        middle=problem.middle,
        expected_cost=float(problem.probabilities @ costs) * scale.cost,
        risk=float(problem.worst_shares(costs) @ costs) * scale.cost,
        objective=float(weights @ costs) * scale.cost,
    )


def _own_solution(scenario: Problem, optimum: Optimum, scale: Scale, weight: float) -> Solution:
    """Return the solution of one scenario, with what things are worth if it comes true."""
    own = in_real_units(scenario, optimum, scale)
    # The duals of the whole program count what happens in a scenario by its weight.
    duals = duals_of(scenario, optimum.model, optimum.outcome, replace(scale, price=scale.price / weight))
    return replace(own, objective=sum(own.costs.values()), bound=-np.inf, duals=duals)
