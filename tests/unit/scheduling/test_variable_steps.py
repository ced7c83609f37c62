"""Steps of different length: a coarse step means what as many fine ones with equal inputs mean."""

from dataclasses import replace

import numpy as np
import pytest

from tests.problems import (
    Floats,
    Problem,
    Series,
    make_commitment,
    make_device,
    make_network,
    make_problem,
    make_stock,
    per_run,
    solve,
)
from wattloom.scheduling.problem import DeviceFlow, OperationMode, Ramp, StockLevel

QUARTERS = np.array([1, 1, 1, 1, 4, 4, 4, 8, 8])
"""How many quarters of an hour each step of the coarse problem lasts."""
PRICES = np.array([30.0, 80.0, 35.0, 60.0, 20.0, 90.0, 50.0, 10.0, 70.0])


def fine(coarse: Floats) -> Floats:
    return np.repeat(coarse, QUARTERS)


def make_site(quarters: Floats, prices: Floats, *, power: Series = 0.5, lowest: Series = -0.5) -> Problem:
    """A leaking battery with a usage, soft wishes for its stock, a peak price and a cost of cycling."""
    n_steps, step_h = len(quarters), quarters / 4
    network = make_network(prices, selling=prices - 5, fixed=0.1, import_max=0.9)
    device = make_device(n_steps, power=power, lowest=lowest, charging=0.95, discharging=0.9, stock=0)
    stock = make_stock(n_steps, start=0.3, highest=1.5, inflow=-0.02, retention=0.99)
    stock = replace(stock, retention=stock.retention**quarters)
    worth = np.zeros(n_steps)
    worth[-1] = -25.0
    commitments = [
        per_run(make_commitment(n_steps, baseline=0.2, up=7.0)),
        make_commitment(n_steps, DeviceFlow(0), name="cycling", up=2.0 * step_h, down=-2.0 * step_h),
        make_commitment(n_steps, StockLevel(0), name="stored energy", baseline=0.3, up=worth, down=worth),
    ]
    return replace(make_problem(network, [device], [stock], commitments), step_h=step_h)


def test_a_plan_of_coarse_steps_costs_what_it_costs_in_fine_ones() -> None:
    coarse = solve(make_site(QUARTERS, PRICES))
    plan = fine(coarse.consumption_mw[0])

    same = solve(make_site(np.ones(plan.size), fine(PRICES), power=plan, lowest=plan))

    assert same.objective == pytest.approx(coarse.objective)
    assert same.costs == pytest.approx(coarse.costs)
    ends = np.concatenate([[0], np.cumsum(QUARTERS)])
    assert same.stock_mwh[0, ends] == pytest.approx(coarse.stock_mwh[0])


def test_fine_steps_can_only_be_cheaper() -> None:
    coarse = solve(make_site(QUARTERS, PRICES))
    finer = solve(make_site(np.ones(int(QUARTERS.sum())), fine(PRICES)))

    assert finer.objective <= coarse.objective + 1e-9


def test_no_other_plan_that_is_constant_in_each_coarse_step_is_cheaper() -> None:
    best = solve(make_site(QUARTERS, PRICES))
    rng = np.random.default_rng(1)
    for _ in range(10):
        other = np.clip(best.consumption_mw[0] + 0.02 * rng.standard_normal(len(QUARTERS)), -0.5, 0.5)
        free = make_site(np.ones(int(QUARTERS.sum())), fine(PRICES), power=fine(other), lowest=fine(other))
        stock = replace(free.stocks[0], min_mwh=np.full(free.n_steps, -9.0), max_mwh=np.full(free.n_steps, 9.0))
        tried = solve(replace(free, stocks=(stock,)))
        outside = np.maximum(tried.stock_mwh - 1.5, 0.0) + np.maximum(-tried.stock_mwh, 0.0)

        assert tried.objective + 1e3 * outside.sum() >= best.objective - 1e-9


def test_a_ramp_is_counted_between_the_middles_of_steps() -> None:
    """From 1 h to 3 h steps it is 2 h from middle to middle."""
    device = replace(make_device(3, power=9.0, lowest=0.0), ramp=Ramp(1.0, 1.0, initial_mw=0.0))
    problem = make_problem(make_network(np.full(3, -10.0)), [device])

    solution = solve(replace(problem, step_h=np.array([1.0, 3.0, 3.0])))

    assert solution.consumption_mw[0] == pytest.approx([1.0, 3.0, 6.0])


def test_a_least_duration_counts_hours_not_steps() -> None:
    """Two hours are eight quarters, or one step of two hours."""
    modes = (OperationMode(0.0, 0.0), OperationMode(0.5, 0.5, min_up_h=2.0))
    prices = np.array([9.0, 9.0, 9.0, 9.0, -1.0, 9.0, 9.0])
    step_h = np.array([0.5, 0.5, 0.5, 0.5, 2.0, 1.0, 1.0])
    device = replace(make_device(7, power=0.5, lowest=0.0), modes=modes)
    problem = replace(make_problem(make_network(prices), [device]), step_h=step_h)

    assert solve(problem).mode[0].tolist() == [0, 0, 0, 0, 1, 0, 0]


def test_energy_is_charged_by_the_length_of_its_step() -> None:
    problem = make_problem(make_network(np.full(3, 10.0), fixed=1.0, devices=()), [])

    solution = solve(replace(problem, step_h=np.array([0.25, 0.5, 2.0])))

    assert solution.objective == pytest.approx(27.5)
