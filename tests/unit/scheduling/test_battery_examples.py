"""One battery behind a network: schedules that can be checked by hand or are published."""

import numpy as np
import pytest

from tests.problems import (
    SUN_KW,
    TOY,
    blocks,
    day2,
    fill_sooner,
    kw,
    make_device,
    make_network,
    make_problem,
    make_stock,
    soc_maxima,
    soc_minima,
    soc_targets,
    solve,
    with_stock_bounds,
)
from wattloom.scheduling.problem import Commitment, Floats, Problem

DAY3_BUY = np.concatenate([np.full(8, -10.0), np.full(16, 100.0)])
DAY3_SELL = np.concatenate([np.full(8, -50.0), np.full(16, 60.0)])
ROOT = np.sqrt(0.9)


def toy_battery(*, fixed_mw: Floats | float = 0.0) -> Problem:
    """A 500 kW battery of 50 to 450 kWh, 90 % both ways, behind 500 kVA, from 07:00 to 19:00."""
    prices = blocks(TOY[7:19], 4)
    network = make_network(prices, fixed=fixed_mw, import_max=0.5, export_max=0.5)
    device = make_device(48, power=0.5, charging=ROOT, discharging=ROOT, stock=0)
    return fill_sooner(make_problem(network, [device], [make_stock(48, start=0.225, lowest=0.05, highest=0.45)]))


def arbitrage(
    prices: Floats, *, selling: Floats | None = None, roundtrip: float = 1.0, retention: float = 1.0
) -> Problem:
    """A 2 MW battery of 0.5 to 4.5 MWh that starts with 2.5."""
    root, n = np.sqrt(roundtrip), len(prices)
    device = make_device(n, power=2.0, charging=root, discharging=root, stock=0)
    stock = make_stock(n, start=2.5, lowest=0.5, highest=4.5, retention=retention)
    return make_problem(make_network(prices, selling=selling), [device], [stock], step_h=24 / n)


def burner(prices: Floats, *, selling: Floats | None = None, roundtrip: float) -> Problem:
    """A full battery of 2 MW and 2 MWh, 24 hours."""
    root = np.sqrt(roundtrip)
    device = make_device(24, power=2.0, charging=root, discharging=root, stock=0)
    stock = make_stock(24, start=2.0, highest=2.0)
    return make_problem(make_network(prices, selling=selling), [device], [stock], step_h=1.0)


def test_toy_battery_makes_two_cycles() -> None:
    solution = solve(toy_battery())

    full, rest = [500.0, 500.0, 500.0, 186.548], [-17.893, -500.0, -500.0, -500.0]
    assert kw(solution.consumption_mw[0]) == (
        [0.0] * 6 + [-164.078, -500.0] + [0.0] * 4 + full + rest + [0.0] * 8 + full + [0.0] * 12 + rest
    )
    assert kw(solution.stock_mwh[0, 4::4]) == [225, 50, 50, 450, 50, 50, 50, 450, 450, 450, 450, 50]
    assert solution.costs["electricity net energy"] == pytest.approx(-4.6551, abs=5e-5)
    assert solution.costs["prefer a full storage 0 sooner"] == pytest.approx(0.000386, abs=5e-7)


def test_solar_behind_the_same_connection_limits_discharge() -> None:
    sun = -blocks(SUN_KW[7:19], 4) / 1e3
    alone = float(sun @ blocks(TOY[7:19], 4)) * 0.25

    solution = solve(toy_battery(fixed_mw=sun))

    assert solution.costs["electricity net energy"] == pytest.approx(-18.6204, abs=5e-5)
    assert solution.costs["electricity net energy"] - alone == pytest.approx(-4.6054, abs=5e-5)
    assert kw(solution.consumption_mw[0, 6:8]) == [-304.078, -360.0]
    assert kw(solution.consumption_mw[0, 12:20]) == [500.0, 500.0, 288.889, 0.0, -290.0, -290.0, -290.0, -290.0]
    assert kw(solution.stock_mwh[0, [16]]) == [355.687]


@pytest.mark.parametrize(
    ("roundtrip", "retention", "stocks", "cost"),
    [
        (1.0, 1.0, [0.5, 4.5, 0.5], -240.0),
        (1.0, 0.999, [0.5, 4.5, 0.5], -231.916),
        (0.99, 1.0, [0.5, 4.5, 0.5], -235.179),
        (0.01, 1.0, [2.5, 2.5, 0.5], -20.0),
        (1.0, 0.5, [0.5, 0.5, 0.5], None),
    ],
)
def test_arbitrage_pays_as_far_as_losses_allow(
    roundtrip: float, retention: float, stocks: list[float], cost: float | None
) -> None:
    problem = fill_sooner(arbitrage(day2(), roundtrip=roundtrip, retention=retention), curtail_later=False)

    solution = solve(problem)

    assert solution.stock_mwh[0, [32, 64, 96]] == pytest.approx(stocks)
    assert cost is None or solution.costs["electricity net energy"] == pytest.approx(cost, abs=5e-4)


def test_bounds_at_ticks_are_kept() -> None:
    problem = arbitrage(day2(1))
    low, high = np.full(24, np.nan), np.full(24, np.nan)
    low[7], high[[11, 12]] = 3.5, 1.0
    low[18] = high[18] = 2.0

    free, bound = solve(problem), solve(with_stock_bounds(problem, lowest=low, highest=high))

    stock = bound.stock_mwh[0]
    assert stock[8] >= 3.5
    assert stock[[12, 13]].max() <= 1.0
    assert stock[19] == pytest.approx(2.0)
    assert (stock.min(), stock.max()) == pytest.approx((0.5, 4.5))
    assert (free.objective, bound.objective) == pytest.approx((-240.0, -210.0))


def test_energy_is_burnt_by_alternating_when_consumption_is_paid() -> None:
    solution = solve(burner(DAY3_BUY, roundtrip=0.9))

    power = solution.consumption_mw[0]
    assert (power[:8:2] < 0).all()
    assert (power[1:8:2] > 0).all()
    assert (power[8:] <= 0).all()
    assert solution.objective == pytest.approx(-197.737, abs=5e-4)
    assert solution.n_binaries > 0


@pytest.mark.parametrize(
    ("selling", "roundtrip", "cost", "lowest"),
    [(None, 1.0, -200.0, -2.0), (DAY3_SELL, 0.9, -113.842, -2 * ROOT), (DAY3_SELL, 1.0, -120.0, -2.0)],
)
def test_energy_is_not_burnt_when_it_does_not_pay(
    selling: Floats | None, roundtrip: float, cost: float, lowest: float
) -> None:
    solution = solve(fill_sooner(burner(DAY3_BUY, selling=selling, roundtrip=roundtrip)))

    assert solution.consumption_mw[0, :8] == pytest.approx(np.zeros(8), abs=1e-9)
    assert solution.consumption_mw[0].min() == pytest.approx(lowest)
    assert solution.costs["electricity net energy"] == pytest.approx(cost, abs=5e-4)


@pytest.mark.parametrize(
    ("buying", "selling", "cost"), [(day2(), day2(), 784.0), (np.full(96, 363.0), np.full(96, 300.0), 2910.0)]
)
def test_a_building_with_sun_and_load_shifts_what_it_can(buying: Floats, selling: Floats, cost: float) -> None:
    """Base load 1 MW, sun 1.8 MW in the middle third of the day, connection 2 MVA."""
    fixed = blocks((1.0, -0.8, 1.0), 32)
    network = make_network(buying, selling=selling, fixed=fixed, import_max=2.0, export_max=2.0)
    stock = make_stock(96, start=2.5, lowest=0.5, highest=4.5)

    solution = solve(make_problem(network, [make_device(96, power=2.0, stock=0)], [stock]))

    assert solution.stock_mwh[0, [32, 64, 96]] == pytest.approx([0.5, 4.5, 0.5])
    assert solution.costs["electricity net energy"] == pytest.approx(cost)


@pytest.mark.parametrize(("lowest", "target"), [(0.0, 1.0), (0.0, 5.0), (-2.0, 0.0), (-2.0, 5.0)])
def test_a_vehicle_reaches_its_target(lowest: float, target: float) -> None:
    device = make_device(96, power=2.0, lowest=lowest, stock=0)
    problem = make_problem(make_network(day2()), [device], [make_stock(96, start=1.0, highest=10.0)])
    wanted = np.full(96, np.nan)
    wanted[7] = target

    solution = solve(with_stock_bounds(problem, lowest=wanted, highest=wanted))

    assert solution.stock_mwh[0, 8] == pytest.approx(target)


def test_charging_four_megawatthours_in_time_takes_full_power() -> None:
    """From 1 to 5 MWh within 2 h at 2 MW: 8 quarters at full power, 4 MWh for 400."""
    device = make_device(96, power=2.0, lowest=0.0, stock=0)
    problem = make_problem(make_network(day2()), [device], [make_stock(96, start=1.0, highest=10.0)])
    wanted = np.full(96, np.nan)
    wanted[7] = 5.0

    solution = solve(with_stock_bounds(problem, lowest=wanted))

    assert kw(solution.consumption_mw[0, :8]) == [2000.0] * 8
    assert solution.objective == pytest.approx(400.0)


def make_small_charger(*, start: float, commitments: list[Commitment]) -> Problem:
    """A 10 kW device for 24 hours at a flat price of 100."""
    device = make_device(96, power=0.01, stock=0)
    return make_problem(make_network(np.full(96, 100.0)), [device], [make_stock(96, start=start)], commitments)


def test_a_minimum_out_of_reach_costs_its_height_and_its_area() -> None:
    """0.4 + 24 h · 10 kW = 0.64 MWh: 0.26 short of 0.9; energy 24, height 260, area 260 / 4."""
    wanted = np.full(96, np.nan)
    wanted[95] = 0.9

    solution = solve(make_small_charger(start=0.4, commitments=soc_minima(0, wanted, step_h=0.25, price=1e3)))

    assert solution.stock_mwh[0, 96] == pytest.approx(0.64)
    assert solution.costs == pytest.approx(
        {"electricity net energy": 24.0, "any soc minima": 260.0, "all soc minima": 65.0}
    )


def test_a_target_out_of_reach_is_approached() -> None:
    wanted = np.full(96, np.nan)
    wanted[95] = 0.9

    solution = solve(make_small_charger(start=0.4, commitments=soc_targets(0, wanted, step_h=0.25)))

    assert solution.stock_mwh[0, 96] == pytest.approx(0.64)


def test_a_maximum_out_of_reach_is_approached() -> None:
    wanted = np.full(96, np.nan)
    wanted[95] = 0.5

    solution = solve(make_small_charger(start=0.9, commitments=soc_maxima(0, wanted, step_h=0.25)))

    assert solution.stock_mwh[0, 96] == pytest.approx(0.66)


def test_a_soft_target_above_the_range_fills_the_stock() -> None:
    problem = arbitrage(day2(1))
    wanted = np.full(24, np.nan)
    wanted[15] = 8.0
    soft = make_problem(
        problem.networks[0], problem.devices, problem.stocks, soc_targets(0, wanted, step_h=1), step_h=1
    )

    assert solve(soft).stock_mwh[0, 16] == pytest.approx(4.5)


def test_a_leaking_stock_is_filled_as_late_as_possible() -> None:
    """100 kWh that halve every quarter; 8 kWh wanted after an hour take 9.7041 kW in the fourth quarter."""
    device = make_device(8, power=0.01, stock=0)
    stock = make_stock(8, start=0.1, highest=0.1, retention=0.5)
    wanted = np.full(8, np.nan)
    wanted[3] = 0.008
    network = make_network(np.full(8, 100.0), selling=0.0)

    solution = solve(make_problem(network, [device], [stock], soc_minima(0, wanted, step_h=0.25)))

    assert kw(solution.stock_mwh[0, :7]) == [100.0, 50.0, 25.0, 12.5, 8.0, 4.0, 2.0]
    assert kw(solution.consumption_mw[0, :4]) == [0.0, 0.0, 0.0, 9.704]


@pytest.mark.parametrize(
    ("charging", "retention", "mean_kw"), [(1.0, 1.0, 9.0), (0.95, 1.0, 9.473684), (1.25, 1.0, 7.2)]
)
def test_usage_is_replaced(charging: float, retention: float, mean_kw: float) -> None:
    """A usage of 10 kW and a gain of 1 kW on an empty stock."""
    device = make_device(96, power=0.01, charging=charging, stock=0)
    stock = make_stock(96, start=0.0, highest=0.1, inflow=-0.009, retention=retention)

    solution = solve(make_problem(make_network(np.full(96, 100.0), selling=0.0), [device], [stock]))

    assert 1e3 * solution.consumption_mw[0].mean() == pytest.approx(mean_kw, abs=1e-6)
