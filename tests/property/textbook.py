"""The scheduling problem once more, as in the textbook: dense, slow, with a binary for every sign.

Written from docs/formulation.md alone and solved by another library's
interface, so that a mistake would have to be made twice.
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp

from wattloom.scheduling.problem import Commitment, DeviceFlow, Floats, Grouping, NetFlow, Problem, StockLevel

_FLOW_MAX, _STOCK_MAX = 8.0, 80.0
"""More than any flow and any stock of the problems it is used for; little, as the solver lets a binary
be wrong by one millionth of it."""

Linear = dict[int, float]
"""Coefficients by variable; the constant has the key −1."""


@dataclass
class _Textbook:
    costs: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    binary: list[bool] = field(default_factory=list)
    rows: list[tuple[Linear, float, float]] = field(default_factory=list)

    def variable(self, lower: float, upper: float, cost: float = 0.0, *, binary: bool = False) -> int:
        self.costs.append(cost)
        self.lower.append(lower)
        self.upper.append(upper)
        self.binary.append(binary)
        return len(self.costs) - 1

    def expect(self, expression: Linear, lower: float, upper: float) -> None:
        constant = expression.get(-1, 0.0)
        self.rows.append(({v: c for v, c in expression.items() if v >= 0}, lower - constant, upper - constant))

    def exclude(self, plus: int, minus: int, most: float) -> None:
        sign = self.variable(0, 1, binary=True)
        self.expect({plus: 1.0, sign: -most}, -np.inf, 0.0)
        self.expect({minus: 1.0, sign: most}, -np.inf, most)

    def solve(self) -> float | None:
        """Solve with binaries, then once more with these fixed at whole numbers."""
        found = self._solved(np.array(self.lower), np.array(self.upper), self.binary)
        if found is None:
            return None
        whole = np.where(self.binary, np.round(found.x), np.nan)
        exact = self._solved(np.fmax(self.lower, whole), np.fmin(self.upper, whole), [False] * len(self.costs))
        return None if exact is None else float(exact.fun)

    def _solved(self, lower: Floats, upper: Floats, binary: list[bool]) -> OptimizeResult | None:
        matrix = np.zeros((len(self.rows), len(self.costs)))
        for r, (expression, _, _) in enumerate(self.rows):
            for v, coefficient in expression.items():
                matrix[r, v] = coefficient
        found = milp(
            np.array(self.costs),
            integrality=np.array(binary, dtype=int),
            bounds=Bounds(lower, upper),
            constraints=LinearConstraint(matrix, [row[1] for row in self.rows], [row[2] for row in self.rows]),
            # Presolve of the HiGHS inside SciPy 1.17 calls a few of these problems infeasible that are not.
            options={"mip_rel_gap": 0.0, "presolve": False},
        )
        return found if found.status == 0 else None


def lowest_cost(problem: Problem) -> float | None:
    """Return the cost of the best schedule, None when there is no schedule."""
    book, steps = _Textbook(), range(problem.n_steps)
    flows = [[_device_flow(book, problem, d, t) for t in steps] for d in range(len(problem.devices))]
    levels = [_stock_levels(book, problem, k, flows) for k in range(len(problem.stocks))]
    for m, network in enumerate(problem.networks):
        energy = Commitment(
            "energy",
            NetFlow(m),
            np.zeros(problem.n_steps),
            network.consumption_price_per_mwh * problem.step_h,
            network.production_price_per_mwh * problem.step_h,
        )
        net = [_net_flow(problem, m, flows, t) for t in steps]
        for t in steps:
            book.expect(net[t], -network.export_max_mw[t], network.import_max_mw[t])
        _commit(book, energy, net)
    for commitment in problem.commitments:
        match commitment.quantity:
            case NetFlow(m):
                _commit(book, commitment, [_net_flow(problem, m, flows, t) for t in steps])
            case DeviceFlow(d):
                _commit(book, commitment, [{u: 1.0, w: -1.0} for u, w in flows[d]])
            case StockLevel(k):
                _commit(book, commitment, [{s: 1.0} for s in levels[k]])
    return book.solve()


def _device_flow(book: _Textbook, problem: Problem, d: int, t: int) -> tuple[int, int]:
    device = problem.devices[d]
    u, w = book.variable(0, _FLOW_MAX), book.variable(0, _FLOW_MAX)
    book.expect({u: 1.0, w: -1.0}, device.consumption_min_mw[t], device.consumption_max_mw[t])
    book.exclude(u, w, _FLOW_MAX)
    return u, w


def _stock_levels(book: _Textbook, problem: Problem, k: int, flows: list[list[tuple[int, int]]]) -> list[int]:
    stock, levels = problem.stocks[k], []
    for t in range(problem.n_steps):
        kept = float(stock.retention[t])
        share = kept if kept in (0.0, 1.0) else (kept - 1) / np.log(kept)
        level = book.variable(stock.min_mwh[t], stock.max_mwh[t])
        row: Linear = {level: -1.0, -1: share * float(problem.step_h[t]) * float(stock.inflow_mw[t])}
        if t == 0:
            row[-1] += kept * stock.initial_mwh
        else:
            row[levels[-1]] = kept
        for d, device in enumerate(problem.devices):
            if device.stock == k:
                u, w = flows[d][t]
                row[u] = share * float(problem.step_h[t]) * float(device.charging_efficiency[t])
                row[w] = -share * float(problem.step_h[t]) / float(device.discharging_efficiency[t])
        book.expect(row, 0.0, 0.0)
        levels.append(level)
    return levels


def _net_flow(problem: Problem, m: int, flows: list[list[tuple[int, int]]], t: int) -> Linear:
    net: Linear = {-1: float(problem.networks[m].inflexible_consumption_mw[t])}
    for d in problem.networks[m].devices:
        u, w = flows[d][t]
        net |= {u: 1.0, w: -1.0}
    return net


def _commit(book: _Textbook, commitment: Commitment, quantity: list[Linear]) -> None:
    q, up, down = commitment.baseline, commitment.up_price, commitment.down_price
    if commitment.grouping is Grouping.EACH:
        for t in range(len(quantity)):
            if np.isfinite(q[t]):
                most = _STOCK_MAX if isinstance(commitment.quantity, StockLevel) else _FLOW_MAX
                above, below = book.variable(0, most, up[t]), book.variable(0, most, -down[t])
                book.expect(quantity[t] | {above: -1.0, below: 1.0}, q[t], q[t])
                book.exclude(above, below, most)
        return
    previous: tuple[float, float, float] | None = None
    for t in range(len(quantity)):
        now = (q[t], up[t], down[t])
        if not np.isfinite(q[t]):
            previous = None
            continue
        if now != previous:
            above, below = book.variable(0, np.inf, up[t]), book.variable(0, np.inf, -down[t])
        previous = now
        book.expect(quantity[t] | {above: -1.0}, -np.inf, q[t])
        book.expect(quantity[t] | {below: 1.0}, q[t], np.inf)
