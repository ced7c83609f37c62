"""The time limit ends improving, not finding: there is a plan with a gap, or named limits, whatever the time."""

import numpy as np
import pytest

from tests.problems import make_device, make_network, make_problem, make_stock, solve
from wattloom.scheduling.problem import Problem
from wattloom.scheduling.solver import Conflict, HighsSolver, solve_problem

N_STEPS = 96
SMALL, LARGE = 2, 110


def site(n_batteries: int, *, import_max_mw: float) -> Problem:
    """Return batteries that must be full at the end behind one connection."""
    devices = [make_device(N_STEPS, charging=0.9, stock=k, power=0.3 + 0.001 * k) for k in range(n_batteries)]
    stocks = [make_stock(N_STEPS, start=0.5) for _ in devices]
    for stock in stocks:
        stock.min_mwh[-1] = 1.0
    prices = 60 + 30 * np.sin(np.arange(N_STEPS) / 8)
    network = make_network(prices, devices=tuple(range(n_batteries)), import_max=import_max_mw, selling=prices - 20)
    return make_problem(network, devices, stocks)


@pytest.mark.parametrize("n_batteries", [SMALL, LARGE])
def test_a_plan_is_found_when_time_is_up(n_batteries: int) -> None:
    problem = site(n_batteries, import_max_mw=0.05 * n_batteries)
    best = solve(problem)

    hasty = solve(problem, time_limit_s=0.0)

    assert best.is_optimal
    assert not hasty.is_optimal
    assert hasty.bound <= best.objective <= hasty.objective
    assert np.isfinite(hasty.bound)
    assert hasty.stock_mwh[:, -1] == pytest.approx(np.ones(n_batteries))


def test_what_contradicts_is_named_when_time_is_up() -> None:
    problem = site(SMALL, import_max_mw=0.01 * SMALL)

    assert isinstance(solve_problem(problem, HighsSolver(), time_limit_s=0.0), Conflict)
