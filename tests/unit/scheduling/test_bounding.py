"""No solution undercuts what duals tell, and the duals of an optimum tell its cost."""

from dataclasses import replace

import numpy as np
import pytest

from tests.problems import (
    at,
    height_and_area,
    make_commitment,
    make_device,
    make_network,
    make_problem,
    make_stock,
    per_run,
    soc_minima,
)
from wattloom.scheduling.problem import Assembly, LinearProgram, NetFlow, Term, build
from wattloom.scheduling.solver import HighsSolver
from wattloom.scheduling.solver.bounding import lagrangian_bound

N = 24


def site(*, has_soft_limits: bool = True) -> LinearProgram:
    """Return the program of three batteries on one connection."""
    devices = [make_device(N, power=0.5 + 0.1 * d, charging=0.95, discharging=0.95, stock=d) for d in range(3)]
    stocks = [make_stock(N, start=0.2) for _ in devices]
    prices = 60 + 30 * np.sin(np.arange(N))
    network = make_network(prices, devices=(0, 1, 2), selling=prices - 20, fixed=0.3, import_max=2.0, export_max=2.0)
    limits = [
        *height_and_area("consumption breach", NetFlow(0), np.full(N, 0.6), step_h=0.25, up=1e4),
        per_run(make_commitment(N, name="consumption peak", baseline=0.1, up=260.0)),
        *soc_minima(0, at(N, {N // 2: 0.9}), step_h=0.25),
    ]
    return build(make_problem(network, devices, stocks, limits if has_soft_limits else ())).program


def endless(*, cost: float = 3.0, is_downwards: bool = False) -> LinearProgram:
    """Return the program that minimises cost · x where x ≥ 2, or −cost · x where x ≤ −2."""
    assembly, sign = Assembly(), -1.0 if is_downwards else 1.0
    x = assembly.add_columns(np.array([-np.inf]), np.array([np.inf]))
    assembly.add_cost(x, np.array([sign * cost]))
    assembly.add_rows([Term(x, sign)], np.array([2.0]), np.array([np.inf]), balancing=x)
    program = assembly.finish()
    return replace(program, upper=np.zeros(1)) if is_downwards else replace(program, lower=np.zeros(1))


@pytest.mark.parametrize("has_soft_limits", [False, True])
def test_duals_of_an_optimum_tell_its_cost(*, has_soft_limits: bool) -> None:
    program = site(has_soft_limits=has_soft_limits)

    outcome = HighsSolver().solve(program, time_limit_s=10.0)

    assert lagrangian_bound(program, outcome.row_duals) == pytest.approx(outcome.objective, rel=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_no_duals_tell_more_than_the_optimum_costs(seed: int) -> None:
    program = site()
    outcome = HighsSolver().solve(program, time_limit_s=10.0)
    random = np.random.default_rng(seed)

    duals = outcome.row_duals * random.uniform(0.5, 1.5, program.n_rows) + random.normal(0, 10, program.n_rows)
    bound = lagrangian_bound(program, duals)

    assert np.isfinite(bound)
    assert bound <= outcome.objective


@pytest.mark.parametrize("is_downwards", [False, True])
@pytest.mark.parametrize(("dual", "bound"), [(3.0, 6.0), (2.0, 4.0), (5.0, 6.0), (-1.0, 0.0)])
def test_duals_that_make_an_endless_column_pay_are_made_smaller(
    dual: float, bound: float, *, is_downwards: bool
) -> None:
    assert lagrangian_bound(endless(is_downwards=is_downwards), np.array([dual])) == pytest.approx(bound)


def test_what_has_no_end_has_no_bound() -> None:
    assert lagrangian_bound(endless(cost=-1.0), np.array([1.0])) == -np.inf
