"""Contradictions of groups, nodes, couplings, operation modes and ramps: which limits they name, and no others."""

from dataclasses import replace

import numpy as np
import pytest

from tests.problems import (
    HighsSolver,
    Problem,
    Series,
    at,
    make_device,
    make_network,
    make_problem,
    make_stock,
    series,
    solve_problem,
    with_stock_bounds,
)
from wattloom.scheduling.problem import Coupling, Group, Network, OperationMode, Ramp
from wattloom.scheduling.solver import Conflict, Limit, Origin

N_STEPS = 4


def conflict_of(problem: Problem) -> Conflict:
    found = solve_problem(problem, HighsSolver(), time_limit_s=20.0)
    assert isinstance(found, Conflict)
    assert found.is_smallest
    return found


def charger(*, target: float = 2.0, lowest: Series = 0.0) -> Problem:
    """A 1 MW device that must bring an empty stock to a target in four hours."""
    device = make_device(N_STEPS, power=1.0, lowest=lowest, stock=0)
    stock = make_stock(N_STEPS, start=0.0, highest=9.0)
    problem = make_problem(make_network(np.full(N_STEPS, 50.0)), [device], [stock], step_h=1.0)
    return with_stock_bounds(problem, lowest=at(N_STEPS, {N_STEPS - 1: target}))


def with_device(problem: Problem, **changes: object) -> Problem:
    return replace(problem, devices=(replace(problem.devices[0], **changes), *problem.devices[1:]))


TARGET = Origin(Limit.STOCK_MINIMUM, 0, N_STEPS - 1)


def test_a_feeder_too_small_for_the_target_is_named() -> None:
    feeder = Group("feeder", (0,), np.zeros(N_STEPS), np.full(N_STEPS, 0.4))

    found = conflict_of(replace(charger(), groups=(feeder,)))

    assert found.origins == (Origin(Limit.GROUP_CAPACITY, 0), TARGET)


def test_a_load_alone_may_be_too_much_for_its_feeder() -> None:
    feeder = Group("feeder", (), np.full(N_STEPS, 0.5), np.full(N_STEPS, 0.4))

    found = conflict_of(replace(charger(), groups=(feeder,)))

    assert found.origins == (Origin(Limit.GROUP_CAPACITY, 0),)


def test_a_ramp_too_slow_for_the_target_is_named() -> None:
    ramp = Ramp(up_mw_per_h=0.1, down_mw_per_h=np.inf, initial_mw=0.0)

    found = conflict_of(with_device(charger(), ramp=ramp))

    assert found.origins == (Origin(Limit.RAMP, 0), TARGET)


def test_bands_that_jump_over_what_is_needed_are_named() -> None:
    """Between 1.2 and 1.3 MWh: two steps give at most 1.0, three at least 1.35."""
    bands = (OperationMode(0.0, 0.0), OperationMode(0.45, 0.5))
    problem = with_stock_bounds(charger(target=1.2), highest=at(N_STEPS, {N_STEPS - 1: 1.3}))

    found = conflict_of(with_device(problem, modes=bands))

    assert found.origins == (Origin(Limit.OPERATION_MODES, 0), TARGET, Origin(Limit.STOCK_MAXIMUM, 0, N_STEPS - 1))


def test_a_least_duration_longer_than_the_time_there_is_is_named() -> None:
    bands = (OperationMode(0.0, 0.0), OperationMode(1.0, 1.0, min_up_h=3.0))
    problem = with_device(charger(target=1.0), modes=bands, consumption_max_mw=np.array([0.0, 1.0, 1.0, 0.0]))

    found = conflict_of(problem)

    assert found.origins == (Origin(Limit.CONSUMPTION_CAPACITY, 0), Origin(Limit.OPERATION_MODES, 0), TARGET)


def converter(*, gas: float) -> Problem:
    """A boiler that gives a heat storage half of the gas it takes; heat enters the storage as consumption."""
    problem = charger()
    boiler = make_device(N_STEPS, power=gas, lowest=0.0)
    network = make_network(np.full(N_STEPS, 50.0), devices=(1,))
    coupling = Coupling("boiler", (0, 1), (0.5, 1.0))
    return replace(problem, devices=(*problem.devices, boiler), networks=(network,), couplings=(coupling,))


def test_a_converter_whose_input_is_too_small_is_named() -> None:
    found = conflict_of(converter(gas=0.5))

    assert found.origins == (Origin(Limit.CONSUMPTION_CAPACITY, 1), Origin(Limit.COUPLING, 0), TARGET)


def test_a_node_that_nothing_feeds_is_named() -> None:
    problem = charger()
    node = Network.node("heat", (0,), np.zeros(N_STEPS))

    found = conflict_of(replace(problem, networks=(node,)))

    assert found.origins == (Origin(Limit.NODE_BALANCE, 0), TARGET)


def test_a_demand_of_a_node_that_its_devices_cannot_meet_names_their_capacity() -> None:
    heater = make_device(N_STEPS, power=0.0, lowest=-1.0)
    node = Network.node("heat", (0,), np.full(N_STEPS, 1.5))
    problem = Problem(N_STEPS, series(1.0, N_STEPS), (heater,), (), (node,))

    found = conflict_of(problem)

    assert found.origins == (Origin(Limit.PRODUCTION_CAPACITY, 0), Origin(Limit.NODE_BALANCE, 0))


@pytest.mark.parametrize("efficiency", [1.0, 0.9])
def test_no_limit_is_named_that_only_burning_energy_would_make_necessary(efficiency: float) -> None:
    """Without signs the device could lose energy by running both ways, if only its consumption were unlimited."""
    problem = with_device(charger(lowest=-1.0), discharging_efficiency=np.full(N_STEPS, efficiency))
    stock = replace(problem.stocks[0], initial_mwh=5.0, min_mwh=np.zeros(N_STEPS))
    emptied = with_stock_bounds(replace(problem, stocks=(stock,)), highest=at(N_STEPS, {0: 3.0}))

    found = conflict_of(emptied)

    assert found.origins == (Origin(Limit.PRODUCTION_CAPACITY, 0), Origin(Limit.STOCK_MAXIMUM, 0, 0))
