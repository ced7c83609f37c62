"""Scenarios: one first decision for several futures, each of which goes on in its own way.

Formulation: "Scenarios". The field behind it is ``scenarios``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wattloom.scheduling.problem.build import Layout, add_problem
from wattloom.scheduling.problem.model import Floats, Problem
from wattloom.scheduling.problem.modes import ModeColumns
from wattloom.scheduling.problem.program import ABSENT, Assembly, Bill, Booleans, LinearProgram, Term
from wattloom.scheduling.problem.sign import SignedPairs, add_signs, join_pairs


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
        assert len({(problem.n_steps, len(problem.devices), len(problem.stocks)) for problem in self.scenarios}) == 1

    @property
    def middle(self) -> int:
        """Index of the median scenario: at least half of the probability lies up to it."""
        return int(np.searchsorted(np.cumsum(self.probabilities).round(9), 0.5))

    def expected_cost(self, costs: Floats) -> float:
        """Return Σ ϱ_s c_s."""
        return float(self.probabilities @ costs)

    def risk(self, costs: Floats) -> float:
        """Return CVaR_α, the mean of the worst 1 − α of all cases, for costs of shape (n_scenarios,)."""
        worst_first = np.argsort(-costs, kind="stable")
        weight = self.probabilities[worst_first]
        before = np.cumsum(weight) - weight
        tail = 1 - self.risk_level
        return float(np.clip(tail - before, 0.0, weight) @ costs[worst_first]) / tail

    def objective(self, costs: Floats) -> float:
        """Return (1 − λ) Σ ϱ_s c_s + λ CVaR_α."""
        return (1 - self.risk_weight) * self.expected_cost(costs) + self.risk_weight * self.risk(costs)


@dataclass(frozen=True, slots=True)
class ScenarioModel:
    """One linear program of all scenarios.

    Attributes:
        program: Columns and rows.
        parts: Where each scenario stands in it.
        modes: Columns of the devices with operation modes, of all scenarios.
        pairs: Columns that exclude each other, of all scenarios.
    """

    program: LinearProgram
    parts: tuple[Layout, ...]
    modes: tuple[ModeColumns, ...]
    pairs: SignedPairs


def weights_of(quantiles: Sequence[float]) -> Floats:
    """Return the probability of each quantile, in rising order: the share of all cases that it is nearest to.

    For 0.1, 0.5 and 0.9 these are 0.3, 0.4 and 0.3, Swanson's rule, which keeps the mean of most distributions.
    """
    ordered = np.array(quantiles)
    return np.diff(np.concatenate([[0.0], (ordered[1:] + ordered[:-1]) / 2, [1.0]]))


def build_scenarios(
    problem: ScenarioProblem, chosen: Booleans | None = None, *, whole_modes: bool = False
) -> ScenarioModel:
    """Build the linear program of all scenarios: block-diagonal but for what they share.

    Args:
        problem: The scenarios; device bounds finite.
        chosen: Which of the pairs that exclude each other get a binary, shape (n_pairs,); none by default.
        whole_modes: Whether a device is in one operation mode at a time; else it may be in several by parts.

    Returns:
        The program with its layout; columns of binaries of pairs come last.
    """
    assembly = Assembly()
    parts, bills = [], []
    for scenario in problem.scenarios:
        parts.append(add_problem(assembly, scenario, whole_modes=whole_modes))
        bills.append(assembly.take_costs())
    _add_shared_steps(assembly, problem, parts)
    for bill, probability in zip(bills, problem.probabilities, strict=True):
        weight = (1 - problem.risk_weight) * probability
        assembly.add_cost(bill.columns, weight * bill.per_unit)
        assembly.add_offset(weight * bill.offset)
    if problem.risk_weight:
        _add_risk(assembly, problem, bills)
    pairs = join_pairs([part.pairs for part in parts])
    if chosen is not None:
        add_signs(assembly, pairs, chosen)
    modes = tuple(columns for part in parts for columns in part.modes)
    return ScenarioModel(assembly.finish(), tuple(parts), modes, pairs)


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
    unlimited = np.full(1, -np.inf)
    for bill, excess in zip(bills, y, strict=True):
        cost = Term(bill.columns[:, None], bill.per_unit[:, None])
        assembly.add_rows([cost, Term(zeta, -1.0), Term(excess[None], -1.0)], unlimited, np.full(1, -bill.offset))
