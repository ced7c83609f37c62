"""Optimisation problems for hypothesis, and what is asked of them."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from tests.problems import make_commitment
from tests.property.random_problems import random_problem
from wattloom.scheduling.problem import DeviceFlow, Problem, needs_recovery

problems = st.randoms().map(lambda randomness: random_problem(randomness, most_devices=3, most_steps=5))
"""Problems of all kinds; some have no schedule."""


def starts_in_range(problem: Problem) -> bool:
    """Return whether no stock has to be recovered, which costs by how long it lasts."""
    return not any(needs_recovery(stock) for stock in problem.stocks)


def with_one_optimum(problem: Problem) -> Problem:
    """Give every device prices of its own that no two schedules can share."""
    prices = np.random.default_rng(1).uniform(-3.0, 3.0, (len(problem.devices), problem.n_steps))
    promises = [make_commitment(problem.n_steps, DeviceFlow(d), up=price, down=price) for d, price in enumerate(prices)]
    return replace(problem, commitments=(*problem.commitments, *promises))
