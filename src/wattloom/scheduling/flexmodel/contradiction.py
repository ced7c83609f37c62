"""Statements that cannot all be true, found before anything is read or solved.

Only fixed values and segments are compared: what sensors will say is not known
when a schedule is asked for.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from wattloom.scheduling.flexmodel.site import Site
from wattloom.scheduling.flexmodel.stock import StockModel
from wattloom.scheduling.flexmodel.variable import Fixed, Segments, Variable
from wattloom.scheduling.flexmodel.window import Window, on_ticks

Floats = NDArray[np.float64]
_DECIMALS = 6


def find_contradictions(stock: StockModel, site: Site, window: Window) -> Iterator[str]:
    """Yield lines ``t=<instant> | <what clashes>`` for one stock.

    Bounds are compared as far as they are hard: soc-min and soc-max always,
    the others where breaking them has no price.
    """
    low, high = stock.soc_min or 0.0, np.inf if stock.soc_max is None else stock.soc_max
    if low > high:
        yield f"t={window.start.isoformat()} | soc-min {_kwh(low)} <= soc-max {_kwh(high)}"
        return
    prices = site.breach_prices
    minima = _ticks(stock.soc_minima, window) if prices.soc_minima is None else None
    maxima = _ticks(stock.soc_maxima, window) if prices.soc_maxima is None else None
    is_target_soft = prices.soc_minima is not None and prices.soc_maxima is not None
    targets = None if is_target_soft else _ticks(stock.soc_targets, window)
    lower, upper = np.full(window.n_steps, low), np.full(window.n_steps, high)
    yield from _compare("soc-minima", minima, "soc-max", upper, window)
    yield from _compare("soc-min", lower, "soc-maxima", maxima, window)
    yield from _compare("soc-minima", minima, "soc-maxima", maxima, window)
    yield from _compare("soc-targets", targets, "soc-max", upper, window)
    yield from _compare("soc-min", lower, "soc-targets", targets, window)
    yield from _compare("soc-targets", targets, "soc-maxima", maxima, window)
    yield from _compare("soc-minima", minima, "soc-targets", targets, window)


def _ticks(variable: Variable | None, window: Window) -> Floats | None:
    if isinstance(variable, Segments):
        return on_ticks(variable, window)
    return np.full(window.n_steps, variable.value) if isinstance(variable, Fixed) else None


def _compare(low_name: str, low: Floats | None, high_name: str, high: Floats | None, window: Window) -> Iterator[str]:
    """Yield the first tick at which ``low <= high`` does not hold, in so many decimals."""
    if low is None or high is None:
        return
    with np.errstate(invalid="ignore"):
        broken = np.flatnonzero(np.round(low, _DECIMALS) > np.round(high, _DECIMALS))
    for tick in broken[:1]:
        at = window.tick(int(tick)).isoformat()
        yield f"t={at} | {low_name} {_kwh(low[tick])} <= {high_name} {_kwh(high[tick])}"


def _kwh(mwh: float) -> str:
    return f"{mwh * 1000:g} kWh"
