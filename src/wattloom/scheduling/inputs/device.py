"""A device of the flex-model as arrays: its power limits, its efficiencies and its stock."""

from dataclasses import dataclass

import numpy as np

from wattloom.errors import FlexModelError
from wattloom.scheduling.flexmodel import (
    DeviceCapacity,
    DeviceModel,
    Direction,
    Reach,
    SensorReference,
    Site,
    Variable,
    infer_power_capacity,
    limit_device,
)
from wattloom.scheduling.inputs.resolver import Resolver
from wattloom.scheduling.inputs.soc import bound_stock
from wattloom.scheduling.inputs.start import StartOfCharge, bound_first_step
from wattloom.scheduling.problem import Commitment, Device, DeviceFlow, Floats, Grouping, Stock, tie_break


@dataclass(frozen=True, slots=True)
class DeviceArrays:
    """What one device adds to the problem.

    Attributes:
        device: Its power.
        stock: Its stock, if it has one.
        commitments: What breaking its soft limits costs.
    """

    device: Device
    stock: Stock | None
    commitments: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a device stands in the problem: its index, and that of its stock if it has one."""

    device: int
    stock: int


def device_arrays(
    model: DeviceModel, place: Place, site: Site, resolver: Resolver, start: StartOfCharge | None, *, projects: bool
) -> DeviceArrays:
    """Return what a device adds to the problem.

    Args:
        model: The parsed entry.
        place: Indices in the problem.
        site: Capacities and prices that hold for all devices.
        resolver: Resolves variables.
        start: Stock at the start; None for a device without a stock.
        projects: Whether events between ticks count.

    Raises:
        FlexModelError: Nothing tells the power capacity.
        MissingDataError: A breach price is unknown.
    """
    capacity = _capacity(model, site, resolver)
    charging = resolver.steps_or(model.charging_efficiency, 1.0)
    discharging = resolver.steps_or(model.discharging_efficiency, 1.0)
    reach = Reach.of(capacity.consumption_reach, capacity.production_reach, charging, discharging)
    # What can never be discharged cannot be produced.
    is_usable = discharging > 0
    device = Device(
        name=model.name,
        consumption_min_mw=np.where(is_usable | (start is None), -capacity.production_max, 0.0) + 0.0,
        consumption_max_mw=capacity.consumption_max,
        charging_efficiency=charging,
        discharging_efficiency=np.where(is_usable, discharging, 1.0),
        stock=None if start is None else place.stock,
    )
    commitments = _breaches(capacity, place.device, site, resolver)
    if start is None:
        return DeviceArrays(device, None, tuple(commitments))
    bounds = bound_stock(model, place.stock, site.breach_prices, resolver, reach, projects=projects)
    inflow_mw = _sum(model.soc_gain, resolver) - _sum(model.soc_usage, resolver)
    retention = _retention(model, resolver)
    low, high = bound_first_step(start, resolver.window, reach, retention, inflow_mw)
    min_mwh, max_mwh = bounds.min_mwh.copy(), bounds.max_mwh.copy()
    min_mwh[0], max_mwh[0] = min(max(min_mwh[0], low), max_mwh[0]), max(min(max_mwh[0], high), min_mwh[0])
    stock = Stock(
        name=model.name,
        initial_mwh=start.stock_mwh,
        min_mwh=min_mwh,
        max_mwh=max_mwh,
        inflow_mw=inflow_mw,
        retention=retention,
        floor_mwh=model.soc_min or 0.0,
        ceiling_mwh=np.inf if model.soc_max is None else model.soc_max,
    )
    preference = _preference(model, place, site, resolver)
    return DeviceArrays(device, stock, (*commitments, *bounds.commitments, *preference))


def _capacity(model: DeviceModel, site: Site, resolver: Resolver) -> DeviceCapacity:
    consumption, production = resolver.steps(model.consumption_capacity), resolver.steps(model.production_capacity)
    power = resolver.steps(model.power_capacity)
    found = infer_power_capacity(power, consumption, production, resolver.steps(site.power_capacity))
    if found is None:
        raise FlexModelError(
            f"Power capacity on {model.name} is not defined in the flex-model.", field="power-capacity"
        )
    if model.power_capacity is None:
        resolver.notices.add(
            f"{model.name}: no power-capacity is given; it is taken from its or the site's capacities."
        )
    if np.isnan(found).any():
        resolver.notices.add(f"{model.name}: power-capacity is unknown at some steps and taken as 0 there.")
    prices = site.breach_prices
    return limit_device(
        np.nan_to_num(found),
        _direction(model.consumption_capacity, consumption, prices.device_consumption),
        _direction(model.production_capacity, production, prices.device_production),
    )


def _direction(variable: Variable | None, values: Floats | None, price: Variable | None) -> Direction:
    return Direction(values, isinstance(variable, SensorReference), price is not None)


def _breaches(capacity: DeviceCapacity, d: int, site: Site, resolver: Resolver) -> list[Commitment]:
    prices, flow, step_h = site.breach_prices, DeviceFlow(d), resolver.window.step_h
    none = resolver.full(0.0)
    commitments: list[Commitment] = []
    if capacity.consumption_soft is not None and prices.device_consumption is not None:
        price = resolver.prices(prices.device_consumption, "consumption-breach-price")
        limit = capacity.consumption_soft
        commitments += [
            Commitment(f"any consumption breach device {d}", flow, limit, price, none, Grouping.ANY),
            Commitment(f"all consumption breaches device {d}", flow, limit, price * step_h, none),
        ]
    if capacity.production_soft is not None and prices.device_production is not None:
        price = resolver.prices(prices.device_production, "production-breach-price")
        limit = -capacity.production_soft
        commitments += [
            Commitment(f"any production breach device {d}", flow, limit, none, -price, Grouping.ANY),
            Commitment(f"all production breaches device {d}", flow, limit, none, -price * step_h),
        ]
    return commitments


def _sum(variables: tuple[Variable, ...], resolver: Resolver) -> Floats:
    total = resolver.full(0.0)
    for variable in variables:
        total += resolver.steps_or(variable, 0.0)
    return total


def _retention(model: DeviceModel, resolver: Resolver) -> Floats:
    if model.storage_efficiency_step is None:
        return resolver.full(1.0)
    efficiency = np.clip(resolver.steps_or(model.storage_efficiency, 1.0), 0.0, 1.0)
    retention: Floats = efficiency ** (resolver.window.step / model.storage_efficiency_step)
    return retention


def _preference(model: DeviceModel, place: Place, site: Site, resolver: Resolver) -> tuple[Commitment, ...]:
    if model.soc_max is None or not model.prefers_charging_sooner:
        return ()
    return (
        tie_break(
            f"prefer a full storage {place.device} sooner",
            stock=place.stock,
            stock_max_mwh=model.soc_max,
            prices_per_mwh=resolver.prices(site.consumption_price, "consumption-price"),
            step_h=resolver.full(resolver.window.step_h),
            curtail_later=model.prefers_curtailing_later,
        ),
    )
