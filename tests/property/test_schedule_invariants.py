"""What holds between schedules: of changed problems, of the same problem, and of doing nothing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings

from tests.problems import Device, HighsSolver, Problem, Solution, solve_problem
from tests.property.delayed_problem import delayed, without_memory
from tests.property.problems_strategies import problems, starts_in_range, with_one_optimum
from wattloom.errors import InternalError
from wattloom.scheduling.problem import (
    Ramp,
    Trajectory,
    all_commitments,
    commitment_costs,
    named_costs,
    retained_shares,
    start_costs,
    with_recovery,
)
from wattloom.scheduling.solver.verify import verify

_TOLERANCE = 1e-6
_NO_GAP = 1e-12
"""With any more, another schedule than the only best one may count as optimal."""

FEW = settings(max_examples=30)


def schedule(problem: Problem) -> Solution:
    solution = solve_problem(problem, HighsSolver(), time_limit_s=20)
    assume(isinstance(solution, Solution))
    assert isinstance(solution, Solution)
    return solution


@given(problem=problems.filter(starts_in_range))
@FEW
def test_costs_add_up_to_the_objective(problem: Problem) -> None:
    solution = schedule(problem)

    costs = commitment_costs(problem, solution.trajectory)
    assert len(costs) == len(all_commitments(problem))
    total = sum(costs) + sum(start_costs(problem, solution.trajectory).values())
    assert total == pytest.approx(solution.objective, rel=1e-7, abs=1e-6)
    assert sum(solution.costs.values()) == pytest.approx(solution.objective, rel=1e-7, abs=1e-6)


@given(problem=problems)
@FEW
def test_a_schedule_never_costs_more_than_doing_nothing(problem: Problem) -> None:
    idle, solved = doing_nothing(problem), with_recovery(problem)
    assume(is_kept(solved, idle))

    solution = schedule(problem)

    cost = sum(named_costs(solved, idle).values())
    assert solution.objective <= cost + _TOLERANCE * max(1.0, abs(cost))


def doing_nothing(problem: Problem) -> Trajectory:
    """Return zero power, in the first mode that allows it, and what then becomes of the stocks."""
    levels = []
    for stock in problem.stocks:
        levels.append([stock.initial_mwh])
        for t, (kept, share) in enumerate(zip(*retained_shares(stock.retention), strict=True)):
            levels[-1].append(kept * levels[-1][-1] + share * problem.step_h[t] * stock.inflow_mw[t])
    shape = (len(problem.devices), problem.n_steps)
    modes = np.array([idle_mode(device) for device in problem.devices])
    stock_mwh = np.array(levels).reshape(len(problem.stocks), problem.n_steps + 1)
    return Trajectory(np.zeros(shape), stock_mwh, np.broadcast_to(modes[:, None], shape))


def idle_mode(device: Device) -> int:
    allowing = [b for b, mode in enumerate(device.modes) if mode.lowest_mw <= 0 <= mode.highest_mw]
    return next(iter(allowing), min(0, len(device.modes) - 1))


def is_kept(problem: Problem, trajectory: Trajectory) -> bool:
    try:
        verify(problem, trajectory)
    except InternalError:
        return False
    return True


@given(problem=problems.filter(starts_in_range))
@FEW
def test_relaxing_limits_never_costs_more(problem: Problem) -> None:
    strict = schedule(problem)

    stocks = tuple(replace(s, max_mwh=s.max_mwh + 1, min_mwh=s.min_mwh - 0.1) for s in problem.stocks)
    networks = tuple(
        replace(g, import_max_mw=g.import_max_mw + 1, export_max_mw=g.export_max_mw + 1) for g in problem.networks
    )
    groups = tuple(replace(g, capacity_mw=g.capacity_mw + 0.2) for g in problem.groups)
    devices = tuple(map(relaxed_device, problem.devices))
    relaxed = schedule(replace(problem, devices=devices, stocks=stocks, networks=networks, groups=groups))

    assert relaxed.objective <= strict.objective + _TOLERANCE * max(1.0, abs(strict.objective))


def relaxed_device(device: Device) -> Device:
    """Allow for more power, faster changes, and shorter stays in wider modes."""
    ramp = device.ramp or Ramp(np.inf, np.inf)
    return replace(
        device,
        consumption_min_mw=device.consumption_min_mw - 0.3,
        consumption_max_mw=device.consumption_max_mw + 0.3,
        ramp=replace(ramp, up_mw_per_h=ramp.up_mw_per_h + 1.0, down_mw_per_h=ramp.down_mw_per_h + 1.0),
        modes=tuple(
            replace(mode, lowest_mw=mode.lowest_mw - 0.1, min_up_h=0.5 * mode.min_up_h, min_down_h=0.0)
            for mode in device.modes
        ),
    )


@given(problem=problems.filter(starts_in_range))
@FEW
def test_waiting_first_only_shifts_the_schedule_in_time(problem: Problem) -> None:
    problem = without_memory(with_one_optimum(problem))
    now, later = schedule(problem), schedule(delayed(problem))

    assert later.objective == pytest.approx(now.objective, rel=1e-6, abs=1e-6)
    assert later.consumption_mw[:, 0] == pytest.approx(0.0, abs=_TOLERANCE)
    assert later.stock_mwh[:, 1] == pytest.approx(later.stock_mwh[:, 0], abs=_TOLERANCE)
    assume(now.gap + later.gap < _NO_GAP)
    assert later.consumption_mw[:, 1:] == pytest.approx(now.consumption_mw, abs=_TOLERANCE)


@given(problem=problems.filter(starts_in_range))
@FEW
def test_other_money_changes_the_cost_and_not_the_schedule(problem: Problem) -> None:
    problem = with_one_optimum(problem)
    cheap, dear = schedule(problem), schedule(with_prices_times(problem, 7.0))

    assert dear.objective == pytest.approx(7 * cheap.objective, rel=1e-5, abs=1e-5)
    assume(cheap.gap + dear.gap < _NO_GAP)
    assert dear.consumption_mw == pytest.approx(cheap.consumption_mw, abs=_TOLERANCE)


def with_prices_times(problem: Problem, factor: float) -> Problem:
    return replace(
        problem,
        networks=tuple(
            replace(
                network,
                consumption_price_per_mwh=factor * network.consumption_price_per_mwh,
                production_price_per_mwh=factor * network.production_price_per_mwh,
            )
            for network in problem.networks
        ),
        commitments=tuple(
            replace(promise, up_price=factor * promise.up_price, down_price=factor * promise.down_price)
            for promise in problem.commitments
        ),
        devices=tuple(
            replace(device, modes=tuple(replace(mode, start_cost=factor * mode.start_cost) for mode in device.modes))
            for device in problem.devices
        ),
    )


@given(problem=problems)
@FEW
def test_equal_problems_get_equal_schedules(problem: Problem) -> None:
    first, second = schedule(problem), schedule(problem)

    assert np.array_equal(first.consumption_mw, second.consumption_mw)
    assert np.array_equal(first.stock_mwh, second.stock_mwh)
    assert np.array_equal(first.mode, second.mode)
    assert first.costs == second.costs
