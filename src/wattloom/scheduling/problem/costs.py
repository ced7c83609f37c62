"""What a schedule costs, commitment by commitment, without a solver."""

import numpy as np

from wattloom.scheduling.problem.balance import net_energy
from wattloom.scheduling.problem.commitments import kink_of, runs_of
from wattloom.scheduling.problem.model import (
    Commitment,
    DeviceFlow,
    Floats,
    GroupFlow,
    Grouping,
    NetFlow,
    Problem,
    Quantity,
    StockLevel,
    Trajectory,
)


def net_consumption_mw(problem: Problem, consumption_mw: Floats) -> Floats:
    """Return the net flow of every network, inflexible devices included.

    Args:
        problem: The problem.
        consumption_mw: Net consumption per device, shape (n_devices, n_steps).

    Returns:
        Net consumption per network, shape (n_networks, n_steps).
    """
    flows = [
        consumption_mw[list(network.devices)].sum(axis=0) + network.inflexible_consumption_mw
        for network in problem.networks
    ]
    return np.array(flows).reshape(len(problem.networks), problem.n_steps)


def group_consumption_mw(problem: Problem, consumption_mw: Floats) -> Floats:
    """Return the net consumption of every group, inflexible devices included.

    Args:
        problem: The problem.
        consumption_mw: Net consumption per device, shape (n_devices, n_steps).

    Returns:
        Net consumption per group, shape (n_groups, n_steps).
    """
    flows = [
        consumption_mw[list(group.devices)].sum(axis=0) + group.inflexible_consumption_mw for group in problem.groups
    ]
    return np.array(flows).reshape(len(problem.groups), problem.n_steps)


def all_commitments(problem: Problem) -> list[Commitment]:
    """Return the energy bills of the networks, then the commitments, in the order in which they are reported."""
    bills = (net_energy(problem, m) for m, network in enumerate(problem.networks) if not network.is_node)
    return [*bills, *problem.commitments]


def cost_of(commitment: Commitment, quantity: Floats) -> float:
    """Return what a commitment costs.

    Args:
        commitment: The promise and its prices.
        quantity: X, what is delivered [MW or MWh], shape (n_steps,).

    Returns:
        Σ π⁺ Δ⁺ − π⁻ Δ⁻ over steps, or over runs with their largest deviations.

    Source:
        docs/formulation.md, "Commitments".
    """
    kink = kink_of(commitment)
    above = np.maximum(quantity - kink.baseline, 0.0)
    below = np.maximum(kink.baseline - quantity, 0.0)
    if commitment.grouping is Grouping.EACH:
        return float(kink.up_price @ above - kink.down_price @ below)
    starts = np.flatnonzero(np.diff(runs_of(commitment), prepend=-1))
    above, below = np.maximum.reduceat(above, starts), np.maximum.reduceat(below, starts)
    return float(kink.up_price[starts] @ above - kink.down_price[starts] @ below)


def commitment_costs(problem: Problem, trajectory: Trajectory) -> list[float]:
    """Return the cost of each of :func:`all_commitments`."""
    net_mw = net_consumption_mw(problem, trajectory.consumption_mw)
    group_mw = group_consumption_mw(problem, trajectory.consumption_mw)

    def delivered(quantity: Quantity) -> Floats:
        match quantity:
            case NetFlow(m):
                return np.asarray(net_mw[m])
            case GroupFlow(g):
                return np.asarray(group_mw[g])
            case DeviceFlow(d):
                return np.asarray(trajectory.consumption_mw[d])
            case StockLevel(k):
                return np.asarray(trajectory.stock_mwh[k, 1:])

    return [cost_of(commitment, delivered(commitment.quantity)) for commitment in all_commitments(problem)]


def start_costs(problem: Problem, trajectory: Trajectory) -> dict[int, float]:
    """Return what entering operation modes costs, by device; devices whose starts cost nothing are left out."""
    costs = {}
    for d, device in enumerate(problem.devices):
        if any(mode.start_cost for mode in device.modes):
            entered = trajectory.mode[d, 1:][np.diff(trajectory.mode[d]) != 0]
            costs[d] = float(np.array([mode.start_cost for mode in device.modes])[entered].sum())
    return costs


def named_costs(problem: Problem, trajectory: Trajectory) -> dict[str, float]:
    """Return all costs by name, in the order in which they are reported.

    Costs of equal names are added up; a caller's name that is one of ours gets
    `` (custom)`` behind it.
    """
    commitments = all_commitments(problem)
    ours = {commitment.name for commitment in commitments if not commitment.is_custom}
    total: dict[str, float] = {}
    for commitment, cost in zip(commitments, commitment_costs(problem, trajectory), strict=True):
        clash = commitment.is_custom and commitment.name in ours
        name = f"{commitment.name} (custom)" if clash else commitment.name
        total[name] = total.get(name, 0.0) + cost
    return total | {f"start-ups device {d}": cost for d, cost in start_costs(problem, trajectory).items()}
