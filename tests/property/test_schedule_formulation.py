"""The optimum agrees with an independent formulation."""

from random import Random

import pytest

from tests.problems import HighsSolver, solve_problem
from tests.property.random_problems import random_problem
from tests.property.textbook import lowest_cost
from wattloom.scheduling.solver import Conflict

N_BLOCKS, N_EACH = 20, 50


@pytest.mark.parametrize("block", range(N_BLOCKS))
def test_the_optimum_is_that_of_the_textbook(block: int) -> None:
    for seed in range(block * N_EACH, (block + 1) * N_EACH):
        problem = random_problem(Random(seed))  # noqa: S311 - problems, not secrets
        expected = lowest_cost(problem)

        found = solve_problem(problem, HighsSolver(), time_limit_s=20)

        cost = None if isinstance(found, Conflict) else found.objective
        assert cost == (expected if expected is None else pytest.approx(expected, rel=1e-6, abs=1e-6)), f"seed {seed}"
