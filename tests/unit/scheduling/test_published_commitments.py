"""Published problems of prices, breaches and promises, from the words of the request to the schedule.

The numbers in the names are those of the problems.
"""

from typing import Any

import numpy as np
import pytest

from tests.flexing import (
    FEEDER_ASSET,
    HOUR,
    LOAD,
    POWER,
    PRICE,
    SECOND,
    SELLING,
    at,
    make_window,
    plan_devices,
    solve_inputs,
)
from tests.problems import blocks, kw, make_commitment
from wattloom.scheduling.problem import Floats, runs_of
from wattloom.scheduling.solver import Solution

FOUR_HOURS = make_window(4, step=HOUR)
FLAT_50: dict[str, Any] = {"consumption-price": "50 EUR/MWh", "production-price": "50 EUR/MWh"}


def test_problem_10_breaches_peaks_and_custom_commitments_are_charged_together() -> None:
    """A limit of 1 kW and a need of 0.6 MWh in 24 h: 25 kW throughout breach it least."""
    entry = {
        "sensor": POWER,
        "power-capacity": "1 MW",
        "soc-at-start": "0.4 MWh",
        "soc-min": "0 MWh",
        "soc-max": "1 MWh",
        "soc-minima": [{"datetime": at(24), "value": "1 MWh"}],
        "prefer-charging-sooner": False,
    }
    promise = {"baseline": "0 kW"}
    context = {
        "consumption-price": "100 EUR/MWh",
        "production-price": "90 EUR/MWh",
        "site-power-capacity": "2 MW",
        "site-consumption-capacity": "1 kW",
        "site-consumption-breach-price": "1000 EUR/kW",
        "site-production-breach-price": "1000 EUR/kW",
        "site-peak-consumption": "20 kW",
        "site-peak-production": "20 kW",
        "site-peak-consumption-price": "260 EUR/MW",
        "site-peak-production-price": "260 EUR/MW",
        "soc-minima-breach-price": "6000 EUR/kWh",
        "commitments": [
            {"name": "A", "up-price": "1 EUR/MW", "down-price": "-1 EUR/MW", **promise},
            {"name": "B", "up-price": "1 EUR/MWh", "down-price": "-1 EUR/MWh", **promise},
            {"name": "electricity net energy", "up-price": "0 EUR/MWh", **promise},
        ],
    }

    solution = solve_inputs(plan_devices([entry], context))

    assert kw(solution.consumption_mw[0]) == [25.0] * 96
    assert solution.costs == pytest.approx(
        {
            "electricity net energy": 60.0,
            "electricity any consumption breach": 24_000.0,
            "electricity all consumption breaches": 576_000.0,
            "electricity any production breach": 0.0,
            "electricity all production breaches": 0.0,
            "electricity consumption peak": 1.3,
            "electricity production peak": 0.0,
            "any soc minima": 0.0,
            "all soc minima": 0.0,
            "A": 2.4,
            "B": 0.6,
            "electricity net energy (custom)": 0.0,
        },
        abs=1e-6,
    )


def test_problem_18_states_of_charge_go_before_device_capacities() -> None:
    """25 kW until 16:00 and none until 18:00, though 0 kW was wanted from 12:00 on."""
    day = {"start": at(0), "duration": "PT24H", "value": "25 kW"}
    midday = {"start": at(12), "end": at(18)}
    capacity = [day, {"start": at(12), "end": at(18.25), "value": "0 kW"}]
    entry = {
        "sensor": POWER,
        "power-capacity": "0.025 MVA",
        "consumption-capacity": capacity,
        "production-capacity": capacity,
        "soc-at-start": "0.4 MWh",
        "soc-min": "0 MWh",
        "soc-max": "1 MWh",
        "soc-minima": [{**midday, "value": "0.8 MWh"}],
        "prefer-charging-sooner": False,
    }
    context = {
        "consumption-price": {"sensor": PRICE},
        "production-price": {"sensor": SELLING},
        "consumption-breach-price": "100 EUR/kW",
        "production-breach-price": "100 EUR/kW",
        "site-peak-consumption-price": [
            {"start": at(0), "end": at(2), "value": "260 EUR/MW"},
            {"start": at(2), "end": at(24), "value": "235 EUR/MW"},
        ],
    }
    buying = np.full(96, 100.0)
    buying[64:68], buying[68:73] = 0.0, 1000.0

    solution = solve_inputs(plan_devices([entry], context, readings={PRICE: buying, SELLING: buying - 10}))

    assert kw(solution.consumption_mw[0, :64]) == [25.0] * 64
    assert kw(solution.consumption_mw[0, 64:72]) == [0.0] * 8
    assert solution.costs["any consumption breach device 0"] == pytest.approx(2500.0)
    assert solution.costs["all consumption breaches device 0"] == pytest.approx(10_000.0)


HEATERS: list[dict[str, Any]] = [
    {"sensor": sensor, "power-capacity": "8 MW", "production-capacity": "0 kW"} for sensor in (POWER, SECOND)
]
PROMISE: dict[str, Any] = {"name": "base load", "baseline": "10 MW", "down-price": "-10000 EUR/MWh"}


@pytest.mark.parametrize(
    ("scope", "member", "group"),
    [
        ({}, {}, []),
        ({"sensors": [POWER, SECOND]}, {}, []),
        (
            {"group": {"asset": FEEDER_ASSET}},
            {"group": {"asset": FEEDER_ASSET}},
            [{"asset": FEEDER_ASSET, "power-capacity": "20 MW"}],
        ),
    ],
    ids=["all", "sensors", "group"],
)
def test_problem_30_an_aggregate_is_kept_on_a_promise(
    scope: dict[str, Any], member: dict[str, Any], group: list[dict[str, Any]]
) -> None:
    entries = [*({**heater, **member} for heater in HEATERS), *group]

    solution = solve_inputs(plan_devices(entries, {**FLAT_50, "commitments": [PROMISE | scope]}, window=FOUR_HOURS))

    assert solution.consumption_mw.sum(axis=0) == pytest.approx([10.0] * 4)


def test_problem_30_a_promise_counts_the_devices_of_its_scope_alone() -> None:
    """One heater of 8 MW gives what it can; the other has promised nothing."""
    commitments = [PROMISE | {"sensors": [POWER]}]

    solution = solve_inputs(plan_devices(HEATERS, {**FLAT_50, "commitments": commitments}, window=FOUR_HOURS))

    assert solution.consumption_mw[:, 0] == pytest.approx([8.0, 0.0])
    assert solution.costs["base load"] == pytest.approx(2 * 10_000 * 4)


def test_problem_31_a_promise_priced_on_both_sides_is_met() -> None:
    entries = [{"sensor": sensor, "power-capacity": "10 MW"} for sensor in (POWER, SECOND)]
    promise = {"name": "promise", "baseline": "5 MW", "up-price": "10 EUR/MWh", "down-price": "-10 EUR/MWh"}
    context = {"consumption-price": "0 EUR/MWh", "commitments": [promise]}

    solution = solve_inputs(plan_devices(entries, context, window=FOUR_HOURS))

    assert solution.consumption_mw.sum(axis=0) == pytest.approx([5.0] * 4)
    assert solution.objective == pytest.approx(0.0, abs=1e-9)


SPOT = np.fromstring(
    """0.8598 1.4613 2430.3887 3000.1779 18.6619 369.3274 169.8719 174.2279 174.2279 174.2279 175.4258 1.5697
    174.2763 174.2279 175.2564 202.6992 218.4413 229.9242 295.1069 240.7174 249.2479 238.2732 229.8395 216.5779""",
    sep=" ",
)


def vehicle(sensor: int, due_h: int, capacity: str = "1 MW") -> dict[str, Any]:
    """Return a vehicle that arrives at 01:00 and wants 1 MWh by some hour; both penalties together are 10 000 per MWh."""
    return {
        "sensor": sensor,
        "power-capacity": capacity,
        "consumption-capacity": [
            {"start": at(0), "end": at(24), "value": capacity},
            {"start": at(0), "end": at(1), "value": "0 kW"},
        ],
        "production-capacity": "0 kW",
        "soc-at-start": 0,
        "soc-min": 0,
        "soc-max": "1 MWh",
        "soc-targets": [{"datetime": at(due_h), "value": "1 MWh"}],
        "prefer-charging-sooner": False,
    }


def charge(*vehicles: dict[str, Any], capacity: str = "1 MW", taken_mw: Floats | None = None) -> Solution:
    context = {
        "consumption-price": {"sensor": PRICE},
        "site-power-capacity": capacity,
        "soc-minima-breach-price": "5000 EUR/MWh",
        "soc-maxima-breach-price": "5000 EUR/MWh",
        "inflexible-consumption": [] if taken_mw is None else [{"sensor": LOAD}],
    }
    readings: dict[int, Floats | float] = {PRICE: SPOT} | ({} if taken_mw is None else {LOAD: taken_mw})
    return solve_inputs(plan_devices(vehicles, context, window=make_window(24, step=HOUR), readings=readings))


def test_problem_34_vehicles_planned_jointly_share_the_cheap_hours() -> None:
    solution = charge(vehicle(POWER, 7), vehicle(SECOND, 4))

    assert np.flatnonzero(solution.consumption_mw[0] > 1e-6).tolist() == [4]
    assert np.flatnonzero(solution.consumption_mw[1] > 1e-6).tolist() == [1]
    assert solution.costs["electricity net energy"] == pytest.approx(18.6619 + 1.4613)


def test_problem_34_planned_one_after_another_the_second_takes_what_is_left() -> None:
    first = charge(vehicle(POWER, 7))
    second = charge(vehicle(SECOND, 4), taken_mw=first.consumption_mw[0])

    assert np.flatnonzero(first.consumption_mw[0] > 1e-6).tolist() == [1]
    assert np.flatnonzero(second.consumption_mw[0] > 1e-6).tolist() == [2]
    assert second.costs["electricity net energy"] == pytest.approx(1.4613 + 2430.3887)


def test_problem_34_a_narrow_connection_leaves_targets_unmet() -> None:
    solution = charge(vehicle(POWER, 7, "0.25 MW"), vehicle(SECOND, 4, "0.25 MW"), capacity="0.25 MW")

    assert solution.net_consumption_mw[0, :7] == pytest.approx([0.0] + [0.25] * 6)
    assert solution.costs["electricity net energy"] == pytest.approx(1497.472, abs=5e-4)
    assert solution.objective == pytest.approx(6497.47, abs=5e-3)


DAY3 = blocks((-10, 100, 100), 32)
EV: dict[str, Any] = {
    "sensor": POWER,
    "power-capacity": "5 kW",
    "production-capacity": "0 kW",
    "soc-at-start": 0,
    "soc-min": 0,
    "soc-max": "50 kWh",
    "soc-targets": [
        {"start": at(0), "end": at(5), "value": "0 kWh"},
        {"datetime": at(7.75), "value": "12.5 kWh"},
        {"datetime": at(17.75), "value": "25 kWh"},
        {"datetime": at(23.75), "value": "37.5 kWh"},
    ],
}
DISCHARGING: dict[str, Any] = {
    "sensor": SECOND,
    "power-capacity": "5 kW",
    "consumption-capacity": "0 kW",
    "soc-at-start": "100 kWh",
    "soc-min": 0,
    "soc-max": "100 kWh",
    "soc-targets": [{"datetime": at(3), "value": "94 kWh"}],
}


def charge_beside_battery(*entries: dict[str, Any], taken_mw: Floats | None = None) -> Solution:
    context = {
        "consumption-price": {"sensor": PRICE},
        "site-production-capacity": "2 kW",
        "site-consumption-capacity": "5 kW",
        "relax-site-capacity-constraints": False,
        "commitments": [
            {"name": "reward", "baseline": "0 kW", "up-price": "0 EUR/MWh", "down-price": "1 EUR/MWh"},
        ],
        "inflexible-consumption": [] if taken_mw is None else [{"sensor": LOAD}],
    }
    readings: dict[int, Floats | float] = {PRICE: DAY3} | ({} if taken_mw is None else {LOAD: taken_mw})
    return solve_inputs(plan_devices(entries, context, readings=readings))


def energy_cost(solution: Solution) -> float:
    return solution.costs["electricity net energy"]


def test_problem_35_a_vehicle_and_a_battery_planned_jointly() -> None:
    """13.75 kWh bought at −10, 6 + 32 kWh sold at −10 and 100; the reward counts the 38 kWh once more."""
    solution = charge_beside_battery(EV, DISCHARGING)

    assert energy_cost(solution) == pytest.approx(-3.2775)
    assert solution.costs["reward"] == pytest.approx(-0.038)


def test_problem_35_a_vehicle_and_a_battery_planned_one_after_another() -> None:
    vehicle_alone = charge_beside_battery(EV)
    taken = vehicle_alone.consumption_mw[0]

    with_battery = charge_beside_battery(DISCHARGING, taken_mw=taken)

    assert energy_cost(vehicle_alone) == pytest.approx(2.2375)
    assert battery_cost(with_battery) == pytest.approx(-4.565)
    assert kw(taken[32:40]) == [5.0] * 8
    assert kw(with_battery.consumption_mw[0, 32:40]) == [-5.0] * 8


def battery_cost(solution: Solution) -> float:
    """Return what the energy of the battery costs: its flow at the price of the day."""
    return float(solution.consumption_mw[0] @ DAY3) * 0.25


@pytest.mark.parametrize(
    ("up_price", "baseline", "runs"),
    [
        ([1.0, 1.0, 1.0, 1.0], [0.0] * 4, [0, 0, 0, 0]),
        ([1.0, 1.0, 2.0, 2.0], [0.0] * 4, [0, 0, 1, 1]),
        ([1.0] * 4, [0.0, 5.0, 5.0, 0.0], [0, 1, 1, 2]),
        ([1.0] * 4, [0.0, 0.0, np.nan, 0.0], [0, 0, 1, 2]),
    ],
)
def test_problem_40_a_change_of_price_or_quantity_starts_a_new_run(
    up_price: list[float], baseline: list[float], runs: list[int]
) -> None:
    commitment = make_commitment(4, up=np.array(up_price), baseline=np.array(baseline))

    assert runs_of(commitment).tolist() == runs


def test_problem_49_a_congestion_signal_costs_per_step_and_only_while_it_lasts() -> None:
    """0.25 per kW and step above 500 kW from 16:00 to 21:00, whatever the length of steps."""
    signal = {
        "name": "congestion",
        "baseline": [{"start": at(16), "end": at(21), "value": "500 kW"}],
        "up-price": "250 EUR/MW",
        "down-price": "0 EUR/MW",
    }
    context = {"consumption-price": "0 EUR/MWh", "commitments": [signal], "inflexible-consumption": [{"sensor": LOAD}]}
    idle = {"sensor": POWER, "power-capacity": "0 kW"}

    for step, n_steps in ((HOUR, 24), (HOUR / 4, 96)):
        inputs = plan_devices([idle], context, window=make_window(step=step), readings={LOAD: np.full(n_steps, 0.6)})

        n_charged = 5 * n_steps // 24
        assert solve_inputs(inputs).costs["congestion"] == pytest.approx(n_charged * 100 * 0.25)
        [commitment] = [c for c in inputs.problem.commitments if c.is_custom]
        active = np.flatnonzero(~np.isnan(commitment.baseline))
        assert (active[0], active[-1] + 1) == (16 * n_steps // 24, 21 * n_steps // 24)


def test_a_promise_and_its_price_are_read_from_sensors_that_nothing_else_names() -> None:
    signal = {"name": "signal", "baseline": {"sensor": LOAD}, "up-price": {"sensor": PRICE}}
    context = {"consumption-price": "0 EUR/MWh", "commitments": [signal]}

    inputs = plan_devices(
        [{"sensor": POWER, "power-capacity": "0 kW"}], context, window=FOUR_HOURS, readings={LOAD: -0.002, PRICE: 50.0}
    )

    assert solve_inputs(inputs).costs["signal"] == pytest.approx(4 * 0.002 * 50)


def test_a_device_pays_and_earns_by_itself() -> None:
    """One hour of 2 kW in, one of 2 kW out: prices of the site 100, of the device 10 and 30, wear 5 per MWh each way."""
    entry = {
        "sensor": POWER,
        "power-capacity": "2 kW",
        "soc-at-start": 0,
        "soc-min": 0,
        "soc-max": "2 kWh",
        "soc-targets": [{"datetime": at(1), "value": "2 kWh"}, {"datetime": at(2), "value": "0 kWh"}],
        "consumption-price": "10 EUR/MWh",
        "production-price": "30 EUR/MWh",
        "cycling-cost": "5 EUR/MWh",
        "prefer-charging-sooner": False,
    }

    solution = solve_inputs(
        plan_devices([entry], {"consumption-price": "100 EUR/MWh"}, window=make_window(2, step=HOUR))
    )

    assert kw(solution.consumption_mw[0]) == [2.0, -2.0]
    assert solution.costs["energy device 0"] == pytest.approx(2e-3 * 10 - 2e-3 * 30)
    assert solution.costs["cycling device 0"] == pytest.approx(2 * 2e-3 * 5)


@pytest.mark.parametrize(("worth", "level_kwh"), [("60 EUR/MWh", 0.0), ("120 EUR/MWh", 2.0)])
def test_what_is_left_at_the_end_may_be_worth_something(worth: str, level_kwh: float) -> None:
    entry = {
        "sensor": POWER,
        "power-capacity": "2 kW",
        "soc-at-start": "1 kWh",
        "soc-min": 0,
        "soc-max": "2 kWh",
        "soc-value-at-end": worth,
    }

    solution = solve_inputs(
        plan_devices([entry], {"consumption-price": "100 EUR/MWh"}, window=make_window(2, step=HOUR))
    )

    assert 1e3 * solution.stock_mwh[0, -1] == pytest.approx(level_kwh)
    value = float(worth.split(maxsplit=1)[0])
    assert solution.costs["value of stored energy 0"] == pytest.approx(-value * (level_kwh - 1) / 1e3)
