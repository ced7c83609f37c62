"""Whether limits that are said to contradict each other do, by the textbook."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from tests.property.textbook import lowest_cost, without_bounds_of_range
from wattloom.scheduling.problem import Device, Network, Problem, Stock
from wattloom.scheduling.solver import Limit, Origin

_MUCH_MW = 1e3
"""More than any limit on power of the problems it is used for asks for."""


def is_contradiction(problem: Problem, origins: Sequence[Origin]) -> bool:
    """Return whether no schedule keeps these limits, whatever becomes of all others."""
    return lowest_cost(with_limits(without_bounds_of_range(problem), origins)) is None


def with_limits(problem: Problem, kept: Sequence[Origin]) -> Problem:
    """Return the problem without costs, and without any limits but these."""
    return replace(
        problem,
        devices=tuple(_device(device, _limits_of(kept, d)) for d, device in enumerate(problem.devices)),
        stocks=tuple(_stock(stock, k, kept) for k, stock in enumerate(problem.stocks)),
        networks=tuple(_network(network, _limits_of(kept, m)) for m, network in enumerate(problem.networks)),
        groups=tuple(g for i, g in enumerate(problem.groups) if Limit.GROUP_CAPACITY in _limits_of(kept, i)),
        couplings=tuple(q for i, q in enumerate(problem.couplings) if Limit.COUPLING in _limits_of(kept, i)),
        commitments=(),
    )


def _limits_of(kept: Sequence[Origin], index: int) -> set[Limit]:
    return {origin.limit for origin in kept if origin.index == index}


def _device(device: Device, limits: set[Limit]) -> Device:
    much_mw = np.full_like(device.consumption_max_mw, _MUCH_MW)
    return replace(
        device,
        consumption_min_mw=device.consumption_min_mw if Limit.PRODUCTION_CAPACITY in limits else -much_mw,
        consumption_max_mw=device.consumption_max_mw if Limit.CONSUMPTION_CAPACITY in limits else much_mw,
        modes=tuple(replace(m, start_cost=0.0) for m in device.modes) if Limit.OPERATION_MODES in limits else (),
        ramp=device.ramp if Limit.RAMP in limits else None,
    )


def _stock(stock: Stock, k: int, kept: Sequence[Origin]) -> Stock:
    steps = range(len(stock.min_mwh))
    has_min = [Origin(Limit.STOCK_MINIMUM, k, t) in kept for t in steps]
    has_max = [Origin(Limit.STOCK_MAXIMUM, k, t) in kept for t in steps]
    return replace(
        stock,
        min_mwh=np.where(has_min, stock.min_mwh, -np.inf),
        max_mwh=np.where(has_max, stock.max_mwh, np.inf),
    )


def _network(network: Network, limits: set[Limit]) -> Network:
    nothing = np.zeros_like(network.import_max_mw)
    imports_end = Limit.GRID_IMPORT in limits or Limit.NODE_BALANCE in limits
    exports_end = Limit.GRID_EXPORT in limits or Limit.NODE_BALANCE in limits
    return replace(
        network,
        import_max_mw=network.import_max_mw if imports_end else nothing + np.inf,
        export_max_mw=network.export_max_mw if exports_end else nothing + np.inf,
        consumption_price_per_mwh=nothing,
        production_price_per_mwh=nothing,
    )
