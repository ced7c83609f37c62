"""Plan the operation modes of one device: which suit its stock, its connection and what all others do.

Formulation: "Operation modes". A dynamic programme over the stock, backwards
in time: far cheaper than branch and bound, and its plan is a first answer that
the linear program makes exact and branch and bound improves.
"""

from dataclasses import dataclass, replace

import numpy as np

from wattloom.scheduling.problem import (
    ABSENT,
    Device,
    Floats,
    Indices,
    Kink,
    ModeColumns,
    Model,
    Problem,
    Stock,
    StockLevel,
    into_stock_mw,
    kink_of,
    mode_bounds_mw,
    retained_shares,
)
from wattloom.scheduling.solver.flow_costs import flow_kinks, kink_cost
from wattloom.scheduling.solver.port import Outcome
from wattloom.scheduling.solver.rounding import least_durations_h

_N_LEVELS = 256
_MOST_LOCKED = 32
"""Least durations are kept up to so many steps; longer ones are left to branch and bound."""
_INSTANT_H = 1e-9
_DISTANCE_SHARE = 0.1
"""Cost of departing from what is wanted, in mean prices: small against what times of day differ by."""


@dataclass(frozen=True, slots=True)
class ModeTask:
    """One device with modes, alone with its stock and what its power costs; series of shape (n_steps,).

    Attributes:
        device: The device.
        step_h: Δ_t [h].
        consumption_price: Cost per MW consumed in a step by all else.
        production_price: The same per MW produced.
        flow: What its power costs by the flows that it is part of.
        wanted_mw: Net consumption so far.
        distance_price: Cost per MW of departing from it: keeps devices from all choosing alike.
        kept: a_t, share of the stock that is left.
        gained_mwh: What enters the stock without the device.
        gain_h: Stock per unit that the device brings into it, Δ_t b_t.
        initial_mwh: S⁰.
        levels_mwh: Stocks that are looked at, shape (n_levels,), equally far apart.
        level_cost: What each costs at the end of each step, shape (n_steps, n_levels).
        excess_price: Cost per MWh by which the stock leaves its bounds: more than energy is ever worth.
    """

    device: Device
    step_h: Floats
    consumption_price: Floats
    production_price: Floats
    flow: tuple[Kink, ...]
    wanted_mw: Floats
    distance_price: float
    kept: Floats
    gained_mwh: Floats
    gain_h: Floats
    initial_mwh: float
    levels_mwh: Floats
    level_cost: Floats
    excess_price: float


def mode_task(problem: Problem, model: Model, outcome: Outcome, columns: ModeColumns, plan_mw: Floats) -> ModeTask:
    """Return what is to be planned for a device while all others stay as they are.

    Args:
        problem: The scaled problem.
        model: What it was built to.
        outcome: A solution of the relaxation; without duals only flows and the stock have prices.
        columns: The device's modes.
        plan_mw: Net consumption of all devices so far, shape (n_devices, n_steps).
    """
    d = columns.device
    device = problem.devices[d]
    duals = outcome.row_duals if len(outcome.row_duals) else np.zeros(model.program.n_rows)
    excess_price = 1e3 * _dearest(problem, duals[model.rows.balance])
    price = np.append(_prices_without(problem, model, duals, columns.bands), 0.0)  # ABSENT is the last entry
    nothing, levels = np.zeros(problem.n_steps), np.array([0.0, 1.0])
    task = ModeTask(
        device=device,
        step_h=problem.step_h,
        consumption_price=price[model.power.u[d]],
        production_price=price[model.power.w[d]],
        flow=flow_kinks(problem, d, plan_mw, excess_price),
        wanted_mw=plan_mw[d],
        distance_price=_DISTANCE_SHARE * float(np.abs(price[model.power.u[d]]).mean()),
        kept=nothing,
        gained_mwh=nothing,
        gain_h=nothing,
        initial_mwh=0.0,
        levels_mwh=levels,
        level_cost=np.zeros((problem.n_steps, len(levels))),
        excess_price=excess_price,
    )
    return task if device.stock is None else _with_stock(problem, plan_mw, d, device.stock, task)


def _with_stock(problem: Problem, plan_mw: Floats, d: int, k: int, task: ModeTask) -> ModeTask:
    stock = problem.stocks[k]
    kept, share = retained_shares(stock.retention)
    inflow_mw = stock.inflow_mw + sum(
        into_stock_mw(other, plan_mw[e]) for e, other in enumerate(problem.devices) if e != d and other.stock == k
    )
    change_mwh = problem.step_h * share * (inflow_mw + into_stock_mw(task.device, task.wanted_mw))
    levels = np.linspace(*_level_range(stock, kept, change_mwh), _N_LEVELS)
    missed = np.maximum(stock.min_mwh[:, None] - levels, 0.0) + np.maximum(levels - stock.max_mwh[:, None], 0.0)
    cost = task.excess_price * missed
    for commitment in problem.commitments:
        if commitment.quantity == StockLevel(k):
            kink = kink_of(commitment)
            above = levels - kink.baseline[:, None]
            cost += kink.up_price[:, None] * np.maximum(above, 0.0) - kink.down_price[:, None] * np.maximum(-above, 0.0)
    return replace(
        task,
        kept=kept,
        gained_mwh=problem.step_h * share * inflow_mw,
        gain_h=problem.step_h * share,
        initial_mwh=stock.initial_mwh,
        levels_mwh=levels,
        level_cost=cost,
    )


def _level_range(stock: Stock, kept: Floats, change_mwh: Floats) -> tuple[float, float]:
    """Return the lowest and highest stock that counts: its bounds, or as far again as what is wanted leads."""
    planned, level = [stock.initial_mwh], stock.initial_mwh
    for share, change in zip(kept.tolist(), change_mwh.tolist(), strict=True):
        level = share * level + change
        planned.append(level)
    room = float(np.abs(change_mwh).sum()) + 1.0
    bottom, top = float(stock.min_mwh.min()), float(stock.max_mwh.max())
    bottom = bottom if np.isfinite(bottom) else min(planned) - room
    top = top if np.isfinite(top) else max(planned) + room
    return bottom, top if top > bottom else bottom + room


def _dearest(problem: Problem, balance_duals: Floats) -> float:
    """Return the highest price of energy, per MWh."""
    marginal = float(np.abs(balance_duals / problem.step_h).max(initial=0.0))
    stated = [
        float(np.abs(prices).max())
        for network in problem.networks
        for prices in (network.consumption_price_per_mwh, network.production_price_per_mwh)
    ]
    return max([marginal, *stated]) or 1.0


def _prices_without(problem: Problem, model: Model, row_duals: Floats, bands: Indices) -> Floats:
    """Return what a unit of each column costs by everything but stocks, flows and the device's own bands."""
    program, duals = model.program, row_duals.copy()
    connections = [m for m, network in enumerate(problem.networks) if not network.is_node]
    limits = model.rows.group[model.rows.group != ABSENT]
    for rows in (model.rows.stock, model.rows.balance[connections], limits, bands):
        duals[rows] = 0.0
    column = np.repeat(np.arange(program.n_columns), np.diff(program.starts))
    price: Floats = program.cost - np.bincount(
        column, program.values * duals[program.rows], minlength=program.n_columns
    )
    return price


def planned_modes(task: ModeTask) -> tuple[Indices, Floats]:
    """Return a sequence of modes that is cheap and keeps the stock within its bounds.

    Returns:
        A mode per step, and the net consumption in it, each of shape (n_steps,); least durations and pauses
        are kept.
    """
    return _Programme(task).modes()


class _Programme:
    """Costs from each step on: W while a mode lasts, V where it may change.

    W has shape (n_modes, n_locked + 1, n_levels): its second axis counts the steps that the mode must still last.
    """

    def __init__(self, task: ModeTask) -> None:
        self._task = task
        self._n_modes = len(task.device.modes)
        self._start_cost = np.array([mode.start_cost for mode in task.device.modes])
        self._locked = _locked_steps(task)
        self._power_mw, self._cost = _choices(task)
        self._mode_of = np.repeat(np.arange(self._n_modes), self._power_mw.shape[1] // self._n_modes)
        into_mw = task.device.charging_efficiency[:, None] * np.maximum(self._power_mw, 0.0)
        into_mw -= np.maximum(-self._power_mw, 0.0) / task.device.discharging_efficiency[:, None]
        self._change_mwh = task.gain_h[:, None] * into_mw + task.gained_mwh[:, None]
        self._lasting = self._backward()

    def _backward(self) -> list[Floats]:
        """Return W of each step."""
        n_levels, n_locked = len(self._task.levels_mwh), int(self._locked.max(initial=0))
        lasting = np.zeros((self._n_modes, n_locked + 1, n_levels))
        found = [lasting]
        for t in range(len(self._task.step_h) - 1, -1, -1):
            after = self._costs(t, self._task.levels_mwh, found[-1])
            found.append(after.reshape(self._n_modes, -1, *after.shape[1:]).min(axis=1))
        return found[::-1]

    def _costs(self, t: int, stock_mwh: Floats, following: Floats) -> Floats:
        """Return the cost of each choice in a step and of what follows, shape (n_choices, n_locked + 1, n_stocks)."""
        levels = self._task.levels_mwh
        then = self._task.kept[t] * stock_mwh + self._change_mwh[t][:, None]
        inside = np.clip(then, levels[0], levels[-1])
        excess = self._task.excess_price * np.abs(then - inside)
        place = (inside - levels[0]) / (levels[1] - levels[0])
        left = np.minimum(place.astype(np.int64), len(levels) - 2)
        share = (place - left)[:, None, :]
        free = self._free(t + 1, following)
        value = np.concatenate([free[:, None, :], following[:, :-1]], axis=1) + self._task.level_cost[t]
        modes, locks = self._mode_of[:, None, None], np.arange(value.shape[1])[None, :, None]
        at_left, at_right = value[modes, locks, left[:, None, :]], value[modes, locks, left[:, None, :] + 1]
        costs: Floats = (1 - share) * at_left + share * at_right + (self._cost[t][:, None] + excess)[:, None, :]
        return costs

    def _free(self, t: int, lasting: Floats) -> Floats:
        """Return V, shape (n_modes, n_levels): the mode goes on, or the cheapest other one is entered."""
        if t == len(self._task.step_h):
            return lasting[:, 0]
        entered = lasting[np.arange(self._n_modes), self._locked[t]] + self._start_cost[:, None]
        free: Floats = np.minimum(lasting[:, 0], entered.min(axis=0))
        return free

    def modes(self) -> tuple[Indices, Floats]:
        """Return the cheapest modes and powers, forwards along the stock that they lead to."""
        n_steps, level = len(self._task.step_h), np.array([self._task.initial_mwh])
        mode, power_mw = np.empty(n_steps, dtype=np.int64), np.empty(n_steps)
        b, last = -1, -1  # the mode, and the last step that it must last
        for t in range(n_steps):
            costs = self._costs(t, level, self._lasting[t + 1])[:, :, 0]
            by_mode = costs.reshape(self._n_modes, -1, costs.shape[1])
            lasting = by_mode.min(axis=1)
            if t > last:
                b, locked = self._next_mode(t, b, lasting)
                last = t + locked
            choice = int(np.argmin(by_mode[b, :, last - t])) + b * by_mode.shape[1]
            level = self._task.kept[t] * level + self._change_mwh[t, choice]
            mode[t], power_mw[t] = b, self._power_mw[t, choice]
        return mode, power_mw

    def _next_mode(self, t: int, b: int, lasting: Floats) -> tuple[int, int]:
        """Return the mode of a step, and for how many more it must last; what lasts from before may end at once."""
        if b < 0:
            return int(np.argmin(lasting[:, 0])), 0
        entered = lasting[np.arange(self._n_modes), self._locked[t]] + self._start_cost
        entered[b] = lasting[b, 0]
        chosen = int(np.argmin(entered))
        return chosen, 0 if chosen == b else int(self._locked[t, chosen])


def _choices(task: ModeTask) -> tuple[Floats, Floats]:
    """Return powers and costs: both ends of each band, what is wanted and where costs bend, shape (n_steps, n_choices)."""
    device, n_steps = task.device, len(task.step_h)
    lowest, highest = mode_bounds_mw(device)
    least = np.maximum(lowest, device.consumption_min_mw[:, None])
    most = np.minimum(highest, device.consumption_max_mw[:, None])
    bends = [np.clip(at[:, None], least, most) for at in (task.wanted_mw, *(kink.baseline for kink in task.flow))]
    power_mw = np.stack([least, most, *bends], axis=2).reshape(n_steps, -1)
    price = np.where(power_mw > 0, task.consumption_price[:, None], -task.production_price[:, None])
    cost = price * power_mw + task.distance_price * np.abs(power_mw - task.wanted_mw[:, None])
    for kink in task.flow:
        cost += kink_cost(kink, power_mw)
    impossible = 1e3 * task.excess_price
    return power_mw, np.where(np.repeat(least <= most, 2 + len(bends), axis=1), cost, impossible)


def _locked_steps(task: ModeTask) -> Indices:
    """Return for how many steps after each a mode that is entered in it must last, shape (n_steps, n_modes)."""
    start_h = np.cumsum(task.step_h) - task.step_h
    until_h = start_h[:, None] + least_durations_h(task.device) - _INSTANT_H
    ends = np.searchsorted(start_h, until_h.ravel(), side="left").reshape(until_h.shape)
    locked: Indices = np.clip(ends - np.arange(len(start_h))[:, None] - 1, 0, _MOST_LOCKED)
    return locked
