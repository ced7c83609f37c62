"""Commodities as arrays: their prices and limits, what is not scheduled, and what deviations cost."""

from collections.abc import Iterable

import numpy as np

from wattloom.errors import suggestion
from wattloom.scheduling.flexmodel import (
    ELECTRICITY,
    FlexConfig,
    FlowPrice,
    InflexibleDevice,
    NetworkModel,
    Sensors,
    Variable,
)
from wattloom.scheduling.inputs.breaches import SoftLimit, breach_commitments
from wattloom.scheduling.inputs.resolver import Resolver
from wattloom.scheduling.problem import Commitment, Floats, Grouping, NetFlow, Network
from wattloom.timeseries import consumption_sign


def network_arrays(model: NetworkModel, config: FlexConfig, fixed_mw: Floats, resolver: Resolver) -> Network:
    """Return what the devices of one commodity are attached to.

    Args:
        model: Its context.
        config: The devices.
        fixed_mw: Net consumption of what is inflexible, shape (n_inflexible, n_steps).
        resolver: Resolves variables.

    Raises:
        MissingDataError: An energy price is unknown.
    """
    devices = tuple(d for d, device in enumerate(config.devices) if device.commodity == model.commodity)
    inflexible = [i for i, each in enumerate(config.inflexible) if each.commodity == model.commodity]
    total_mw = fixed_mw[inflexible].sum(axis=0)
    if model.is_node:
        if len(devices) + len(inflexible) == 1:
            resolver.notices.add(_alone(model.commodity, config))
        return Network.node(model.commodity, devices, total_mw)
    for notice in model.notices:
        resolver.notices.add(notice)
    return Network(
        commodity=model.commodity,
        devices=devices,
        inflexible_consumption_mw=total_mw,
        import_max_mw=_hard(model, model.consumption_capacity, model.consumption_breach_price, resolver),
        export_max_mw=_hard(model, model.production_capacity, model.production_breach_price, resolver),
        consumption_price_per_mwh=resolver.prices(model.consumption_price, "consumption-price"),
        production_price_per_mwh=resolver.prices(model.production_price, "production-price"),
    )


def network_commitments(model: NetworkModel, m: int, resolver: Resolver) -> list[Commitment]:
    """Return what breaches and peaks of network m cost.

    Raises:
        MissingDataError: One of the prices is unknown.
    """
    return [] if model.is_node else [*_breaches(model, m, resolver), *_peaks(model, m, resolver)]


def inflexible_mw(devices: Iterable[InflexibleDevice], resolver: Resolver, sensors: Sensors) -> Floats:
    """Return net consumption of what is not scheduled, shape (n_devices, n_steps); 0 where nothing is known."""
    rows = [_inflexible(device, resolver, sensors) for device in devices]
    return np.array(rows).reshape(len(rows), resolver.window.n_steps)


def per_step(price: FlowPrice | None, resolver: Resolver) -> Floats:
    """Return the price of a MW of deviation through a step, 0 where unknown, shape (n_steps,)."""
    if price is None:
        return resolver.full(0.0)
    values = resolver.steps_or(price.price, 0.0)
    return values * resolver.step_h if price.is_per_energy else values


def counts_consumption(device: InflexibleDevice, sensors: Sensors) -> bool:
    """Whether the stored values of an inflexible device count consumption positive."""
    if device.is_consumption is not None:
        return device.is_consumption
    return consumption_sign(sensors[device.reference.sensor_id]) > 0


def _alone(commodity: str, config: FlexConfig) -> str:
    """Say that a commodity has one device and no connection, as after a slip of the pen."""
    known = [ELECTRICITY, *(network.commodity for network in config.networks if network.commodity != commodity)]
    advice = suggestion(commodity, known)
    return f"{commodity}: no flex-context describes it and one device alone is attached, so nothing can flow.{advice}"


def _inflexible(device: InflexibleDevice, resolver: Resolver, sensors: Sensors) -> Floats:
    power_mw = resolver.steps(device.reference)
    assert power_mw is not None
    missing = int(np.isnan(power_mw).sum())
    if missing:
        name = sensors[device.reference.sensor_id].name
        resolver.notices.add(
            f"{device.field}: '{name}' (sensor {device.reference.sensor_id}) has no values for {missing} of "
            f"{len(power_mw)} steps; they are taken as 0."
        )
    return np.nan_to_num(power_mw if counts_consumption(device, sensors) else -power_mw)


def _capacity(model: NetworkModel, directional: Variable | None, resolver: Resolver) -> Floats:
    """Return a directional capacity, capped by the site-power-capacity; inf where unlimited."""
    limits = [resolver.steps(each) for each in (directional, model.power_capacity)]
    capacity = resolver.full(np.nan)
    for limit in limits:
        if limit is not None:
            capacity = np.fmin(capacity, limit)
    return np.where(np.isnan(capacity), np.inf, capacity)


def _hard(
    model: NetworkModel, directional: Variable | None, breach_price: Variable | None, resolver: Resolver
) -> Floats:
    return _capacity(model, directional if breach_price is None else None, resolver)


def _breaches(model: NetworkModel, m: int, resolver: Resolver) -> list[Commitment]:
    named = (
        ("consumption", 1.0, model.consumption_capacity, model.consumption_breach_price),
        ("production", -1.0, model.production_capacity, model.production_breach_price),
    )
    commitments: list[Commitment] = []
    for way, sign, directional, price in named:
        limit_mw = _capacity(model, directional, resolver)
        if price is not None and np.isfinite(limit_mw).any():
            limit = SoftLimit(f"{way} breach", "", NetFlow(m), limit_mw, sign, prefix=f"{model.commodity} ")
            price_per_mw = resolver.prices(price, f"site-{way}-breach-price")
            commitments += breach_commitments(limit, price_per_mw, resolver.step_h)
    return commitments


def _peaks(model: NetworkModel, m: int, resolver: Resolver) -> list[Commitment]:
    flow, none = NetFlow(m), resolver.full(0.0)
    commitments: list[Commitment] = []
    if model.peak_consumption_price is not None:
        price = resolver.prices(model.peak_consumption_price, "site-peak-consumption-price")
        paid = resolver.steps_or(model.peak_consumption, np.inf)
        commitments.append(Commitment(f"{model.commodity} consumption peak", flow, paid, price, none, Grouping.ANY))
    if model.peak_production_price is not None:
        price = resolver.prices(model.peak_production_price, "site-peak-production-price")
        paid = resolver.steps_or(model.peak_production, np.inf)
        commitments.append(Commitment(f"{model.commodity} production peak", flow, -paid, none, -price, Grouping.ANY))
    return commitments
