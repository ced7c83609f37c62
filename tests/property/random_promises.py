"""Random commitments of every kind for a problem: peaks, breaches, values of energy, wear, rewards."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random

import numpy as np

from tests.problems import at, fill_sooner, height_and_area, make_commitment, per_run
from wattloom.scheduling.problem import (
    Commitment,
    DeviceFlow,
    Floats,
    GroupFlow,
    NetFlow,
    Problem,
    Quantity,
    StockLevel,
)

BASELINES = (0.0, 0.5, 0.5, -0.5, np.nan, np.inf)


def random_promises(rng: Random, problem: Problem) -> tuple[Commitment, ...]:
    """Draw commitments on the quantities of a problem."""
    draft = _Draft(rng, problem)
    kinds: tuple[Callable[[], Iterable[Commitment]], ...] = (
        draft.anything,
        draft.anything,
        draft.breaches,
        draft.peak,
        draft.own_prices,
        draft.cycling_cost,
        draft.value_at_end,
        draft.tie_breaks,
    )
    return tuple(promise for kind in kinds if rng.random() < 0.3 for promise in kind())


@dataclass
class _Draft:
    rng: Random
    problem: Problem

    def quantity(self) -> Quantity:
        problem = self.problem
        return self.rng.choice(
            [
                *(NetFlow(m) for m in range(len(problem.networks))),
                *(GroupFlow(g) for g in range(len(problem.groups))),
                *(DeviceFlow(d) for d in range(len(problem.devices))),
                *(StockLevel(k) for k in range(len(problem.stocks))),
            ]
        )

    def series(self, values: Sequence[float]) -> Floats:
        return np.array([self.rng.choice(values) for _ in range(self.problem.n_steps)])

    def promise(self, quantity: Quantity, up: Floats, down: Floats, baseline: Floats | float = 0.0) -> Commitment:
        return make_commitment(self.problem.n_steps, quantity, baseline=baseline, up=up, down=down)

    def anything(self) -> list[Commitment]:
        """A promise or, where it pays to depart from it, a reward."""
        prices = (0.0, 1.0, 20.0, 300.0, np.nan)
        up, down = self.series(prices), -self.series(prices)
        sign = self.rng.choice((1.0, 1.0, -1.0))
        return [self.promise(self.quantity(), sign * up, sign * down, self.series(BASELINES))]

    def peak(self) -> list[Commitment]:
        prices = self.series((40.0, 40.0, 40.0, 90.0))
        above, below = self.rng.choice(((1.0, 0.0), (0.0, 1.0), (1.0, 1.0)))
        baseline = self.series((0.0, 0.0, 0.0, 0.5, np.nan))
        return [per_run(self.promise(self.quantity(), above * prices, -below * prices, baseline))]

    def breaches(self) -> list[Commitment]:
        price = self.rng.choice((1e3, 1e5))
        above, below = self.rng.choice(((1.0, 0.0), (0.0, 1.0), (1.0, 1.0)))
        return height_and_area(
            "breach",
            self.quantity(),
            self.series((0.3, 0.3, 0.8, np.nan)),
            step_h=0.25,
            up=above * price,
            down=-below * price,
        )

    def own_prices(self) -> list[Commitment]:
        device = self.rng.randrange(len(self.problem.devices))
        buying = self.problem.step_h * self.series((-10.0, 0.0, 15.0, 70.0))
        selling = self.rng.choice((buying, buying - 2.0, buying + 6.0))
        return [self.promise(DeviceFlow(device), buying, selling)]

    def cycling_cost(self) -> list[Commitment]:
        device = self.rng.randrange(len(self.problem.devices))
        cost = self.problem.step_h * self.rng.choice((2.0, 10.0))
        return [self.promise(DeviceFlow(device), cost, -cost)]

    def value_at_end(self) -> list[Commitment]:
        if not self.problem.stocks:
            return []
        k, n_steps = self.rng.randrange(len(self.problem.stocks)), self.problem.n_steps
        value = np.full(n_steps, -self.rng.choice((20.0, 60.0)))
        baseline = at(n_steps, {n_steps - 1: self.problem.stocks[k].initial_mwh})
        return [self.promise(StockLevel(k), value, value, baseline)]

    def tie_breaks(self) -> tuple[Commitment, ...]:
        if not all(np.isfinite(stock.ceiling_mwh) for stock in self.problem.stocks):
            return ()
        return fill_sooner(self.problem, curtail_later=self.rng.random() < 0.5).commitments
