"""The connection of the site as arrays: prices, limits, what is not scheduled, and what deviations cost."""

import numpy as np

from wattloom.scheduling.flexmodel import FlowPrice, InflexibleDevice, Sensors, Site, Variable
from wattloom.scheduling.inputs.resolver import Resolver
from wattloom.scheduling.problem import Commitment, Floats, Grouping, NetFlow, Network
from wattloom.timeseries import consumption_sign

_ELECTRICITY = "electricity"


def connection_arrays(site: Site, n_devices: int, resolver: Resolver, sensors: Sensors) -> Network:
    """Return the connection that all devices share.

    Raises:
        MissingDataError: An energy price is unknown.
    """
    return Network(
        commodity=_ELECTRICITY,
        devices=tuple(range(n_devices)),
        inflexible_consumption_mw=_inflexible(site, resolver, sensors),
        import_max_mw=_hard(site, site.consumption_capacity, site.breach_prices.site_consumption, resolver),
        export_max_mw=_hard(site, site.production_capacity, site.breach_prices.site_production, resolver),
        consumption_price_per_mwh=resolver.prices(site.consumption_price, "consumption-price"),
        production_price_per_mwh=resolver.prices(site.production_price, "production-price"),
    )


def site_commitments(site: Site, resolver: Resolver) -> list[Commitment]:
    """Return what breaches, peaks and departing from custom commitments cost at connection 0.

    Raises:
        MissingDataError: One of the prices is unknown.
    """
    return [*_breaches(site, resolver), *_peaks(site, resolver), *_custom(site, resolver)]


def _capacity(site: Site, directional: Variable | None, resolver: Resolver) -> Floats:
    """Return a directional capacity, capped by the site-power-capacity; inf where unlimited."""
    limits = [resolver.steps(each) for each in (directional, site.power_capacity)]
    capacity = resolver.full(np.nan)
    for limit in limits:
        if limit is not None:
            capacity = np.fmin(capacity, limit)
    return np.where(np.isnan(capacity), np.inf, capacity)


def _hard(site: Site, directional: Variable | None, breach_price: Variable | None, resolver: Resolver) -> Floats:
    return _capacity(site, directional if breach_price is None else None, resolver)


def _inflexible(site: Site, resolver: Resolver, sensors: Sensors) -> Floats:
    total = resolver.full(0.0)
    for device in site.inflexible:
        power_mw = resolver.steps(device.reference)
        assert power_mw is not None
        missing = int(np.isnan(power_mw).sum())
        if missing:
            name = sensors[device.reference.sensor_id].name
            resolver.notices.add(
                f"{device.field}: '{name}' (sensor {device.reference.sensor_id}) has no values for {missing} of "
                f"{len(power_mw)} steps; they are taken as 0."
            )
        total += np.nan_to_num(power_mw if counts_consumption(device, sensors) else -power_mw)
    return total


def counts_consumption(device: InflexibleDevice, sensors: Sensors) -> bool:
    """Whether the stored values of an inflexible device count consumption positive."""
    if device.is_consumption is not None:
        return device.is_consumption
    return consumption_sign(sensors[device.reference.sensor_id]) > 0


def _breaches(site: Site, resolver: Resolver) -> list[Commitment]:
    flow, none, step_h, prices = NetFlow(0), resolver.full(0.0), resolver.window.step_h, site.breach_prices
    commitments: list[Commitment] = []
    limit = _capacity(site, site.consumption_capacity, resolver)
    if prices.site_consumption is not None and np.isfinite(limit).any():
        price = resolver.prices(prices.site_consumption, "site-consumption-breach-price")
        commitments += [
            Commitment(f"{_ELECTRICITY} any consumption breach", flow, limit, price, none, Grouping.ANY),
            Commitment(f"{_ELECTRICITY} all consumption breaches", flow, limit, price * step_h, none),
        ]
    limit = _capacity(site, site.production_capacity, resolver)
    if prices.site_production is not None and np.isfinite(limit).any():
        price = resolver.prices(prices.site_production, "site-production-breach-price")
        commitments += [
            Commitment(f"{_ELECTRICITY} any production breach", flow, -limit, none, -price, Grouping.ANY),
            Commitment(f"{_ELECTRICITY} all production breaches", flow, -limit, none, -price * step_h),
        ]
    return commitments


def _peaks(site: Site, resolver: Resolver) -> list[Commitment]:
    flow, none = NetFlow(0), resolver.full(0.0)
    commitments: list[Commitment] = []
    if site.peak_consumption_price is not None:
        price = resolver.prices(site.peak_consumption_price, "site-peak-consumption-price")
        paid = resolver.steps_or(site.peak_consumption, np.inf)
        commitments.append(Commitment(f"{_ELECTRICITY} consumption peak", flow, paid, price, none, Grouping.ANY))
    if site.peak_production_price is not None:
        price = resolver.prices(site.peak_production_price, "site-peak-production-price")
        paid = resolver.steps_or(site.peak_production, np.inf)
        commitments.append(Commitment(f"{_ELECTRICITY} production peak", flow, -paid, none, -price, Grouping.ANY))
    return commitments


def _custom(site: Site, resolver: Resolver) -> list[Commitment]:
    commitments = []
    for custom in site.commitments:
        baseline = resolver.steps(custom.baseline)
        assert baseline is not None
        commitments.append(
            Commitment(
                custom.name,
                NetFlow(0),
                baseline,
                _per_step(custom.up_price, resolver),
                _per_step(custom.down_price, resolver),
                Grouping.EACH,
                is_custom=True,
            )
        )
    return commitments


def _per_step(price: FlowPrice | None, resolver: Resolver) -> Floats:
    if price is None:
        return resolver.full(0.0)
    values = resolver.steps_or(price.price, 0.0)
    return values * resolver.window.step_h if price.is_per_energy else values
