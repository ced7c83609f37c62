"""What becomes of the energy in a stock: the next bound that decides about it, and when it is used.

The value of stored energy stays the same from step to step, but for losses,
until the stock meets a bound that costs something. That bound is why energy
is worth what it is worth now.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wattloom.scheduling.explanation.codes import Bound
from wattloom.scheduling.problem import Floats, Grouping, Indices, Problem, StockLevel
from wattloom.scheduling.solver import Duals

BOUNDS = tuple(Bound)
_NONE, _EMPTY, _TARGET, _FULL, _CEILING, _END = range(len(BOUNDS))
_LEVEL_SHARE = 1e-6


@dataclass(frozen=True, slots=True)
class Outlook:
    """What lies ahead of each stock at each step; all of shape (n_stocks, n_steps).

    Attributes:
        bound: Index into :data:`BOUNDS` of the next bound that decides.
        until: The step at whose end it is met; −1 for none.
        use: The next step in which a device draws from the stock, not after ``until`` unless it is full then; −1
            for none.
        is_low: Whether the stock is at its minimum before and after the step.
        is_high: The same at its maximum.
    """

    bound: Indices
    until: Indices
    use: Indices
    is_low: NDArray[np.bool_]
    is_high: NDArray[np.bool_]


def outlook_of(
    problem: Problem, consumption_mw: Floats, stock_mwh: Floats, duals: Duals | None, tolerance: float
) -> Outlook:
    """Return what lies ahead.

    Args:
        problem: What was solved.
        consumption_mw: Net consumption per device, shape (n_devices, n_steps).
        stock_mwh: Stocks at step boundaries, shape (n_stocks, n_steps + 1).
        duals: Marginal values; without them no bound is known to decide.
        tolerance: Changes of value up to this [currency/MWh] mean nothing.
    """
    shape = (len(problem.stocks), problem.n_steps)
    lowest = np.array([stock.min_mwh for stock in problem.stocks]).reshape(shape)
    highest = np.array([stock.max_mwh for stock in problem.stocks]).reshape(shape)
    size = _LEVEL_SHARE * np.abs(stock_mwh).max(axis=1, initial=1e-9, keepdims=True)
    level = stock_mwh[:, 1:]
    is_low, is_high = level <= lowest + size, level >= highest - size
    before = stock_mwh[:, :-1]
    outlook = Outlook(
        bound=np.full(shape, _NONE),
        until=np.full(shape, -1),
        use=np.full(shape, -1),
        is_low=is_low & (before <= lowest + size),
        is_high=is_high & (before >= highest - size),
    )
    if duals is None or not shape[0]:
        return outlook
    retention = np.array([stock.retention for stock in problem.stocks]).reshape(shape)
    following = np.zeros(shape)
    following[:, :-1] = retention[:, 1:] * duals.stock[:, 1:]
    drop = duals.stock - following
    kinds = _kinds(problem, level, (lowest, highest), drop)
    met = np.abs(drop) > tolerance
    outlook.until[:] = _next(met)
    found = outlook.until >= 0
    outlook.bound[found] = np.take_along_axis(kinds, np.maximum(outlook.until, 0), axis=1)[found]
    use = _next(_is_drawn(problem, consumption_mw))
    # What is stored until it is full is used afterwards.
    is_near = (use <= outlook.until) | (outlook.bound == _FULL) | (outlook.bound == _CEILING)
    outlook.use[:] = np.where((use >= 0) & is_near, use, -1)
    return outlook


def _kinds(problem: Problem, level: Floats, range_mwh: tuple[Floats, Floats], drop: Floats) -> Indices:
    """Return which bound is met at each step, if one is: a rise of value afterwards means that room is short."""
    lowest, highest = range_mwh
    size = _LEVEL_SHARE * np.abs(level).max(axis=1, initial=1e-9, keepdims=True)
    floor = np.array([[stock.floor_mwh] for stock in problem.stocks])
    ceiling = np.array([[stock.ceiling_mwh] for stock in problem.stocks])
    wanted = np.fmax(lowest, _wanted(problem, lowest.shape))
    is_target = (level <= wanted + size) & (wanted > floor + size)
    low = np.where(is_target, _TARGET, np.where(level <= lowest + size, _EMPTY, _END))
    high = np.where((level >= highest - size) & (highest >= ceiling - size), _FULL, _CEILING)
    return np.where(drop > 0, low, high)


def _wanted(problem: Problem, shape: tuple[int, int]) -> Floats:
    """Return the minima that have a price, NaN where there are none."""
    wanted = np.full(shape, np.nan)
    for commitment in problem.commitments:
        quantity = commitment.quantity
        if isinstance(quantity, StockLevel) and commitment.grouping is Grouping.ANY:
            priced = np.where(np.nan_to_num(commitment.down_price) < 0, commitment.baseline, np.nan)
            wanted[quantity.stock] = np.fmax(wanted[quantity.stock], priced)
    return wanted


def _is_drawn(problem: Problem, consumption_mw: Floats) -> NDArray[np.bool_]:
    drawn = np.zeros((len(problem.stocks), problem.n_steps), dtype=np.bool_)
    for d, device in enumerate(problem.devices):
        if device.stock is not None:
            drawn[device.stock] |= consumption_mw[d] < -_LEVEL_SHARE * np.abs(consumption_mw[d]).max()
    return drawn


def _next(events: NDArray[np.bool_]) -> Indices:
    """Return for each step the first one from it on at which something happens; −1 for none."""
    n_steps = events.shape[1]
    steps = np.where(events, np.arange(n_steps), n_steps)
    following = np.minimum.accumulate(steps[:, ::-1], axis=1)[:, ::-1]
    return np.where(following < n_steps, following, -1)
