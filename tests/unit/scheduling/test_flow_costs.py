"""What one device's power costs by its flows, while all others stay as they are."""

from dataclasses import replace

import numpy as np
import pytest

from tests.problems import (
    Commitment,
    Floats,
    Problem,
    make_commitment,
    make_device,
    make_network,
    make_problem,
    per_run,
)
from wattloom.scheduling.problem import Group, NetFlow, Trajectory, named_costs
from wattloom.scheduling.solver.flow_costs import flow_kinks, kink_cost

PLAN_MW = np.array([[0.4, -0.2, 0.0], [0.3, 0.3, -0.5]])


def site(*commitments: Commitment) -> Problem:
    """Two devices behind a connection that pays less than it asks for."""
    network = make_network(
        np.array([50.0, 60.0, -10.0]), devices=(0, 1), selling=np.array([40.0, 20.0, -30.0]), fixed=0.1
    )
    return make_problem(network, [make_device(3), make_device(3)], commitments=commitments)


def cost_of_first(problem: Problem, power_mw: Floats, *, excess_price: float = 1e5) -> float:
    kinks = flow_kinks(problem, 0, PLAN_MW, excess_price)
    return float(sum(kink_cost(kink, power_mw[:, None]).sum() for kink in kinks))


def total_cost(problem: Problem, power_mw: Floats) -> float:
    consumption_mw = np.stack([power_mw, PLAN_MW[1]])
    trajectory = Trajectory(consumption_mw, np.zeros((0, 4)), np.full((2, 3), -1))
    return sum(named_costs(problem, trajectory).values())


@pytest.mark.parametrize("power", [(-1.0, 1.0, 0.7), (0.0, 0.0, 0.0), (0.9, -0.9, 0.2)])
def test_moving_one_device_costs_what_it_adds_to_all_bills(power: tuple[float, float, float]) -> None:
    promised = make_commitment(3, NetFlow(0), name="promised", baseline=0.2, up=7.0, down=-3.0)
    problem, power_mw = site(promised), np.array(power)

    added = cost_of_first(problem, power_mw) - cost_of_first(problem, PLAN_MW[0])

    assert added == pytest.approx(total_cost(problem, power_mw) - total_cost(problem, PLAN_MW[0]))


def test_only_a_flow_beyond_the_largest_adds_to_a_peak() -> None:
    peak = per_run(make_commitment(3, NetFlow(0), name="peak", baseline=0.0, up=100.0))
    with_peak, without = site(peak), site()

    def peak_cost(power_mw: Floats) -> float:
        return cost_of_first(with_peak, power_mw) - cost_of_first(without, power_mw)

    assert peak_cost(PLAN_MW[0] + [0.0, 0.5, 0.5]) == pytest.approx(0.0)
    assert peak_cost(PLAN_MW[0] + [0.2, 0.0, 0.0]) == pytest.approx(20.0)


def test_going_beyond_a_limit_of_the_connection_or_a_group_is_dear() -> None:
    problem = site()
    limited = replace(
        problem,
        networks=(replace(problem.networks[0], import_max_mw=np.full(3, 1.0)),),
        groups=(Group("feeder", (0, 1), np.zeros(3), np.array([np.inf, 0.6, np.inf])),),
    )

    def excess_cost(power_mw: Floats) -> float:
        return cost_of_first(limited, power_mw, excess_price=1000.0) - cost_of_first(problem, power_mw)

    assert excess_cost(np.array([0.6, 0.3, 1.4])) == pytest.approx(0.0)
    assert excess_cost(np.array([0.7, 0.3, 1.4])) == pytest.approx(100.0)
    assert excess_cost(np.array([0.6, 0.4, 1.4])) == pytest.approx(100.0)
    assert excess_cost(np.array([0.6, -1.0, 1.4])) == pytest.approx(100.0)
