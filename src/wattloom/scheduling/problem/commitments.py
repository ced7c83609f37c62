"""Commitments: what departing from a baseline costs, per step or per run of steps.

Formulation: "Commitments". All commitments on one quantity that are charged
per step are merged by baseline into kinks of one piecewise-linear cost; those
charged per run get one deviation per run and side.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from wattloom.scheduling.problem.capacity import DevicePower
from wattloom.scheduling.problem.expression import Expression
from wattloom.scheduling.problem.model import Commitment, Floats, Problem
from wattloom.scheduling.problem.program import Assembly, Booleans, Indices, Term
from wattloom.scheduling.problem.sign import SignedPairs, pairs_with_hull


@dataclass(frozen=True, slots=True)
class Kink:
    """A cost per step with slope π⁻ below the baseline and π⁺ above it.

    Attributes:
        baseline: q, shape (n_steps,); 0 where inactive.
        up_price: π⁺, shape (n_steps,); 0 where inactive.
        down_price: π⁻, shape (n_steps,); 0 where inactive.
    """

    baseline: Floats
    up_price: Floats
    down_price: Floats

    def bends_between(self, lowest: Floats, highest: Floats) -> Booleans:
        """Return per step whether both sides of the baseline lie in a range, at different prices."""
        bends: Booleans = (lowest < self.baseline) & (self.baseline < highest) & (self.up_price != self.down_price)
        return bends

    def straightened(self, lowest: Floats, highest: Floats) -> "Kink":
        """Return the same cost with equal slopes wherever it does not bend within a range."""
        slope = np.where(lowest >= self.baseline, self.up_price, self.down_price)
        bends = self.bends_between(lowest, highest)
        return Kink(self.baseline, np.where(bends, self.up_price, slope), np.where(bends, self.down_price, slope))


@dataclass(frozen=True, slots=True)
class _Excess:
    """Deviations to one side of a baseline.

    Attributes:
        side: +1 above the baseline, −1 below it.
        steps: Steps that have a row, shape (n_rows,).
        run: Deviation that each row belongs to, shape (n_rows,).
        price: Cost per unit of each deviation, shape (n_runs,).
    """

    side: float
    steps: Indices
    run: Indices
    price: Floats


def is_active(commitment: Commitment) -> Booleans:
    """Return per step whether the commitment has a baseline and a price."""
    priced: Booleans = (np.abs(commitment.up_price) > 0) | (np.abs(commitment.down_price) > 0)  # NaN is no price
    return priced & np.isfinite(commitment.baseline)


def kink_of(commitment: Commitment) -> Kink:
    """Return the cost of a commitment, with zeros where it is inactive."""
    active = is_active(commitment)
    return Kink(
        np.where(active, commitment.baseline, 0.0) + 0.0,
        np.where(active & ~np.isnan(commitment.up_price), commitment.up_price, 0.0),
        np.where(active & ~np.isnan(commitment.down_price), commitment.down_price, 0.0),
    )


def merged_kinks(commitments: Iterable[Commitment]) -> list[Kink]:
    """Add up commitments on one quantity that are charged per step and share a baseline."""
    merged: dict[bytes, Kink] = {}
    for commitment in commitments:
        kink = kink_of(commitment)
        key = kink.baseline.tobytes()
        same = merged.get(key)
        if same is not None:
            kink = Kink(kink.baseline, kink.up_price + same.up_price, kink.down_price + same.down_price)
        merged[key] = kink
    return list(merged.values())


def add_kink(assembly: Assembly, expression: Expression, kink: Kink) -> list[SignedPairs]:
    """Price X_t on both sides of a baseline.

    Where the cost is straight it lies on the columns of X. Where it bends
    upwards, the slope nearest to zero lies on X and each steeper side gets a
    deviation: X − q ≤ Δ⁺ or q − X ≤ Δ⁻ (one column and one row per step and
    side). Where it bends downwards, X − q = Δ⁺ − Δ⁻ and the two exclude each
    other (two columns and one row per step).

    Returns:
        The deviations of which one must be zero; empty for a convex cost.
    """
    kink = kink.straightened(expression.lowest, expression.highest)
    up, down = kink.up_price, kink.down_price
    slope = np.clip(0.0, np.minimum(up, down), np.maximum(up, down))
    expression.add_cost(assembly, slope)
    assembly.add_offset(-float(kink.baseline @ slope))
    for side, price in ((1.0, up - slope), (-1.0, slope - down)):
        steps = np.flatnonzero((price > 0) & (up > down))
        excess = _Excess(side, steps, np.arange(len(steps)), price[steps])
        _add_excess(assembly, expression, kink.baseline, excess)
    concave = np.flatnonzero(up < down)
    return [_add_split(assembly, expression, kink, concave)] if len(concave) else []


def add_power_kink(
    assembly: Assembly, problem: Problem, power: DevicePower, device: int, kink: Kink
) -> list[SignedPairs]:
    """Price both directions of a device around a net consumption of zero: no columns and no rows.

    u and w are the deviations. Consuming and producing at once never pays
    where π⁺ ≥ π⁻; elsewhere the two exclude each other.
    """
    limits = problem.devices[device]
    kink = kink.straightened(limits.consumption_min_mw, limits.consumption_max_mw)
    assembly.add_cost(power.u[device], kink.up_price)
    assembly.add_cost(power.w[device], -kink.down_price)
    steps = np.flatnonzero(kink.up_price < kink.down_price)
    if not len(steps):
        return []
    most, least = limits.consumption_max_mw[steps], limits.consumption_min_mw[steps]
    return [pairs_with_hull(assembly, power.u[device, steps], power.w[device, steps], most, -least)]


def add_runs(assembly: Assembly, expression: Expression, commitment: Commitment) -> None:
    """Price the largest deviation of each run of steps with constant baseline and prices.

    X_t − q_t ≤ Δ⁺_s and q_t − X_t ≤ Δ⁻_s for every step t of run s: one column per run
    and priced side, one row per step at which the deviation is possible.
    """
    kink = kink_of(commitment)
    assert (kink.up_price >= 0).all()
    assert (kink.down_price <= 0).all()
    run = _runs(kink, is_active(commitment))
    reachable = {1.0: expression.highest > kink.baseline, -1.0: expression.lowest < kink.baseline}
    for side, price in ((1.0, kink.up_price), (-1.0, -kink.down_price)):
        steps = np.flatnonzero((price > 0) & reachable[side])
        begins = np.diff(run[steps], prepend=-1) != 0
        excess = _Excess(side, steps, np.cumsum(begins) - 1, price[steps][begins])
        _add_excess(assembly, expression, kink.baseline, excess)


def runs_of(commitment: Commitment) -> Indices:
    """Number the runs of steps on which baseline and prices stay the same, shape (n_steps,)."""
    return _runs(kink_of(commitment), is_active(commitment))


def _runs(kink: Kink, active: Booleans) -> Indices:
    columns = np.stack([kink.baseline, kink.up_price, kink.down_price, active])
    changes = (columns[:, 1:] != columns[:, :-1]).any(axis=0)
    return np.concatenate([[0], np.cumsum(changes)])


def _add_excess(assembly: Assembly, expression: Expression, baseline: Floats, excess: _Excess) -> None:
    if not len(excess.steps):
        return
    n = len(excess.price)
    deviation = assembly.add_columns(np.zeros(n), np.full(n, np.inf))
    assembly.add_cost(deviation, excess.price)
    terms = [*expression.terms_at(excess.steps, excess.side), Term(deviation[excess.run], -1.0)]
    limit = excess.side * (baseline - expression.constant)[excess.steps]
    assembly.add_rows(terms, np.full(len(limit), -np.inf), limit)


def _add_split(assembly: Assembly, expression: Expression, kink: Kink, steps: Indices) -> SignedPairs:
    baseline = kink.baseline[steps]
    above_max = expression.highest[steps] - baseline
    below_max = baseline - expression.lowest[steps]
    above = assembly.add_columns(np.zeros(len(steps)), above_max)
    below = assembly.add_columns(np.zeros(len(steps)), below_max)
    up, down = kink.up_price[steps], kink.down_price[steps]
    slope = np.clip(0.0, up, down)
    assembly.add_cost(above, up - slope)
    assembly.add_cost(below, slope - down)
    offset = baseline - expression.constant[steps]
    terms = [*expression.terms_at(steps), Term(above, -1.0), Term(below, 1.0)]
    assembly.add_equalities(terms, offset, balancing=above)
    return pairs_with_hull(assembly, above, below, above_max, below_max)
