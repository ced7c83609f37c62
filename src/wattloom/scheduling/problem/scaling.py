"""Scaling: bring a problem to numbers near one, and its solution back.

Formulation: "Scaling".

Devices of some kW next to penalties of 1e7 per MW lie far outside the range
in which a solver's absolute tolerances mean the same for all. Factors are
powers of two, so that scaling changes no digit.
"""

from dataclasses import dataclass, replace

import numpy as np

from wattloom.scheduling.problem.model import (
    Commitment,
    Device,
    Floats,
    Group,
    Network,
    OperationMode,
    Problem,
    Ramp,
    Stock,
)

_TYPICAL_POWER = 16.0
_TYPICAL_ENERGY_COST = 32.0


@dataclass(frozen=True, slots=True)
class Scale:
    """Units of a scaled problem.

    Attributes:
        power_mw: One unit of power [MW], and of stock [MWh].
        price: One unit of price [currency/MWh].
    """

    power_mw: float
    price: float

    @property
    def cost(self) -> float:
        """One unit of cost [currency]."""
        return self.power_mw * self.price


def scale_of(problem: Problem) -> Scale:
    """Return units in which devices are of size 16 and a unit of energy costs 32 per step."""
    limits = [np.maximum(device.consumption_max_mw, -device.consumption_min_mw).max() for device in problem.devices]
    prices = [
        np.abs(problem.step_h * price)
        for network in problem.networks
        for price in (network.consumption_price_per_mwh, network.production_price_per_mwh)
    ]
    return Scale(
        power_mw=_power_of_two(np.array(limits), _TYPICAL_POWER),
        price=_power_of_two(np.concatenate([np.empty(0), *prices]), _TYPICAL_ENERGY_COST),
    )


def scaled(problem: Problem, scale: Scale) -> Problem:
    """Return the same problem in other units."""
    power, price = 1.0 / scale.power_mw, 1.0 / scale.price
    return replace(
        problem,
        devices=tuple(_scaled_device(device, power, price) for device in problem.devices),
        stocks=tuple(_scaled_stock(stock, power) for stock in problem.stocks),
        networks=tuple(_scaled_network(network, power, price) for network in problem.networks),
        commitments=tuple(_scaled_commitment(c, power, price) for c in problem.commitments),
        groups=tuple(_scaled_group(group, power) for group in problem.groups),
    )


def _power_of_two(values: Floats, typical: float) -> float:
    values = values[np.isfinite(values) & (values > 0)]
    if not len(values):
        return 1.0
    values = np.sort(values)
    median = 0.5 * (values[(len(values) - 1) // 2] + values[len(values) // 2])  # several times faster than np.median
    return float(2.0 ** np.round(np.log2(median / typical)))


def _scaled_device(device: Device, power: float, price: float) -> Device:
    return replace(
        device,
        consumption_min_mw=device.consumption_min_mw * power,
        consumption_max_mw=device.consumption_max_mw * power,
        modes=tuple(_scaled_mode(mode, power, price) for mode in device.modes),
        ramp=None if device.ramp is None else _scaled_ramp(device.ramp, power),
    )


def _scaled_mode(mode: OperationMode, power: float, price: float) -> OperationMode:
    return replace(
        mode,
        lowest_mw=mode.lowest_mw * power,
        highest_mw=mode.highest_mw * power,
        start_cost=mode.start_cost * power * price,
    )


def _scaled_ramp(ramp: Ramp, power: float) -> Ramp:
    return Ramp(
        up_mw_per_h=ramp.up_mw_per_h * power,
        down_mw_per_h=ramp.down_mw_per_h * power,
        initial_mw=None if ramp.initial_mw is None else ramp.initial_mw * power,
    )


def _scaled_group(group: Group, power: float) -> Group:
    return replace(
        group,
        inflexible_consumption_mw=group.inflexible_consumption_mw * power,
        capacity_mw=group.capacity_mw * power,
    )


def _scaled_stock(stock: Stock, power: float) -> Stock:
    return replace(
        stock,
        initial_mwh=stock.initial_mwh * power,
        min_mwh=stock.min_mwh * power,
        max_mwh=stock.max_mwh * power,
        inflow_mw=stock.inflow_mw * power,
        floor_mwh=stock.floor_mwh * power,
        ceiling_mwh=stock.ceiling_mwh * power,
    )


def _scaled_network(network: Network, power: float, price: float) -> Network:
    return replace(
        network,
        inflexible_consumption_mw=network.inflexible_consumption_mw * power,
        import_max_mw=network.import_max_mw * power,
        export_max_mw=network.export_max_mw * power,
        consumption_price_per_mwh=network.consumption_price_per_mwh * price,
        production_price_per_mwh=network.production_price_per_mwh * price,
    )


def _scaled_commitment(commitment: Commitment, power: float, price: float) -> Commitment:
    return replace(
        commitment,
        baseline=commitment.baseline * power,
        up_price=commitment.up_price * price,
        down_price=commitment.down_price * price,
    )
