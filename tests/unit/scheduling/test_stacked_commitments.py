"""Commitments at the level of the problem: published ones that no request can state, and what runs of steps cost."""

import numpy as np
import pytest

from tests.problems import (
    at,
    height_and_area,
    make_commitment,
    make_device,
    make_network,
    make_problem,
    make_stock,
    per_run,
    solve,
    with_stock_bounds,
)
from wattloom.scheduling.problem import Commitment, NetFlow, Problem, StockLevel


def stacked(commitments: list[Commitment]) -> Problem:
    """A stock of 0.4 MWh to be sold; prices rise over the day by 1."""
    rise = np.arange(24) / 23
    network = make_network(100 + rise, selling=90 + rise)
    return make_problem(network, [make_device(24, stock=0)], [make_stock(24, start=0.4)], commitments, step_h=1.0)


BREACH = per_run(make_commitment(24, name="production breach", baseline=-0.1, down=-1000.0))
PEAK = per_run(make_commitment(24, name="peak", up=80.0, down=-80.0))


@pytest.mark.parametrize(
    ("commitments", "power", "objective"),
    [
        ([], [0.0] * 23 + [-0.4], -36.4),
        ([BREACH], [0.0] * 20 + [-0.1] * 4, -36.373913),
        ([BREACH, PEAK], [-0.4 / 24] * 24, -34.866667),
    ],
)
def test_problem_32_commitments_stack(commitments: list[Commitment], power: list[float], objective: float) -> None:
    solution = solve(stacked(commitments))

    assert solution.consumption_mw[0] == pytest.approx(power, abs=1e-9)
    assert solution.objective == pytest.approx(objective, abs=5e-7)


@pytest.mark.parametrize(("n_charged", "power"), [(1, 0.2), (2, 0.1)])
def test_problem_33_area_prices_prevent_further_breaches(n_charged: int, power: float) -> None:
    """A target forces 0.2 where 0.1 is allowed; that makes 0.2 free later on, unless the area is charged too."""
    n, limit = 24, 0.1
    rise = np.arange(n) / 23
    buying, selling = 100 + rise, 90 + rise
    buying[10], selling[10] = -100.0, -100.0
    wanted = at(n, {0: 0.6})
    charged = height_and_area("breach", NetFlow(0), np.full(n, limit), step_h=1.0, up=1000.0)[:n_charged]
    network = make_network(buying, selling=selling)
    problem = make_problem(network, [make_device(n, stock=0)], [make_stock(n, start=0.4)], charged, step_h=1.0)

    solution = solve(with_stock_bounds(problem, lowest=wanted, highest=wanted))

    assert solution.consumption_mw[0, [0, 10]] == pytest.approx([0.2, power])


def test_a_constant_run_is_charged_once() -> None:
    """Peak price 10 in the first two hours and 20 in the others: two runs, each with its own largest value."""
    prices = np.array([10.0, 10.0, 20.0, 20.0])
    peak = per_run(make_commitment(4, name="peak", up=prices))
    network = make_network(np.zeros(4), fixed=np.array([1.0, 3.0, 2.0, 1.0]))

    solution = solve(make_problem(network, [make_device(4, power=0.0)], [], [peak], step_h=1.0))

    assert solution.costs["peak"] == pytest.approx(10 * 3 + 20 * 2)


def test_several_promises_on_one_stock_are_added_up() -> None:
    minimum = make_commitment(2, StockLevel(0), name="low", baseline=0.5, down=-10.0)
    wish = make_commitment(2, StockLevel(0), name="high", baseline=0.8, down=-1.0)
    device = make_device(2, power=0.0, stock=0)

    solution = solve(make_problem(make_network(np.zeros(2)), [device], [make_stock(2, start=0.4)], [minimum, wish]))

    assert solution.costs["low"] == pytest.approx(2 * 0.1 * 10)
    assert solution.costs["high"] == pytest.approx(2 * 0.4 * 1)
