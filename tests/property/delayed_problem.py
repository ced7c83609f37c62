"""A problem put off by one step."""

from dataclasses import replace

import numpy as np

from wattloom.scheduling.problem import Commitment, Device, Floats, Group, Network, Problem, Stock


def delayed(problem: Problem) -> Problem:
    """Put one step in front in which nothing can happen and nothing costs.

    Ramps and operation modes are left out: what devices do in that step would bind them later.
    """
    return replace(
        problem,
        n_steps=problem.n_steps + 1,
        step_h=_after(problem.step_h[0], problem.step_h),
        devices=tuple(map(_delayed_device, problem.devices)),
        stocks=tuple(map(_delayed_stock, problem.stocks)),
        networks=tuple(map(_delayed_network, problem.networks)),
        groups=tuple(map(_delayed_group, problem.groups)),
        commitments=tuple(map(_delayed_commitment, problem.commitments)),
    )


def without_memory(problem: Problem) -> Problem:
    """Leave out ramps and operation modes."""
    return replace(problem, devices=tuple(replace(device, modes=(), ramp=None) for device in problem.devices))


def _after(first: float, values: Floats) -> Floats:
    return np.concatenate([[first], values])


def _delayed_device(device: Device) -> Device:
    return replace(
        device,
        consumption_min_mw=_after(0.0, device.consumption_min_mw),
        consumption_max_mw=_after(0.0, device.consumption_max_mw),
        charging_efficiency=_after(1.0, device.charging_efficiency),
        discharging_efficiency=_after(1.0, device.discharging_efficiency),
    )


def _delayed_stock(stock: Stock) -> Stock:
    return replace(
        stock,
        min_mwh=_after(-np.inf, stock.min_mwh),
        max_mwh=_after(np.inf, stock.max_mwh),
        inflow_mw=_after(0.0, stock.inflow_mw),
        retention=_after(1.0, stock.retention),
    )


def _delayed_network(network: Network) -> Network:
    unlimited = 0.0 if network.is_node else np.inf
    return replace(
        network,
        inflexible_consumption_mw=_after(0.0, network.inflexible_consumption_mw),
        import_max_mw=_after(unlimited, network.import_max_mw),
        export_max_mw=_after(unlimited, network.export_max_mw),
        consumption_price_per_mwh=_after(0.0, network.consumption_price_per_mwh),
        production_price_per_mwh=_after(0.0, network.production_price_per_mwh),
    )


def _delayed_group(group: Group) -> Group:
    return replace(
        group,
        inflexible_consumption_mw=_after(0.0, group.inflexible_consumption_mw),
        capacity_mw=_after(np.inf, group.capacity_mw),
    )


def _delayed_commitment(commitment: Commitment) -> Commitment:
    return replace(
        commitment,
        baseline=_after(np.nan, commitment.baseline),
        up_price=_after(0.0, commitment.up_price),
        down_price=_after(0.0, commitment.down_price),
    )
