"""What a schedule costs, commitment by commitment, without a solver."""

from collections.abc import Sequence

import numpy as np

from wattloom.scheduling.problem.balance import net_energy
from wattloom.scheduling.problem.commitments import kink_of, runs_of
from wattloom.scheduling.problem.model import (
    Commitment,
    DeviceFlow,
    Floats,
    Grouping,
    NetFlow,
    Problem,
    Quantity,
)


def net_consumption_mw(problem: Problem, consumption_mw: Floats) -> Floats:
    """Return the net flow of every grid, inflexible devices included.

    Args:
        problem: The problem.
        consumption_mw: Net consumption per device, shape (n_devices, n_steps).

    Returns:
        Net consumption per grid, shape (n_grids, n_steps).
    """
    flows = [consumption_mw[list(grid.devices)].sum(axis=0) + grid.inflexible_consumption_mw for grid in problem.grids]
    return np.array(flows).reshape(len(problem.grids), problem.n_steps)


def all_commitments(problem: Problem) -> list[Commitment]:
    """Return the energy bills of the grids, then the commitments, in the order in which they are reported."""
    return [*(net_energy(problem, m) for m in range(len(problem.grids))), *problem.commitments]


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


def commitment_costs(problem: Problem, consumption_mw: Floats, stock_mwh: Floats) -> list[float]:
    """Return the cost of each of :func:`all_commitments`.

    Args:
        problem: The problem.
        consumption_mw: Net consumption per device, shape (n_devices, n_steps).
        stock_mwh: Stocks at step boundaries, shape (n_stocks, n_steps + 1).
    """
    net_mw = net_consumption_mw(problem, consumption_mw)

    def delivered(quantity: Quantity) -> Floats:
        match quantity:
            case NetFlow(m):
                return np.asarray(net_mw[m])
            case DeviceFlow(d):
                return np.asarray(consumption_mw[d])
        return np.asarray(stock_mwh[quantity.stock, 1:])

    return [cost_of(commitment, delivered(commitment.quantity)) for commitment in all_commitments(problem)]


def costs_by_name(commitments: Sequence[Commitment], costs: Sequence[float]) -> dict[str, float]:
    """Add up costs of equal names; a caller's name that is one of ours gets `` (custom)`` behind it."""
    ours = {commitment.name for commitment in commitments if not commitment.is_custom}
    total: dict[str, float] = {}
    for commitment, cost in zip(commitments, costs, strict=True):
        clash = commitment.is_custom and commitment.name in ours
        name = f"{commitment.name} (custom)" if clash else commitment.name
        total[name] = total.get(name, 0.0) + cost
    return total
