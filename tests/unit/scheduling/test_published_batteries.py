"""Published problems of one battery or vehicle, from the words of the request to the schedule.

The numbers in the names are those of the problems; ``tests/docs`` checks that none is missing.
"""

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from tests.flexing import (
    HOUR,
    LOAD,
    PERCENT,
    POWER,
    PRICE,
    SELLING,
    START,
    SUN,
    at,
    make_window,
    plan_devices,
    solve_inputs,
)
from tests.problems import SUN_KW, TOY, blocks, day2, kw
from wattloom.scheduling.inputs import ScheduleInputs
from wattloom.scheduling.problem import Floats
from wattloom.scheduling.solver import Conflict, HighsSolver, Solution, solve_problem

SEVEN = START + timedelta(hours=7)
TOY_DAY = make_window(12, start=SEVEN)
TOY_PRICES = blocks(TOY[7:19], 4)
SUN_MW = blocks(SUN_KW[7:19], 4) / 1e3
FEED_IN = blocks((4, -10, 4), 1).repeat([20, 8, 20])
"""From 07:00 on; negative from 12:00 to 14:00."""
TOY_BATTERY: dict[str, Any] = {
    "sensor": POWER,
    "soc-at-start": "225 kWh",
    "soc-min": "50 kWh",
    "soc-max": "450 kWh",
    "roundtrip-efficiency": "90%",
    "power-capacity": "500 kW",
}
TOY_SITE: dict[str, Any] = {"consumption-price": {"sensor": PRICE}, "site-power-capacity": "500 kVA"}
CURTAILABLE: dict[str, Any] = {"asset": 8, "consumption-capacity": "0 kW", "production-capacity": {"sensor": SUN}}
DAY3_BUY = blocks((-10, 100, 100), 8)
DAY3_SELL = blocks((-50, 60, 60), 8)
ROOT = np.sqrt(0.9)


def toy(*entries: dict[str, Any], **more: Any) -> ScheduleInputs:
    readings = {PRICE: TOY_PRICES, SUN: SUN_MW, SELLING: FEED_IN}
    context = TOY_SITE | {name.replace("_", "-"): value for name, value in more.items()}
    return plan_devices(entries or [TOY_BATTERY], context, window=TOY_DAY, readings=readings)


def arbitrage(context: dict[str, Any] | None = None, *, step: timedelta = HOUR / 4, **model: Any) -> ScheduleInputs:
    """A 2 MW battery of 0.5 to 4.5 MWh that starts with 2.5, on the second published day."""
    entry = {
        "sensor": POWER,
        "soc-at-start": "2.5 MWh",
        "soc-min": "0.5 MWh",
        "soc-max": "4.5 MWh",
        "power-capacity": "2 MW",
        "prefer-curtailing-later": False,
        **{name.replace("_", "-"): value for name, value in model.items()},
    }
    prices = day2(round(HOUR / step))
    window = make_window(step=step)
    context = {"consumption-price": {"sensor": PRICE}, **(context or {})}
    return plan_devices([entry], context, window=window, readings={PRICE: prices})


def energy_cost(solution: Solution) -> float:
    return solution.costs["electricity net energy"]


def test_problem_1_a_toy_battery_makes_two_cycles() -> None:
    solution = solve_inputs(toy())

    full, rest = [500.0, 500.0, 500.0, 186.548], [-17.893, -500.0, -500.0, -500.0]
    assert kw(solution.consumption_mw[0]) == (
        [0.0] * 6 + [-164.078, -500.0] + [0.0] * 4 + full + rest + [0.0] * 8 + full + [0.0] * 12 + rest
    )
    assert kw(solution.stock_mwh[0, 4::4]) == [225, 50, 50, 450, 50, 50, 50, 450, 450, 450, 450, 50]
    assert energy_cost(solution) == pytest.approx(-4.6551, abs=5e-5)
    assert solution.costs["prefer a full storage 0 sooner"] == pytest.approx(0.000386, abs=5e-7)


def test_problem_2_solar_behind_the_same_connection_limits_discharge() -> None:
    alone = -float(SUN_MW @ TOY_PRICES) * 0.25

    solution = solve_inputs(toy(inflexible_production=[{"sensor": SUN}]))

    assert energy_cost(solution) == pytest.approx(-18.6204, abs=5e-5)
    assert energy_cost(solution) - alone == pytest.approx(-4.6054, abs=5e-5)
    power = solution.consumption_mw[0]
    assert kw(power[6:8]) == [-304.078, -360.0]
    assert kw(power[12:20]) == [500.0, 500.0, 288.889, 0.0, -290.0, -290.0, -290.0, -290.0]
    assert kw(power[28:32]) == [500.0, 500.0, 500.0, 186.548]
    assert kw(power[44:]) == [-197.893, -440.0, -440.0, -440.0]
    assert kw(solution.stock_mwh[0, [16]]) == [355.687]


def test_problem_3_sun_is_curtailed_while_feeding_in_costs() -> None:
    solution = solve_inputs(
        toy(CURTAILABLE, consumption_price="10 EUR/MWh", production_price={"sensor": SELLING}, site_power_capacity=None)
    )

    assert solution.consumption_mw[0] == pytest.approx(np.where(FEED_IN < 0, 0.0, -SUN_MW))
    assert solution.objective == pytest.approx(-5.88)


def test_problem_4_a_battery_takes_what_would_be_curtailed() -> None:
    solution = solve_inputs(
        toy(CURTAILABLE, TOY_BATTERY, consumption_price="10 EUR/MWh", production_price={"sensor": SELLING})
    )

    sun, battery = solution.consumption_mw
    assert kw(battery[17:20]) == [-84.078, -290.0, -290.0]
    assert kw(battery[20:28]) == [220.0, 220.0, 220.0, 220.0, 210.0, 210.0, 210.0, 176.548]
    assert kw(battery[44:]) == [-197.893, -440.0, -440.0, -440.0]
    assert kw(sun[20:28]) == [-220.0] * 4 + [-210.0] * 3 + [-176.548]
    assert energy_cost(solution) == pytest.approx(-8.06197, abs=5e-6)


def test_problem_5_a_larger_battery_prevents_curtailment() -> None:
    solution = solve_inputs(toy(CURTAILABLE, TOY_BATTERY | {"soc-max": "900 kWh"}))

    assert -solution.consumption_mw[0].sum() * 0.25 == pytest.approx(1.9)
    assert kw(solution.stock_mwh[0, [36, 40]]) == [900.0, 900.0]
    net_kw = kw(solution.net_consumption_mw[0])
    assert net_kw[16:20] == [-500.0] * 4
    assert net_kw[41:] == [-500.0] * 7
    assert energy_cost(solution) == pytest.approx(-20.38043, abs=5e-6)


@pytest.mark.parametrize(
    ("roundtrip", "storage", "stocks", "cost"),
    [
        (1.0, 1.0, [0.5, 4.5, 0.5], -240.0),
        (1.0, 0.999, [0.5, 4.5, 0.5], -231.916),
        (0.99, 1.0, [0.5, 4.5, 0.5], -235.179),
        (0.01, 1.0, [2.5, 2.5, 0.5], -20.0),
        (1.0, 0.5, [0.5, 0.5, 0.5], None),
    ],
)
def test_problem_11_arbitrage_pays_as_far_as_losses_allow(
    roundtrip: float, storage: float, stocks: list[float], cost: float | None
) -> None:
    """A storage-efficiency is meant per quarter of an hour: the resolution of the power sensor."""
    solution = solve_inputs(arbitrage(roundtrip_efficiency=roundtrip, storage_efficiency=storage))

    assert solution.stock_mwh[0, [32, 64, 96]] == pytest.approx(stocks)
    assert cost is None or energy_cost(solution) == pytest.approx(cost, abs=5e-4)


def burner(roundtrip: str, *, selling: Floats = DAY3_BUY) -> Solution:
    """Schedule a full battery of 2 MW and 2 MWh while consumption is paid for eight hours."""
    entry = {
        "sensor": POWER,
        "soc-at-start": "2 MWh",
        "soc-min": "0 MWh",
        "soc-max": "2 MWh",
        "power-capacity": "2 MW",
        "roundtrip-efficiency": roundtrip,
    }
    context = {"consumption-price": {"sensor": PRICE}, "production-price": {"sensor": SELLING}}
    readings = {PRICE: DAY3_BUY, SELLING: selling}
    return solve_inputs(plan_devices([entry], context, window=make_window(step=HOUR), readings=readings))


def test_problem_12_energy_is_burnt_by_alternating_when_consumption_is_paid() -> None:
    solution = burner("90%")

    power = solution.consumption_mw[0]
    assert (power[:8:2] < 0).all()
    assert (power[1:8:2] > 0).all()
    assert (power[8:] <= 0).all()
    assert energy_cost(solution) == pytest.approx(-197.737, abs=5e-4)
    assert solution.n_binaries > 0


@pytest.mark.parametrize(
    ("selling", "roundtrip", "cost", "lowest"),
    [
        (DAY3_BUY, "100%", -200.0, -2.0),
        (DAY3_SELL, "90%", -113.842, -2 * ROOT),
        (DAY3_SELL, "100%", -120.0, -2.0),
    ],
)
def test_problem_12_energy_is_not_burnt_when_it_does_not_pay(
    selling: Floats, roundtrip: str, cost: float, lowest: float
) -> None:
    solution = burner(roundtrip, selling=selling)

    assert solution.consumption_mw[0, :8] == pytest.approx(np.zeros(8), abs=1e-9)
    assert solution.consumption_mw[0].min() == pytest.approx(lowest)
    assert energy_cost(solution) == pytest.approx(cost, abs=5e-4)


@pytest.mark.parametrize(
    ("context", "cost"),
    [({}, 784.0), ({"consumption-price": "363 EUR/MWh", "production-price": "300 EUR/MWh"}, 2910.0)],
)
def test_problem_13_a_building_with_sun_and_load_shifts_what_it_can(context: dict[str, Any], cost: float) -> None:
    entry = {
        "sensor": POWER,
        "soc-at-start": "2.5 MWh",
        "soc-min": "0.5 MWh",
        "soc-max": "4.5 MWh",
        "power-capacity": "2 MW",
    }
    site = {
        "consumption-price": {"sensor": PRICE},
        "site-power-capacity": "2 MVA",
        "inflexible-consumption": [{"sensor": LOAD}],
        "inflexible-production": [{"sensor": SUN}],
        **context,
    }
    readings: dict[int, Floats | float] = {PRICE: day2(), LOAD: 1.0, SUN: blocks((0, 1.8, 0), 32)}

    solution = solve_inputs(plan_devices([entry], site, readings=readings))

    assert solution.stock_mwh[0, [32, 64, 96]] == pytest.approx([0.5, 4.5, 0.5])
    assert energy_cost(solution) == pytest.approx(cost)


def station(target_mwh: float, *, start_mwh: float = 1.0, **context: Any) -> ScheduleInputs:
    """A vehicle at 2 MW that wants a state of charge after two hours."""
    is_unidirectional = bool(context.pop("unidirectional", True))
    return arbitrage(
        context,
        soc_at_start=f"{start_mwh} MWh",
        soc_min="0 MWh",
        soc_max="20 MWh",
        production_capacity="0 kW" if is_unidirectional else None,
        soc_targets=[{"datetime": at(2), "value": f"{target_mwh} MWh"}],
    )


@pytest.mark.parametrize(("unidirectional", "target"), [(True, 1.0), (True, 5.0), (False, 0.0), (False, 5.0)])
def test_problem_14_a_vehicle_reaches_its_target(unidirectional: bool, target: float) -> None:  # noqa: FBT001 - a table
    solution = solve_inputs(station(target, unidirectional=unidirectional))

    assert solution.stock_mwh[0, 8] == pytest.approx(target)


def test_problem_14_charging_four_megawatthours_in_time_takes_full_power() -> None:
    solution = solve_inputs(station(5.0))

    assert kw(solution.consumption_mw[0, :8]) == [2000.0] * 8
    assert energy_cost(solution) == pytest.approx(400.0)


@pytest.mark.parametrize(("unidirectional", "target"), [(True, 9.0), (True, 15.0), (False, 5.0), (False, 15.0)])
def test_problem_15_a_hard_target_out_of_reach_contradicts_the_power(unidirectional: bool, target: float) -> None:  # noqa: FBT001 - a table
    """2 MW move 4 MWh in two hours: from 10 MWh neither 5 nor 15 can be reached, nor 9 without discharging."""
    context = {"relax-constraints": False, "unidirectional": unidirectional}

    inputs = station(target, start_mwh=10.0, **context)

    assert isinstance(solve_problem(inputs.problem, HighsSolver(), time_limit_s=10), Conflict)


def test_problem_25_a_leaking_stock_is_filled_as_late_as_possible() -> None:
    entry = {
        "sensor": POWER,
        "state-of-charge": {"sensor": PERCENT},
        "soc-max": "100 kWh",
        "power-capacity": "10 kW",
        "storage-efficiency": "50%",
        "soc-minima": [{"datetime": at(1), "value": "8 kWh"}],
        "prefer-charging-sooner": False,
    }
    context = {"consumption-price": "100 EUR/MWh", "production-price": "0 EUR/MWh"}

    solution = solve_inputs(plan_devices([entry], context, window=make_window(2), measured_soc={PERCENT: 1.0}))

    assert kw(solution.stock_mwh[0, :7]) == [100.0, 50.0, 25.0, 12.5, 8.0, 4.0, 2.0]
    assert kw(solution.consumption_mw[0, :4]) == [0.0, 0.0, 0.0, 9.704]


@pytest.mark.parametrize(
    ("model", "mean_kw"),
    [
        ({}, 9.0),
        ({"charging-efficiency": "95%"}, 9.473684),
        ({"charging-efficiency": "95%", "storage-efficiency": "95%"}, 9.473684),
        ({"charging-efficiency": "125%", "storage-efficiency": "95%"}, 7.2),
    ],
)
def test_problem_26_usage_is_replaced(model: dict[str, Any], mean_kw: float) -> None:
    """The storage stays empty, so that nothing of it is lost."""
    entry = {
        "sensor": POWER,
        "soc-at-start": "0 kWh",
        "soc-min": "0 kWh",
        "soc-max": "100 kWh",
        "power-capacity": "10 kW",
        "soc-usage": ["10 kW"],
        "soc-gain": ["1 kW"],
        **model,
    }
    context = {"consumption-price": "100 EUR/MWh", "production-price": "0 EUR/MWh"}

    solution = solve_inputs(plan_devices([entry], context))

    assert 1e3 * solution.consumption_mw[0].mean() == pytest.approx(mean_kw, abs=1e-6)


def test_problem_42_bounds_at_ticks_are_kept() -> None:
    free = solve_inputs(arbitrage(step=HOUR))
    bound = solve_inputs(
        arbitrage(
            step=HOUR,
            soc_maxima=[{"datetime": at(hour), "value": "1 MWh"} for hour in (12, 13)],
            soc_minima=[{"datetime": at(8), "value": "3.5 MWh"}],
            soc_targets=[{"datetime": at(19), "value": "2 MWh"}],
        )
    )

    stock = bound.stock_mwh[0]
    assert stock[8] >= 3.5 - 1e-9
    assert stock[[12, 13]].max() <= 1.0 + 1e-9
    assert stock[19] == pytest.approx(2.0)
    assert (stock.min(), stock.max()) == pytest.approx((0.5, 4.5))
    assert (energy_cost(free), energy_cost(bound)) == pytest.approx((-240.0, -210.0))


def with_usage(usage_mw: float) -> ScheduleInputs:
    entry = {
        "sensor": POWER,
        "soc-at-start": "0 MWh",
        "soc-min": "0 MWh",
        "soc-max": "2 MWh",
        "power-capacity": "2 MW",
        "production-capacity": "0 kW",
        "soc-usage": [{"sensor": LOAD}],
    }
    return plan_devices([entry], {"consumption-price": "100 EUR/MWh"}, readings={LOAD: usage_mw})


def test_problem_43_a_usage_as_large_as_the_power_is_met_throughout() -> None:
    assert kw(solve_inputs(with_usage(2.0)).consumption_mw[0]) == [2000.0] * 96


def test_problem_43_a_larger_usage_cannot_be_met() -> None:
    assert isinstance(solve_problem(with_usage(2.4).problem, HighsSolver(), time_limit_s=10), Conflict)


def v2g(minimum: dict[str, Any], **model: Any) -> Solution:
    """Schedule a 60 kWh vehicle in steps of 5 min, kept low over night and wanted full at 08:00."""
    band = {"start": "2024-02-04T10:35:00+00:00", "end": "2024-02-05T04:25:00+00:00", "value": "51 kWh"}
    entry = {
        "sensor": POWER,
        "soc-at-start": "40 kWh",
        "soc-min": "15 kWh",
        "soc-max": "60 kWh",
        "power-capacity": "11 kW",
        "soc-maxima": [band],
        "soc-minima": [minimum],
        **{name.replace("_", "-"): value for name, value in model.items()},
    }
    window = make_window(22, step=timedelta(minutes=5), start=START.replace(year=2024, month=2, day=4, hour=10))
    return solve_inputs(plan_devices([entry], {"consumption-price": "100 EUR/MWh"}, window=window))


AT_EIGHT = 22 * 12
FULL_AT_EIGHT: dict[str, Any] = {"datetime": "2024-02-05T08:00:00+00:00", "value": "57 kWh"}
FULL_FROM_EIGHT: dict[str, Any] = {
    "start": "2024-02-05T07:45:00+00:00",
    "end": "2024-02-05T08:00:00+00:00",
    "value": "57 kWh",
}


@pytest.mark.parametrize("minimum", [FULL_AT_EIGHT, FULL_FROM_EIGHT], ids=["moment", "range"])
def test_problem_46_a_vehicle_leaves_its_band_in_time_to_be_full(minimum: dict[str, Any]) -> None:
    level_kwh = 1e3 * v2g(minimum).stock_mwh[0]

    edge = 18 * 12 + 5  # 04:25
    assert level_kwh[7 : edge + 1].max() <= 51 + 1e-6
    assert level_kwh[edge + 1 : AT_EIGHT + 1].max() > 51
    assert level_kwh[AT_EIGHT] >= 57 - 1e-6
    assert level_kwh.min() >= 15 - 1e-6


def test_problem_46_nothing_is_discharged_while_the_production_capacity_is_zero() -> None:
    held = {"start": FULL_FROM_EIGHT["start"], "end": FULL_FROM_EIGHT["end"], "value": "0 kW"}
    always = {"start": "2024-02-04T10:00:00+00:00", "duration": "PT22H", "value": "11 kW"}

    power = v2g(FULL_FROM_EIGHT, production_capacity=[always, held], consumption_capacity="11 kW").consumption_mw[0]

    assert power[-3:].min() >= -1e-9
