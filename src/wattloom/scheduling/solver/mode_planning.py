"""Plan the operation modes of one device against prices: which modes suit its stock, and what energy is worth.

Formulation: "Operation modes". A dynamic programme over the stock, backwards
in time: far cheaper than branch and bound, and its plan is a first answer that
the linear program makes exact and branch and bound improves.
"""

from dataclasses import dataclass, replace

import numpy as np

from wattloom.scheduling.problem import (
    Device,
    Floats,
    Indices,
    ModeColumns,
    Model,
    Problem,
    StockLevel,
    Trajectory,
    into_stock_mw,
    kink_of,
    mode_bounds_mw,
    retained_shares,
)
from wattloom.scheduling.solver.port import Outcome
from wattloom.scheduling.solver.rounding import least_durations_h

_N_LEVELS = 128
_MOST_LOCKED = 32
"""Least durations are kept up to so many steps; longer ones are left to branch and bound."""
_INSTANT_H = 1e-9
_ROUNDING_MW = 1e-6
"""In scaled units."""
_DISTANCE_SHARE = 0.1
"""Cost of departing from what is wanted, in mean prices: small against what times of day differ by."""


@dataclass(frozen=True, slots=True)
class ModeTask:
    """One device with modes, alone with its stock and with prices; all series of shape (n_steps,).

    Attributes:
        device: The device.
        step_h: Δ_t [h].
        consumption_price: Cost per MW consumed in a step.
        production_price: Cost per MW produced in a step.
        wanted_mw: Net consumption that is best when modes do not matter.
        least_mw: What connections and groups make it consume at least, as far as others can adapt.
        most_mw: What they let it consume at most.
        distance_price: Cost per MW of departing from it: keeps devices from all choosing alike.
        kept: a_t, share of the stock that is left.
        gained_mwh: What enters the stock without the device.
        gain_h: Stock per unit that the device brings into it, Δ_t b_t.
        initial_mwh: S⁰.
        levels_mwh: Stocks that are looked at, shape (n_levels,), equally far apart.
        level_cost: What each costs at the end of each step, shape (n_steps, n_levels).
    """

    device: Device
    step_h: Floats
    consumption_price: Floats
    production_price: Floats
    wanted_mw: Floats
    least_mw: Floats
    most_mw: Floats
    distance_price: float
    kept: Floats
    gained_mwh: Floats
    gain_h: Floats
    initial_mwh: float
    levels_mwh: Floats
    level_cost: Floats

    @property
    def excess_price(self) -> float:
        """Cost per MWh by which the stock leaves its bounds: more than energy is ever worth."""
        prices = np.abs(np.concatenate([self.consumption_price, self.production_price]))
        return 1e3 * (float(prices.max()) or 1.0) / float(self.step_h.min())


def mode_task(problem: Problem, model: Model, outcome: Outcome, columns: ModeColumns, decided: Indices) -> ModeTask:
    """Return what is to be planned for a device when everything else stays as a relaxation has it.

    Args:
        problem: The scaled problem.
        model: What it was built to.
        outcome: The optimum of the relaxation, or of one with more of its columns fixed; with duals.
        columns: The device's modes.
        decided: Modes of the devices that are decided, shape (n_devices, n_steps); −1 for the others.
    """
    d = columns.device
    device, trajectory = problem.devices[d], model.trajectory(problem, outcome.values)
    price = np.append(_prices_without(model, outcome, columns.bands), 0.0)  # ABSENT is the last entry
    least_mw, most_mw = _room_mw(problem, trajectory.consumption_mw, d, decided)
    nothing, levels = np.zeros(problem.n_steps), np.array([0.0, 1.0])
    task = ModeTask(
        device=device,
        step_h=problem.step_h,
        consumption_price=price[model.power.u[d]],
        production_price=price[model.power.w[d]],
        wanted_mw=trajectory.consumption_mw[d],
        least_mw=least_mw,
        most_mw=most_mw,
        distance_price=_DISTANCE_SHARE * float(np.abs(price[model.power.u[d]]).mean()),
        kept=nothing,
        gained_mwh=nothing,
        gain_h=nothing,
        initial_mwh=0.0,
        levels_mwh=levels,
        level_cost=np.zeros((problem.n_steps, len(levels))),
    )
    return task if device.stock is None else _with_stock(problem, trajectory, d, device.stock, task)


def _room_mw(problem: Problem, consumption_mw: Floats, d: int, decided: Indices) -> tuple[Floats, Floats]:
    """Return what connections and groups leave to a device.

    Others that are decided move within their bands, the rest between zero and what they do.
    """
    low, high = np.empty_like(consumption_mw), np.empty_like(consumption_mw)
    for e, other in enumerate(problem.devices):
        low[e] = np.minimum(consumption_mw[e], np.maximum(other.consumption_min_mw, 0.0))
        high[e] = np.maximum(consumption_mw[e], np.minimum(other.consumption_max_mw, 0.0))
        if other.modes and decided[e, 0] >= 0:
            low[e], high[e] = (bounds[decided[e]] for bounds in mode_bounds_mw(other))
    least, most = np.full(problem.n_steps, -np.inf), np.full(problem.n_steps, np.inf)
    limits = [(n.devices, n.inflexible_consumption_mw, n.export_max_mw, n.import_max_mw) for n in problem.networks]
    limits += [(g.devices, g.inflexible_consumption_mw, g.capacity_mw, g.capacity_mw) for g in problem.groups]
    for devices, fixed_mw, production_max_mw, consumption_max_mw in limits:
        if d in devices:
            others = [e for e in devices if e != d]
            least = np.maximum(least, -production_max_mw - fixed_mw - high[others].sum(axis=0))
            most = np.minimum(most, consumption_max_mw - fixed_mw - low[others].sum(axis=0))
    return least - _ROUNDING_MW, most + _ROUNDING_MW


def _with_stock(problem: Problem, trajectory: Trajectory, d: int, k: int, task: ModeTask) -> ModeTask:
    stock = problem.stocks[k]
    kept, share = retained_shares(stock.retention)
    inflow_mw = stock.inflow_mw + sum(
        into_stock_mw(other, trajectory.consumption_mw[e])
        for e, other in enumerate(problem.devices)
        if e != d and other.stock == k
    )
    planned, room = trajectory.stock_mwh[k], float((problem.step_h * np.abs(task.wanted_mw)).sum()) + 1.0
    bottom, top = stock.min_mwh.min(), stock.max_mwh.max()
    bottom = bottom if np.isfinite(bottom) else planned.min() - room
    top = top if np.isfinite(top) else planned.max() + room
    levels = np.linspace(bottom, top if top > bottom else bottom + room, _N_LEVELS)
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


def _prices_without(model: Model, outcome: Outcome, bands: Indices) -> Floats:
    """Return what a unit of each column costs by everything but stocks and the device's own bands."""
    program, duals = model.program, outcome.row_duals.copy()
    duals[model.rows.stock] = duals[bands] = 0.0
    column = np.repeat(np.arange(program.n_columns), np.diff(program.starts))
    price: Floats = program.cost - np.bincount(
        column, program.values * duals[program.rows], minlength=program.n_columns
    )
    return price


def planned_modes(task: ModeTask) -> Indices:
    """Return a sequence of modes that is cheap at these prices and keeps the stock within its bounds.

    Returns:
        A mode per step, shape (n_steps,); least durations and pauses are kept.
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

    def modes(self) -> Indices:
        """Return the cheapest modes, forwards along the stock that they lead to."""
        n_steps, level = len(self._task.step_h), np.array([self._task.initial_mwh])
        mode, b, last = np.empty(n_steps, dtype=np.int64), -1, -1  # the mode, and the last step that it must last
        for t in range(n_steps):
            costs = self._costs(t, level, self._lasting[t + 1])[:, :, 0]
            by_mode = costs.reshape(self._n_modes, -1, costs.shape[1])
            lasting = by_mode.min(axis=1)
            if t > last:
                b, locked = self._next_mode(t, b, lasting)
                last = t + locked
            choice = int(np.argmin(by_mode[b, :, last - t])) + b * by_mode.shape[1]
            level = self._task.kept[t] * level + self._change_mwh[t, choice]
            mode[t] = b
        return mode

    def _next_mode(self, t: int, b: int, lasting: Floats) -> tuple[int, int]:
        """Return the mode of a step, and for how many more it must last; what lasts from before may end at once."""
        if b < 0:
            return int(np.argmin(lasting[:, 0])), 0
        entered = lasting[np.arange(self._n_modes), self._locked[t]] + self._start_cost
        entered[b] = lasting[b, 0]
        chosen = int(np.argmin(entered))
        return chosen, 0 if chosen == b else int(self._locked[t, chosen])


def _choices(task: ModeTask) -> tuple[Floats, Floats]:
    """Return powers and costs of both ends of each band and of what is wanted within it, shape (n_steps, 3·n_modes)."""
    device = task.device
    lowest, highest = mode_bounds_mw(device)
    least = np.maximum(lowest[None, :], np.maximum(device.consumption_min_mw, task.least_mw)[:, None])
    most = np.minimum(highest[None, :], np.minimum(device.consumption_max_mw, task.most_mw)[:, None])
    wanted = np.clip(task.wanted_mw[:, None], least, most)
    power_mw = np.stack([least, wanted, most], axis=2).reshape(len(task.step_h), -1)
    price = np.where(power_mw > 0, task.consumption_price[:, None], -task.production_price[:, None])
    cost = price * power_mw + task.distance_price * np.abs(power_mw - task.wanted_mw[:, None])
    impossible = 1e3 * task.excess_price
    return power_mw, np.where(np.repeat(least <= most, 3, axis=1), cost, impossible)


def _locked_steps(task: ModeTask) -> Indices:
    """Return for how many steps after each a mode that is entered in it must last, shape (n_steps, n_modes)."""
    start_h = np.cumsum(task.step_h) - task.step_h
    until_h = start_h[:, None] + least_durations_h(task.device) - _INSTANT_H
    ends = np.searchsorted(start_h, until_h.ravel(), side="left").reshape(until_h.shape)
    locked: Indices = np.clip(ends - np.arange(len(start_h))[:, None] - 1, 0, _MOST_LOCKED)
    return locked
