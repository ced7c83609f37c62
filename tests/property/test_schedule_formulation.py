"""Optima and contradictions agree with an independent formulation."""

from random import Random

import pytest

from tests.problems import HighsSolver, Problem, solve_problem
from tests.property.contradictions import is_contradiction
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


@pytest.mark.parametrize("block", range(4))
def test_named_limits_contradict_each_other_and_none_is_superfluous(block: int) -> None:
    seeds = range(block * 20, (block + 1) * 20)
    hopeless = [random_problem(Random(seed), share_without_plan=1.0) for seed in seeds]  # noqa: S311 - no secrets
    for problem, conflict in conflicts(hopeless):
        origins = conflict.origins
        assert is_contradiction(problem, origins)
        assert not any(is_contradiction(problem, [*origins[:i], *origins[i + 1 :]]) for i in range(len(origins)))


def conflicts(problems: list[Problem]) -> list[tuple[Problem, Conflict]]:
    """Return the problems that have no schedule, with what is said about them."""
    found = [(problem, solve_problem(problem, HighsSolver(), time_limit_s=20)) for problem in problems]
    return [(problem, outcome) for problem, outcome in found if isinstance(outcome, Conflict)]
