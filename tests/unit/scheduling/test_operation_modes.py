"""Operation modes: bands, least durations and pauses, start-up costs, and what is planned with them."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.problems import (
    HighsSolver,
    Problem,
    Series,
    Solution,
    fill_sooner,
    make_device,
    make_network,
    make_problem,
    make_stock,
    solve,
    solve_problem,
)
from wattloom.scheduling.problem import LinearProgram, OperationMode, Ramp, build
from wattloom.scheduling.solver import Incumbent, Outcome, Status

OFF = OperationMode(0.0, 0.0)


def make_heater(
    modes: tuple[OperationMode, ...], *, target: float, prices: Series = (10.0, 1.0, 10.0, 1.0), lowest: float = 0.0
) -> Problem:
    """A device of up to 0.5 MW, hourly, whose empty stock must end at exactly a target."""
    n_steps = len(np.atleast_1d(prices))
    device = replace(make_device(n_steps, power=0.5, lowest=lowest, stock=0), modes=modes)
    stock = make_stock(n_steps, start=0.0, highest=9.0)
    stock.min_mwh[-1] = stock.max_mwh[-1] = target
    network = make_network(np.array(prices, dtype=np.float64), selling=0.0)
    return make_problem(network, [device], [stock], step_h=1.0)


def powers(solution: Solution) -> list[float]:
    return [round(float(power), 6) + 0.0 for power in solution.consumption_mw[0]]


def test_without_bands_the_cheap_steps_are_full() -> None:
    solution = solve(make_heater((), target=1.2))

    assert solution.consumption_mw[0, [1, 3]] == pytest.approx([0.5, 0.5])
    assert solution.objective == pytest.approx(3.0)
    assert (solution.mode == -1).all()


def test_a_device_that_is_off_or_full_is_full_when_it_is_cheap() -> None:
    solution = solve(make_heater((OFF, OperationMode(0.5, 0.5)), target=1.0))

    assert powers(solution) == [0, 0.5, 0, 0.5]
    assert solution.mode[0].tolist() == [0, 1, 0, 1]
    assert solution.objective == pytest.approx(1.0)


def test_a_band_is_left_for_none_of_its_steps() -> None:
    solution = solve(make_heater((OFF, OperationMode(0.4, 0.5)), target=1.2))

    assert sorted(powers(solution)) == [0, 0.4, 0.4, 0.4]
    assert solution.objective == pytest.approx(4.8)
    assert solution.is_optimal
    assert solution.gap <= 1e-6


def test_bands_of_both_signs_keep_their_direction() -> None:
    prices = (10.0, 80.0, 10.0, 80.0)
    modes = (OperationMode(-0.5, -0.3), OFF, OperationMode(0.3, 0.4))
    problem = make_heater(modes, target=0.0, prices=prices, lowest=-0.5)

    solution = solve(replace(problem, networks=(make_network(np.array(prices)),)))

    assert solution.consumption_mw[0, [0, 2]] == pytest.approx([0.4, 0.4])
    assert solution.mode[0].tolist() == [2, 0, 2, 0]


def test_a_mode_that_is_entered_lasts_its_least_duration() -> None:
    modes = (OFF, OperationMode(0.1, 0.5, min_up_h=3.0))

    solution = solve(make_heater(modes, target=0.7, prices=(9.0, 9.0, 1.0, 9.0, 9.0, 9.0)))

    assert sorted(powers(solution)) == pytest.approx([0, 0, 0, 0.1, 0.1, 0.5])
    assert np.diff(np.flatnonzero(solution.mode[0])).tolist() == [1, 1]
    assert solution.objective == pytest.approx(0.5 + 0.2 * 9)


def test_a_mode_that_was_left_pauses() -> None:
    modes = (OFF, OperationMode(0.5, 0.5, min_down_h=3.0))

    solution = solve(make_heater(modes, target=1.0, prices=(5.0, 1.0, 9.0, 1.0, 2.0)))

    assert powers(solution) == [0, 0, 0, 0.5, 0.5]


def test_a_pause_holds_the_other_mode_too() -> None:
    """Off and on take turns: whoever pauses two hours keeps the other on for as long."""
    modes = (OperationMode(0.0, 0.0, min_down_h=2.0), OperationMode(0.5, 0.5))

    solution = solve(make_heater(modes, target=1.0, prices=(9.0, 1.0, 9.0, 1.0, 9.0)))

    assert powers(solution) in ([0, 0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5, 0], [0, 0, 0, 0.5, 0.5], [0.5, 0.5, 0, 0, 0])


def test_starts_are_paid_and_reported() -> None:
    modes = (OFF, OperationMode(0.5, 0.5, start_cost=3.0))

    solution = solve(make_heater(modes, target=1.0, prices=(20.0, 4.0, 1.0, 1.0)))

    assert powers(solution) == [0, 0, 0.5, 0.5]
    assert solution.costs["start-ups device 0"] == pytest.approx(3.0)
    assert solution.objective == pytest.approx(3.0 + 1.0)


def test_being_in_a_mode_from_the_first_step_is_no_start() -> None:
    modes = (OFF, OperationMode(0.5, 0.5, start_cost=3.0, min_up_h=3.0))

    solution = solve(make_heater(modes, target=0.5, prices=(2.0, 1.0, 1.0, 1.0)))

    assert powers(solution) == [0.5, 0, 0, 0]
    assert solution.objective == pytest.approx(1.0)


def test_a_band_that_another_covers_needs_no_binary() -> None:
    modes = (OperationMode(0.1, 0.3), OperationMode(0.0, 0.5), OperationMode(0.0, 0.5))

    model = build(make_heater(modes, target=1.2))

    assert model.program.upper[model.modes[0].y[:, 0]].tolist() == [0, 1, 0]
    assert solve(make_heater(modes, target=1.2)).mode[0].tolist() == [1, 1, 1, 1]


def test_a_band_that_costs_starts_does_not_cover_a_free_one() -> None:
    modes = (OperationMode(0.0, 0.3), OperationMode(0.0, 0.5, start_cost=1.0))

    model = build(make_heater(modes, target=1.2))

    assert model.program.upper[model.modes[0].y[:, 0]].tolist() == [1, 1]


def test_a_stock_that_must_not_move_leaves_a_device_off_that_gives_too_much() -> None:
    """What is used is 0.4 MW: less than the heater's only band, so a dearer device of 80 % gives it."""
    problem = make_heater((OFF, OperationMode(0.5, 0.5)), target=1.0)
    dearer = make_device(4, power=0.5, lowest=0.0, charging=0.8, stock=0)
    held = make_stock(4, start=1.0, lowest=1.0, highest=1.0, inflow=-0.4)
    network = make_network(np.array([10.0, 1.0, 10.0, 1.0]), devices=(0, 1))

    solution = solve(replace(problem, devices=(*problem.devices, dearer), stocks=(held,), networks=(network,)))

    assert solution.consumption_mw[0] == pytest.approx(0.0)
    assert solution.consumption_mw[1] == pytest.approx(0.5)


def test_a_device_without_stock_keeps_to_its_bands() -> None:
    """A generator of 0.4 to 0.5 MW sells only where its own price is beaten."""
    device = replace(make_device(3, power=0.0, lowest=-0.5), modes=(OFF, OperationMode(-0.5, -0.4)))
    network = make_network(np.array([10.0, -5.0, 10.0]), export_max=0.45)

    solution = solve(make_problem(network, [device], step_h=1.0))

    assert powers(solution) == [-0.45, 0, -0.45]


def make_fleet(n: int = 4, n_steps: int = 24) -> Problem:
    """Storages of three bands behind a connection that does not carry all of them."""
    bands = (OFF, OperationMode(0.4, 0.5, min_up_h=2.0), OperationMode(-0.5, -0.4))
    devices = [
        replace(make_device(n_steps, power=0.5, charging=0.95, discharging=0.95, stock=d), modes=bands)
        for d in range(n)
    ]
    stocks = [make_stock(n_steps, start=0.7, lowest=0.1, highest=1.5 + 0.1 * d) for d in range(n)]
    prices = 60 + 30 * np.sin(np.arange(n_steps) / 3)
    network = make_network(prices, devices=tuple(range(n)), selling=prices - 9, import_max=1.1, export_max=1.1)
    return fill_sooner(make_problem(network, devices, stocks, step_h=1.0))


def test_a_fleet_has_a_first_schedule_soon_and_tells_better_ones() -> None:
    told: list[Incumbent] = []

    solution = solve_problem(make_fleet(), HighsSolver(), time_limit_s=3.0, on_incumbent=told.append)

    assert isinstance(solution, Solution)
    objectives = [each.objective for each in told]
    assert objectives == sorted(objectives, reverse=True)
    assert objectives[-1] == pytest.approx(solution.objective)
    assert solution.bound <= solution.objective + 1e-9


def test_a_mode_that_a_ramp_forbids_to_enter_at_once_is_reached_through_another() -> None:
    """Being paid 20 for a MWh in one hour is worth half a MW at a price of 5 before and after it."""
    modes = (OFF, OperationMode(0.5, 0.5), OperationMode(1.0, 1.0))
    device = replace(make_device(6), modes=modes, ramp=Ramp(0.5, 0.5, initial_mw=0.0))
    prices = np.array([5.0, 5.0, -20.0, 5.0, 5.0, 5.0])

    solution = solve(make_problem(make_network(prices), [device], step_h=1.0))

    assert powers(solution) == [0, 0.5, 1, 0.5, 0, 0]
    assert solution.is_optimal
    assert solution.objective == pytest.approx(-15.0)


class _Impatient:
    """HiGHS without time for whole numbers."""

    def solve(self, program: LinearProgram, **options: Any) -> Outcome:
        if program.is_integer.any():
            return _NOTHING
        return HighsSolver().solve(program, **options)


_NOTHING = Outcome(
    status=Status.UNSOLVED,
    values=np.empty(0),
    row_duals=np.empty(0),
    column_duals=np.empty(0),
    objective=np.nan,
    bound=-np.inf,
    seconds=99.0,
    iterations=0,
)


def test_a_time_limit_leaves_the_first_schedule_with_its_gap_and_values() -> None:
    solution = solve_problem(make_fleet(), _Impatient(), time_limit_s=20.0)

    assert isinstance(solution, Solution)
    assert not solution.is_optimal
    assert 0 < solution.gap < 0.5
    assert solution.duals is not None


def test_a_plan_is_found_where_rounding_and_planning_find_none() -> None:
    """Bands that a ramp cannot jump between, least durations and a steady drain: three days in a moment."""
    n_steps, kw = 288, 1e-3
    bands = [OperationMode(a * kw, (a + 1.3) * kw, 2.0, 3.0, 0.37) for a in (2, 7, 13, 19)]
    device = replace(
        make_device(n_steps, power=23 * kw, lowest=0.0, charging=0.95, stock=0),
        modes=(OperationMode(0.0, 0.0), *bands),
        ramp=Ramp(11 * kw, np.inf),
    )
    stock = make_stock(n_steps, start=17 * kw, highest=97.3 * kw, inflow=-1.7 * kw)
    prices = 60 + 30 * np.sin(np.arange(n_steps) / 96 * 2 * np.pi)

    solution = solve(make_problem(make_network(prices, selling=prices - 10), [device], [stock]), time_limit_s=1.0)

    assert solution.gap < 1.0
