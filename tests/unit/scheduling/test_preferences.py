"""Preferences decide among schedules of equal cost, and cost nothing."""

from dataclasses import replace

import numpy as np
import pytest

from tests.problems import (
    at,
    day2,
    fill_sooner,
    make_device,
    make_network,
    make_problem,
    make_stock,
    with_stock_bounds,
)
from wattloom.scheduling.problem import Floats, OperationMode, Problem
from wattloom.scheduling.solver import HighsSolver, Preferences, Solution, solve_problem

SMOOTH = Preferences(prefers_smooth=True)


def plan(problem: Problem, preferences: Preferences | None = None) -> Solution:
    solution = solve_problem(problem, HighsSolver(), time_limit_s=20.0, preferences=preferences)
    assert isinstance(solution, Solution)
    return solution


def batteries(n: int, *, start: float = 0.0, wanted: float = 0.5) -> Problem:
    """Equal batteries that charge at one price: when, and which of them, makes no difference."""
    network = make_network(np.full(24, 50.0), devices=tuple(range(n)), selling=40.0, fixed=0.1, import_max=n * 0.5)
    devices = [make_device(24, power=1.0, charging=0.9, discharging=0.9, stock=k) for k in range(n)]
    lowest = at(24, {23: wanted}, otherwise=0.0)
    stocks = [replace(make_stock(24, start=start), min_mwh=lowest) for _ in range(n)]
    return make_problem(network, devices, stocks)


def movement(consumption_mw: Floats) -> float:
    return float(np.abs(np.diff(consumption_mw, axis=1)).sum())


def test_equal_batteries_do_not_flutter() -> None:
    before, smooth = plan(batteries(2)), plan(batteries(2), SMOOTH)

    assert movement(before.consumption_mw) > 0.5
    assert movement(smooth.consumption_mw) == pytest.approx(0.0, abs=1e-6)
    assert smooth.objective == pytest.approx(before.objective, rel=1e-9)
    assert sum(smooth.costs.values()) == pytest.approx(before.objective, rel=1e-9)


def test_a_smooth_schedule_still_takes_the_cheapest_hours() -> None:
    problem = with_stock_bounds(batteries(1), lowest=at(24, {23: 1.0}))
    prices = np.repeat([50.0, 30.0, 50.0], 8)
    network = make_network(prices, selling=20.0, fixed=0.1)
    problem = replace(problem, networks=(network,))

    smooth = plan(problem, SMOOTH)

    assert smooth.objective == pytest.approx(plan(problem).objective, rel=1e-9)
    assert smooth.consumption_mw[0, 8:16] == pytest.approx(1.0 / 0.9 / 2.0)
    assert smooth.consumption_mw[0, :8] == pytest.approx(0.0, abs=1e-9)


def test_a_replan_keeps_the_previous_schedule_where_it_costs_nothing() -> None:
    problem = batteries(2)
    previous = np.zeros((2, 24))
    previous[0, 5:10] = previous[1, 12:17] = 0.5 / 0.9 / 1.25

    again = plan(problem, Preferences(previous_mw=previous))

    assert again.consumption_mw == pytest.approx(previous, abs=1e-6)
    assert again.objective == pytest.approx(plan(problem).objective, rel=1e-9)


def test_a_previous_schedule_that_costs_more_is_not_kept() -> None:
    prices = day2()
    network = make_network(prices)
    problem = make_problem(network, [make_device(96, lowest=0.0, stock=0)], [make_stock(96, start=0.0)])
    problem = with_stock_bounds(problem, lowest=at(96, {95: 1.0}))
    previous = np.zeros((1, 96))
    previous[0, :4] = 1.0

    again = plan(problem, Preferences(previous_mw=previous))

    assert again.objective == pytest.approx(90.0)
    assert again.consumption_mw[0, :32] == pytest.approx(0.0, abs=1e-6)


def test_steps_without_a_previous_schedule_are_free() -> None:
    previous = np.full((2, 24), np.nan)
    previous[:, :6] = 0.0

    again = plan(batteries(2), Preferences(prefers_smooth=True, previous_mw=previous))

    assert again.consumption_mw[:, :6] == pytest.approx(0.0, abs=1e-6)
    assert again.consumption_mw[:, 6:] == pytest.approx(0.5 / 0.9 / 4.5, abs=1e-6)


def test_a_unique_schedule_stays() -> None:
    prices = day2() + np.linspace(0.0, 1.0, 96)
    device = make_device(96, charging=0.95, discharging=0.95, stock=0)
    problem = fill_sooner(make_problem(make_network(prices, selling=prices - 10), [device], [make_stock(96)]))

    assert plan(problem, SMOOTH).consumption_mw == pytest.approx(plan(problem).consumption_mw, abs=1e-9)


def test_operation_modes_stay() -> None:
    device = make_device(24, power=1.0, lowest=0.0, stock=0)
    device = replace(device, modes=(OperationMode(0.0, 0.0), OperationMode(0.4, 1.0, start_cost=1.0)))
    stock = replace(make_stock(24, start=0.0), min_mwh=at(24, {23: 1.0}, otherwise=0.0))
    problem = make_problem(make_network(np.full(24, 50.0)), [device], [stock])

    before, smooth = plan(problem), plan(problem, SMOOTH)

    assert (smooth.mode == before.mode).all()
    assert smooth.objective == pytest.approx(before.objective, rel=1e-9)
    assert movement(smooth.consumption_mw) <= movement(before.consumption_mw) + 1e-9


def test_nothing_is_burnt_for_the_sake_of_smoothness() -> None:
    """Where energy costs nothing, charging and discharging at once costs nothing either."""
    network = make_network(np.zeros(24), fixed=0.0)
    device = make_device(24, power=1.0, charging=0.8, discharging=0.8, stock=0)
    stock = replace(make_stock(24, start=1.0), max_mwh=at(24, {11: 0.5}, otherwise=1.0))

    smooth = plan(make_problem(network, [device], [stock]), SMOOTH)

    assert smooth.is_optimal
    assert smooth.objective == pytest.approx(0.0, abs=1e-9)
