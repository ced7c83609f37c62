"""The scheduling problem once more, as in the textbook: dense, slow, with a binary for every sign.

Written from docs/formulation.md alone, in another structure and for another
solver, so that a mistake would have to be made twice: the powers u and w of
all devices in all steps are the only quantities, stocks are running sums of
them, costs are variables above lines, and nothing is scaled.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from math import inf, isfinite, log

import numpy as np
from pyscipopt import Model, quicksum
from pyscipopt.scip import ExprCons, Variable

from wattloom.scheduling.problem import (
    Commitment,
    Device,
    DeviceFlow,
    Floats,
    GroupFlow,
    Grouping,
    NetFlow,
    OperationMode,
    Problem,
    Quantity,
    Stock,
    StockLevel,
)

_RECOVERY_FACTOR = 1e4
_TOLERANCES = {"numerics/feastol": 1e-9, "numerics/dualfeastol": 1e-9, "limits/gap": 0.0}

Terms = list[tuple[float, Variable]]


def lowest_cost(problem: Problem) -> float | None:
    """Return the cost of the best schedule, None when there is no schedule."""
    found = _Textbook(_with_recovery(problem, whole_window=False)).solve()
    if found is None and any(_starts_outside(stock) for stock in problem.stocks):
        found = _Textbook(_with_recovery(problem, whole_window=True)).solve()
    return found


def without_bounds_of_range(problem: Problem) -> Problem:
    """Return the problem without the bounds that give way when a stock starts outside its range, and all in it."""
    stocks = _with_recovery(problem, whole_window=True).stocks
    return replace(problem, stocks=tuple(replace(stock, floor_mwh=-inf, ceiling_mwh=inf) for stock in stocks))


@dataclass(frozen=True)
class _Powers:
    """Rows over all u, then all w, then a constant 1: quantities as matrices of shape (n_steps, 2·D·T + 1)."""

    problem: Problem

    def nothing(self) -> Floats:
        n_steps = self.problem.n_steps
        return np.zeros((n_steps, 2 * len(self.problem.devices) * n_steps + 1))

    def consumed(self, d: int) -> Floats:
        return self._columns(d)

    def produced(self, d: int) -> Floats:
        return self._columns(len(self.problem.devices) + d)

    def _columns(self, block: int) -> Floats:
        rows, n_steps = self.nothing(), self.problem.n_steps
        rows[:, block * n_steps : (block + 1) * n_steps] = np.eye(n_steps)
        return rows

    def net(self, d: int) -> Floats:
        return self.consumed(d) - self.produced(d)

    def total(self, devices: tuple[int, ...], fixed: Floats) -> Floats:
        rows = sum((self.net(d) for d in devices), self.nothing())
        rows[:, -1] += fixed
        return rows

    def level(self, k: int) -> Floats:
        """Return the stock at step ends: what is left of the start and of everything that flowed since."""
        stock = self.problem.stocks[k]
        flow = self.nothing()
        flow[:, -1] = stock.inflow_mw
        for d, device in enumerate(self.problem.devices):
            if device.stock == k:
                flow += device.charging_efficiency[:, None] * self.consumed(d)
                flow -= self.produced(d) / device.discharging_efficiency[:, None]
        flow *= np.array([_share_of_inflow(kept) for kept in stock.retention])[:, None]
        flow *= self.problem.step_h[:, None]
        rows = self.nothing()
        for t in range(self.problem.n_steps):
            for s in range(t + 1):
                rows[t] += np.prod(stock.retention[s + 1 : t + 1]) * flow[s]
            rows[t, -1] += np.prod(stock.retention[: t + 1]) * stock.initial_mwh
        return rows

    def of(self, quantity: Quantity) -> Floats:
        match quantity:
            case NetFlow(m):
                network = self.problem.networks[m]
                return self.total(network.devices, network.inflexible_consumption_mw)
            case GroupFlow(g):
                group = self.problem.groups[g]
                return self.total(group.devices, group.inflexible_consumption_mw)
            case DeviceFlow(d):
                return self.net(d)
            case StockLevel(k):
                return self.level(k)


def _share_of_inflow(kept: float) -> float:
    return kept if kept in {0.0, 1.0} else (kept - 1) / log(kept)


class _Textbook:
    def __init__(self, problem: Problem) -> None:
        self.problem, self.powers = problem, _Powers(problem)
        self.model = Model()
        self.model.hideOutput()
        self.model.setParams(_TOLERANCES)
        self.binaries: list[Variable] = []
        consumed = [self._variable(0, max(most, 0)) for each in problem.devices for most in each.consumption_max_mw]
        produced = [self._variable(0, max(-most, 0)) for each in problem.devices for most in each.consumption_min_mw]
        self.variables = [*consumed, *produced, self._variable(1, 1)]
        for u, w in zip(consumed, produced, strict=True):
            self._exclude(u, w)
        for d, device in enumerate(problem.devices):
            self._add_device(d, device)
        for m, network in enumerate(problem.networks):
            self._bound(self.powers.of(NetFlow(m)), -network.export_max_mw, network.import_max_mw)
        for g, group in enumerate(problem.groups):
            self._bound(self.powers.of(GroupFlow(g)), -group.capacity_mw, group.capacity_mw)
        for k, stock in enumerate(problem.stocks):
            self._bound(self.powers.of(StockLevel(k)), stock.min_mwh, stock.max_mwh)
        for coupling in problem.couplings:
            self._couple(coupling.devices, coupling.coefficients)
        for commitment in [*self._energy(), *problem.commitments]:
            self._commit(commitment)

    def solve(self) -> float | None:
        """Solve with binaries, then once more with these fixed at whole numbers."""
        if not self._is_solved():
            return None
        whole = [round(self.model.getVal(z)) for z in self.binaries]
        self.model.freeTransform()
        for z, value in zip(self.binaries, whole, strict=True):
            self.model.chgVarLb(z, value)
            self.model.chgVarUb(z, value)
        assert self._is_solved()
        return float(self.model.getObjVal())

    def _is_solved(self) -> bool:
        self.model.optimize()
        status = self.model.getStatus()
        assert status in {"optimal", "infeasible"}, status
        return status == "optimal"

    def _variable(self, lower: float | None, upper: float | None, cost: float = 0.0) -> Variable:
        return self.model.addVar(lb=lower, ub=upper, obj=cost)

    def _binary(self, cost: float = 0.0) -> Variable:
        self.binaries.append(self.model.addVar(vtype="B", obj=cost))
        return self.binaries[-1]

    def _expect(self, terms: Terms, lower: float, upper: float) -> None:
        limits = {"lhs": lower} if isfinite(lower) else {}
        limits |= {"rhs": upper} if isfinite(upper) else {}
        if limits:
            self.model.addCons(ExprCons(quicksum(factor * variable for factor, variable in terms), **limits))

    def _terms(self, row: Floats) -> Terms:
        """Return the constant, which is always there, and what is not zero."""
        places = [*np.flatnonzero(row[:-1]), len(row) - 1]
        return [(float(row[i]), self.variables[i]) for i in places]

    def _bound(self, rows: Floats, lower: Floats, upper: Floats) -> None:
        for t in range(len(rows)):
            self._expect(self._terms(rows[t]), float(lower[t]), float(upper[t]))

    def _exclude(self, u: Variable, w: Variable) -> None:
        u_max, w_max = u.getUbOriginal(), w.getUbOriginal()
        if u_max > 0 and w_max > 0:
            z = self._binary()
            self._expect([(1.0, u), (-u_max, z)], -inf, 0.0)
            self._expect([(1.0, w), (w_max, z)], -inf, w_max)

    def _add_device(self, d: int, device: Device) -> None:
        rows = self.powers.net(d)
        self._bound(rows, device.consumption_min_mw, device.consumption_max_mw)
        if device.ramp is not None:
            steps, ramp = self.problem.step_h, device.ramp
            before = rows[:1] * 0.0
            before[0, -1] = 0.0 if ramp.initial_mw is None else ramp.initial_mw
            hours = np.array([steps[0], *((a + b) / 2 for a, b in pairwise(steps))])
            first = 1 if ramp.initial_mw is None else 0
            change = (rows - np.vstack([before, rows[:-1]]))[first:]
            self._bound(change, -ramp.down_mw_per_h * hours[first:], ramp.up_mw_per_h * hours[first:])
        if device.modes:
            self._add_modes(rows, device.modes)

    def _add_modes(self, rows: Floats, modes: tuple[OperationMode, ...]) -> None:
        steps = range(self.problem.n_steps)
        is_in = [[self._binary() for _ in steps] for _ in modes]
        for t in steps:
            self._expect([(1.0, y[t]) for y in is_in], 1.0, 1.0)
            power = self._terms(rows[t])
            above = [(-mode.lowest_mw, y[t]) for mode, y in zip(modes, is_in, strict=True)]
            below = [(-mode.highest_mw, y[t]) for mode, y in zip(modes, is_in, strict=True)]
            self._expect([*power, *above], 0.0, inf)
            self._expect([*power, *below], -inf, 0.0)
        for mode, y in zip(modes, is_in, strict=True):
            self._add_durations(mode, y)

    def _add_durations(self, mode: OperationMode, y: list[Variable]) -> None:
        """Whoever enters at t is in it at every step that begins within the least duration; likewise for leaving."""
        start_h = np.cumsum(self.problem.step_h) - self.problem.step_h
        for t in range(1, len(y)):
            if mode.start_cost:
                start = self._variable(0, None, mode.start_cost)
                self._expect([(1.0, start), (-1.0, y[t]), (1.0, y[t - 1])], 0.0, inf)
            for later in range(t + 1, len(y)):
                waited_h = start_h[later] - start_h[t]
                if waited_h < mode.min_up_h - 1e-9:
                    self._expect([(1.0, y[later]), (-1.0, y[t]), (1.0, y[t - 1])], 0.0, inf)
                if waited_h < mode.min_down_h - 1e-9:
                    self._expect([(1.0, y[later]), (1.0, y[t - 1]), (-1.0, y[t])], -inf, 1.0)

    def _couple(self, devices: tuple[int, ...], coefficients: tuple[float, ...]) -> None:
        for t in range(self.problem.n_steps):
            activity = self._variable(None, None)
            for d, coefficient in zip(devices, coefficients, strict=True):
                self._expect([*self._terms(self.powers.net(d)[t]), (-coefficient, activity)], 0.0, 0.0)

    def _energy(self) -> list[Commitment]:
        hours, nothing = self.problem.step_h, np.zeros(self.problem.n_steps)
        return [
            Commitment(
                "energy",
                NetFlow(m),
                nothing,
                hours * np.nan_to_num(network.consumption_price_per_mwh),
                hours * np.nan_to_num(network.production_price_per_mwh),
            )
            for m, network in enumerate(self.problem.networks)
            if not network.is_node
        ]

    def _commit(self, commitment: Commitment) -> None:
        q, rows = commitment.baseline, self.powers.of(commitment.quantity)
        up, down = np.nan_to_num(commitment.up_price), np.nan_to_num(commitment.down_price)
        excess: Floats = rows.copy()
        excess[:, -1] -= np.where(np.isfinite(q), q, 0.0)
        steps = [t for t in range(len(q)) if isfinite(q[t])]
        if commitment.grouping is Grouping.EACH:
            for t in steps:
                self._price(excess[t], float(up[t]), float(down[t]))
            return
        largest: tuple[Variable, Variable] | None = None
        for t in steps:
            goes_on = t - 1 in steps and (q[t - 1], up[t - 1], down[t - 1]) == (q[t], up[t], down[t])
            if not goes_on or largest is None:
                largest = self._variable(0, None, float(up[t])), self._variable(0, None, -float(down[t]))
            self._expect([*self._terms(excess[t]), (-1.0, largest[0])], -inf, 0.0)
            self._expect([*self._terms(excess[t]), (1.0, largest[1])], 0.0, inf)

    def _price(self, excess: Floats, up: float, down: float) -> None:
        """Charge the higher of two lines; or the lower one, which takes a binary."""
        cost = self._variable(None, None, 1.0)
        slack: Terms = [(0.0, cost), (0.0, cost)]
        if up < down:
            z, furthest = self._binary(), (down - up) * self._furthest(excess)
            slack = [(furthest, z), (-furthest, z)]
        self._expect([(1.0, cost), *_scaled(self._terms(excess), -up), slack[0]], 0.0, inf)
        self._expect([(1.0, cost), *_scaled(self._terms(excess), -down), slack[1]], -slack[0][0], inf)

    def _furthest(self, row: Floats) -> float:
        """Return a bound on the size of a row."""
        upper = np.array([variable.getUbOriginal() for variable in self.variables])
        return float(np.abs(row) @ upper)


def _scaled(terms: Terms, factor: float) -> Terms:
    return [(factor * each, variable) for each, variable in terms]


def _starts_outside(stock: Stock) -> bool:
    return stock.initial_mwh < stock.floor_mwh or stock.initial_mwh > stock.ceiling_mwh


def _with_recovery(problem: Problem, *, whole_window: bool) -> Problem:
    """Let stocks that start outside their range return to it as fast as their devices can, or in the whole window."""
    prices = [p for each in problem.networks for p in (each.consumption_price_per_mwh, each.production_price_per_mwh)]
    price = _RECOVERY_FACTOR * (float(np.max(np.abs(np.nan_to_num(prices)), initial=0.0)) or 1.0)
    for k, stock in enumerate(problem.stocks):
        if _starts_outside(stock):
            is_low = stock.initial_mwh < stock.floor_mwh
            bound = stock.floor_mwh if is_low else stock.ceiling_mwh
            steps = np.zeros(problem.n_steps, dtype=np.bool_)
            steps[: problem.n_steps if whole_window else _n_steps_outside(problem, k, is_low=is_low)] = True
            steps &= stock.min_mwh <= bound if is_low else stock.max_mwh >= bound
            problem = _with_soft_bound(problem, k, np.where(steps, bound, np.nan), price, is_low=is_low)
    return problem


def _with_soft_bound(problem: Problem, k: int, bound: Floats, price: float, *, is_low: bool) -> Problem:
    stock, free, nothing = problem.stocks[k], np.isfinite(bound), np.zeros(problem.n_steps)
    if is_low:
        stock = replace(stock, min_mwh=np.where(free, -inf, stock.min_mwh))
        recovery = Commitment("recovery", StockLevel(k), bound, nothing, nothing - price)
    else:
        stock = replace(stock, max_mwh=np.where(free, inf, stock.max_mwh))
        recovery = Commitment("recovery", StockLevel(k), bound, nothing + price, nothing)
    stocks = [*problem.stocks]
    stocks[k] = stock
    return replace(problem, stocks=tuple(stocks), commitments=(*problem.commitments, recovery))


def _n_steps_outside(problem: Problem, k: int, *, is_low: bool) -> int:
    """Return after how many steps a stock can be back in its range if its devices do all they can."""
    stock = problem.stocks[k]
    feeders = [device for device in problem.devices if device.stock == k]
    level = stock.initial_mwh
    for t in range(problem.n_steps):
        inflow = float(stock.inflow_mw[t])
        for device in feeders:
            power = float((device.consumption_max_mw if is_low else device.consumption_min_mw)[t])
            into = power * device.charging_efficiency[t] if power > 0 else power / device.discharging_efficiency[t]
            inflow += into
        kept = float(stock.retention[t])
        level = kept * level + _share_of_inflow(kept) * problem.step_h[t] * inflow
        if (level >= stock.floor_mwh) if is_low else (level <= stock.ceiling_mwh):
            return t
    return problem.n_steps
