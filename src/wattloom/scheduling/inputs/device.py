"""A device of the flex-model as arrays: its power limits, its efficiencies and what its power costs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from wattloom.errors import FlexModelError
from wattloom.scheduling.flexmodel import (
    BreachPrices,
    DeviceCapacity,
    DeviceModel,
    Direction,
    Overlap,
    Reach,
    Segments,
    Variable,
    infer_power_capacity,
    limit_device,
)
from wattloom.scheduling.inputs.breaches import SoftLimit, breach_commitments
from wattloom.scheduling.inputs.resolver import Resolver
from wattloom.scheduling.problem import Commitment, Device, DeviceFlow, Floats, OperationMode, Ramp, cycling, own_energy

_HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class DeviceArrays:
    """What one device adds to the problem.

    Attributes:
        device: Its power, not yet attached to a stock.
        reach: How fast it can change a stock.
        commitments: What breaking its soft limits costs, and its own prices.
    """

    device: Device
    reach: Reach
    commitments: tuple[Commitment, ...]


def device_arrays(
    model: DeviceModel, d: int, prices: BreachPrices, site_capacity: Variable | None, resolver: Resolver
) -> DeviceArrays:
    """Return what a device adds to the problem.

    Args:
        model: The parsed entry.
        d: Its index in the problem.
        prices: Prices of breaking limits.
        site_capacity: The power capacity of its network, which limits a device that states none.
        resolver: Resolves variables.

    Raises:
        FlexModelError: Nothing tells the power capacity.
        MissingDataError: A price is unknown.
    """
    capacity = _capacity(model, prices, site_capacity, resolver)
    charging = resolver.steps_or(model.charging_efficiency, 1.0)
    discharging = resolver.steps_or(model.discharging_efficiency, 1.0)
    device = Device(
        name=model.name,
        consumption_min_mw=-capacity.production_max + 0.0,
        consumption_max_mw=capacity.consumption_max,
        charging_efficiency=charging,
        discharging_efficiency=discharging,
        modes=tuple(
            OperationMode(
                lowest_mw=band.lowest_mw,
                highest_mw=band.highest_mw,
                min_up_h=band.min_up.total_seconds() / _HOUR_S,
                min_down_h=band.min_down.total_seconds() / _HOUR_S,
                start_cost=band.start_up_cost,
            )
            for band in model.modes
        ),
        ramp=_ramp(model),
    )
    return DeviceArrays(
        device=device,
        reach=Reach.of(capacity.consumption_reach, capacity.production_reach, charging, discharging),
        commitments=(*_breaches(capacity, d, prices, resolver), *_own_prices(model, d, resolver)),
    )


def one_way(arrays: DeviceArrays, attributes: Mapping[str, Any]) -> DeviceArrays:
    """Return a device that keeps to the direction which the attributes of its sensor allow.

    ``is_consumer`` and ``is_producer`` come from earlier versions of FlexMeasures; of two equal ones nothing follows.
    """
    consumes, produces = (bool(attributes.get(name)) for name in ("is_consumer", "is_producer"))
    if consumes == produces:
        return arrays
    lowest, highest = arrays.device.consumption_min_mw, arrays.device.consumption_max_mw
    device = replace(
        arrays.device,
        consumption_min_mw=np.maximum(lowest, 0.0) if consumes else lowest,
        consumption_max_mw=highest if consumes else np.minimum(highest, 0.0),
    )
    return replace(arrays, device=device)


def attached(device: Device, stock: int, retention: Floats) -> Device:
    """Return a device that feeds a stock: what can never be discharged, or is lost within a step, cannot be produced."""
    is_usable = (device.discharging_efficiency > 0) & (retention > 0)
    lowest = np.where(is_usable, device.consumption_min_mw, np.maximum(device.consumption_min_mw, 0.0))
    return replace(
        device,
        consumption_min_mw=lowest,
        discharging_efficiency=np.where(device.discharging_efficiency > 0, device.discharging_efficiency, 1.0),
        stock=stock,
    )


def _capacity(
    model: DeviceModel, prices: BreachPrices, site_capacity: Variable | None, resolver: Resolver
) -> DeviceCapacity:
    consumption, production = resolver.steps(model.consumption_capacity), resolver.steps(model.production_capacity)
    power = resolver.steps(model.power_capacity)
    most_consumed, most_produced = (
        resolver.steps(_at_its_largest(each)) for each in (model.consumption_capacity, model.production_capacity)
    )
    found = infer_power_capacity(power, most_consumed, most_produced, resolver.steps(site_capacity))
    if found is None and model.modes:
        found = resolver.full(max(max(-band.lowest_mw, band.highest_mw) for band in model.modes))
    if found is None:
        raise FlexModelError(
            f"Power capacity on {model.name} is not defined in the flex-model.", field="power-capacity"
        )
    if power is None:
        resolver.notices.add(
            f"{model.name}: no power-capacity is given; it is taken from its or the site's capacities."
        )
    if np.isnan(found).any():
        resolver.notices.add(f"{model.name}: power-capacity is unknown at some steps and taken as 0 there.")
    return limit_device(
        np.nan_to_num(found),
        Direction.of(model.consumption_capacity, consumption, is_soft=prices.device_consumption is not None),
        Direction.of(model.production_capacity, production, is_soft=prices.device_production is not None),
    )


def _at_its_largest(variable: Variable | None) -> Variable | None:
    """Return a capacity that is, where segments overlap, what the device must be able to do: the larger one."""
    return replace(variable, overlap=Overlap.MAX) if isinstance(variable, Segments) else variable


def _breaches(capacity: DeviceCapacity, d: int, prices: BreachPrices, resolver: Resolver) -> list[Commitment]:
    named = (
        ("consumption", 1.0, capacity.consumption_soft, prices.device_consumption),
        ("production", -1.0, capacity.production_soft, prices.device_production),
    )
    commitments: list[Commitment] = []
    for way, sign, soft, price in named:
        if soft is not None and price is not None:
            limit = SoftLimit(f"{way} breach", f" device {d}", DeviceFlow(d), soft, sign)
            commitments += breach_commitments(limit, resolver.prices(price, f"{way}-breach-price"), resolver.step_h)
    return commitments


def _own_prices(model: DeviceModel, d: int, resolver: Resolver) -> list[Commitment]:
    """Return what the device pays and earns for itself, and what using it costs."""
    zero, step_h = resolver.full(0.0), resolver.step_h
    commitments = []
    if model.consumption_price is not None or model.production_price is not None:
        up = zero if model.consumption_price is None else resolver.prices(model.consumption_price, "consumption-price")
        down = zero if model.production_price is None else resolver.prices(model.production_price, "production-price")
        commitments.append(own_energy(d, consumption_price=up, production_price=down, step_h=step_h))
    if model.cycling_cost is not None:
        wear = resolver.prices(model.cycling_cost, "cycling-cost")
        commitments.append(cycling(d, cost_per_mwh=wear, step_h=step_h))
    return commitments


def _ramp(model: DeviceModel) -> Ramp | None:
    up, down = model.ramp_up_mw_per_h, model.ramp_down_mw_per_h
    if up is None and down is None:
        return None
    return Ramp(np.inf if up is None else up, np.inf if down is None else down)
