"""Problems without a schedule, and stocks that start outside their range."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.problems import (
    HighsSolver,
    Problem,
    at,
    make_commitment,
    make_device,
    make_network,
    make_problem,
    make_stock,
    solve,
    solve_problem,
    with_stock_bounds,
)
from wattloom.scheduling.problem import (
    RECOVERY_OF_MAXIMUM,
    RECOVERY_OF_MINIMUM,
    DeviceFlow,
    LinearProgram,
    needs_recovery,
    with_recovery,
)
from wattloom.scheduling.solver import Conflict, Limit, Origin, Outcome


def conflict(problem: Problem) -> Conflict:
    found = solve_problem(problem, HighsSolver(), time_limit_s=20.0)
    assert isinstance(found, Conflict)
    return found


def charger(*, start: float = 10.0, lowest: float = -2.0, import_max: float = np.inf) -> Problem:
    """A 2 MW device with a stock of up to 20 MWh, for a day."""
    network = make_network(np.full(96, 100.0), import_max=import_max)
    device = make_device(96, power=2.0, lowest=lowest, stock=0)
    return make_problem(network, [device], [make_stock(96, start=start, highest=20.0)])


@pytest.mark.parametrize(
    ("lowest", "target", "capacity", "bound"),
    [
        (0.0, 9.0, Limit.PRODUCTION_CAPACITY, Limit.STOCK_MAXIMUM),
        (0.0, 15.0, Limit.CONSUMPTION_CAPACITY, Limit.STOCK_MINIMUM),
        (-2.0, 5.0, Limit.PRODUCTION_CAPACITY, Limit.STOCK_MAXIMUM),
        (-2.0, 15.0, Limit.CONSUMPTION_CAPACITY, Limit.STOCK_MINIMUM),
    ],
)
def test_a_target_out_of_reach_contradicts_the_capacity(
    lowest: float, target: float, capacity: Limit, bound: Limit
) -> None:
    wanted = at(96, {7: target})

    found = conflict(with_stock_bounds(charger(lowest=lowest), lowest=wanted, highest=wanted))

    assert found == Conflict((Origin(capacity, 0), Origin(bound, 0, 7)), is_smallest=True)


def test_a_target_out_of_reach_of_the_connection_contradicts_the_connection() -> None:
    found = conflict(with_stock_bounds(charger(import_max=0.5), lowest=at(96, {7: 13.0})))

    assert found.origins == (Origin(Limit.GRID_IMPORT, 0), Origin(Limit.STOCK_MINIMUM, 0, 7))


def test_a_load_above_the_connection_contradicts_what_devices_can_give() -> None:
    network = make_network(np.full(4, 100.0), fixed=3.0, import_max=1.0)

    found = conflict(make_problem(network, [make_device(4, power=1.0)]))

    assert found.origins == (Origin(Limit.PRODUCTION_CAPACITY, 0), Origin(Limit.GRID_IMPORT, 0))


def test_sun_above_the_connection_contradicts_what_devices_can_take() -> None:
    network = make_network(np.full(4, 100.0), fixed=-3.0, export_max=1.0)

    found = conflict(make_problem(network, [make_device(4, power=1.0)]))

    assert found.origins == (Origin(Limit.CONSUMPTION_CAPACITY, 0), Origin(Limit.GRID_EXPORT, 0))


def test_two_bounds_on_one_stock_contradict_each_other() -> None:
    found = conflict(with_stock_bounds(charger(), lowest=at(96, {7: 12.0}), highest=at(96, {7: 11.0})))

    assert found.origins == (Origin(Limit.STOCK_MINIMUM, 0, 7), Origin(Limit.STOCK_MAXIMUM, 0, 7))


def test_a_usage_above_the_capacity_contradicts_it_at_once() -> None:
    """2.4 MW are used, 2 MW can be replaced, and the stock is empty."""
    device = make_device(24, power=2.0, lowest=0.0, stock=0)
    stock = make_stock(24, start=0.0, highest=2.0, inflow=-2.4)

    found = conflict(make_problem(make_network(np.full(24, 100.0)), [device], [stock], step_h=1.0))

    assert found.origins == (Origin(Limit.CONSUMPTION_CAPACITY, 0), Origin(Limit.STOCK_MINIMUM, 0, 0))


def test_energy_that_could_only_be_burnt_by_both_directions_at_once_is_a_conflict() -> None:
    """Sun of 1 MW, no export, a full battery: losing it inside the battery is no way out."""
    network = make_network(np.full(2, 50.0), fixed=-1.0, export_max=0.0)
    device = make_device(2, power=10.0, charging=0.5, discharging=0.5, stock=0)

    found = conflict(make_problem(network, [device], [make_stock(2, start=1.0)]))

    assert Origin(Limit.GRID_EXPORT, 0) in found.origins
    assert Origin(Limit.CONSUMPTION_CAPACITY, 0) not in found.origins


class SlowSolver:
    """HiGHS by a clock on which every solve takes three seconds."""

    def solve(self, program: LinearProgram, **options: Any) -> Outcome:
        return replace(
            HighsSolver().solve(program, **options),
            seconds=3.0,
        )


def test_a_search_without_time_names_a_set_that_may_be_too_large() -> None:
    problem = with_stock_bounds(charger(), lowest=at(96, {7: 15.0}))

    found = solve_problem(problem, SlowSolver(), time_limit_s=10.0)

    assert isinstance(found, Conflict)
    assert not found.is_smallest
    assert Origin(Limit.STOCK_MINIMUM, 0, 7) in found.origins


def outsider(*, start: float, import_max: float = np.inf, inflow: float = 0.0) -> Problem:
    """A 1 MW device, hourly, on a stock of 2 to 4 MWh that starts elsewhere."""
    network = make_network(np.linspace(200.0, 100.0, 12), import_max=import_max)
    device = make_device(12, power=1.0, stock=0)
    stock = make_stock(12, start=start, lowest=2.0, highest=4.0, inflow=inflow)
    return make_problem(network, [device], [stock], step_h=1.0)


def test_a_stock_below_its_range_is_filled_at_once_though_it_gets_cheaper() -> None:
    solution = solve(outsider(start=0.5))

    assert solution.stock_mwh[0, :4] == pytest.approx([0.5, 1.5, 2.0, 2.0])
    assert solution.costs[RECOVERY_OF_MINIMUM] == pytest.approx(0.5 * 1e4 * 200)


def test_a_stock_above_its_range_is_emptied_at_once() -> None:
    solution = solve(outsider(start=6.5))

    assert solution.stock_mwh[0, :5] == pytest.approx([6.5, 5.5, 4.5, 3.5, 2.5], abs=0.51)
    assert solution.stock_mwh[0, 3] <= 4.0
    assert RECOVERY_OF_MAXIMUM in solution.costs


def test_a_connection_that_holds_recovery_up_only_delays_it() -> None:
    solution = solve(outsider(start=0.5, import_max=0.5))

    assert solution.stock_mwh[0, :5] == pytest.approx([0.5, 1.0, 1.5, 2.0, 2.0])


def test_a_stock_that_cannot_recover_gets_as_close_as_possible() -> None:
    solution = solve(outsider(start=0.5, inflow=-2.0))

    assert solution.consumption_mw[0] == pytest.approx([1.0] * 12)


def test_a_hard_minimum_is_not_relaxed_by_recovery() -> None:
    wanted = at(12, {0: 3.0})

    found = conflict(with_stock_bounds(outsider(start=0.5), lowest=wanted))

    assert found.origins == (Origin(Limit.CONSUMPTION_CAPACITY, 0), Origin(Limit.STOCK_MINIMUM, 0, 0))


def test_a_stock_within_its_range_needs_no_recovery() -> None:
    problem = outsider(start=3.0)

    assert not needs_recovery(problem.stocks[0])
    assert with_recovery(problem) == problem


def test_recovery_is_priced_even_where_energy_is_free() -> None:
    problem = outsider(start=0.5)
    free = replace(make_network(np.zeros(12)), devices=(0,))
    promise = make_commitment(12, DeviceFlow(0), up=1.0)

    solution = solve(replace(problem, networks=(free,), commitments=(promise,)))

    assert solution.stock_mwh[0, :3] == pytest.approx([0.5, 1.5, 2.0])
