"""Every schedule keeps every hard limit and every balance, whatever the problem."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings

from tests.problems import Floats, HighsSolver, Problem, Solution, solve_problem
from tests.property.problems_strategies import problems
from wattloom.scheduling.problem import OperationMode

_TOLERANCE = 1e-7

FEW = settings(max_examples=20)


def schedule(problem: Problem) -> Solution:
    solution = solve_problem(problem, HighsSolver(), time_limit_s=20)
    assume(isinstance(solution, Solution))
    assert isinstance(solution, Solution)
    return solution


def expect_within(values: Floats, lowest: Floats | float, highest: Floats | float) -> None:
    assert (values >= lowest - _TOLERANCE).all()
    assert (values <= highest + _TOLERANCE).all()


@given(problem=problems)
@FEW
def test_devices_stay_within_their_limits(problem: Problem) -> None:
    solution = schedule(problem)

    for device, consumption_mw in zip(problem.devices, solution.consumption_mw, strict=True):
        expect_within(consumption_mw, device.consumption_min_mw, device.consumption_max_mw)


@given(problem=problems)
@FEW
def test_networks_balance_within_their_limits(problem: Problem) -> None:
    solution = schedule(problem)

    for network, net_mw in zip(problem.networks, solution.net_consumption_mw, strict=True):
        total_mw = solution.consumption_mw[list(network.devices)].sum(axis=0) + network.inflexible_consumption_mw
        assert net_mw == pytest.approx(total_mw, abs=_TOLERANCE)
        expect_within(net_mw, -network.export_max_mw, network.import_max_mw)


@given(problem=problems)
@FEW
def test_nodes_pass_on_what_they_get(problem: Problem) -> None:
    solution = schedule(problem)

    nodes = [network for network in problem.networks if network.is_node]
    for node in nodes:
        inflow_mw = solution.consumption_mw[list(node.devices)].sum(axis=0)
        assert inflow_mw == pytest.approx(-node.inflexible_consumption_mw, abs=_TOLERANCE)


@given(problem=problems)
@FEW
def test_groups_stay_within_their_capacity(problem: Problem) -> None:
    solution = schedule(problem)

    for group in problem.groups:
        total_mw = solution.consumption_mw[list(group.devices)].sum(axis=0) + group.inflexible_consumption_mw
        expect_within(total_mw, -group.capacity_mw, group.capacity_mw)


@given(problem=problems)
@FEW
def test_converters_keep_their_proportions(problem: Problem) -> None:
    solution = schedule(problem)

    for coupling in problem.couplings:
        activity = solution.consumption_mw[list(coupling.devices)].T / np.array(coupling.coefficients)
        assert activity == pytest.approx(activity[:, :1] + 0 * activity, abs=_TOLERANCE)


@given(problem=problems)
@FEW
def test_ramps_are_not_exceeded(problem: Problem) -> None:
    solution = schedule(problem)

    middle_h = np.cumsum(problem.step_h) - problem.step_h / 2
    ramps = [(device.ramp, d) for d, device in enumerate(problem.devices) if device.ramp is not None]
    for ramp, d in ramps:
        before = [] if ramp.initial_mw is None else [ramp.initial_mw]
        power_mw = np.array([*before, *solution.consumption_mw[d]])
        hours = np.diff(np.array([middle_h[0] - problem.step_h[0], *middle_h])[1 - len(before) :])
        expect_within(np.diff(power_mw), -ramp.down_mw_per_h * hours, ramp.up_mw_per_h * hours)


@given(problem=problems)
@FEW
def test_devices_work_in_one_mode_at_a_time(problem: Problem) -> None:
    solution = schedule(problem)

    devices = [(device.modes, d) for d, device in enumerate(problem.devices) if device.modes]
    for modes, d in devices:
        bands = np.array([(modes[b].lowest_mw, modes[b].highest_mw) for b in solution.mode[d]])
        expect_within(solution.consumption_mw[d], bands[:, 0], bands[:, 1])


@given(problem=problems)
@FEW
def test_modes_and_pauses_last_long_enough(problem: Problem) -> None:
    solution = schedule(problem)

    for d, device in enumerate(problem.devices):
        for b, mode in enumerate(device.modes):
            expect_durations(mode, solution.mode[d] == b, problem.step_h)


def expect_durations(mode: OperationMode, is_in: Floats, step_h: Floats) -> None:
    """Whatever begins and ends within the window lasts long enough: being in the mode, and being out of it."""
    changes = np.flatnonzero(np.diff(is_in)) + 1
    start_h = np.cumsum(step_h) - step_h
    least_h = np.where(is_in, mode.min_up_h, mode.min_down_h)
    for begin, end in pairwise(changes):
        assert start_h[end] - start_h[begin] >= least_h[begin] - _TOLERANCE


@given(problem=problems)
@FEW
def test_stocks_follow_from_power_and_stay_within_bounds(problem: Problem) -> None:
    solution = schedule(problem)

    for k, stock in enumerate(problem.stocks):
        level = stock.initial_mwh
        for t in range(problem.n_steps):
            kept = stock.retention[t]
            share = kept if kept in {0.0, 1.0} else (kept - 1) / np.log(kept)
            inflow = stock.inflow_mw[t]
            for device, consumption_mw in zip(problem.devices, solution.consumption_mw, strict=True):
                power = consumption_mw[t] * (device.stock == k)
                inflow += (
                    max(power, 0) * device.charging_efficiency[t] + min(power, 0) / device.discharging_efficiency[t]
                )
            level = kept * level + share * problem.step_h[t] * inflow
            assert solution.stock_mwh[k, t + 1] == pytest.approx(level, abs=_TOLERANCE)
        starts_low, starts_high = stock.initial_mwh < stock.floor_mwh, stock.initial_mwh > stock.ceiling_mwh
        expect_within(
            solution.stock_mwh[k, 1:],
            np.where(starts_low & (stock.min_mwh <= stock.floor_mwh), -np.inf, stock.min_mwh),
            np.where(starts_high & (stock.max_mwh >= stock.ceiling_mwh), np.inf, stock.max_mwh),
        )
