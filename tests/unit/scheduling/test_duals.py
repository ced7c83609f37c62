"""What limits and energy are worth: each dual is the change of cost that a small change of its limit brings."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.problems import (
    Floats,
    HighsSolver,
    Problem,
    Solution,
    make_commitment,
    make_device,
    make_network,
    make_problem,
    make_stock,
    per_run,
    solve,
    solve_problem,
)
from wattloom.scheduling.problem import Device, Group, Network, OperationMode, Stock, retained_shares
from wattloom.scheduling.solver import Duals, Incumbent

N_STEPS = 12
STEP = 1e-5


def make_site() -> Problem:
    """Two batteries and a roof behind a tight connection, with prices that leave no ties."""
    prices = 50 + 30 * np.sin(np.arange(N_STEPS)) + np.arange(N_STEPS) / 7
    load = 0.3 + 0.2 * np.cos(np.arange(N_STEPS))
    network = make_network(
        prices, devices=(0, 1, 2), selling=prices - 9, fixed=load, import_max=0.25 + 0.9 * load, export_max=0.63
    )
    devices = [
        make_device(N_STEPS, power=0.3, lowest=-0.2, charging=0.9, discharging=0.95, stock=0),
        make_device(N_STEPS, power=0.6, lowest=-0.4, charging=0.97, discharging=0.93, stock=1),
        make_device(N_STEPS, power=0.0, lowest=-np.linspace(0.1, 0.5, N_STEPS)),
    ]
    stocks = [
        make_stock(N_STEPS, start=0.23, lowest=0.1, highest=0.25, retention=0.97, inflow=0.003),
        make_stock(N_STEPS, start=0.61, highest=1.7, retention=0.98, inflow=-0.031),
    ]
    group = Group("feeder", (0, 1), np.full(N_STEPS, 0.11), np.where(np.arange(N_STEPS) < 5, 0.55, 2.0))
    peak = per_run(make_commitment(N_STEPS, baseline=0.4, up=1.0))
    problem = make_problem(network, devices, stocks, [peak], step_h=0.5)
    return replace(problem, groups=(group,))


def at_step(t: int) -> Floats:
    change = np.zeros(N_STEPS)
    change[t] = STEP
    return change


def with_network(problem: Problem, change: Callable[[Network], Network]) -> Problem:
    return replace(problem, networks=(change(problem.networks[0]),))


def with_device(problem: Problem, change: Callable[[Device], Device]) -> Problem:
    return replace(problem, devices=(change(problem.devices[0]), *problem.devices[1:]))


def with_stock(problem: Problem, change: Callable[[Stock], Stock]) -> Problem:
    return replace(problem, stocks=(change(problem.stocks[0]), *problem.stocks[1:]))


def more_load(problem: Problem, more: Floats) -> Problem:
    return with_network(problem, lambda n: replace(n, inflexible_consumption_mw=n.inflexible_consumption_mw + more))


def more_import(problem: Problem, more: Floats) -> Problem:
    return with_network(problem, lambda n: replace(n, import_max_mw=n.import_max_mw + more))


def more_export(problem: Problem, more: Floats) -> Problem:
    return with_network(problem, lambda n: replace(n, export_max_mw=n.export_max_mw + more))


def more_consumption(problem: Problem, more: Floats) -> Problem:
    return with_device(problem, lambda d: replace(d, consumption_max_mw=d.consumption_max_mw + more))


def more_production(problem: Problem, more: Floats) -> Problem:
    return with_device(problem, lambda d: replace(d, consumption_min_mw=d.consumption_min_mw - more))


def more_stock(problem: Problem, more: Floats) -> Problem:
    return with_stock(problem, lambda k: replace(k, inflow_mw=k.inflow_mw + more / _share_kept(problem)))


def _share_kept(problem: Problem) -> Floats:
    return problem.step_h * retained_shares(problem.stocks[0].retention)[1]


def lower_minimum(problem: Problem, more: Floats) -> Problem:
    return with_stock(problem, lambda k: replace(k, min_mwh=k.min_mwh - more))


def higher_maximum(problem: Problem, more: Floats) -> Problem:
    return with_stock(problem, lambda k: replace(k, max_mwh=k.max_mwh + more))


def more_of_group(problem: Problem, more: Floats) -> Problem:
    group = problem.groups[0]
    return replace(problem, groups=(replace(group, capacity_mw=group.capacity_mw + more),))


CHANGES: list[tuple[str, Callable[[Problem, Floats], Problem], float]] = [
    ("balance", more_load, 1.0),
    ("import_limit", more_import, -1.0),
    ("export_limit", more_export, -1.0),
    ("consumption_limit", more_consumption, -1.0),
    ("production_limit", more_production, -1.0),
    ("stock", more_stock, -1.0),
    ("stock_min", lower_minimum, -1.0),
    ("stock_max", higher_maximum, -1.0),
    ("group", more_of_group, -1.0),
]


@pytest.mark.parametrize(("name", "change", "sign"), CHANGES)
def test_a_dual_lies_between_what_a_little_more_and_a_little_less_of_a_limit_change(
    name: str, change: Callable[[Problem, Floats], Problem], sign: float
) -> None:
    """Both agree where the schedule is not at a kink of its cost; there the dual is one of the slopes between."""
    problem = make_site()
    cost = solve(problem).objective
    with_more = np.array([solve(change(problem, at_step(t))).objective - cost for t in range(N_STEPS)]) / STEP
    with_less = np.array([cost - solve(change(problem, -at_step(t))).objective for t in range(N_STEPS)]) / STEP

    dual = sign * getattr(duals_of(problem), name)[0]

    assert (with_less - 1e-3 <= dual).all()
    assert (dual <= with_more + 1e-3).all()
    assert np.isclose(with_less, with_more, atol=1e-3).sum() >= N_STEPS / 2
    assert np.abs(dual).max() > 0


def duals_of(problem: Problem) -> Duals:
    duals = solve(problem).duals
    assert duals is not None
    return duals


def test_a_limit_that_only_the_devices_set_is_worth_nothing_to_the_connection() -> None:
    """One device behind a wide connection: what a MW more of it saves is its own worth."""
    prices = np.array([10.0, 90.0, 80.0])
    network = make_network(prices, selling=prices - 1.0, import_max=99.0, export_max=99.0)
    problem = make_problem(network, [make_device(3, stock=0)], [make_stock(3, start=0.4, highest=5.0)], step_h=1.0)

    duals = duals_of(problem)

    assert duals.consumption_limit[0] == pytest.approx([69.0, 0.0, 0.0])
    assert not duals.import_limit.any()


def test_marginal_values_hold_with_directions_and_modes_as_they_are_planned() -> None:
    """Selling pays more than buying costs, and the device takes 0.8 to 1 MW or nothing."""
    device = replace(
        make_device(2, lowest=-1.0, charging=0.9, discharging=0.9, stock=0),
        modes=(OperationMode(-1.0, 0.0), OperationMode(0.8, 1.0)),
    )
    network = make_network(np.array([10.0, 10.0]), selling=np.array([10.0, 90.0]))
    problem = make_problem(network, [device], [make_stock(2, start=0.0, highest=0.81)], step_h=1.0)

    duals = duals_of(problem)

    assert duals.stock_max[0] == pytest.approx([90 * 0.9 - 10 / 0.9, 0.0])
    assert duals.balance[0] == pytest.approx([10.0, 90.0])


def test_the_bound_is_the_objective_of_a_proven_schedule() -> None:
    solution = solve(make_site())

    assert solution.bound == pytest.approx(solution.objective)


def test_incumbents_are_told_in_currency() -> None:
    told: list[Incumbent] = []

    solution = solve_problem(make_site(), HighsSolver(), time_limit_s=20.0, on_incumbent=told.append)

    assert isinstance(solution, Solution)
    assert [each.objective for each in told] == [pytest.approx(solve(make_site()).objective)]
    assert told[-1].gap == 0
    assert told[-1].seconds <= solution.solve_s
