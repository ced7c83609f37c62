"""Bounds on a stock: which hold whatever happens, which have a price, and what is reported about them."""

from dataclasses import dataclass

import numpy as np

from wattloom.scheduling.flexmodel import (
    BreachPrices,
    Overlap,
    Reach,
    Segments,
    StockModel,
    TickBounds,
    Variable,
    has_off_tick_events,
    off_tick_points,
    project_maxima,
    project_minima,
    project_targets,
    without_off_tick_points,
)
from wattloom.scheduling.inputs.resolver import Resolver
from wattloom.scheduling.problem import Commitment, Floats, Grouping, StockLevel


@dataclass(frozen=True, slots=True)
class SocEvents:
    """Bounds as stated, at the ends of steps [MWh], shape (n_steps,), NaN where none; None when not stated.

    Attributes:
        minima: ``soc-minima``.
        maxima: ``soc-maxima``.
        targets: ``soc-targets``.
    """

    minima: Floats | None
    maxima: Floats | None
    targets: Floats | None


@dataclass(frozen=True, slots=True)
class SocBounds:
    """The bounds of one stock on the scheduling grid.

    Attributes:
        min_mwh: Hard lower bounds, shape (n_steps,).
        max_mwh: Hard upper bounds.
        commitments: What breaking the soft ones costs.
    """

    min_mwh: Floats
    max_mwh: Floats
    commitments: tuple[Commitment, ...]


def stated_events(model: StockModel, resolver: Resolver) -> SocEvents:
    """Return the bounds of a stock as stated."""
    return SocEvents(
        resolver.ticks(model.soc_minima, Overlap.MAX),
        resolver.ticks(model.soc_maxima, Overlap.MIN),
        resolver.ticks(model.soc_targets, Overlap.FIRST),
    )


def bound_stock(
    model: StockModel, stock: int, prices: BreachPrices, resolver: Resolver, reach: Reach, *, projects: bool
) -> SocBounds:
    """Return the hard bounds and the priced ones of a stock.

    Args:
        model: Its soc-min, soc-max, soc-minima, soc-maxima and soc-targets.
        stock: Index of the stock in the problem.
        prices: Prices of breaking bounds.
        resolver: Resolves variables.
        reach: How fast the stock can change, for events between ticks.
        projects: Whether such events are projected onto ticks; else they are dropped.
    """
    low, high = model.soc_min or 0.0, np.inf if model.soc_max is None else model.soc_max
    bounds = _on_grid(model, resolver, reach, projects=projects)
    bounds.minima = np.maximum(bounds.minima, low)
    bounds.maxima = np.minimum(bounds.maxima, high)
    is_exempt = prices.is_soc_for_off_tick_only and not has_off_tick_events(model, resolver.window)
    if prices.is_soc_for_off_tick_only and not is_exempt:
        resolver.notices.add(
            f"{model.name}: SoC events between ticks are estimated at the ticks around them; its SoC constraints may be "
            "broken at a high price, unless relax-soc-constraints is false."
        )
    below = None if is_exempt else prices.soc_minima
    above = None if is_exempt else prices.soc_maxima
    commitments: list[Commitment] = []
    min_mwh, max_mwh = resolver.full(low), resolver.full(high)
    if below is None:
        min_mwh = _clipped(bounds.minima, low, high, min_mwh)
    else:
        commitments += _priced("soc minima", bounds.minima, stock, resolver, _Breach(prices.soc_factor, below=below))
    if above is None:
        max_mwh = _clipped(bounds.maxima, low, high, max_mwh)
    else:
        commitments += _priced("soc maxima", bounds.maxima, stock, resolver, _Breach(prices.soc_factor, above=above))
    if below is None or above is None:
        targets = np.clip(bounds.targets, low, high)
        min_mwh, max_mwh = (np.where(np.isnan(targets), each, targets) for each in (min_mwh, max_mwh))
    else:
        commitments += _priced("soc targets", bounds.targets, stock, resolver, _Breach(prices.soc_factor, below, above))
    return SocBounds(min_mwh, max_mwh, tuple(commitments))


def _on_grid(model: StockModel, resolver: Resolver, reach: Reach, *, projects: bool) -> TickBounds:
    window = resolver.window
    listed = (model.soc_minima, model.soc_maxima, model.soc_targets)
    kept = [without_off_tick_points(each, window) if isinstance(each, Segments) else each for each in listed]
    overlaps = (Overlap.MAX, Overlap.MIN, Overlap.FIRST)
    minima, maxima, targets = (resolver.ticks(each, overlap) for each, overlap in zip(kept, overlaps, strict=True))
    nothing = resolver.full(np.nan)
    bounds = TickBounds(
        nothing.copy() if minima is None else minima,
        nothing.copy() if maxima is None else maxima,
        nothing if targets is None else targets,
    )
    points = [off_tick_points(each, window) for each in listed]
    if projects:
        project_minima(points[0], window, reach, bounds)
        project_maxima(points[1], window, reach, bounds)
        project_targets(points[2], window, reach, bounds)
    elif any(points):
        resolver.notices.add(
            f"{model.name}: SoC events between ticks are left out, as its sensor does not floor times."
        )
    return bounds


def _clipped(values: Floats, low: float, high: float, otherwise: Floats) -> Floats:
    return np.where(np.isnan(values), otherwise, np.clip(values, low, high))


@dataclass(frozen=True, slots=True)
class _Breach:
    """Prices of being below and above a bound, and what they are multiplied by."""

    factor: float
    below: Variable | None = None
    above: Variable | None = None


def _priced(name: str, baseline: Floats, stock: int, resolver: Resolver, breach: _Breach) -> list[Commitment]:
    """Return the charge for the largest breach of a run of ticks, and the one for every breached hour."""
    if np.isnan(baseline).all():
        return []
    none = resolver.full(0.0)
    up = none if breach.above is None else resolver.prices(breach.above, "soc-maxima-breach-price") * breach.factor
    down = none if breach.below is None else resolver.prices(breach.below, "soc-minima-breach-price") * breach.factor
    level, step_h = StockLevel(stock), resolver.step_h
    return [
        Commitment(f"any {name}", level, baseline, up, -down, Grouping.ANY),
        Commitment(f"all {name}", level, baseline, up * step_h, -down * step_h, Grouping.EACH),
    ]
