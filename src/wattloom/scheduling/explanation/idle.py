"""What other conduct of the devices would cost: doing nothing, or keeping to an earlier plan."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from wattloom.scheduling.problem import (
    Device,
    Floats,
    Indices,
    Problem,
    Trajectory,
    all_commitments,
    commitment_costs,
    group_consumption_mw,
    hasty_changes,
    into_stock_mw,
    mode_bounds_mw,
    named_costs,
    net_consumption_mw,
    power_changes_mw,
    retained_shares,
    step_distances_h,
)

_SHARE = 1e-6
_BREACH = re.compile(r"\b(any|all) (.*breach(es)?|soc (minima|maxima))\b")
"""How breaches are called among the costs."""
_ROUNDED_MW = 2e-6
"""What an earlier plan may differ by as sensors keep six decimals."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """Something else that the devices could do.

    Attributes:
        cost: What it would cost by the prices of the problem [currency]; None where it breaks a hard limit.
        breaches: The part of it that is paid for limits which may be broken at a price.
        stored_mwh: What all stocks would hold at the end.
        broken: The first hard limit that it breaks: what it limits, its name and the step; None if it keeps all.
    """

    cost: float | None
    breaches: float
    stored_mwh: float
    broken: tuple[str, str, int] | None


def idle_consumption_mw(problem: Problem) -> Floats:
    """Return what happens when nothing is controlled, shape (n_devices, n_steps).

    Storages and flexible loads rest, as near to zero as their limits allow. What can only produce and stores
    nothing, such as a solar plant, produces all it can: that is what it does when nobody curtails it.
    """
    coupled = {d for coupling in problem.couplings for d in coupling.devices}
    resting = [_resting(device, is_free=d not in coupled) for d, device in enumerate(problem.devices)]
    return np.array(resting).reshape(len(problem.devices), problem.n_steps)


def _resting(device: Device, *, is_free: bool) -> Floats:
    is_plant = device.stock is None and is_free and not device.modes and not (device.consumption_max_mw > 0).any()
    if is_plant:
        return device.consumption_min_mw
    rest_mw: Floats = np.clip(0.0, device.consumption_min_mw, device.consumption_max_mw)
    return rest_mw


def alternative(problem: Problem, consumption_mw: Floats, *, follows: bool = False) -> Alternative:
    """Return what some other conduct would cost.

    Args:
        problem: Its prices and limits count.
        consumption_mw: Net consumption per device, shape (n_devices, n_steps).
        follows: Whether storages stop when they are full or empty, as devices that are told such a plan do.
    """
    consumption_mw = consumption_mw.copy()
    stock_mwh = np.array([_followed(problem, k, consumption_mw, follows=follows) for k in range(len(problem.stocks))])
    modes = [_modes(device, consumption_mw[d]) for d, device in enumerate(problem.devices)]
    trajectory = Trajectory(
        consumption_mw,
        stock_mwh.reshape(len(problem.stocks), problem.n_steps + 1),
        np.array(modes, dtype=np.int64).reshape(consumption_mw.shape),
    )
    broken = _broken(problem, trajectory, _ROUNDED_MW if follows else 0.0)
    cost = None if broken is not None else sum(named_costs(problem, trajectory).values())
    return Alternative(cost, breach_costs(problem, trajectory), float(trajectory.stock_mwh[:, -1].sum()), broken)


def breach_costs(problem: Problem, trajectory: Trajectory) -> float:
    """Return what is paid for breaking limits that may be broken at a price [currency]."""
    priced = zip(all_commitments(problem), commitment_costs(problem, trajectory), strict=True)
    return sum((cost for each, cost in priced if not each.is_custom and _BREACH.search(each.name)), 0.0)


def _followed(problem: Problem, k: int, consumption_mw: Floats, *, follows: bool) -> Floats:
    """Integrate one stock; with ``follows`` cut what its devices cannot store or give."""
    stock = problem.stocks[k]
    devices = [d for d, device in enumerate(problem.devices) if device.stock == k]
    flows = [into_stock_mw(problem.devices[d], consumption_mw[d]) for d in devices]
    a, b = retained_shares(stock.retention)
    weight = problem.step_h * b
    wanted = (weight * sum(flows, np.zeros(problem.n_steps))).tolist()
    # Plain numbers: a loop over arrays takes five times as long.
    steps = zip(a.tolist(), (weight * stock.inflow_mw).tolist(), wanted, strict=True)
    level = float(stock.initial_mwh)
    levels = [level]
    for t, (retained, change, flow) in enumerate(steps):
        kept = retained * level + change
        level = kept + flow
        if follows and flow and not stock.floor_mwh <= level <= stock.ceiling_mwh:
            nearest = min(max(level, min(stock.floor_mwh, kept)), max(stock.ceiling_mwh, kept))
            share = (nearest - kept) / flow
            consumption_mw[devices, t] *= share
            level = nearest
        levels.append(level)
    return np.array(levels)


def _modes(device: Device, consumption_mw: Floats) -> Indices:
    if not device.modes:
        return np.full(len(consumption_mw), -1, dtype=np.int64)
    lowest, highest = (bounds[:, None] for bounds in mode_bounds_mw(device))
    outside = np.maximum(lowest - consumption_mw, consumption_mw - highest)
    nearest: Indices = np.argmin(np.maximum(outside, 0.0), axis=0)
    fits = outside <= _ROUNDED_MW
    # Bands may overlap: nobody leaves a mode that will do.
    for t in range(1, len(nearest)):
        if fits[nearest[t - 1], t]:
            nearest[t] = nearest[t - 1]
    return nearest


@dataclass(frozen=True, slots=True)
class _Range:
    """A hard limit in both directions, shape (n_steps,): what it is called, and how its lower and upper end are."""

    name: str
    ends: tuple[str, str]
    values: Floats
    lowest: Floats
    highest: Floats


def _broken(problem: Problem, trajectory: Trajectory, slack: float) -> tuple[str, str, int] | None:
    """Return the first hard limit that is broken by more than a slack [MW or MWh]."""
    found = _hasty(problem, trajectory)
    ranges = [
        *_shared_ranges(problem, trajectory),
        *_capacities(problem, trajectory),
        *_ways_of_running(problem, trajectory),
    ]
    for each in ranges:
        size = slack + _SHARE * max(1e-6, float(np.abs(each.values).max(initial=0.0)))
        sides = (each.values < each.lowest - size, each.values > each.highest + size)
        found += [
            (int(np.argmax(side)), each.name, end) for end, side in zip(each.ends, sides, strict=True) if side.any()
        ]
    if not found:
        return None
    step, name, end = min(found)
    return name, end, step


def _hasty(problem: Problem, trajectory: Trajectory) -> list[tuple[int, str, str]]:
    """Return the steps in which operation modes change too soon."""
    found: list[tuple[int, str, str]] = []
    for device, mode in zip(problem.devices, trajectory.mode, strict=True):
        if device.modes:
            early, again = hasty_changes(device, mode, problem.step_h)
            found += [(int(step), device.name, "min-up-time") for step in early]
            found += [(int(step), device.name, "min-down-time") for step in again]
    return found


def _shared_ranges(problem: Problem, trajectory: Trajectory) -> Iterator[_Range]:
    """Yield the limits of networks, groups, stocks and couplings."""
    ends = ("export-capacity", "import-capacity")
    for network, net_mw in zip(problem.networks, net_consumption_mw(problem, trajectory.consumption_mw), strict=True):
        yield _Range(network.commodity, ends, net_mw, -network.export_max_mw, network.import_max_mw)
    for group, flow in zip(problem.groups, group_consumption_mw(problem, trajectory.consumption_mw), strict=True):
        yield _Range(group.name, ("capacity", "capacity"), flow, -group.capacity_mw, group.capacity_mw)
    for stock, level in zip(problem.stocks, trajectory.stock_mwh[:, 1:], strict=True):
        yield _Range(stock.name, ("minimum", "maximum"), level, stock.min_mwh, stock.max_mwh)
    for coupling in problem.couplings:
        shares = np.array(coupling.coefficients)[:, None] / np.abs(coupling.coefficients).min()
        activity = trajectory.consumption_mw[list(coupling.devices)] / shares
        least, most = activity.min(axis=0), activity.max(axis=0)
        yield _Range(coupling.name, ("coupling", "coupling"), most, least, least)


def _capacities(problem: Problem, trajectory: Trajectory) -> Iterator[_Range]:
    """Yield how much power devices may take and give."""
    ends = ("production-capacity", "consumption-capacity")
    for device, power in zip(problem.devices, trajectory.consumption_mw, strict=True):
        yield _Range(device.name, ends, power, device.consumption_min_mw, device.consumption_max_mw)


def _ways_of_running(problem: Problem, trajectory: Trajectory) -> Iterator[_Range]:
    """Yield the operation modes and ramps of devices."""
    for device, power, mode in zip(problem.devices, trajectory.consumption_mw, trajectory.mode, strict=True):
        if device.modes:
            lowest, highest = (bounds[mode] for bounds in mode_bounds_mw(device))
            yield _Range(device.name, ("operation-modes", "operation-modes"), power, lowest, highest)
        if device.ramp is not None:
            change, distance_h = power_changes_mw(device.ramp, power), step_distances_h(problem.step_h)
            lowest, highest = -device.ramp.down_mw_per_h * distance_h, device.ramp.up_mw_per_h * distance_h
            yield _Range(device.name, ("ramp-down-limit", "ramp-up-limit"), change, lowest, highest)
