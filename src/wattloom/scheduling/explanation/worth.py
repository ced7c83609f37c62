"""What energy is worth in each step: at each connection, for each device, and in its stock."""

from dataclasses import dataclass

import numpy as np

from wattloom.scheduling.problem import DeviceFlow, Floats, Grouping, Problem, group_consumption_mw, retained_shares
from wattloom.scheduling.solver import Duals

_PRICE_SHARE = 1e-3
"""Differences below this part of the highest price explain nothing; tie-breaks are smaller."""


@dataclass(frozen=True, slots=True)
class Worth:
    """Marginal values [currency/MWh]; all devices in the order of the problem.

    Attributes:
        network_price: Cost of a MWh more, shape (n_networks, n_steps); the tariff where no duals are known.
        surcharge: The part of it that no tariff explains: limits, peaks and other commitments of the network.
        cost: Of consuming a MWh more with a device, its own price included, shape (n_devices, n_steps).
        income: Of producing a MWh more with a device, its own price deducted, same shape.
        group_price: The part of both that limits of groups make up; negative where they limit production.
        limits: The part of both that limits and commitments of the network and of groups make up.
        stored: What a MWh consumed is worth in the stock of the device; NaN without a stock, or duals.
        kept: What the energy that a MWh produced takes from the stock is worth there; NaN likewise.
        taken: What a converter's ports take for each MWh that it takes altogether, by the ports of converters; NaN for
            other devices, or where a value is unknown.
        given: What its ports give for that is worth; NaN likewise.
        tolerance: Differences up to this mean nothing.
    """

    network_price: Floats
    surcharge: Floats
    cost: Floats
    income: Floats
    group_price: Floats
    limits: Floats
    stored: Floats
    kept: Floats
    taken: Floats
    given: Floats
    tolerance: float


def worth_of(problem: Problem, consumption_mw: Floats, net_mw: Floats, duals: Duals | None) -> Worth:
    """Return what energy is worth in a schedule.

    Args:
        problem: What was solved.
        consumption_mw: Net consumption per device, shape (n_devices, n_steps).
        net_mw: Net consumption per network, shape (n_networks, n_steps).
        duals: Marginal values of the schedule; None when they are not known.
    """
    lowest, highest = _tariff(problem, net_mw)
    network_price = (lowest + highest) / 2 if duals is None else duals.balance / problem.step_h
    surcharge = network_price - np.clip(network_price, lowest, highest)
    attached, limits = np.zeros((2, len(problem.devices), problem.n_steps))
    for m, network in enumerate(problem.networks):
        attached[list(network.devices)] += network_price[m]
        if network.is_node:
            surcharge[m] = 0.0
        limits[list(network.devices)] += surcharge[m]
    group_price = _group_price(problem, consumption_mw, duals)
    own_up, own_down = _own_prices(problem)
    stored, kept = _stock_values(problem, duals)
    cost, income = attached + group_price + own_up, attached + group_price + own_down
    taken, given = _converted(problem, cost - _known(stored), income - _known(kept), duals)
    return Worth(
        network_price=network_price,
        surcharge=surcharge,
        cost=cost,
        income=income,
        group_price=group_price,
        limits=limits + group_price,
        stored=stored,
        kept=kept,
        taken=taken,
        given=given,
        tolerance=_PRICE_SHARE * _highest_price(problem) + 1e-9,
    )


def _tariff(problem: Problem, net_mw: Floats) -> tuple[Floats, Floats]:
    """Return the range of each network's tariff at its net flow: one price, or both where nothing flows."""
    buying = _stacked([network.consumption_price_per_mwh for network in problem.networks], problem.n_steps)
    selling = _stacked([network.production_price_per_mwh for network in problem.networks], problem.n_steps)
    nothing = 1e-9 + 1e-7 * np.abs(net_mw).max(axis=1, initial=0.0, keepdims=True)
    lowest = np.where(net_mw > nothing, buying, np.where(net_mw < -nothing, selling, np.minimum(buying, selling)))
    highest = np.where(net_mw > nothing, buying, np.where(net_mw < -nothing, selling, np.maximum(buying, selling)))
    return lowest, highest


def _group_price(problem: Problem, consumption_mw: Floats, duals: Duals | None) -> Floats:
    price = np.zeros((len(problem.devices), problem.n_steps))
    if duals is not None:
        directions = np.sign(group_consumption_mw(problem, consumption_mw))
        for g, group in enumerate(problem.groups):
            price[list(group.devices)] += directions[g] * duals.group[g] / problem.step_h
    return price


def _own_prices(problem: Problem) -> tuple[Floats, Floats]:
    """Return what devices pay for consuming, and are paid for producing, on their own."""
    up, down = np.zeros((2, len(problem.devices), problem.n_steps))
    for commitment in problem.commitments:
        quantity = commitment.quantity
        if isinstance(quantity, DeviceFlow) and commitment.grouping is Grouping.EACH and not commitment.baseline.any():
            up[quantity.device] += np.nan_to_num(commitment.up_price) / problem.step_h
            down[quantity.device] += np.nan_to_num(commitment.down_price) / problem.step_h
    return up, down


def _stock_values(problem: Problem, duals: Duals | None) -> tuple[Floats, Floats]:
    stored, kept = np.full((2, len(problem.devices), problem.n_steps), np.nan)
    if duals is not None:
        for d, device in enumerate(problem.devices):
            if device.stock is not None:
                share = retained_shares(problem.stocks[device.stock].retention)[1]
                value = share * duals.stock[device.stock]
                stored[d] = value * device.charging_efficiency
                kept[d] = value / device.discharging_efficiency
    return stored, kept


def _known(values: Floats) -> Floats:
    return np.nan_to_num(values, nan=0.0)


def _converted(problem: Problem, cost: Floats, income: Floats, duals: Duals | None) -> tuple[Floats, Floats]:
    """Return what converters take and give: Σ γ times the values of their ports, by what they take altogether."""
    taken, given = np.full((2, len(problem.devices), problem.n_steps), np.nan)
    if duals is not None:
        for coupling in problem.couplings:
            ports, share = list(coupling.devices), np.array(coupling.coefficients)[:, None]
            share = share / (np.maximum(share, 0.0).sum() or np.abs(share).sum())
            taken[ports] = (np.maximum(share, 0.0) * cost[ports]).sum(axis=0)
            given[ports] = (np.maximum(-share, 0.0) * income[ports]).sum(axis=0)
    return taken, given


def _highest_price(problem: Problem) -> float:
    prices = [
        np.abs(price[np.isfinite(price)]).max(initial=0.0)
        for network in problem.networks
        for price in (network.consumption_price_per_mwh, network.production_price_per_mwh)
    ]
    return float(max(prices, default=0.0))


def _stacked(series: list[Floats], n_steps: int) -> Floats:
    return np.array(series).reshape(len(series), n_steps)
