"""Check a schedule against the problem it was made for, before anybody sees it."""

import numpy as np

from wattloom.errors import InternalError
from wattloom.scheduling.problem import (
    Floats,
    Problem,
    Ramp,
    Trajectory,
    group_consumption_mw,
    hasty_changes,
    into_stock_mw,
    mode_bounds_mw,
    net_consumption_mw,
    power_changes_mw,
    retained_shares,
    step_distances_h,
)

_TOLERANCE = 1e-6
"""In scaled units, where devices are of size 16."""
_COST_TOLERANCE = 1e-9


def verify(problem: Problem, trajectory: Trajectory) -> None:
    """Check every hard limit, and the balance of every stock, network and converter.

    Args:
        problem: The scaled problem.
        trajectory: What its devices do.

    Raises:
        InternalError: A hard limit or balance is broken; the message names the family.
    """
    consumption_mw, stock_mwh = trajectory.consumption_mw, trajectory.stock_mwh
    for d, device in enumerate(problem.devices):
        _expect_within(consumption_mw[d], device.consumption_min_mw, device.consumption_max_mw, "device power")
        if device.modes:
            _verify_modes(problem, d, trajectory)
        if device.ramp is not None:
            _verify_ramp(device.ramp, consumption_mw[d], problem.step_h)
    for network, net_mw in zip(problem.networks, net_consumption_mw(problem, consumption_mw), strict=True):
        _expect_within(net_mw, -network.export_max_mw, network.import_max_mw, "network balance")
    for group, total_mw in zip(problem.groups, group_consumption_mw(problem, consumption_mw), strict=True):
        _expect_within(total_mw, -group.capacity_mw, group.capacity_mw, "group capacity")
    for coupling in problem.couplings:
        activity = consumption_mw[list(coupling.devices)] / np.array(coupling.coefficients)[:, None]
        for each in activity[1:]:
            _expect_within(each, activity[0], activity[0], "coupling")
    for k, stock in enumerate(problem.stocks):
        _expect_within(stock_mwh[k, 1:], stock.min_mwh, stock.max_mwh, "stock bounds")
        due = _next_stock_mwh(problem, k, consumption_mw, stock_mwh[k, :-1])
        _expect_within(stock_mwh[k, 1:], due, due, "stock balance")


def _verify_modes(problem: Problem, d: int, trajectory: Trajectory) -> None:
    device, mode = problem.devices[d], trajectory.mode[d]
    lowest, highest = mode_bounds_mw(device)
    _expect_within(trajectory.consumption_mw[d], lowest[mode], highest[mode], "operation modes")
    for hastily, what in zip(hasty_changes(device, mode, problem.step_h), ("duration", "pause"), strict=True):
        if len(hastily):
            raise InternalError(f"The schedule breaks a least {what} of the modes of device {d}.")


def _verify_ramp(ramp: Ramp, consumption_mw: Floats, step_h: Floats) -> None:
    change, distance_h = power_changes_mw(ramp, consumption_mw), step_distances_h(step_h)
    _expect_within(change, -ramp.down_mw_per_h * distance_h, ramp.up_mw_per_h * distance_h, "ramp")


def verify_costs(costs: list[float], objective: float, *, highest_price: float) -> None:
    """Check that the named costs add up to the objective.

    Args:
        costs: Cost of each commitment.
        objective: What the solver says.
        highest_price: Of all columns; a deviation within the solver's tolerance costs so many times it.

    Raises:
        InternalError: They do not.
    """
    total, size = sum(costs), sum(abs(cost) for cost in costs)
    if abs(total - objective) > _COST_TOLERANCE * (size + highest_price + 1.0):
        raise InternalError(f"The costs add up to {total!r}, the objective is {objective!r}.")


def _next_stock_mwh(problem: Problem, k: int, consumption_mw: Floats, before_mwh: Floats) -> Floats:
    stock = problem.stocks[k]
    a, b = retained_shares(stock.retention)
    inflow_mw = stock.inflow_mw.copy()
    for d, device in enumerate(problem.devices):
        if device.stock == k:
            inflow_mw += into_stock_mw(device, consumption_mw[d])
    following: Floats = a * before_mwh + problem.step_h * b * inflow_mw
    return following


def _expect_within(values: Floats, lowest: Floats, highest: Floats, family: str) -> None:
    excess = np.maximum(lowest - values, values - highest)
    allowed = _TOLERANCE * np.maximum(1.0, np.abs(values))
    if (excess > allowed).any() or not np.isfinite(values).all():
        step = int(np.argmax(excess - allowed))
        raise InternalError(f"The schedule breaks the {family} at step {step} by {excess[step]:g} (scaled).")
