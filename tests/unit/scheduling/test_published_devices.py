"""Published problems of several devices, stocks and commodities, from the words of the request to the schedule.

The numbers in the names are those of the problems.
"""

from itertools import permutations
from typing import Any

import numpy as np
import pytest

from tests.flexing import (
    FEEDER,
    FEEDER_ASSET,
    HOUR,
    LOAD,
    POWER,
    PRICE,
    SECOND,
    SOC,
    SUN,
    at,
    make_window,
    plan_devices,
    solve_inputs,
)
from tests.problems import kw
from wattloom.errors import FlexModelError

FLAT: dict[str, Any] = {"consumption-price": "100 EUR/MWh", "production-price": "100 EUR/MWh"}
HOURLY = make_window(24, step=HOUR)
FOUR_HOURS = make_window(4, step=HOUR)
BATTERY: dict[str, Any] = {
    "sensor": POWER,
    "soc-at-start": "20 kWh",
    "soc-min": "0 kWh",
    "soc-max": "100 kWh",
    "soc-targets": [{"datetime": at(23), "value": "80 kWh"}],
    "power-capacity": "20 kW",
    "charging-efficiency": "95%",
    "discharging-efficiency": "95%",
}


def test_problem_7_a_battery_and_a_heat_pump_share_a_connection() -> None:
    pump = {
        "sensor": SECOND,
        "power-capacity": "10 kW",
        "production-capacity": "0 kW",
        "charging-efficiency": "95%",
        "soc-at-start": "10 kWh",
        "soc-min": "0 kWh",
        "soc-max": "50 kWh",
        "soc-targets": [{"datetime": at(23), "value": "40 kWh"}],
    }

    solution = solve_inputs(plan_devices([BATTERY, pump], FLAT, window=HOURLY))

    assert kw(solution.consumption_mw[1]) == [10.0, 10.0, 10.0, 1.579] + [0.0] * 20
    assert solution.costs["electricity net energy"] == pytest.approx(7.473684)
    assert solution.costs["prefer a full storage 0 sooner"] == pytest.approx(1.26993e-6, rel=1e-5)
    assert solution.costs["prefer a full storage 1 sooner"] == pytest.approx(6.34964e-7, rel=1e-5)


def test_problem_8_two_feeders_share_a_heat_buffer() -> None:
    """A heat pump of 5 kW and COP 3 carries the load, a heater of 15 kW helps in the morning."""
    usage = [
        {"start": at(start), "end": at(end), "value": value}
        for start, end, value in ((0, 7, "4 kW"), (7, 9, "18 kW"), (9, 24, "4 kW"))
    ]
    buffer = {
        "asset": FEEDER_ASSET,
        "state-of-charge": {"sensor": SOC},
        "soc-at-start": "20 kWh",
        "soc-min": "20 kWh",
        "soc-max": "22 kWh",
        "soc-usage": [usage],
    }
    feeder = {"production-capacity": "0 kW", "state-of-charge": {"sensor": SOC}}
    pump = {"sensor": POWER, "power-capacity": "5 kW", "charging-efficiency": "300%", **feeder}
    heater = {"sensor": SECOND, "power-capacity": "15 kW", **feeder}

    solution = solve_inputs(plan_devices([buffer, pump, heater], FLAT, window=HOURLY))

    third = 1.333
    assert kw(solution.consumption_mw[0]) == [2.0] + [third] * 6 + [5.0, 5.0, 2.0] + [third] * 13 + [0.667]
    assert kw(solution.consumption_mw[1]) == [0.0] * 7 + [3.0, 1.0] + [0.0] * 15
    assert kw(solution.stock_mwh[0]) == [20.0] + [22.0] * 8 + [20.0] + [22.0] * 14 + [20.0]
    assert solution.costs["electricity net energy"] == pytest.approx(4.4)
    assert [name for name in solution.costs if "energy" in name] == ["electricity net energy"]


def test_problem_9_the_better_inverter_is_taken_in_each_direction() -> None:
    inverter = {"power-capacity": "20 kW", "state-of-charge": {"sensor": SOC}}
    first = {"sensor": POWER, "charging-efficiency": "95%", "discharging-efficiency": "95%", **inverter}
    second = {"sensor": SECOND, "charging-efficiency": "99%", "discharging-efficiency": "45%", **inverter}
    battery = {
        "asset": FEEDER_ASSET,
        "state-of-charge": {"sensor": SOC},
        "soc-at-start": "20 kWh",
        "soc-min": "10 kWh",
        "soc-max": "200 kWh",
        "soc-targets": [{"datetime": at(12), "value": "189 kWh"}],
    }

    solution = solve_inputs(plan_devices([first, second, battery], FLAT))

    assert solution.consumption_mw[0].max() == pytest.approx(0.0, abs=1e-9)
    assert solution.consumption_mw[1].min() == pytest.approx(0.0, abs=1e-9)
    assert (solution.consumption_mw[1] > 1e-9).nonzero()[0].tolist() == list(range(35))
    assert (solution.consumption_mw[0] < -1e-9).nonzero()[0].tolist() == list(range(61, 96))
    assert (solution.stock_mwh.max(), solution.stock_mwh[0, -1]) == pytest.approx((0.189, 0.01))
    assert solution.costs["electricity net energy"] == pytest.approx(0.065707, abs=5e-7)


OFF = {"consumption-range": ["0 kW", "0 kW"]}


@pytest.mark.parametrize(
    ("modes", "target", "cost"),
    [
        (None, "1.2 MWh", 3.0),
        ([OFF, {"consumption-range": ["0.5 MW", "0.5 MW"]}], "1 MWh", 1.0),
        ([OFF, {"consumption-range": ["0.4 MW", "0.5 MW"]}], "1.2 MWh", 4.8),
        ([{"consumption-range": [0, 0]}, {"consumption-range": [0.4, 0.5]}], "1.2 MWh", 4.8),
    ],
)
def test_problem_19_a_device_keeps_to_its_operation_modes(modes: Any, target: str, cost: float) -> None:
    entry = {
        "sensor": POWER,
        "power-capacity": "0.5 MW",
        "production-capacity": "0 kW",
        "soc-at-start": 0,
        "soc-min": 0,
        "soc-max": "5 MWh",
        "soc-targets": [{"datetime": at(4), "value": target}],
        "operation-modes": modes,
    }
    context = {"consumption-price": {"sensor": PRICE}, "production-price": "0 EUR/MWh", "relax-constraints": False}
    readings = {PRICE: np.array([10.0, 1.0, 10.0, 1.0])}

    solution = solve_inputs(plan_devices([entry], context, window=FOUR_HOURS, readings=readings))

    assert solution.costs["electricity net energy"] == pytest.approx(cost)
    expected = {3.0: [0.5, 0.5], 1.0: [0.5, 0.5], 4.8: [0.4, 0.4]}
    assert solution.consumption_mw[0, [1, 3]] == pytest.approx(expected[cost])


def test_problem_27_a_feeder_limits_what_its_devices_do_together() -> None:
    together = solve_inputs(plan_devices(on_feeder({"power-capacity": "2.5 MW"}), FLAT, window=FOUR_HOURS))
    alone = solve_inputs(plan_devices(on_feeder(None), FLAT, window=FOUR_HOURS))

    assert np.abs(together.consumption_mw.sum(axis=0)).max() == pytest.approx(2.5)
    assert np.abs(alone.consumption_mw.sum(axis=0)).max() > 2.5


def on_feeder(limits: dict[str, Any] | None) -> list[dict[str, Any]]:
    """Return a battery and a plant of 2 MW each, behind a feeder if there is one."""
    member = {} if limits is None else {"group": {"asset": FEEDER_ASSET}}
    battery = {
        "sensor": POWER,
        "power-capacity": "2 MW",
        "soc-at-start": "1 MWh",
        "soc-min": 0,
        "soc-max": "2 MWh",
        **member,
    }
    plant = {"sensor": SECOND, "consumption-capacity": "0 kW", "production-capacity": "2 MW", **member}
    return [battery, plant, *([] if limits is None else [{"asset": FEEDER_ASSET, **limits}])]


def test_problem_27_a_feeder_has_directional_capacities() -> None:
    """Two batteries would each take 2 MW in the cheap hour; together they take 1 MW."""
    battery = {"power-capacity": "2 MW", "soc-at-start": 0, "soc-min": 0, "soc-max": "2 MWh"}
    member = {"group": {"asset": FEEDER_ASSET}}
    group = {"asset": FEEDER_ASSET, "consumption-capacity": "1 MW"}
    entries = [group, {"sensor": POWER, **battery, **member}, {"sensor": SECOND, **battery, **member}]
    context = {"consumption-price": {"sensor": PRICE}}

    solution = solve_inputs(
        plan_devices(entries, context, window=FOUR_HOURS, readings={PRICE: np.array([10.0, 100, 100, 200])})
    )

    assert solution.consumption_mw.sum(axis=0).max() == pytest.approx(1.0)
    for name in ("any consumption breach", "all consumption breaches"):
        assert solution.costs[f"group asset:{FEEDER_ASSET} {name}"] == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(("load_group", "battery_mw"), [({"group": {"asset": FEEDER_ASSET}}, 1.0), ({}, 2.0)])
def test_problem_27_a_load_takes_its_share_of_a_feeder(load_group: dict[str, Any], battery_mw: float) -> None:
    entries = [
        {
            "sensor": POWER,
            "power-capacity": "2 MW",
            "soc-at-start": 0,
            "soc-min": 0,
            "soc-max": "100 MWh",
            "group": {"asset": FEEDER_ASSET},
        },
        {"inflexible-consumption": {"sensor": LOAD}, **load_group},
        {"asset": FEEDER_ASSET, "power-capacity": "2 MW"},
    ]

    solution = solve_inputs(
        plan_devices(entries, {"consumption-price": "-100 EUR/MWh"}, window=FOUR_HOURS, readings={LOAD: 1.0})
    )

    assert solution.consumption_mw[0] == pytest.approx([battery_mw] * 4)


STOCK_ONLY: dict[str, Any] = {
    "asset": FEEDER_ASSET,
    "state-of-charge": {"sensor": SOC},
    "soc-at-start": "20 kWh",
    "soc-max": "40 kWh",
}
A: dict[str, Any] = {"sensor": POWER, "power-capacity": "5 kW", "state-of-charge": {"sensor": SOC}}
B: dict[str, Any] = {"sensor": SECOND, "power-capacity": "6 kW", "state-of-charge": {"sensor": SOC}}


@pytest.mark.parametrize("order", list(permutations((STOCK_ONLY, A, B))))
def test_problem_50_entries_of_a_stock_may_stand_in_any_order(order: tuple[dict[str, Any], ...]) -> None:
    inputs = plan_devices([*order, {"inflexible-production": {"sensor": SUN}}], FLAT, readings={SUN: 0.003})

    sensors = [device.sensor_id for device in inputs.config.devices]
    assert sensors == [entry["sensor"] for entry in order if "sensor" in entry]
    [stock] = inputs.config.stocks
    assert (stock.asset_id, stock.feeders) == (FEEDER_ASSET, (0, 1))
    assert inputs.problem.networks[0].inflexible_consumption_mw[0] == pytest.approx(-0.003)


def test_problem_50_a_time_series_of_states_of_charge_is_a_stock_of_its_own() -> None:
    told = {"state-of-charge": [{"start": at(0), "end": at(1), "value": "30 kWh"}], "soc-max": "40 kWh"}

    inputs = plan_devices([STOCK_ONLY, A, {**B, **told}], FLAT)

    assert [stock.feeders for stock in inputs.config.stocks] == [(0,), (1,)]
    assert [stock.initial_mwh for stock in inputs.problem.stocks] == pytest.approx([0.02, 0.03])


def test_problem_50_a_stock_has_one_owner() -> None:
    with pytest.raises(FlexModelError, match="Multiple flex-model entries define state-of-charge parameters"):
        plan_devices([STOCK_ONLY, {**A, "soc-min": "1 kWh"}, B], FLAT)


def test_problem_50_electricity_is_there_even_when_nothing_uses_it() -> None:
    gas = {"commodity": "gas", "consumption-price": "50 EUR/MWh"}
    boiler = {"sensor": POWER, "commodity": "gas", "consumption-capacity": "5 kW"}

    inputs = plan_devices([boiler], {**FLAT, "commodities": [gas]})

    assert [network.devices for network in inputs.problem.networks] == [(), (0,)]


def test_problem_50_nested_groups_count_their_leaves() -> None:
    entries = [
        {"sensor": FEEDER, "power-capacity": "9 kW"},
        {"asset": FEEDER_ASSET, "power-capacity": "7 kW", "group": {"sensor": FEEDER}},
        {"sensor": POWER, "consumption-capacity": "5 kW", "group": {"asset": FEEDER_ASSET}},
        {"sensor": SECOND, "consumption-capacity": "6 kW", "group": {"sensor": FEEDER}},
        {"inflexible-consumption": {"sensor": LOAD}, "group": {"asset": FEEDER_ASSET}},
    ]

    inputs = plan_devices(entries, FLAT, readings={LOAD: 0.001})

    found = {group.name: (group.devices, group.inflexible_consumption_mw[0]) for group in inputs.problem.groups}
    assert found == {"feeder": ((0, 1), pytest.approx(0.001)), "device 1": ((0,), pytest.approx(0.001))}


def test_problem_50_a_group_cannot_stand_in_itself() -> None:
    entries = [
        {"sensor": FEEDER, "power-capacity": "9 kW", "group": {"asset": FEEDER_ASSET}},
        {"asset": FEEDER_ASSET, "power-capacity": "7 kW", "group": {"sensor": FEEDER}},
        {"sensor": POWER, "consumption-capacity": "5 kW", "group": {"asset": FEEDER_ASSET}},
    ]

    with pytest.raises(FlexModelError, match="stands in itself"):
        plan_devices(entries, FLAT)


def test_problem_19_bands_have_a_sign() -> None:
    modes = [
        {"production-range": ["4 MW", "55 MW"]},
        {"production-range": ["0 MW", "55 MW"], "consumption-range": ["0 MW", "20 MW"]},
    ]

    inputs = plan_devices([{"sensor": POWER, "power-capacity": "60 MW", "operation-modes": modes}], FLAT)

    assert [(m.lowest_mw, m.highest_mw) for m in inputs.problem.devices[0].modes] == [(-55, -4), (-55, 20)]
