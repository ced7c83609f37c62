"""Optimisation problems in a few words, for tests of the scheduling core.

Consumption is positive; powers are MW, stocks MWh, prices currency/MWh.
Numbers stand for constant series.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from wattloom.scheduling.problem import (
    Commitment,
    Device,
    Floats,
    Grouping,
    NetFlow,
    Network,
    Problem,
    Quantity,
    Stock,
    StockLevel,
    tie_break,
)
from wattloom.scheduling.solver import HighsSolver, Solution, solve_problem

Series: TypeAlias = float | Sequence[float] | Floats

TOY = (10, 11, 12, 15, 18, 17, 10.5, 9, 9.5, 9, 8.5, 10, 8, 5, 4, 4, 5.5, 8, 12, 13, 14, 12.5, 10, 7)
"""Prices per hour of a day."""
SUN_KW = (0, 0, 0, 0, 10, 30, 60, 100, 140, 170, 190, 210, 220, 210, 190, 170, 140, 100, 60, 30, 10, 0, 0, 0)
"""What a solar plant gives per hour of a day."""


def blocks(values: Sequence[float], n_each: int) -> Floats:
    """Return each value repeated over as many steps."""
    return np.repeat(np.array(values, dtype=np.float64), n_each)


def day2(n_per_hour: int = 4) -> Floats:
    return blocks((100, 90, 100), 8 * n_per_hour)


def series(values: Series, n_steps: int) -> Floats:
    return np.broadcast_to(np.array(values, dtype=np.float64), (n_steps,)).copy()


def at(n_steps: int, values: dict[int, float], otherwise: float = np.nan) -> Floats:
    """Return a series with values at some steps only."""
    result = np.full(n_steps, otherwise)
    result[list(values)] = list(values.values())
    return result


def make_device(
    n_steps: int,
    *,
    power: Series = 1.0,
    lowest: Series | None = None,
    charging: Series = 1.0,
    discharging: Series = 1.0,
    stock: int | None = None,
) -> Device:
    """Return a device that takes up to ``power`` and gives as much, or down to ``lowest``."""
    highest = series(power, n_steps)
    return Device(
        name="device",
        consumption_min_mw=-highest if lowest is None else series(lowest, n_steps),
        consumption_max_mw=highest,
        charging_efficiency=series(charging, n_steps),
        discharging_efficiency=series(discharging, n_steps),
        stock=stock,
    )


def make_stock(
    n_steps: int,
    *,
    start: float = 0.5,
    lowest: float = 0.0,
    highest: float = 1.0,
    inflow: Series = 0.0,
    retention: Series = 1.0,
) -> Stock:
    return Stock(
        name="stock",
        initial_mwh=start,
        min_mwh=series(lowest, n_steps),
        max_mwh=series(highest, n_steps),
        inflow_mw=series(inflow, n_steps),
        retention=series(retention, n_steps),
        floor_mwh=lowest,
        ceiling_mwh=highest,
    )


def make_network(
    prices: Floats,
    *,
    devices: tuple[int, ...] = (0,),
    selling: Series | None = None,
    fixed: Series = 0.0,
    import_max: Series = np.inf,
    export_max: Series = np.inf,
) -> Network:
    n_steps = len(prices)
    return Network(
        commodity="electricity",
        devices=devices,
        inflexible_consumption_mw=series(fixed, n_steps),
        import_max_mw=series(import_max, n_steps),
        export_max_mw=series(export_max, n_steps),
        consumption_price_per_mwh=series(prices, n_steps),
        production_price_per_mwh=series(prices if selling is None else selling, n_steps),
    )


def make_problem(
    network: Network,
    devices: Sequence[Device],
    stocks: Sequence[Stock] = (),
    commitments: Sequence[Commitment] = (),
    *,
    step_h: float = 0.25,
) -> Problem:
    n_steps = len(network.consumption_price_per_mwh)
    return Problem(n_steps, series(step_h, n_steps), tuple(devices), tuple(stocks), (network,), tuple(commitments))


def make_commitment(
    n_steps: int,
    quantity: Quantity | None = None,
    *,
    name: str = "promise",
    baseline: Series = 0.0,
    up: Series = 0.0,
    down: Series = 0.0,
) -> Commitment:
    promised = NetFlow(0) if quantity is None else quantity
    return Commitment(name, promised, series(baseline, n_steps), series(up, n_steps), series(down, n_steps))


def per_run(commitment: Commitment) -> Commitment:
    """Charge runs of steps instead of steps."""
    return replace(commitment, grouping=Grouping.ANY)


def height_and_area(
    name: str, quantity: Quantity, baseline: Floats, *, step_h: float, up: float = 0.0, down: float = 0.0
) -> list[Commitment]:
    """Return a softened limit: its largest breach is charged once, and every breach by its length."""
    n_steps = len(baseline)
    return [
        per_run(make_commitment(n_steps, quantity, name=f"any {name}", baseline=baseline, up=up, down=down)),
        make_commitment(n_steps, quantity, name=f"all {name}", baseline=baseline, up=up * step_h, down=down * step_h),
    ]


def fill_sooner(problem: Problem, *, curtail_later: bool = True) -> Problem:
    """Add the tie-break for every stock."""
    ties = [
        tie_break(
            f"prefer a full storage {k} sooner",
            stock=k,
            stock_max_mwh=stock.ceiling_mwh,
            prices_per_mwh=problem.networks[0].consumption_price_per_mwh,
            step_h=problem.step_h,
            curtail_later=curtail_later,
        )
        for k, stock in enumerate(problem.stocks)
    ]
    return replace(problem, commitments=(*problem.commitments, *ties))


def with_stock_bounds(problem: Problem, *, lowest: Floats | None = None, highest: Floats | None = None) -> Problem:
    """Give the first stock hard bounds where the series have values, within its range."""
    stock = problem.stocks[0]
    low = stock.min_mwh if lowest is None else np.fmax(stock.min_mwh, lowest)
    high = stock.max_mwh if highest is None else np.fmin(stock.max_mwh, highest)
    return replace(problem, stocks=(replace(stock, min_mwh=low, max_mwh=high), *problem.stocks[1:]))


def soc_minima(stock: int, values: Floats, *, step_h: float, price: float = 1e6) -> list[Commitment]:
    return height_and_area("soc minima", StockLevel(stock), values, step_h=step_h, down=-price)


def soc_maxima(stock: int, values: Floats, *, step_h: float, price: float = 1e6) -> list[Commitment]:
    return height_and_area("soc maxima", StockLevel(stock), values, step_h=step_h, up=price)


def soc_targets(stock: int, values: Floats, *, step_h: float, price: float = 1e6) -> list[Commitment]:
    return height_and_area("soc targets", StockLevel(stock), values, step_h=step_h, up=price, down=-price)


def solve(problem: Problem, *, time_limit_s: float = 20.0) -> Solution:
    """Return the schedule of a problem that has one."""
    solution = solve_problem(problem, HighsSolver(), time_limit_s=time_limit_s)
    assert isinstance(solution, Solution)
    return solution


def kw(values_mw: Floats) -> list[float]:
    return [round(1e3 * float(value), 3) + 0.0 for value in values_mw]
