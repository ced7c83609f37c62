"""What holds for every schedule, whatever the problem."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings

from tests.problems import Commitment, Floats, HighsSolver, Network, Problem, Solution, Stock, solve_problem
from tests.property.problems_strategies import problems
from wattloom.scheduling.problem import all_commitments, commitment_costs

_TOLERANCE = 1e-7

FEW = settings(max_examples=30)


def schedule(problem: Problem) -> Solution:
    solution = solve_problem(problem, HighsSolver(), time_limit_s=20)
    assume(isinstance(solution, Solution))
    assert isinstance(solution, Solution)
    return solution


@given(problem=problems())
@FEW
def test_devices_and_grids_stay_within_their_limits(problem: Problem) -> None:
    solution = schedule(problem)

    for device, consumption_mw in zip(problem.devices, solution.consumption_mw, strict=True):
        assert (consumption_mw >= device.consumption_min_mw - _TOLERANCE).all()
        assert (consumption_mw <= device.consumption_max_mw + _TOLERANCE).all()
    for network, net_mw in zip(problem.networks, solution.net_consumption_mw, strict=True):
        total_mw = solution.consumption_mw[list(network.devices)].sum(axis=0) + network.inflexible_consumption_mw
        assert net_mw == pytest.approx(total_mw, abs=_TOLERANCE)
        assert (net_mw <= network.import_max_mw + _TOLERANCE).all()
        assert (net_mw >= -network.export_max_mw - _TOLERANCE).all()


@given(problem=problems())
@FEW
def test_stocks_follow_from_power_and_stay_within_bounds(problem: Problem) -> None:
    solution = schedule(problem)

    for k, stock in enumerate(problem.stocks):
        level = stock.initial_mwh
        for t in range(problem.n_steps):
            kept = stock.retention[t]
            share = kept if kept in {0.0, 1.0} else (kept - 1) / np.log(kept)
            inflow = stock.inflow_mw[t]
            for device, consumption_mw in zip(problem.devices, solution.consumption_mw, strict=True):
                power = consumption_mw[t] * (device.stock == k)
                inflow += (
                    max(power, 0) * device.charging_efficiency[t] + min(power, 0) / device.discharging_efficiency[t]
                )
            level = kept * level + share * problem.step_h[t] * inflow
            assert solution.stock_mwh[k, t + 1] == pytest.approx(level, abs=_TOLERANCE)
        assert (solution.stock_mwh[k, 1:] >= stock.min_mwh - _TOLERANCE).all()
        assert (solution.stock_mwh[k, 1:] <= stock.max_mwh + _TOLERANCE).all()


@given(problem=problems())
@FEW
def test_costs_add_up_to_the_objective(problem: Problem) -> None:
    solution = schedule(problem)

    costs = commitment_costs(problem, solution.trajectory)
    assert len(costs) == len(all_commitments(problem))
    assert sum(costs) == pytest.approx(solution.objective, abs=1e-6)
    assert sum(solution.costs.values()) == pytest.approx(solution.objective, abs=1e-6)


@given(problem=problems())
@FEW
def test_relaxing_limits_never_costs_more(problem: Problem) -> None:
    strict = schedule(problem)

    devices = tuple(
        replace(d, consumption_min_mw=1.5 * d.consumption_min_mw, consumption_max_mw=1.5 * d.consumption_max_mw)
        for d in problem.devices
    )
    stocks = tuple(replace(s, max_mwh=s.max_mwh + 1, min_mwh=s.min_mwh - 0.1) for s in problem.stocks)
    networks = tuple(
        replace(g, import_max_mw=g.import_max_mw + 1, export_max_mw=g.export_max_mw + 1) for g in problem.networks
    )
    relaxed = schedule(replace(problem, devices=devices, stocks=stocks, networks=networks))

    assert relaxed.objective <= strict.objective + 1e-6 * max(1.0, abs(strict.objective))


@given(problem=problems())
@FEW
def test_waiting_first_only_shifts_the_schedule_in_time(problem: Problem) -> None:
    now, later = schedule(problem), schedule(delayed(problem))

    assert later.objective == pytest.approx(now.objective, rel=1e-6, abs=1e-6)
    assert later.consumption_mw[:, 0] == pytest.approx(0.0, abs=_TOLERANCE)
    assert later.stock_mwh[:, 1] == pytest.approx(later.stock_mwh[:, 0], abs=_TOLERANCE)


@given(problem=problems())
@FEW
def test_scaling_all_prices_scales_the_cost(problem: Problem) -> None:
    cheap = schedule(problem)
    networks = tuple(
        replace(
            g,
            consumption_price_per_mwh=7 * g.consumption_price_per_mwh,
            production_price_per_mwh=7 * g.production_price_per_mwh,
        )
        for g in problem.networks
    )
    commitments = tuple(replace(c, up_price=7 * c.up_price, down_price=7 * c.down_price) for c in problem.commitments)

    dear = schedule(replace(problem, networks=networks, commitments=commitments))

    assert dear.objective == pytest.approx(7 * cheap.objective, rel=1e-5, abs=1e-5)


@given(problem=problems())
@FEW
def test_equal_problems_get_equal_schedules(problem: Problem) -> None:
    first, second = schedule(problem), schedule(problem)

    assert np.array_equal(first.consumption_mw, second.consumption_mw)
    assert np.array_equal(first.stock_mwh, second.stock_mwh)
    assert first.costs == second.costs


def delayed(problem: Problem) -> Problem:
    """Put one step in front in which nothing can happen and nothing costs."""

    def after(first: float, values: Floats) -> Floats:
        return np.concatenate([[first], values])

    def delayed_network(network: Network) -> Network:
        return replace(
            network,
            inflexible_consumption_mw=after(0.0, network.inflexible_consumption_mw),
            import_max_mw=after(np.inf, network.import_max_mw),
            export_max_mw=after(np.inf, network.export_max_mw),
            consumption_price_per_mwh=after(0.0, network.consumption_price_per_mwh),
            production_price_per_mwh=after(0.0, network.production_price_per_mwh),
        )

    def delayed_stock(stock: Stock) -> Stock:
        return replace(
            stock,
            min_mwh=after(-np.inf, stock.min_mwh),
            max_mwh=after(np.inf, stock.max_mwh),
            inflow_mw=after(0.0, stock.inflow_mw),
            retention=after(1.0, stock.retention),
        )

    def delayed_commitment(commitment: Commitment) -> Commitment:
        return replace(
            commitment,
            baseline=after(np.nan, commitment.baseline),
            up_price=after(0.0, commitment.up_price),
            down_price=after(0.0, commitment.down_price),
        )

    return replace(
        problem,
        n_steps=problem.n_steps + 1,
        step_h=after(problem.step_h[0], problem.step_h),
        devices=tuple(
            replace(
                d,
                consumption_min_mw=after(0.0, d.consumption_min_mw),
                consumption_max_mw=after(0.0, d.consumption_max_mw),
                charging_efficiency=after(1.0, d.charging_efficiency),
                discharging_efficiency=after(1.0, d.discharging_efficiency),
            )
            for d in problem.devices
        ),
        stocks=tuple(map(delayed_stock, problem.stocks)),
        networks=tuple(map(delayed_network, problem.networks)),
        commitments=tuple(map(delayed_commitment, problem.commitments)),
    )
