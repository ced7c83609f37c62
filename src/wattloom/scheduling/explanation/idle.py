"""What other conduct of the devices would cost: doing nothing, or keeping to an earlier plan."""

from dataclasses import dataclass

import numpy as np

from wattloom.scheduling.problem import (
    Device,
    Floats,
    Indices,
    Problem,
    Trajectory,
    into_stock_mw,
    mode_bounds_mw,
    named_costs,
    net_consumption_mw,
    retained_shares,
)

_SHARE = 1e-6


@dataclass(frozen=True, slots=True)
class Alternative:
    """Something else that the devices could do.

    Attributes:
        cost: What it would cost by the prices of the problem [currency]; None where it breaks a hard limit.
        stored_mwh: What all stocks would hold at the end.
        broken: The first hard limit that it breaks: what it limits, its name and the step; None if it keeps all.
    """

    cost: float | None
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
    broken = _broken(problem, trajectory)
    cost = None if broken is not None else sum(named_costs(problem, trajectory).values())
    return Alternative(cost, float(trajectory.stock_mwh[:, -1].sum()), broken)


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
    return nearest


def _broken(problem: Problem, trajectory: Trajectory) -> tuple[str, str, int] | None:
    """Return the first hard limit that is broken."""
    found: list[tuple[int, str, str]] = []

    def judge(values: Floats, lowest: Floats, highest: Floats, name: str, limits: tuple[str, str]) -> None:
        size = _SHARE * max(1e-6, float(np.abs(values).max(initial=0.0)))
        for limit, is_broken in zip(limits, (values < lowest - size, values > highest + size), strict=True):
            if is_broken.any():
                found.append((int(np.argmax(is_broken)), name, limit))

    for network, net_mw in zip(problem.networks, net_consumption_mw(problem, trajectory.consumption_mw), strict=True):
        limits = ("export-capacity", "import-capacity")
        judge(net_mw, -network.export_max_mw, network.import_max_mw, network.commodity, limits)
    for group in problem.groups:
        flow = trajectory.consumption_mw[list(group.devices)].sum(axis=0) + group.inflexible_consumption_mw
        judge(flow, -group.capacity_mw, group.capacity_mw, group.name, ("capacity", "capacity"))
    for stock, level in zip(problem.stocks, trajectory.stock_mwh[:, 1:], strict=True):
        judge(level, stock.min_mwh, stock.max_mwh, stock.name, ("minimum", "maximum"))
    for device, power in zip(problem.devices, trajectory.consumption_mw, strict=True):
        limits = ("production-capacity", "consumption-capacity")
        judge(power, device.consumption_min_mw, device.consumption_max_mw, device.name, limits)
    for coupling in problem.couplings:
        activity = trajectory.consumption_mw[list(coupling.devices)] / np.array(coupling.coefficients)[:, None]
        spread = activity.max(axis=0) - activity.min(axis=0)
        judge(spread, 0 * spread, 0 * spread, coupling.name, ("coupling", "coupling"))
    if not found:
        return None
    step, name, limit = min(found)
    return name, limit, step
