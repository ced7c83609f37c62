"""A stock of the flex-model as arrays: its start, its bounds, its losses, and what its level is worth."""

from dataclasses import dataclass

import numpy as np

from wattloom.scheduling.flexmodel import BreachPrices, Reach, StockModel, Variable
from wattloom.scheduling.inputs.resolver import Resolver
from wattloom.scheduling.inputs.soc import bound_stock
from wattloom.scheduling.inputs.start import StartOfCharge, bound_first_step
from wattloom.scheduling.problem import Commitment, Floats, Stock, stored_value, tie_break


@dataclass(frozen=True, slots=True)
class StockArrays:
    """What one stock adds to the problem.

    Attributes:
        stock: Its level.
        commitments: What breaking its soft bounds costs, its tie-break, and its worth at the end.
    """

    stock: Stock
    commitments: tuple[Commitment, ...]


@dataclass(frozen=True, slots=True)
class StockPlace:
    """Where a stock stands in the problem.

    Attributes:
        index: Its index.
        device: The first device that feeds it, by which its costs are called.
        projects: Whether events between ticks count for it.
        prices_per_mwh: Prices that set the size of its tie-break, shape (n_steps,).
    """

    index: int
    device: int
    projects: bool
    prices_per_mwh: Floats


def stock_arrays(
    model: StockModel, place: StockPlace, start: StartOfCharge, reach: Reach, prices: BreachPrices, resolver: Resolver
) -> StockArrays:
    """Return what a stock adds to the problem.

    Args:
        model: The parsed stock.
        place: Where it stands.
        start: Its level at the start.
        reach: How fast its devices together can change it.
        prices: Prices of breaking bounds.
        resolver: Resolves variables.

    Raises:
        MissingDataError: A price is unknown.
    """
    bounds = bound_stock(model, place.index, prices, resolver, reach, projects=place.projects)
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
    worth = _worth(model, place, start.stock_mwh, resolver)
    return StockArrays(stock, (*bounds.commitments, *_preference(model, place, resolver), *worth))


def joint_reach(reaches: list[Reach], n_steps: int) -> Reach:
    """Return how fast several devices together can change a stock."""
    up = sum((each.up_mw for each in reaches), np.zeros(n_steps))
    return Reach(up, sum((each.down_mw for each in reaches), np.zeros(n_steps)))


def _sum(variables: tuple[Variable, ...], resolver: Resolver) -> Floats:
    total = resolver.full(0.0)
    for variable in variables:
        total += resolver.steps_or(variable, 0.0)
    return total


def _retention(model: StockModel, resolver: Resolver) -> Floats:
    if model.storage_efficiency_step is None:
        return resolver.full(1.0)
    efficiency = np.clip(resolver.steps_or(model.storage_efficiency, 1.0), 0.0, 1.0)
    step_h = model.storage_efficiency_step.total_seconds() / 3600
    retention: Floats = efficiency ** (resolver.step_h / step_h)
    return retention


def _preference(model: StockModel, place: StockPlace, resolver: Resolver) -> list[Commitment]:
    if model.soc_max is None or not model.prefers_charging_sooner:
        return []
    return [
        tie_break(
            f"prefer a full storage {place.device} sooner",
            stock=place.index,
            stock_max_mwh=model.soc_max,
            prices_per_mwh=place.prices_per_mwh,
            step_h=resolver.step_h,
            curtail_later=model.prefers_curtailing_later,
        )
    ]


def _worth(model: StockModel, place: StockPlace, initial_mwh: float, resolver: Resolver) -> list[Commitment]:
    """Return the worth of what is stored at the end, counted from what was there at the start."""
    if model.value_at_end is None:
        return []
    name = f"value of stored energy {place.device}"
    value = float(resolver.prices(model.value_at_end, "soc-value-at-end")[-1])
    n_steps = resolver.window.n_steps
    return [stored_value(name, stock=place.index, initial_mwh=initial_mwh, value_per_mwh=value, n_steps=n_steps)]
