"""Several devices, networks and commitments: schedules that can be checked by hand or are published."""

from dataclasses import replace

import numpy as np
import pytest

from tests.problems import (
    SUN_KW,
    TOY,
    at,
    blocks,
    fill_sooner,
    height_and_area,
    kw,
    make_commitment,
    make_device,
    make_network,
    make_problem,
    make_stock,
    per_run,
    soc_minima,
    solve,
    with_stock_bounds,
)
from wattloom.scheduling.problem import Commitment, DeviceFlow, Floats, NetFlow, Problem, StockLevel

ROOT = np.sqrt(0.9)
SUN = blocks(SUN_KW, 4) / 1e3
FEED_IN = np.concatenate([np.full(48, 4.0), np.full(8, -10.0), np.full(40, 4.0)])
"""Selling price that is negative from 12:00 to 14:00."""


def site_with_sun(prices: Floats, *, selling: Floats | None = None, stock_max: float) -> Problem:
    """Curtailable sun and a 500 kW battery behind 500 kVA, from 07:00 to 19:00."""
    hours = slice(28, 76)
    selling = None if selling is None else selling[hours]
    network = make_network(prices[hours], devices=(0, 1), selling=selling, import_max=0.5, export_max=0.5)
    sun = make_device(48, power=0.0, lowest=-SUN[hours])
    battery = make_device(48, power=0.5, charging=ROOT, discharging=ROOT, stock=0)
    stock = make_stock(48, start=0.225, lowest=0.05, highest=stock_max)
    return fill_sooner(make_problem(network, [sun, battery], [stock]))


def test_sun_is_curtailed_while_feeding_in_costs() -> None:
    sun, feed_in = SUN[28:76], FEED_IN[28:76]
    device = make_device(48, power=0.0, lowest=-sun)

    solution = solve(make_problem(make_network(np.full(48, 10.0), selling=feed_in), [device]))

    assert solution.consumption_mw[0] == pytest.approx(np.where(feed_in < 0, 0.0, -sun))
    assert solution.objective == pytest.approx(-5.88)


def test_a_battery_takes_what_would_be_curtailed() -> None:
    solution = solve(site_with_sun(np.full(96, 10.0), selling=FEED_IN, stock_max=0.45))

    sun, battery = solution.consumption_mw
    assert kw(battery[17:20]) == [-84.078, -290.0, -290.0]
    assert kw(battery[20:28]) == [220.0, 220.0, 220.0, 220.0, 210.0, 210.0, 210.0, 176.548]
    assert kw(battery[44:]) == [-197.893, -440.0, -440.0, -440.0]
    assert kw(sun[20:28]) == [-220.0] * 4 + [-210.0] * 3 + [-176.548]
    assert solution.costs["electricity net energy"] == pytest.approx(-8.06197, abs=5e-6)


def test_a_larger_battery_prevents_curtailment() -> None:
    solution = solve(site_with_sun(blocks(TOY, 4), stock_max=0.9))

    assert -solution.consumption_mw[0].sum() * 0.25 == pytest.approx(1.9)
    assert kw(solution.stock_mwh[0, [36, 40]]) == [900.0, 900.0]
    assert solution.costs["electricity net energy"] == pytest.approx(-20.38043, abs=5e-6)


def test_each_grid_pays_for_its_own_devices() -> None:
    """A battery on electricity and a boiler on gas that replaces a usage of 1 kW."""
    battery = make_device(24, power=0.02, charging=0.95, discharging=0.95, stock=0)
    boiler = make_device(24, power=0.03, lowest=0.0, stock=1)
    stocks = [make_stock(24, start=0.02, highest=0.1), make_stock(24, start=0.0, highest=0.0, inflow=-0.001)]
    electricity = make_network(np.full(24, 100.0))
    problem = fill_sooner(make_problem(electricity, [battery, boiler], stocks, step_h=1.0))
    gas = replace(make_network(np.full(24, 50.0), devices=(1,)), commodity="gas")
    problem = replace(problem, networks=(electricity, gas))

    solution = solve(with_stock_bounds(problem, lowest=at(24, {22: 0.08})))

    assert kw(solution.consumption_mw[0, :5]) == [20.0, 20.0, 20.0, 3.158, 0.0]
    assert kw(solution.consumption_mw[0, 22:]) == [0.0, -20.0]
    assert kw(solution.consumption_mw[1]) == [1.0] * 24
    assert solution.costs["electricity net energy"] == pytest.approx(4.315789)
    assert solution.costs["gas net energy"] == pytest.approx(1.2)
    assert solution.costs["prefer a full storage 0 sooner"] == pytest.approx(1.26993e-6, rel=1e-5)
    assert solution.costs["prefer a full storage 1 sooner"] == pytest.approx(0.0, abs=1e-12)


def test_a_battery_and_a_heat_pump_share_a_grid() -> None:
    battery = make_device(24, power=0.02, charging=0.95, discharging=0.95, stock=0)
    pump = make_device(24, power=0.01, lowest=0.0, charging=0.95, stock=1)
    stocks = [make_stock(24, start=0.02, highest=0.1), make_stock(24, start=0.01, highest=0.05)]
    network = make_network(np.full(24, 100.0), devices=(0, 1))
    problem = fill_sooner(make_problem(network, [battery, pump], stocks, step_h=1.0))
    problem = with_stock_bounds(problem, lowest=at(24, {22: 0.08}))
    wanted = replace(problem.stocks[1], min_mwh=at(24, {22: 0.04}, otherwise=0.0))

    solution = solve(replace(problem, stocks=(problem.stocks[0], wanted)))

    assert kw(solution.consumption_mw[1, :5]) == [10.0, 10.0, 10.0, 1.579, 0.0]
    assert solution.costs["electricity net energy"] == pytest.approx(7.473684)
    assert solution.costs["prefer a full storage 0 sooner"] == pytest.approx(1.26993e-6, rel=1e-5)
    assert solution.costs["prefer a full storage 1 sooner"] == pytest.approx(6.34964e-7, rel=1e-5)


def test_two_feeders_share_a_heat_buffer() -> None:
    """A heat pump of 5 kW and COP 3 carries the load, a heater of 15 kW helps in the morning."""
    usage = np.concatenate([np.full(7, 0.004), np.full(2, 0.018), np.full(15, 0.004)])
    pump = make_device(24, power=0.005, lowest=0.0, charging=3.0, stock=0)
    heater = make_device(24, power=0.015, lowest=0.0, stock=0)
    stock = make_stock(24, start=0.02, lowest=0.02, highest=0.022, inflow=-usage)
    network = make_network(np.full(24, 100.0), devices=(0, 1))

    solution = solve(fill_sooner(make_problem(network, [pump, heater], [stock], step_h=1.0)))

    third = 1.333
    expected = [2.0] + [third] * 6 + [5.0, 5.0, 2.0] + [third] * 13 + [0.667]
    assert kw(solution.consumption_mw[0]) == expected
    assert kw(solution.consumption_mw[1]) == [0.0] * 7 + [3.0, 1.0] + [0.0] * 15
    assert solution.costs["electricity net energy"] == pytest.approx(4.4)


def test_the_better_inverter_is_taken_in_each_direction() -> None:
    first = make_device(96, power=0.02, charging=0.95, discharging=0.95, stock=0)
    second = make_device(96, power=0.02, charging=0.99, discharging=0.45, stock=0)
    stock = make_stock(96, start=0.02, lowest=0.01, highest=0.2)
    problem = make_problem(make_network(np.full(96, 100.0), devices=(0, 1)), [first, second], [stock])
    wanted = at(96, {47: 0.189})

    solution = solve(with_stock_bounds(fill_sooner(problem), lowest=wanted, highest=wanted))

    assert solution.consumption_mw[0].max() == pytest.approx(0.0, abs=1e-9)
    assert solution.consumption_mw[1].min() == pytest.approx(0.0, abs=1e-9)
    assert (solution.consumption_mw[1] > 1e-9).nonzero()[0].tolist() == list(range(35))
    assert (solution.consumption_mw[0] < -1e-9).nonzero()[0].tolist() == list(range(61, 96))
    assert solution.costs["electricity net energy"] == pytest.approx(0.065707, abs=5e-7)


def test_breaches_peaks_and_custom_commitments_are_charged_together() -> None:
    """A limit of 1 kW and a need of 0.6 MWh in 24 h: 25 kW throughout breach it least."""
    n, step_h, net = 96, 0.25, NetFlow(0)
    commitments = [
        *height_and_area("consumption breach", net, np.full(n, 1e-3), step_h=step_h, up=1e6),
        per_run(make_commitment(n, net, name="consumption peak", baseline=0.02, up=260.0)),
        per_run(make_commitment(n, net, name="production peak", baseline=-0.02, down=-260.0)),
        *soc_minima(0, at(n, {n - 1: 1.0}), step_h=step_h, price=6e6),
        make_commitment(n, net, name="A", up=1.0, down=-1.0),
        make_commitment(n, net, name="B", up=step_h, down=-step_h),
        replace(make_commitment(n, net, name="electricity net energy"), is_custom=True),
    ]
    network = make_network(np.full(n, 100.0), selling=90.0, import_max=2.0, export_max=2.0)
    problem = make_problem(network, [make_device(n, stock=0)], [make_stock(n, start=0.4)], commitments)

    solution = solve(problem)

    assert kw(solution.consumption_mw[0]) == [25.0] * n
    assert solution.costs == pytest.approx(
        {
            "electricity net energy": 60.0,
            "any consumption breach": 24_000.0,
            "all consumption breach": 576_000.0,
            "consumption peak": 1.3,
            "production peak": 0.0,
            "any soc minima": 0.0,
            "all soc minima": 0.0,
            "A": 2.4,
            "B": 0.6,
            "electricity net energy (custom)": 0.0,
        },
        abs=1e-6,
    )


def test_a_wanted_stock_outweighs_device_capacities() -> None:
    """25 kW until 16:00 and none until 18:00, though 0 kW was wanted from 12:00 on."""
    n, step_h = 96, 0.25
    quarter = np.arange(n)
    free = np.where((quarter >= 48) & (quarter <= 72), 0.0, 0.025)
    buying = np.full(n, 100.0)
    buying[64:68], buying[68:73] = 0.0, 1000.0
    minima = np.full(n, np.nan)
    minima[47:72] = 0.8
    device = DeviceFlow(0)
    peak_price = np.where(quarter < 8, 260.0, 235.0)
    commitments = [
        per_run(make_commitment(n, name="consumption peak", up=peak_price)),
        *height_and_area("consumption breach device 0", device, free, step_h=step_h, up=1e5),
        *height_and_area("production breach device 0", device, -free, step_h=step_h, down=-1e5),
        *soc_minima(0, minima, step_h=step_h),
    ]
    network = make_network(buying, selling=buying - 10)
    problem = make_problem(network, [make_device(n, power=0.025, stock=0)], [make_stock(n, start=0.4)], commitments)

    solution = solve(problem)

    assert kw(solution.consumption_mw[0, :64]) == [25.0] * 64
    assert kw(solution.consumption_mw[0, 64:72]) == [0.0] * 8
    assert solution.costs["any consumption breach device 0"] == pytest.approx(2500.0)
    assert solution.costs["all consumption breach device 0"] == pytest.approx(10_000.0)


def test_a_soft_site_limit_is_exceeded_as_little_as_a_target_demands() -> None:
    """12.9 kWh in 46.75 h need 0.276 kW where 0.25 kW are allowed."""
    n, step_h = 192, 0.25
    wanted = at(n, {186: 0.025})
    breach = height_and_area("consumption breach", NetFlow(0), np.full(n, 2.5e-4), step_h=step_h, up=1e6)
    problem = make_problem(
        make_network(np.full(n, 100.0)),
        [make_device(n, power=0.02, lowest=0.0, stock=0)],
        [make_stock(n, start=0.0121, highest=0.1)],
        breach,
    )

    solution = solve(with_stock_bounds(problem, lowest=wanted, highest=wanted))

    assert solution.consumption_mw.max() == pytest.approx(0.0129 / 46.75)
    assert solution.costs["any consumption breach"] == pytest.approx(25.9358, abs=5e-5)
    assert solution.costs["all consumption breach"] == pytest.approx(1212.5)


def test_an_aggregate_is_kept_on_a_promise() -> None:
    """Two heaters of 8 MW that promised 10 MW together, 10 000 per MWh missing."""
    promise = make_commitment(4, NetFlow(0), baseline=10.0, down=-1e4)
    network = make_network(np.full(4, 50.0), devices=(0, 1))
    devices = [make_device(4, power=8.0, lowest=0.0)] * 2

    solution = solve(make_problem(network, devices, [], [promise], step_h=1.0))

    assert solution.net_consumption_mw[0] == pytest.approx([10.0] * 4)


def test_a_promise_priced_on_both_sides_is_met() -> None:
    promise = make_commitment(4, NetFlow(0), baseline=5.0, up=10.0, down=-10.0)
    network = make_network(np.zeros(4), devices=(0, 1))

    solution = solve(make_problem(network, [make_device(4, power=10.0)] * 2, [], [promise], step_h=1.0))

    assert solution.net_consumption_mw[0] == pytest.approx([5.0] * 4)
    assert solution.objective == pytest.approx(0.0, abs=1e-9)


def stacked(commitments: list[Commitment]) -> Problem:
    """A stock of 0.4 MWh to be sold; prices rise over the day by 1."""
    rise = np.arange(24) / 23
    network = make_network(100 + rise, selling=90 + rise)
    return make_problem(network, [make_device(24, stock=0)], [make_stock(24, start=0.4)], commitments, step_h=1.0)


BREACH = per_run(make_commitment(24, name="production breach", baseline=-0.1, down=-1000.0))
PEAK = per_run(make_commitment(24, name="peak", up=80.0, down=-80.0))


@pytest.mark.parametrize(
    ("commitments", "power", "objective"),
    [
        ([], [0.0] * 23 + [-0.4], -36.4),
        ([BREACH], [0.0] * 20 + [-0.1] * 4, -36.373913),
        ([BREACH, PEAK], [-0.4 / 24] * 24, -34.866667),
    ],
)
def test_commitments_stack(commitments: list[Commitment], power: list[float], objective: float) -> None:
    solution = solve(stacked(commitments))

    assert solution.consumption_mw[0] == pytest.approx(power, abs=1e-9)
    assert solution.objective == pytest.approx(objective, abs=5e-7)


@pytest.mark.parametrize(("n_charged", "power"), [(1, 0.2), (2, 0.1)])
def test_area_prices_prevent_further_breaches(n_charged: int, power: float) -> None:
    """A target forces 0.2 where 0.1 is allowed; that makes 0.2 free later on, unless the area is charged too."""
    n, limit = 24, 0.1
    rise = np.arange(n) / 23
    buying, selling = 100 + rise, 90 + rise
    buying[10], selling[10] = -100.0, -100.0
    wanted = at(n, {0: 0.6})
    charged = height_and_area("breach", NetFlow(0), np.full(n, limit), step_h=1.0, up=1000.0)[:n_charged]
    network = make_network(buying, selling=selling)
    problem = make_problem(network, [make_device(n, stock=0)], [make_stock(n, start=0.4)], charged, step_h=1.0)

    solution = solve(with_stock_bounds(problem, lowest=wanted, highest=wanted))

    assert solution.consumption_mw[0, [0, 10]] == pytest.approx([0.2, power])


def test_a_constant_run_is_charged_once() -> None:
    """Peak price 10 in the first two hours and 20 in the others: two runs, each with its own largest value."""
    prices = np.array([10.0, 10.0, 20.0, 20.0])
    peak = per_run(make_commitment(4, name="peak", up=prices))
    network = make_network(np.zeros(4), fixed=np.array([1.0, 3.0, 2.0, 1.0]))

    solution = solve(make_problem(network, [make_device(4, power=0.0)], [], [peak], step_h=1.0))

    assert solution.costs["peak"] == pytest.approx(10 * 3 + 20 * 2)


def test_several_promises_on_one_stock_are_added_up() -> None:
    minimum = make_commitment(2, StockLevel(0), name="low", baseline=0.5, down=-10.0)
    wish = make_commitment(2, StockLevel(0), name="high", baseline=0.8, down=-1.0)
    device = make_device(2, power=0.0, stock=0)

    solution = solve(make_problem(make_network(np.zeros(2)), [device], [make_stock(2, start=0.4)], [minimum, wish]))

    assert solution.costs["low"] == pytest.approx(2 * 0.1 * 10)
    assert solution.costs["high"] == pytest.approx(2 * 0.4 * 1)
