"""Re-planning begins where the last plan ended, and the plan does not depend on that."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.problems import day2, fill_sooner, make_device, make_network, make_problem, make_stock
from wattloom.scheduling.problem import LinearProgram, Problem, build
from wattloom.scheduling.solver import HighsSolver, Outcome, Solution, Starts, solve_problem


class Watched:
    """HiGHS, and how each solve began."""

    def __init__(self) -> None:
        self.began: list[str] = []

    def solve(self, program: LinearProgram, **options: Any) -> Outcome:
        self.began.append("cold" if options.get("basis") is None else "warm")
        return HighsSolver().solve(program, **options)


def battery(*, start: float = 0.5, n_alike: int = 1) -> Problem:
    prices = day2() + np.linspace(0.0, 1.0, 96)
    network = make_network(prices, devices=tuple(range(n_alike)), selling=prices - 10, fixed=0.2)
    devices = [make_device(96, charging=0.95, discharging=0.95, stock=k) for k in range(n_alike)]
    return fill_sooner(make_problem(network, devices, [make_stock(96, start=start) for _ in range(n_alike)]))


def plan(problem: Problem, starts: Starts | None = None, solver: Watched | None = None) -> Solution:
    solution = solve_problem(problem, solver or Watched(), time_limit_s=20.0, starts=starts)
    assert isinstance(solution, Solution)
    return solution


def test_a_new_state_of_charge_is_planned_from_the_last_plan() -> None:
    solver, starts = Watched(), Starts()
    plan(battery(), starts, solver)

    again = plan(battery(start=0.4), starts, solver)

    assert solver.began == ["cold", "warm"]
    assert again.consumption_mw == pytest.approx(plan(battery(start=0.4)).consumption_mw, abs=1e-9)


def test_where_plans_cost_the_same_an_earlier_one_makes_no_difference() -> None:
    starts = Starts()
    plan(battery(n_alike=2, start=0.3), starts)

    again = plan(battery(n_alike=2), starts)

    assert (again.consumption_mw == plan(battery(n_alike=2)).consumption_mw).all()


def test_another_optimum_of_equal_cost_is_no_start() -> None:
    solver, starts = Watched(), Starts()
    plan(battery(n_alike=2), starts, solver)

    plan(battery(n_alike=2), starts, solver)

    assert solver.began == ["cold", "cold"]


def test_programs_of_another_pattern_begin_anew() -> None:
    solver, starts = Watched(), Starts()
    plan(battery(), starts, solver)
    one_way = battery()
    device = replace(one_way.devices[0], consumption_min_mw=np.zeros(96))

    plan(replace(one_way, devices=(device,)), starts, solver)

    assert solver.began == ["cold", "cold"]


def test_the_least_recently_used_start_is_forgotten_first() -> None:
    programs = [build(fill_sooner(_hours(n))).program for n in (4, 5, 6)]
    starts = Starts(max_bytes=2 * sum(program.n_columns + program.n_rows for program in programs[1:]))

    for program in programs:
        starts.keep(program, HighsSolver().solve(program, time_limit_s=20.0))

    assert [starts.find(program) is not None for program in programs] == [False, True, True]


def _hours(n_steps: int) -> Problem:
    network = make_network(np.linspace(30.0, 50.0, n_steps))
    device = make_device(n_steps, charging=0.9, discharging=0.9, stock=0)
    return make_problem(network, [device], [make_stock(n_steps)], step_h=1.0)
