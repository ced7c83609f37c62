"""Solve what was read: one future taken for certain, or several weighed against each other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from wattloom.errors import InfeasibleError
from wattloom.scheduling.flexmodel import Scenarios
from wattloom.scheduling.inputs import ScheduleInputs
from wattloom.scheduling.planning.report import contradiction
from wattloom.scheduling.solver import (
    Incumbent,
    Preferences,
    ScenarioConflict,
    ScenarioSolution,
    Solution,
    Solver,
    Starts,
    solve_problem,
    solve_scenarios,
)


@dataclass(frozen=True, slots=True)
class Found:
    """The schedule to be recorded.

    Attributes:
        solution: That of the problem; with several futures the beginning that they share, and what follows in the
            median one.
        futures: The schedules of all futures; None when there is but one.
    """

    solution: Solution
    futures: ScenarioSolution | None = None


def solve_inputs(
    inputs: ScheduleInputs,
    solver: Solver,
    *,
    time_limit_s: float,
    on_incumbent: Callable[[Incumbent], None],
    starts: Starts | None = None,
    preferences: Preferences | None = None,
) -> Found:
    """Find the schedule of what was read.

    Args:
        inputs: The problem, and those of all futures.
        solver: Solves linear programs.
        time_limit_s: Time for proving the optimum [s].
        on_incumbent: Told of every schedule that is better than those before.
        starts: Where earlier solves ended.
        preferences: What decides among schedules of equal cost, in every future.

    Raises:
        InfeasibleError: The inputs contradict each other; names them.
        UnavailableError: No schedule was found in time.
    """
    if inputs.futures is not None:
        found = solve_scenarios(
            inputs.futures,
            solver,
            time_limit_s=time_limit_s,
            on_incumbent=on_incumbent,
            starts=starts,
            preferences=preferences,
        )
        if isinstance(found, ScenarioConflict):
            raise _contradiction(found, inputs)
        return Found(found.published, found)
    certain = solve_problem(
        inputs.problem,
        solver,
        time_limit_s=time_limit_s,
        on_incumbent=on_incumbent,
        starts=starts,
        preferences=preferences,
    )
    if not isinstance(certain, Solution):
        raise contradiction(certain, inputs)
    return Found(certain)


def futures_json(inputs: ScheduleInputs, futures: ScenarioSolution) -> Mapping[str, Any]:
    """Return what each future costs and how much it counts, and what that makes: as results of jobs say it."""
    assert inputs.futures is not None
    probabilities = inputs.futures.probabilities.tolist()
    each = zip(_scenarios(inputs).quantiles, probabilities, futures.scenarios, strict=True)
    return {
        "scenarios": [
            {"quantile": quantile, "probability": probability, "cost": solution.objective}
            for quantile, probability, solution in each
        ],
        "expected-cost": futures.expected_cost,
        "risk": futures.risk,
    }


def _contradiction(found: ScenarioConflict, inputs: ScheduleInputs) -> InfeasibleError:
    assert inputs.futures is not None
    scenarios = _scenarios(inputs)
    if found.scenario is not None:
        own = replace(inputs, problem=inputs.futures.scenarios[found.scenario])
        quantile = scenarios.quantiles[found.scenario]
        return contradiction(found.conflict, own).about(f"In the future at quantile {quantile:g} of the scenarios")
    return InfeasibleError(
        f"Each of the scenarios has a schedule, but none in which all begin with the same {inputs.futures.n_shared} "
        "steps. Lower 'shared-steps', or leave out the outermost quantiles."
    )


def _scenarios(inputs: ScheduleInputs) -> Scenarios:
    scenarios = inputs.config.site.scenarios
    assert scenarios is not None
    return scenarios
