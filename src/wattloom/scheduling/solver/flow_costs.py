"""Flow costs: what one device's power costs by the flows it is part of, while all others stay as they are.

Formulation: "Solving". Energy, commitments and hard limits of connections and
groups all bend at some power of the device and are straight elsewhere.
"""

from dataclasses import replace

import numpy as np

from wattloom.scheduling.problem import (
    Commitment,
    Floats,
    Grouping,
    Kink,
    NetFlow,
    Problem,
    kink_of,
    merged_kinks,
    net_energy,
    runs_of,
)


def flow_kinks(problem: Problem, d: int, plan_mw: Floats, excess_price: float) -> tuple[Kink, ...]:
    """Return what a device's power costs by its connections, and by the limits of its groups.

    Internal nodes are left out, as others have to move with the device there,
    and so are commitments on groups.

    Args:
        problem: The scaled problem.
        d: Index of the device.
        plan_mw: Net consumption of all devices, shape (n_devices, n_steps).
        excess_price: Cost per MW beyond a hard limit.

    Returns:
        Costs of which each bends at some net consumption of the device.
    """
    found = []
    for m, network in enumerate(problem.networks):
        if d in network.devices and not network.is_node:
            flow_mw = network.inflexible_consumption_mw + plan_mw[list(network.devices)].sum(axis=0)
            kinks = _connection_kinks(problem, m, flow_mw)
            kinks += _limit_kinks(network.import_max_mw, network.export_max_mw, excess_price)
            found += _on_device(kinks, flow_mw - plan_mw[d])
    for group in problem.groups:
        if d in group.devices:
            flow_mw = group.inflexible_consumption_mw + plan_mw[list(group.devices)].sum(axis=0)
            kinks = _limit_kinks(group.capacity_mw, group.capacity_mw, excess_price)
            found += _on_device(kinks, flow_mw - plan_mw[d])
    return tuple(found)


def kink_cost(kink: Kink, quantity: Floats) -> Floats:
    """Return what quantities cost, shape (n_steps, n)."""
    above = quantity - kink.baseline[:, None]
    return np.asarray(np.where(above > 0, kink.up_price[:, None], kink.down_price[:, None]) * above)


def _connection_kinks(problem: Problem, m: int, flow_mw: Floats) -> list[Kink]:
    commitments = [commitment for commitment in problem.commitments if commitment.quantity == NetFlow(m)]
    per_step = [commitment for commitment in commitments if commitment.grouping is Grouping.EACH]
    kinks = merged_kinks([net_energy(problem, m), *per_step])
    for commitment in commitments:
        if commitment.grouping is Grouping.ANY:
            kinks += _beyond_largest(commitment, flow_mw)
    return kinks


def _beyond_largest(commitment: Commitment, flow_mw: Floats) -> list[Kink]:
    """Return what it costs to go further than the largest deviation of each run: less than that is free."""
    kink, run, kinks = kink_of(commitment), runs_of(commitment), []
    nothing = np.zeros(len(run))
    for side, up, down in ((1.0, kink.up_price, nothing), (-1.0, nothing, kink.down_price)):
        if up.any() or down.any():
            largest = np.zeros(run[-1] + 1)
            np.maximum.at(largest, run, side * (flow_mw - kink.baseline))
            kinks.append(Kink(kink.baseline + side * largest[run], up, down))
    return kinks


def _limit_kinks(consumption_max_mw: Floats, production_max_mw: Floats, price: float) -> list[Kink]:
    kinks = []
    for side, most_mw in ((1.0, consumption_max_mw), (-1.0, production_max_mw)):
        is_limited = np.isfinite(most_mw)
        if is_limited.any():
            cost, nothing = np.where(is_limited, price, 0.0), np.zeros(len(most_mw))
            baseline = side * np.where(is_limited, most_mw, 0.0)
            kinks.append(Kink(baseline, cost, nothing) if side > 0 else Kink(baseline, nothing, -cost))
    return kinks


def _on_device(kinks: list[Kink], rest_mw: Floats) -> list[Kink]:
    """Return costs of a flow as costs of what one device adds to the rest."""
    return [replace(kink, baseline=kink.baseline - rest_mw) for kink in kinks]
