"""What every solver behind the port promises."""

import numpy as np
import pytest

from wattloom.errors import InternalError
from wattloom.scheduling.problem import LinearProgram
from wattloom.scheduling.problem.program import Assembly, Term
from wattloom.scheduling.solver import Basis, HighsSolver, Outcome, Place, Status


def knapsack(*, n: int = 2, weight: float = 2.0, limit: float = 3.0, is_integer: bool = False) -> LinearProgram:
    """Maximise 3 x₀ + 2 x₁ + … within a limit on the total weight."""
    assembly = Assembly()
    x = assembly.add_columns(np.zeros(n), np.ones(n), is_integer=is_integer)
    assembly.add_cost(x, -np.linspace(3.0, 2.0, n))
    assembly.add_rows([Term(x[:, np.newaxis], weight)], np.array([-np.inf]), np.array([limit]))
    assembly.add_offset(10.0)
    return assembly.finish()


def solve(program: LinearProgram, *, time_limit_s: float = 10.0) -> Outcome:
    return HighsSolver().solve(program, time_limit_s=time_limit_s, finding_s=60.0)


def test_a_linear_program_is_solved_with_duals() -> None:
    outcome = solve(knapsack())

    assert outcome.status is Status.OPTIMAL
    assert outcome.values == pytest.approx([1.0, 0.5])
    assert outcome.objective == pytest.approx(10 - 4)
    assert outcome.bound == outcome.objective
    assert outcome.gap == 0
    assert outcome.row_duals == pytest.approx([-1.0])
    assert outcome.column_duals == pytest.approx([-1.0, 0.0])


def test_whole_numbers_are_respected() -> None:
    outcome = solve(knapsack(is_integer=True))

    assert outcome.status is Status.OPTIMAL
    assert outcome.values == pytest.approx([1.0, 0.0])
    assert outcome.objective == pytest.approx(10 - 3)
    assert outcome.row_duals.size == 0


def test_a_program_without_rows_is_solved() -> None:
    assembly = Assembly()
    x = assembly.add_columns(np.array([1.0]), np.array([2.0]))
    assembly.add_cost(x, np.array([5.0]))

    assert solve(assembly.finish()).objective == pytest.approx(5.0)


@pytest.mark.parametrize("is_integer", [False, True])
def test_what_cannot_be_is_infeasible(*, is_integer: bool) -> None:
    assert solve(knapsack(limit=-1.0, is_integer=is_integer)).status is Status.INFEASIBLE


@pytest.mark.parametrize("is_integer", [False, True])
def test_what_has_no_end_is_unbounded(*, is_integer: bool) -> None:
    assembly = Assembly()
    x = assembly.add_columns(np.zeros(2), np.full(2, np.inf), is_integer=is_integer)
    assembly.add_cost(x, -np.ones(2))
    assembly.add_rows([Term(x, np.array([1.0, -1.0]))], np.full(2, -np.inf), np.ones(2))

    assert solve(assembly.finish()).status is Status.UNBOUNDED


def test_without_time_the_idle_solution_is_returned_if_it_is_one() -> None:
    outcome = solve(knapsack(), time_limit_s=0.0)

    assert outcome.status is Status.FEASIBLE
    assert outcome.values == pytest.approx([0.0, 0.0])
    assert outcome.bound == pytest.approx(10 - 3 - 2)


@pytest.mark.parametrize("n", [2, 25_000])
def test_without_time_a_solution_is_found_where_idling_is_none(n: int) -> None:
    program = knapsack(n=n, weight=-2.0, limit=-n / 2)

    outcome = solve(program, time_limit_s=0.0)

    assert outcome.status is Status.FEASIBLE
    assert 2 * outcome.values.sum() >= n / 2 - 1e-6
    assert outcome.objective == pytest.approx(10 + float(program.cost @ outcome.values))
    assert outcome.bound == pytest.approx(10 + float(program.cost.sum()))


@pytest.mark.parametrize("n", [2, 25_000])
def test_without_time_it_is_known_what_cannot_be(n: int) -> None:
    assert solve(knapsack(n=n, limit=-1.0), time_limit_s=0.0).status is Status.INFEASIBLE


def test_a_large_program_is_solved() -> None:
    program = knapsack(n=25_000, limit=30_001.0)

    outcome = solve(program)

    assert outcome.status is Status.OPTIMAL
    assert outcome.objective == pytest.approx(10 + float(program.cost[:15_000].sum() + program.cost[15_000] / 2))


def test_without_time_the_idle_solution_of_a_large_program_is_returned() -> None:
    outcome = solve(knapsack(n=25_000), time_limit_s=0.0)

    assert outcome.status is Status.FEASIBLE
    assert not outcome.values.any()


def test_a_start_is_kept_when_time_is_up() -> None:
    program = knapsack(n=30, limit=31.0, is_integer=True)
    start = np.zeros(30)
    start[:15] = 1.0

    outcome = HighsSolver().solve(program, time_limit_s=10.0, start=start)

    assert outcome.status is Status.OPTIMAL
    assert outcome.objective == pytest.approx(10 + float(program.cost @ start))


def test_a_solve_can_begin_where_another_ended() -> None:
    first = solve(knapsack(n=30, limit=31.0))

    again = HighsSolver().solve(knapsack(n=30, limit=31.0), time_limit_s=10.0, basis=first.basis)

    assert first.iterations > 0
    assert again.iterations == 0
    assert again.values == pytest.approx(first.values)
    assert again.basis == first.basis


def test_a_basis_serves_programs_with_other_numbers() -> None:
    basis = solve(knapsack(n=30, limit=31.0)).basis

    outcome = HighsSolver().solve(knapsack(n=30, limit=25.0), time_limit_s=10.0, basis=basis)

    assert outcome.objective == pytest.approx(solve(knapsack(n=30, limit=25.0)).objective)


def test_a_basis_tells_where_each_column_and_row_stands() -> None:
    basis = solve(knapsack()).basis

    assert basis == Basis(columns=bytes([Place.UPPER, Place.BASIC]), rows=bytes([Place.UPPER]))


def test_a_program_with_whole_numbers_ends_in_no_basis() -> None:
    assert solve(knapsack(is_integer=True)).basis is None


def test_what_the_solver_refuses_is_our_fault() -> None:
    assembly = Assembly()
    x = assembly.add_columns(np.zeros(1), np.ones(1))
    assembly.add_rows([Term(x, np.inf)], np.zeros(1), np.ones(1))

    with pytest.raises(InternalError, match="refused the model"):
        solve(assembly.finish())


@pytest.mark.parametrize(
    ("objective", "bound", "gap"), [(100.0, 99.0, 0.01), (0.0, -5.0, 1.0), (5.0, -np.inf, 1.0), (3.0, 3.0, 0.0)]
)
def test_the_gap_is_relative_and_finite(objective: float, bound: float, gap: float) -> None:
    nothing = np.empty(0)

    outcome = Outcome(Status.FEASIBLE, nothing, nothing, nothing, objective, bound, seconds=1.0, iterations=1)

    assert outcome.gap == pytest.approx(gap)
