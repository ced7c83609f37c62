"""The optimum agrees with an independent formulation."""

import pytest
from hypothesis import given, settings

from tests.problems import HighsSolver, Problem, solve_problem
from tests.property.problems_strategies import problems
from tests.property.textbook import lowest_cost
from wattloom.scheduling.solver import Conflict


@given(problem=problems())
@settings(max_examples=150)
def test_the_optimum_is_that_of_the_textbook(problem: Problem) -> None:
    expected = lowest_cost(problem)

    found = solve_problem(problem, HighsSolver(), time_limit_s=20)

    cost = None if isinstance(found, Conflict) else found.objective
    assert cost == (expected if expected is None else pytest.approx(expected, rel=1e-6, abs=1e-6))
