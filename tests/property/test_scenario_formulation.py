"""Plans for several futures agree with an independent formulation: all futures as one textbook problem.

Where all steps are shared and the expectation counts, every future's devices stand side by side, coupled
one to one, and everything has the price that its probability leaves of it.
"""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import numpy as np
import pytest

from tests.property.problems_strategies import starts_in_range
from tests.property.random_problems import random_problem
from tests.property.textbook import lowest_cost
from wattloom.scheduling.problem import (
    Commitment,
    Coupling,
    Device,
    DeviceFlow,
    Floats,
    GroupFlow,
    NetFlow,
    Network,
    Problem,
    Quantity,
    ScenarioProblem,
    StockLevel,
)
from wattloom.scheduling.solver import HighsSolver, ScenarioSolution, solve_scenarios

N_BLOCKS, N_EACH = 4, 10


def draw_futures(rng: Random) -> tuple[Problem, ...]:
    """Return a random problem with other loads and prices in each future."""
    drawn = (random_problem(rng, most_devices=3, most_steps=4) for _ in range(100))
    certain = next(problem for problem in drawn if starts_in_range(problem))

    def network_in(future: int, network: Network) -> Network:
        extra = rng.choice((0.0, 0.0, 0.2)) * future * (0.0 if network.is_node else 1.0)
        dearer = 1.0 + rng.choice((0.0, 0.5)) * future
        return replace(
            network,
            inflexible_consumption_mw=network.inflexible_consumption_mw + extra,
            consumption_price_per_mwh=network.consumption_price_per_mwh * dearer,
            production_price_per_mwh=network.production_price_per_mwh * dearer,
        )

    return tuple(
        replace(certain, networks=tuple(network_in(future, each) for each in certain.networks)) for future in range(2)
    )


def side_by_side(futures: Sequence[Problem], probabilities: Floats) -> Problem:
    """Return all futures as one problem whose devices are coupled one to one."""
    first = futures[0]
    n_devices = len(first.devices)
    weighted = [_weighted(future, s, float(probabilities[s])) for s, future in enumerate(futures)]
    together = [
        Coupling("alike", tuple(s * n_devices + d for s in range(len(futures))), (1.0,) * len(futures))
        for d in range(n_devices)
    ]
    return Problem(
        first.n_steps,
        first.step_h,
        devices=tuple(each for future in weighted for each in future.devices),
        stocks=tuple(each for future in weighted for each in future.stocks),
        networks=tuple(each for future in weighted for each in future.networks),
        commitments=tuple(each for future in weighted for each in future.commitments),
        groups=tuple(each for future in weighted for each in future.groups),
        couplings=(*(each for future in weighted for each in future.couplings), *together),
    )


def _weighted(future: Problem, s: int, weight: float) -> Problem:
    """Return one future with prices by its probability, and its places counted behind those of the others."""
    n_devices, n_stocks = len(future.devices), len(future.stocks)
    n_networks, n_groups = len(future.networks), len(future.groups)

    def devices(places: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(s * n_devices + d for d in places)

    def device(each: Device) -> Device:
        modes = tuple(replace(mode, start_cost=weight * mode.start_cost) for mode in each.modes)
        return replace(each, stock=None if each.stock is None else s * n_stocks + each.stock, modes=modes)

    def quantity(each: Quantity) -> Quantity:
        match each:
            case NetFlow(m):
                return NetFlow(s * n_networks + m)
            case GroupFlow(g):
                return GroupFlow(s * n_groups + g)
            case DeviceFlow(d):
                return DeviceFlow(s * n_devices + d)
            case StockLevel(k):
                return StockLevel(s * n_stocks + k)

    def commitment(each: Commitment) -> Commitment:
        up, down = weight * each.up_price, weight * each.down_price
        return replace(each, quantity=quantity(each.quantity), up_price=up, down_price=down)

    def network(each: Network) -> Network:
        return replace(
            each,
            devices=devices(each.devices),
            consumption_price_per_mwh=weight * each.consumption_price_per_mwh,
            production_price_per_mwh=weight * each.production_price_per_mwh,
        )

    return replace(
        future,
        devices=tuple(device(each) for each in future.devices),
        networks=tuple(network(each) for each in future.networks),
        commitments=tuple(commitment(each) for each in future.commitments),
        groups=tuple(replace(each, devices=devices(each.devices)) for each in future.groups),
        couplings=tuple(replace(each, devices=devices(each.devices)) for each in future.couplings),
    )


@pytest.mark.parametrize("block", range(N_BLOCKS))
def test_the_best_shared_plan_is_that_of_the_textbook(block: int) -> None:
    for seed in range(block * N_EACH, (block + 1) * N_EACH):
        futures = draw_futures(Random(seed))  # noqa: S311 - problems, not secrets
        probabilities = np.array([0.3, 0.7])
        expected = lowest_cost(side_by_side(futures, probabilities))

        problem = ScenarioProblem(futures, probabilities, n_shared=futures[0].n_steps)
        found = solve_scenarios(problem, HighsSolver(), time_limit_s=20)

        cost = found.objective if isinstance(found, ScenarioSolution) else None
        assert cost == (expected if expected is None else pytest.approx(expected, rel=1e-6, abs=1e-6)), f"seed {seed}"
