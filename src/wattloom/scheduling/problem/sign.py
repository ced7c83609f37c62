"""Signs: of two opposite columns at most one may be above zero.

Formulation: "Signs". A device does not consume and produce at once, a network is
not imported from and exported to at once. The relaxation mostly keeps this by
itself; binaries are added for the steps where it does not.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wattloom.scheduling.problem.capacity import DevicePower, converts_alike
from wattloom.scheduling.problem.model import Floats, Problem
from wattloom.scheduling.problem.program import ABSENT, Assembly, Booleans, Indices, Term


@dataclass(frozen=True, slots=True)
class SignedPairs:
    """Pairs of columns that exclude each other; all arrays of shape (n_pairs,).

    Attributes:
        plus: Column of the upward part.
        minus: Column of the downward part.
        plus_max: Largest value of the upward part.
        minus_max: Largest value of the downward part.
        hulls: Row of each pair's hull (see :func:`pairs_with_hull`); ABSENT without one.
    """

    plus: Indices
    minus: Indices
    plus_max: Floats
    minus_max: Floats
    hulls: Indices

    def overlaps(self, values: Floats, tolerance: float) -> Booleans:
        """Return which pairs are both above the tolerance in a solution."""
        return np.minimum(values[self.plus], values[self.minus]) > tolerance


def join_pairs(parts: Sequence[SignedPairs]) -> SignedPairs:
    """Put several sets of pairs behind each other."""
    nowhere = np.empty(0, dtype=np.int64)
    parts = [SignedPairs(nowhere, nowhere, np.empty(0), np.empty(0), nowhere), *parts]
    return SignedPairs(
        plus=np.concatenate([part.plus for part in parts]),
        minus=np.concatenate([part.minus for part in parts]),
        plus_max=np.concatenate([part.plus_max for part in parts]),
        minus_max=np.concatenate([part.minus_max for part in parts]),
        hulls=np.concatenate([part.hulls for part in parts]),
    )


def device_pairs(problem: Problem, power: DevicePower) -> list[SignedPairs]:
    """Return u against w, per device, where both are possible and their conversion losses differ."""
    pairs = []
    for d, device in enumerate(problem.devices):
        both_ways = (device.consumption_min_mw < 0) & (device.consumption_max_mw > 0)
        steps = np.flatnonzero(both_ways & ~converts_alike(device))
        pairs.append(
            SignedPairs(
                plus=power.u[d, steps],
                minus=power.w[d, steps],
                plus_max=device.consumption_max_mw[steps],
                minus_max=-device.consumption_min_mw[steps],
                hulls=np.full(len(steps), ABSENT),
            )
        )
    return pairs


def pairs_with_hull(
    assembly: Assembly, plus: Indices, minus: Indices, plus_max: Floats, minus_max: Floats
) -> SignedPairs:
    """Pair columns whose cost is not convex, and add plus / plus_max + minus / minus_max ≤ 1: one row per pair.

    What binaries would imply; without it the relaxation of a cost that is not
    convex buys and sells at full power at once.
    """
    one = np.ones(len(plus))
    hulls = assembly.add_rows([Term(plus, 1.0 / plus_max), Term(minus, 1.0 / minus_max)], -np.inf * one, one)
    return SignedPairs(plus, minus, plus_max, minus_max, hulls)


def add_signs(assembly: Assembly, pairs: SignedPairs, chosen: Booleans) -> None:
    """Add plus ≤ plus_max · z and minus ≤ minus_max · (1 − z), z binary: one column, two rows per chosen pair."""
    n = int(chosen.sum())
    z = assembly.add_columns(np.zeros(n), np.ones(n), is_integer=True)
    unbounded = np.full(n, -np.inf)
    plus_max, minus_max = pairs.plus_max[chosen], pairs.minus_max[chosen]
    assembly.add_rows([Term(pairs.plus[chosen], 1.0), Term(z, -plus_max)], unbounded, np.zeros(n))
    assembly.add_rows([Term(pairs.minus[chosen], 1.0), Term(z, minus_max)], unbounded, minus_max)
