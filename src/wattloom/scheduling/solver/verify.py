"""Check a schedule against the problem it was made for, before anybody sees it."""

import numpy as np

from wattloom.errors import InternalError
from wattloom.scheduling.problem import Floats, Problem, into_stock_mw, net_consumption_mw, retained_shares

_TOLERANCE = 1e-6
"""In scaled units, where devices are of size 16."""
_COST_TOLERANCE = 1e-9


def verify(problem: Problem, consumption_mw: Floats, stock_mwh: Floats) -> None:
    """Check limits of devices, grids and stocks, and the balance of every stock.

    Args:
        problem: The scaled problem.
        consumption_mw: Net consumption per device, shape (n_devices, n_steps).
        stock_mwh: Stocks at step boundaries, shape (n_stocks, n_steps + 1).

    Raises:
        InternalError: A hard limit or balance is broken; the message names the family.
    """
    for d, device in enumerate(problem.devices):
        _expect_within(consumption_mw[d], device.consumption_min_mw, device.consumption_max_mw, "device power")
    for grid, net_mw in zip(problem.grids, net_consumption_mw(problem, consumption_mw), strict=True):
        _expect_within(net_mw, -grid.export_max_mw, grid.import_max_mw, "grid balance")
    for k, stock in enumerate(problem.stocks):
        _expect_within(stock_mwh[k, 1:], stock.min_mwh, stock.max_mwh, "stock bounds")
        due = _next_stock_mwh(problem, k, consumption_mw, stock_mwh[k, :-1])
        _expect_within(stock_mwh[k, 1:], due, due, "stock balance")


def verify_costs(costs: list[float], objective: float, *, highest_price: float) -> None:
    """Check that the named costs add up to the objective.

    Args:
        costs: Cost of each commitment.
        objective: What the solver says.
        highest_price: Of all columns; a deviation within the solver's tolerance costs so many times it.

    Raises:
        InternalError: They do not.
    """
    total, size = sum(costs), sum(abs(cost) for cost in costs)
    if abs(total - objective) > _COST_TOLERANCE * (size + highest_price + 1.0):
        raise InternalError(f"The costs add up to {total!r}, the objective is {objective!r}.")


def _next_stock_mwh(problem: Problem, k: int, consumption_mw: Floats, before_mwh: Floats) -> Floats:
    stock = problem.stocks[k]
    a, b = retained_shares(stock.retention)
    inflow_mw = stock.inflow_mw.copy()
    for d, device in enumerate(problem.devices):
        if device.stock == k:
            inflow_mw += into_stock_mw(device, consumption_mw[d])
    following: Floats = a * before_mwh + problem.step_h * b * inflow_mw
    return following


def _expect_within(values: Floats, lowest: Floats, highest: Floats, family: str) -> None:
    excess = np.maximum(lowest - values, values - highest)
    allowed = _TOLERANCE * np.maximum(1.0, np.abs(values))
    if (excess > allowed).any() or not np.isfinite(values).all():
        step = int(np.argmax(excess - allowed))
        raise InternalError(f"The schedule breaks the {family} at step {step} by {excess[step]:g} (scaled).")
