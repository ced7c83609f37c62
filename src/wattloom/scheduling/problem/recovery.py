"""Recovery: a stock that starts outside its range returns as fast as possible.

Formulation: "Recovery". The fields behind it are ``soc-at-start`` outside
``soc-min`` and ``soc-max``: measured states of charge often lie a little
outside, and a schedule is wanted all the same.
"""

from dataclasses import dataclass, replace

import numpy as np

from wattloom.scheduling.problem.model import Commitment, Floats, Problem, Stock, StockLevel
from wattloom.scheduling.problem.program import Booleans
from wattloom.scheduling.problem.storage import into_stock_mw, retained_shares

RECOVERY_OF_MINIMUM = "recovery of minimum stock"
RECOVERY_OF_MAXIMUM = "recovery of maximum stock"

_PRICE_FACTOR = 1e4
"""Price per MWh and step, in highest energy prices: above usual peak prices, below a site's breach prices."""


@dataclass(frozen=True, slots=True)
class _Relaxed:
    stock: Stock
    commitment: Commitment


def needs_recovery(stock: Stock) -> bool:
    """Return whether the stock starts outside its range."""
    return not stock.floor_mwh <= stock.initial_mwh <= stock.ceiling_mwh


def with_recovery(problem: Problem, *, throughout: bool = False) -> Problem:
    """Relax the range of stocks that start outside it, at a high price per MWh and step.

    Args:
        problem: The problem.
        throughout: Relax the range in the whole window, instead of up to the first step at which the
            stock's own devices can have brought it back: for when other limits hold them up.

    Returns:
        The problem to be solved; an equal one when every stock starts within its range. Only the range
        itself is relaxed: a hard minimum above it, a maximum below it or a target stays.
    """
    price = _PRICE_FACTOR * _highest_price_per_mwh(problem)
    stocks, commitments = list(problem.stocks), list(problem.commitments)
    for k, stock in enumerate(problem.stocks):
        if needs_recovery(stock):
            relax = _relaxed_minimum if stock.initial_mwh < stock.floor_mwh else _relaxed_maximum
            relaxed = relax(problem, k, price, throughout=throughout)
            stocks[k] = relaxed.stock
            if np.isfinite(relaxed.commitment.baseline).any():
                commitments.append(relaxed.commitment)
    return replace(problem, stocks=tuple(stocks), commitments=tuple(commitments))


def _relaxed_minimum(problem: Problem, k: int, price: float, *, throughout: bool) -> _Relaxed:
    stock, nothing = problem.stocks[k], np.zeros(problem.n_steps)
    missed = _reach_mwh(problem, k, filling=True) < stock.floor_mwh
    steps = _until_recovered(missed, throughout=throughout) & (stock.min_mwh <= stock.floor_mwh)
    baseline = np.where(steps, stock.floor_mwh, np.nan)
    return _Relaxed(
        replace(stock, min_mwh=np.where(steps, -np.inf, stock.min_mwh)),
        Commitment(RECOVERY_OF_MINIMUM, StockLevel(k), baseline, up_price=nothing, down_price=nothing - price),
    )


def _relaxed_maximum(problem: Problem, k: int, price: float, *, throughout: bool) -> _Relaxed:
    stock, nothing = problem.stocks[k], np.zeros(problem.n_steps)
    missed = _reach_mwh(problem, k, filling=False) > stock.ceiling_mwh
    steps = _until_recovered(missed, throughout=throughout) & (stock.max_mwh >= stock.ceiling_mwh)
    baseline = np.where(steps, stock.ceiling_mwh, np.nan)
    return _Relaxed(
        replace(stock, max_mwh=np.where(steps, np.inf, stock.max_mwh)),
        Commitment(RECOVERY_OF_MAXIMUM, StockLevel(k), baseline, up_price=nothing + price, down_price=nothing),
    )


def _until_recovered(missed: Booleans, *, throughout: bool) -> Booleans:
    return np.ones(len(missed), dtype=np.bool_) if throughout else np.logical_and.accumulate(missed)


def _reach_mwh(problem: Problem, k: int, *, filling: bool) -> Floats:
    """Return the stock at step ends if its devices do nothing but fill it, or empty it."""
    stock = problem.stocks[k]
    inflow_mw = stock.inflow_mw + sum(
        into_stock_mw(device, device.consumption_max_mw if filling else device.consumption_min_mw)
        for device in problem.devices
        if device.stock == k
    )
    a, b = retained_shares(stock.retention)
    levels, level = np.empty(problem.n_steps), stock.initial_mwh
    for t, change in enumerate(problem.step_h * b * inflow_mw):
        level = a[t] * level + change
        levels[t] = level
    return levels


def _highest_price_per_mwh(problem: Problem) -> float:
    prices = [
        np.abs(np.nan_to_num(price)).max()
        for network in problem.networks
        for price in (network.consumption_price_per_mwh, network.production_price_per_mwh)
    ]
    return float(max(prices, default=0.0)) or 1.0
