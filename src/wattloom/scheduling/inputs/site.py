"""The connection of the site as arrays: prices, limits, what is not scheduled, and what deviations cost."""

import numpy as np

from wattloom.scheduling.flexmodel import FlowPrice, InflexibleDevice, Sensors, Site, Variable
from wattloom.scheduling.inputs.grid import Grid
from wattloom.scheduling.problem import Commitment, Floats, Grouping, NetFlow
from wattloom.scheduling.problem import Grid as Connection
from wattloom.timeseries import consumption_sign

_ELECTRICITY = "electricity"


def connection_arrays(site: Site, n_devices: int, grid: Grid, sensors: Sensors) -> Connection:
    """Return the connection that all devices share.

    Raises:
        MissingDataError: An energy price is unknown.
    """
    return Connection(
        commodity=_ELECTRICITY,
        devices=tuple(range(n_devices)),
        inflexible_consumption_mw=_inflexible(site, grid, sensors),
        import_max_mw=_hard(site, site.consumption_capacity, site.breach_prices.site_consumption, grid),
        export_max_mw=_hard(site, site.production_capacity, site.breach_prices.site_production, grid),
        consumption_price_per_mwh=grid.prices(site.consumption_price, "consumption-price"),
        production_price_per_mwh=grid.prices(site.production_price, "production-price"),
    )


def site_commitments(site: Site, grid: Grid) -> list[Commitment]:
    """Return what breaches, peaks and departing from custom commitments cost at connection 0.

    Raises:
        MissingDataError: One of the prices is unknown.
    """
    return [*_breaches(site, grid), *_peaks(site, grid), *_custom(site, grid)]


def _capacity(site: Site, directional: Variable | None, grid: Grid) -> Floats:
    """Return a directional capacity, capped by the site-power-capacity; inf where unlimited."""
    limits = [grid.steps(each) for each in (directional, site.power_capacity)]
    capacity = grid.full(np.nan)
    for limit in limits:
        if limit is not None:
            capacity = np.fmin(capacity, limit)
    return np.where(np.isnan(capacity), np.inf, capacity)


def _hard(site: Site, directional: Variable | None, breach_price: Variable | None, grid: Grid) -> Floats:
    return _capacity(site, directional if breach_price is None else None, grid)


def _inflexible(site: Site, grid: Grid, sensors: Sensors) -> Floats:
    total = grid.full(0.0)
    for device in site.inflexible:
        power_mw = grid.steps(device.reference)
        assert power_mw is not None
        missing = int(np.isnan(power_mw).sum())
        if missing:
            name = sensors[device.reference.sensor_id].name
            grid.notices.add(
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


def _breaches(site: Site, grid: Grid) -> list[Commitment]:
    flow, none, step_h, prices = NetFlow(0), grid.full(0.0), grid.window.step_h, site.breach_prices
    commitments: list[Commitment] = []
    limit = _capacity(site, site.consumption_capacity, grid)
    if prices.site_consumption is not None and np.isfinite(limit).any():
        price = grid.prices(prices.site_consumption, "site-consumption-breach-price")
        commitments += [
            Commitment(f"{_ELECTRICITY} any consumption breach", flow, limit, price, none, Grouping.ANY),
            Commitment(f"{_ELECTRICITY} all consumption breaches", flow, limit, price * step_h, none),
        ]
    limit = _capacity(site, site.production_capacity, grid)
    if prices.site_production is not None and np.isfinite(limit).any():
        price = grid.prices(prices.site_production, "site-production-breach-price")
        commitments += [
            Commitment(f"{_ELECTRICITY} any production breach", flow, -limit, none, -price, Grouping.ANY),
            Commitment(f"{_ELECTRICITY} all production breaches", flow, -limit, none, -price * step_h),
        ]
    return commitments


def _peaks(site: Site, grid: Grid) -> list[Commitment]:
    flow, none = NetFlow(0), grid.full(0.0)
    commitments: list[Commitment] = []
    if site.peak_consumption_price is not None:
        price = grid.prices(site.peak_consumption_price, "site-peak-consumption-price")
        paid = grid.steps_or(site.peak_consumption, np.inf)
        commitments.append(Commitment(f"{_ELECTRICITY} consumption peak", flow, paid, price, none, Grouping.ANY))
    if site.peak_production_price is not None:
        price = grid.prices(site.peak_production_price, "site-peak-production-price")
        paid = grid.steps_or(site.peak_production, np.inf)
        commitments.append(Commitment(f"{_ELECTRICITY} production peak", flow, -paid, none, -price, Grouping.ANY))
    return commitments


def _custom(site: Site, grid: Grid) -> list[Commitment]:
    commitments = []
    for custom in site.commitments:
        baseline = grid.steps(custom.baseline)
        assert baseline is not None
        commitments.append(
            Commitment(
                custom.name,
                NetFlow(0),
                baseline,
                _per_step(custom.up_price, grid),
                _per_step(custom.down_price, grid),
                Grouping.EACH,
                is_custom=True,
            )
        )
    return commitments


def _per_step(price: FlowPrice | None, grid: Grid) -> Floats:
    if price is None:
        return grid.full(0.0)
    values = grid.steps_or(price.price, 0.0)
    return values * grid.window.step_h if price.is_per_energy else values
