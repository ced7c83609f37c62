"""Binaries on demand, and what is known when time is up."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.problems import (
    Commitment,
    HighsSolver,
    Problem,
    make_commitment,
    make_device,
    make_network,
    make_problem,
    make_stock,
    solve,
    solve_problem,
)
from wattloom.errors import InternalError, UnavailableError
from wattloom.scheduling.problem import LinearProgram, StockLevel
from wattloom.scheduling.solver import Outcome, Solution, Status


def trader(*, n_steps: int = 24, commitments: tuple[Commitment, ...] = ()) -> Problem:
    """A battery that is paid more for selling than it pays for buying."""
    hours = np.arange(n_steps)
    prices = 50 + 10 * np.sin(hours)
    device = make_device(n_steps, charging=0.9, discharging=0.9, stock=0)
    network = make_network(prices, selling=prices + 40 * (hours % 3 == 0), fixed=0.2)
    return make_problem(network, [device], [make_stock(n_steps)], commitments, step_h=1.0)


class Fake:
    """HiGHS, but solves with whole numbers end differently."""

    def __init__(self, **changes: object) -> None:
        self.changes = changes

    def solve(self, program: LinearProgram, **options: Any) -> Outcome:
        outcome = HighsSolver().solve(program, **options)
        return replace(outcome, **self.changes) if program.is_integer.any() else outcome


def test_buying_and_selling_at_once_is_not_planned() -> None:
    solution = solve(trader())

    assert solution.is_optimal
    assert solution.gap <= 1e-6
    assert solution.n_binaries > 0
    recomputed = bill(trader(), solution)
    assert solution.objective == pytest.approx(recomputed)


def bill(problem: Problem, solution: Solution) -> float:
    net_mw, network = solution.net_consumption_mw[0], problem.networks[0]
    bought = network.consumption_price_per_mwh @ np.maximum(net_mw, 0.0)
    return float(bought + network.production_price_per_mwh @ np.minimum(net_mw, 0.0)) * problem.step_h


def test_a_reward_for_departing_from_a_promise_is_taken_once() -> None:
    """Being paid for any deviation of the stock from 0.5 MWh: the best is an empty or a full stock."""
    reward = make_commitment(2, StockLevel(0), baseline=0.5, up=-10.0, down=8.0)
    problem = make_problem(make_network(np.zeros(2)), [make_device(2, stock=0)], [make_stock(2)], [reward], step_h=1.0)

    solution = solve(problem)

    assert solution.stock_mwh[0, 1:] == pytest.approx([1.0, 1.0])
    assert solution.objective == pytest.approx(-10.0)


def test_without_time_for_branching_the_rounded_schedule_is_returned() -> None:
    solution = solve_problem(trader(), Fake(status=Status.UNSOLVED, seconds=100.0, bound=-np.inf), time_limit_s=20)

    assert isinstance(solution, Solution)
    assert not solution.is_optimal
    assert 0 < solution.gap <= 1
    assert solution.objective >= solve(trader()).objective - 1e-9


def test_a_round_that_runs_out_of_time_is_followed_by_a_last_one() -> None:
    solution = solve_problem(trader(), Fake(status=Status.FEASIBLE, seconds=1.0, bound=-1e6), time_limit_s=20)

    assert isinstance(solution, Solution)
    assert not solution.is_optimal
    assert solution.solve_s > 2
    assert solution.objective == pytest.approx(solve(trader()).objective)


class Wrong:
    """A solver that returns something else than it found."""

    def __init__(self, **changes: object) -> None:
        self.changes = changes

    def solve(self, program: LinearProgram, **options: Any) -> Outcome:
        return replace(
            HighsSolver().solve(program, **options),
            **self.changes,
        )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"status": Status.UNBOUNDED}, "no finite optimum"),
        ({"objective": 1.0}, "costs add up"),
        ({"values": np.repeat([100.0, 0.0], [2, 6])}, "breaks the device power"),
        ({"values": np.full(8, 0.1)}, "breaks the stock"),
    ],
)
def test_a_wrong_answer_is_not_passed_on(changes: dict[str, object], message: str) -> None:
    device, stock = make_device(2, stock=0), make_stock(2, start=0.5)
    problem = make_problem(make_network(np.full(2, 50.0)), [device], [stock])

    with pytest.raises(InternalError, match=message):
        solve_problem(problem, Wrong(**changes), time_limit_s=20)


def test_no_schedule_in_time_is_a_reason_to_try_again() -> None:
    with pytest.raises(UnavailableError, match="within 20 s"):
        solve_problem(trader(), Wrong(status=Status.UNSOLVED), time_limit_s=20)
