"""Scenarios: one first decision for several futures, each of which goes on in its own way.

Formulation: "Scenarios". The field behind it is ``scenarios``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from wattloom.scheduling.problem.build import Layout, Model, Rows, add_problem
from wattloom.scheduling.problem.capacity import DevicePower
from wattloom.scheduling.problem.model import Floats, Problem
from wattloom.scheduling.problem.modes import ModeColumns
from wattloom.scheduling.problem.program import ABSENT, Assembly, Bill, Booleans, Term
from wattloom.scheduling.problem.sign import add_signs, join_pairs


@dataclass(frozen=True, slots=True)
class ScenarioProblem:
    """Several problems s that begin alike, and what it is worth to fare well in the worst of them.

    Attributes:
        scenarios: Problems of equal structure that differ in numbers only, from the most favourable to the least.
        probabilities: ϱ_s > 0, shape (n_scenarios,); they add up to 1.
        n_shared: In so many steps devices do the same in all scenarios.
        risk_weight: λ in [0, 1), share of the risk in the objective; the rest is the expected cost.
        risk_level: α in [0, 1); the risk is the mean cost of the worst 1 − α of all cases.
    """

    scenarios: tuple[Problem, ...]
    probabilities: Floats
    n_shared: int = 1
    risk_weight: float = 0.0
    risk_level: float = 0.9

    def __post_init__(self) -> None:
        """Check what everything below relies on."""
        assert len(self.scenarios) == len(self.probabilities) > 0
        assert (self.probabilities > 0).all()
        assert np.isclose(self.probabilities.sum(), 1.0)
        assert 0 <= self.risk_weight < 1
        assert 0 <= self.risk_level < 1
        parts = ((each.devices, each.stocks, each.networks, each.groups) for each in self.scenarios)
        assert len({tuple(len(part) for part in each) for each in parts}) == 1
        assert len({each.n_steps for each in self.scenarios}) == 1

    @property
    def middle(self) -> int:
        """Index of the median scenario: at least half of the probability lies up to it."""
        return int(np.searchsorted(np.cumsum(self.probabilities).round(9), 0.5))

    @property
    def together(self) -> Problem:
        """All devices and stocks of all scenarios side by side: what the columns of the whole program mean."""
        n_stocks = len(self.scenarios[0].stocks)
        devices = tuple(
            replace(device, stock=None if device.stock is None else s * n_stocks + device.stock)
            for s, scenario in enumerate(self.scenarios)
            for device in scenario.devices
        )
        stocks = tuple(stock for scenario in self.scenarios for stock in scenario.stocks)
        return Problem(self.scenarios[0].n_steps, self.scenarios[0].step_h, devices, stocks, networks=())

    def worst_shares(self, costs: Floats) -> Floats:
        """Return how much of the worst 1 − α of all cases each scenario makes up, shape (n_scenarios,).

        Args:
            costs: c_s, shape (n_scenarios,).
        """
        worst_first = np.argsort(-costs, kind="stable")
        weight = self.probabilities[worst_first]
        before = np.cumsum(weight) - weight
        shares = np.empty_like(weight)
        shares[worst_first] = np.clip(1 - self.risk_level - before, 0.0, weight) / (1 - self.risk_level)
        return shares

    def weights(self, costs: Floats) -> Floats:
        """Return what the cost of each scenario counts, so that (1 − λ) Σ ϱ_s c_s + λ CVaR_α is their sum.

        No other weights that any costs have make this sum larger.
        """
        return _expectation(self) + self.risk_weight * self.worst_shares(costs)


def _expectation(problem: ScenarioProblem) -> Floats:
    expectation: Floats = (1 - problem.risk_weight) * problem.probabilities
    return expectation


def weights_of(quantiles: Sequence[float]) -> Floats:
    """Return the probability of each quantile, in rising order: the share of all cases that it is nearest to.

    For 0.1, 0.5 and 0.9 these are 0.3, 0.4 and 0.3, Swanson's rule, which keeps the mean of most distributions.
    """
    ordered = np.array(quantiles)
    return np.diff(np.concatenate([[0.0], (ordered[1:] + ordered[:-1]) / 2, [1.0]]))


def build_scenarios(
    problem: ScenarioProblem,
    weights: Floats | None,
    chosen: Booleans | None = None,
    *,
    whole_modes: bool = False,
) -> Model:
    """Build the linear program of all scenarios: block-diagonal but for what they share.

    Args:
        problem: The scenarios; device bounds finite.
        weights: What the cost of each scenario counts, shape (n_scenarios,); None to find out which are the worst.
        chosen: Which of the pairs that exclude each other get a binary, shape (n_pairs,); none by default.
        whole_modes: Whether a device is in one operation mode at a time; else it may be in several by parts.

    Returns:
        The program, laid out as that of ``problem.together``: device d of scenario s is device s · n_devices + d,
        and so on. Columns of binaries of pairs come last.
    """
    assembly = Assembly()
    parts, bills = [], []
    for scenario in problem.scenarios:
        parts.append(add_problem(assembly, scenario, whole_modes=whole_modes))
        bills.append(assembly.take_costs())
    _add_shared_steps(assembly, problem, parts)
    for bill, weight in zip(bills, _expectation(problem) if weights is None else weights, strict=True):
        assembly.add_cost(bill.columns, weight * bill.per_unit)
        assembly.add_offset(weight * bill.offset)
    if weights is None:
        _add_risk(assembly, problem, bills)
    whole = _side_by_side(parts)
    if chosen is not None:
        add_signs(assembly, whole.pairs, chosen)
    return whole.within(assembly.finish())


def part_of(model: Model, problem: ScenarioProblem, scenario: int) -> Model:
    """Return one scenario alone in the program of all; its pairs are still those of all."""
    example = problem.scenarios[0]
    devices, stocks, networks, groups = (
        slice(scenario * len(each), (scenario + 1) * len(each))
        for each in (example.devices, example.stocks, example.networks, example.groups)
    )
    own_modes = (columns for columns in model.modes if devices.start <= columns.device < devices.stop)
    return replace(
        model,
        power=DevicePower(model.power.u[devices], model.power.w[devices]),
        stock=model.stock[stocks],
        flows=model.flows[networks],
        modes=tuple(_moved(columns, -devices.start) for columns in own_modes),
        rows=Rows(model.rows.balance[networks], model.rows.stock[stocks], model.rows.group[groups]),
    )


def _side_by_side(parts: Sequence[Layout]) -> Layout:
    n_devices = len(parts[0].power.u)
    return Layout(
        power=DevicePower(
            np.concatenate([part.power.u for part in parts]), np.concatenate([part.power.w for part in parts])
        ),
        stock=np.concatenate([part.stock for part in parts]),
        flows=tuple(flow for part in parts for flow in part.flows),
        modes=tuple(_moved(columns, s * n_devices) for s, part in enumerate(parts) for columns in part.modes),
        rows=Rows(
            np.concatenate([part.rows.balance for part in parts]),
            np.concatenate([part.rows.stock for part in parts]),
            np.concatenate([part.rows.group for part in parts]),
        ),
        pairs=join_pairs([part.pairs for part in parts]),
    )


def _moved(columns: ModeColumns, by: int) -> ModeColumns:
    return replace(columns, device=columns.device + by)


def shared_steps(problem: ScenarioProblem) -> Booleans:
    """Return where a device does the same in all scenarios, shape (n_devices, n_steps).

    In the first ``n_shared`` steps, unless its bounds differ there: what a solar plant gives
    follows the sun, whatever it is told.
    """
    first = problem.scenarios[0]
    shared = np.zeros((len(first.devices), first.n_steps), dtype=np.bool_)
    shared[:, : problem.n_shared] = True
    for other in problem.scenarios[1:]:
        for d, (one, same) in enumerate(zip(first.devices, other.devices, strict=True)):
            shared[d] &= one.consumption_min_mw == same.consumption_min_mw
            shared[d] &= one.consumption_max_mw == same.consumption_max_mw
    return shared


def _add_shared_steps(assembly: Assembly, problem: ScenarioProblem, parts: Sequence[Layout]) -> None:
    """Add u_s = u_0 and w_s = w_0: two rows per shared step, device and further scenario.

    Equal net consumption would do, but directions that are equal one by one are rounded alike.
    """
    shared = shared_steps(problem)
    for part in parts[1:]:
        for first, other in ((parts[0].power.u, part.power.u), (parts[0].power.w, part.power.w)):
            where = shared & ((first != ABSENT) | (other != ABSENT))
            nothing = np.zeros(int(where.sum()))
            assembly.add_rows([Term(other[where], 1.0), Term(first[where], -1.0)], nothing, nothing)


def _add_risk(assembly: Assembly, problem: ScenarioProblem, bills: Sequence[Bill]) -> None:
    """Add λ (ζ + Σ ϱ_s y_s / (1 − α)) with y_s ≥ c_s − ζ, y_s ≥ 0: 1 + S columns, S rows as long as the bills.

    Its least value over ζ is λ CVaR_α (Rockafellar and Uryasev, 2000).
    """
    zeta = assembly.add_columns(np.full(1, -np.inf), np.full(1, np.inf))
    y = assembly.add_columns(np.zeros(len(bills)), np.full(len(bills), np.inf))
    assembly.add_cost(zeta, np.full(1, problem.risk_weight))
    assembly.add_cost(y, problem.risk_weight / (1 - problem.risk_level) * problem.probabilities)
    unlimited, dearest = np.full(1, -np.inf), len(bills) - 1
    for s, bill in enumerate(bills):
        terms = [Term(bill.columns[:, None], bill.per_unit[:, None]), Term(zeta, -1.0), Term(y[s : s + 1], -1.0)]
        balancing = zeta if s == dearest else None
        assembly.add_rows(terms, unlimited, np.full(1, -bill.offset), balancing=balancing)
