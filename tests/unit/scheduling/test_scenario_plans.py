"""Two-stage plans: one beginning for several futures, weighed by probability and risk."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from tests.problems import (
    make_commitment,
    make_device,
    make_network,
    make_problem,
    make_stock,
    per_run,
    solve,
)
from wattloom.scheduling.problem import LinearProgram, NetFlow, OperationMode, Problem, ScenarioProblem, weights_of
from wattloom.scheduling.solver import (
    HighsSolver,
    Limit,
    Outcome,
    Preferences,
    ScenarioConflict,
    ScenarioSolution,
    Solution,
    Status,
    solve_problem,
    solve_scenarios,
)

PRICES = np.array([10.0, 12.0, 30.0, 50.0, 20.0])
LOAD = np.array([0.2, 0.3, 0.4, 0.9, 0.3])
USUAL = weights_of((0.1, 0.5, 0.9))


def make_home(load: float = 1.0, price: float = 1.0, **device: float) -> Problem:
    """A battery behind a connection with a peak price."""
    n_steps = len(PRICES)
    peak = per_run(make_commitment(n_steps, NetFlow(0), name="peak", up=200.0))
    return make_problem(
        make_network(price * PRICES, fixed=load * LOAD, selling=price * 5.0),
        [make_device(n_steps, charging=0.95, discharging=0.95, stock=0, **device)],
        [make_stock(n_steps)],
        [peak],
        step_h=1.0,
    )


FUTURES = (make_home(0.5, 0.8), make_home(), make_home(2.0, 1.3))


def make_scenarios(
    futures: Sequence[Problem] = FUTURES, *, n_shared: int = 1, risk_weight: float = 0.0, risk_level: float = 0.9
) -> ScenarioProblem:
    probabilities = USUAL if len(futures) == len(USUAL) else np.full(len(futures), 1 / len(futures))
    return ScenarioProblem(tuple(futures), probabilities, n_shared, risk_weight, risk_level)


def plan(problem: ScenarioProblem) -> ScenarioSolution:
    found = solve_scenarios(problem, HighsSolver(), time_limit_s=10)
    assert isinstance(found, ScenarioSolution)
    return found


def conditional_value_at_risk(costs: Sequence[float], probabilities: Sequence[float], level: float) -> float:
    """By its definition over the quantiles of the cost, on a grid fine enough for these probabilities."""
    drawn = np.repeat(np.array(costs), np.round(np.array(probabilities) * 1000).astype(int))
    return float(np.sort(drawn)[round(level * 1000) :].mean())


def best_beginning(problem: ScenarioProblem) -> float:
    """Return the least objective over the power of the first step, each future planned for itself after it.

    The objective is convex in that power, so halving the interval around the better of two points finds it.
    """

    def objective(power: float) -> float:
        costs = []
        for future in problem.scenarios:
            device = future.devices[0]
            lowest, highest = device.consumption_min_mw.copy(), device.consumption_max_mw.copy()
            lowest[0] = highest[0] = power
            fixed = replace(device, consumption_min_mw=lowest, consumption_max_mw=highest)
            found = solve_problem(replace(future, devices=(fixed,)), HighsSolver(), time_limit_s=10)
            costs.append(found.objective if isinstance(found, Solution) else np.inf)
        expected = float(problem.probabilities @ costs)
        risk = conditional_value_at_risk(costs, problem.probabilities.tolist(), problem.risk_level)
        return (1 - problem.risk_weight) * expected + problem.risk_weight * risk

    low, high = -0.475, 0.526  # what the battery can give and take in the first hour
    for _ in range(45):
        third = (high - low) / 3
        if objective(low + third) <= objective(high - third):
            high -= third
        else:
            low += third
    return objective((low + high) / 2)


CROSSING = (make_home(2.0, 0.8), make_home(1.5, 2.0))
"""What makes one of them cheaper makes the other dearer, until both cost the same."""


@pytest.mark.parametrize(
    ("futures", "risk_weight", "risk_level"),
    [
        (FUTURES, 0.0, 0.9),
        (FUTURES, 0.4, 0.0),
        (FUTURES, 0.4, 0.5),
        (FUTURES, 0.95, 0.9),
        (FUTURES[::-1], 0.4, 0.9),
        (CROSSING, 0.95, 0.5),
    ],
)
def test_the_beginning_is_the_best_for_expectation_and_risk(
    futures: Sequence[Problem], risk_weight: float, risk_level: float
) -> None:
    problem = make_scenarios(futures, risk_weight=risk_weight, risk_level=risk_level)

    assert plan(problem).objective == pytest.approx(best_beginning(problem), rel=1e-6)


def test_worst_cases_that_cost_the_same_count_both() -> None:
    found = plan(make_scenarios(CROSSING, risk_weight=0.95, risk_level=0.5))

    assert found.scenarios[0].objective == pytest.approx(found.scenarios[1].objective)


@dataclass
class Impatient(HighsSolver):
    """Gives up on programs with more rows than the first: those that tell which scenarios are the worst."""

    n_rows: int = 10**6

    def solve(self, program: LinearProgram, **options: Any) -> Outcome:
        outcome = super().solve(program, **options)
        self.n_rows = min(self.n_rows, program.n_rows)
        return replace(outcome, status=Status.UNSOLVED) if program.n_rows > self.n_rows else outcome


def test_without_time_for_the_worst_cases_a_guess_is_published_with_its_gap() -> None:
    problem = make_scenarios(CROSSING, risk_weight=0.95, risk_level=0.5)

    found = solve_scenarios(problem, Impatient(), time_limit_s=10)

    assert isinstance(found, ScenarioSolution)
    assert not found.published.is_optimal
    assert found.objective >= plan(problem).objective
    assert found.objective * (1 - found.published.gap) <= plan(problem).objective


def test_objective_is_made_of_expectation_and_risk() -> None:
    problem = make_scenarios(risk_weight=0.4, risk_level=0.5)

    found = plan(problem)

    costs = [each.objective for each in found.scenarios]
    assert found.expected_cost == pytest.approx(0.3 * costs[0] + 0.4 * costs[1] + 0.3 * costs[2])
    assert found.risk == pytest.approx(conditional_value_at_risk(costs, [0.3, 0.4, 0.3], 0.5))
    assert found.objective == pytest.approx(0.6 * found.expected_cost + 0.4 * found.risk)


@pytest.mark.parametrize("n_shared", [0, 1, 3, 5])
def test_all_futures_begin_alike(n_shared: int) -> None:
    low, middle, high = (each.consumption_mw[0] for each in plan(make_scenarios(n_shared=n_shared)).scenarios)

    for other in (low, high):
        assert other[:n_shared] == pytest.approx(middle[:n_shared], abs=1e-9)


def test_what_follows_is_best_for_each_future() -> None:
    found = plan(make_scenarios(n_shared=1))

    for future, planned in zip(FUTURES, found.scenarios, strict=True):
        device = future.devices[0]
        begun = np.where(np.arange(len(PRICES)) == 0, planned.consumption_mw[0], np.nan)
        fixed = replace(
            device,
            consumption_min_mw=np.fmax(device.consumption_min_mw, np.nan_to_num(begun, nan=-np.inf)),
            consumption_max_mw=np.fmin(device.consumption_max_mw, np.nan_to_num(begun, nan=np.inf)),
        )
        assert planned.objective == pytest.approx(solve(replace(future, devices=(fixed,))).objective)


def test_without_shared_steps_each_future_is_planned_alone() -> None:
    alone = [solve(future).objective for future in FUTURES]

    assert plan(make_scenarios(n_shared=0)).expected_cost == pytest.approx(float(USUAL @ alone))


@pytest.mark.parametrize("risk_weight", [0.0, 0.7])
def test_one_and_the_same_future_is_planned_as_if_certain(risk_weight: float) -> None:
    certain = solve(FUTURES[2])

    found = plan(make_scenarios([FUTURES[2]] * 3, risk_weight=risk_weight))

    assert found.objective == pytest.approx(certain.objective)
    assert found.published.consumption_mw == pytest.approx(certain.consumption_mw)


def test_a_single_future_is_the_problem_itself() -> None:
    certain = solve(FUTURES[0])

    found = plan(make_scenarios(FUTURES[:1]))

    assert found.published.costs == pytest.approx(certain.costs)
    assert found.published.duals is not None
    assert certain.duals is not None
    assert found.published.duals.balance == pytest.approx(certain.duals.balance)


def test_caring_for_risk_lowers_it_and_never_the_expected_cost() -> None:
    found = [plan(make_scenarios(n_shared=2, risk_weight=weight)) for weight in (0.0, 0.3, 0.6, 0.95)]

    expected, risks = [each.expected_cost for each in found], [each.risk for each in found]
    assert expected == sorted(expected)
    assert risks == sorted(risks, reverse=True)
    assert risks[-1] < risks[0]


def test_the_median_future_is_published() -> None:
    found = plan(make_scenarios())

    assert found.published is found.scenarios[1]


@pytest.mark.parametrize(
    ("probabilities", "middle"), [([0.3, 0.4, 0.3], 1), ([0.5, 0.5], 0), ([0.1, 0.2, 0.7], 2), ([0.15, 0.35, 0.5], 1)]
)
def test_the_median_future_is_the_one_that_half_of_the_probability_reaches(
    probabilities: list[float], middle: int
) -> None:
    futures = (FUTURES[0],) * len(probabilities)

    assert ScenarioProblem(futures, np.array(probabilities)).middle == middle


def test_quantiles_count_for_the_cases_nearest_to_them() -> None:
    assert weights_of((0.1, 0.5, 0.9)) == pytest.approx([0.3, 0.4, 0.3])
    assert weights_of((0.2, 0.4)) == pytest.approx([0.3, 0.7])


def test_what_bounds_leave_open_is_not_shared() -> None:
    """A solar plant gives what the sun allows, whatever the other futures do; the battery beside it begins alike."""
    n_steps = len(PRICES)

    def future(sun: float) -> Problem:
        home = make_home()
        solar = make_device(n_steps, power=0.0, lowest=[-sun, -sun, -sun, 0.0, 0.0])
        return replace(home, devices=(*home.devices, solar), networks=(replace(home.networks[0], devices=(0, 1)),))

    found = plan(make_scenarios([future(0.1), future(0.3), future(0.6)], n_shared=5))

    assert [each.consumption_mw[1, 0] for each in found.scenarios] == pytest.approx([-0.1, -0.3, -0.6])
    assert found.scenarios[0].consumption_mw[0] == pytest.approx(found.scenarios[2].consumption_mw[0], abs=1e-9)


def test_nobody_consumes_and_produces_at_once_where_burning_energy_pays() -> None:
    futures = [make_home(load, -price) for load, price in ((0.5, 0.8), (1.0, 1.0), (2.0, 1.3))]

    found = plan(make_scenarios(futures, n_shared=2))

    alone = [solve(future).objective for future in futures]
    assert found.expected_cost >= float(USUAL @ alone) - 1e-9
    assert all(each.is_optimal for each in found.scenarios)


def test_operation_modes_hold_in_every_future() -> None:
    def future(load: float) -> Problem:
        home = make_home(load)
        modes = (OperationMode(0.0, 0.0), OperationMode(0.4, 0.5, start_cost=0.1))
        return replace(home, devices=(replace(home.devices[0], modes=modes),))

    found = plan(make_scenarios([future(0.5), future(1.0), future(2.0)]))

    for each in found.scenarios:
        is_off = np.isclose(each.consumption_mw[0], 0.0, atol=1e-7)
        assert (is_off | (each.consumption_mw[0] > 0.4 - 1e-7)).all()


def test_among_equal_plans_the_one_near_the_previous_is_taken_in_every_future() -> None:
    """At one price all day, without a peak price, it makes no difference when half a MWh is charged."""
    n_steps = len(PRICES)

    def future(load: float) -> Problem:
        network = make_network(np.full(n_steps, 20.0), fixed=load)
        stock = replace(make_stock(n_steps), min_mwh=np.array([0.0, 0, 0, 0, 1.0]))
        return make_problem(network, [make_device(n_steps, stock=0)], [stock], step_h=1.0)

    previous_mw = np.array([[0.0, 0.0, 0.3, 0.2, 0.0]])
    problem = make_scenarios([future(load) for load in (0.0, 1.0, 2.0)])
    wanted = Preferences(previous_mw=previous_mw)
    found = solve_scenarios(problem, HighsSolver(), time_limit_s=10, preferences=wanted)

    assert isinstance(found, ScenarioSolution)
    for each in found.scenarios:
        assert each.consumption_mw == pytest.approx(previous_mw, abs=1e-7)


def test_a_stock_outside_its_range_is_recovered_in_every_future() -> None:
    futures = [replace(each, stocks=(replace(each.stocks[0], initial_mwh=1.2),)) for each in FUTURES]

    found = plan(make_scenarios(futures))

    assert all(each.stock_mwh[0, 1] == pytest.approx(1.0, abs=0.3) for each in found.scenarios)


def test_a_future_without_a_schedule_is_named_with_its_limits() -> None:
    impossible = make_home(5.0)
    limited = replace(impossible.networks[0], import_max_mw=np.full(len(PRICES), 1.0))

    found = solve_scenarios(
        make_scenarios([*FUTURES[:2], replace(impossible, networks=(limited,))]), HighsSolver(), time_limit_s=10
    )

    assert isinstance(found, ScenarioConflict)
    assert found.scenario == 2
    assert Limit.GRID_IMPORT in {origin.limit for origin in found.conflict.origins}


def test_futures_that_cannot_begin_alike_are_told_from_those_without_a_schedule() -> None:
    """One future forces the battery to charge in the first hour, another to discharge."""
    n_steps = len(PRICES)

    def balanced(load: float) -> Problem:
        network = make_network(PRICES, fixed=[load, 0, 0, 0, 0], import_max=0.0, export_max=0.0)
        return make_problem(network, [make_device(n_steps, stock=0)], [make_stock(n_steps)], step_h=1.0)

    found = solve_scenarios(make_scenarios([balanced(-0.2), balanced(0.2)]), HighsSolver(), time_limit_s=10)

    assert isinstance(found, ScenarioConflict)
    assert found.scenario is None
    assert found.conflict.origins == ()
