"""Why a plan is as it is: reasons, limits and alternatives of problems that can be solved by hand.

Steps last an hour; powers are MW and prices per MWh, which explanations tell in kW and per kWh.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.explaining import explained, limits, periods, reasons, texts
from tests.problems import (
    at,
    make_commitment,
    make_device,
    make_network,
    make_problem,
    make_stock,
    per_run,
    series,
    soc_minima,
    with_stock_bounds,
)
from wattloom.scheduling.explanation import Bound, Reason, Timeline, broken_sentence, runs_sentence
from wattloom.scheduling.problem import (
    Coupling,
    DeviceFlow,
    Group,
    GroupFlow,
    NetFlow,
    Network,
    OperationMode,
    Problem,
    Ramp,
    StockLevel,
)

NIGHT, DAY = 100.0, 300.0


def battery(prices: list[float], *, losses: float = 1.0, start: float = 0.0, size: float = 1.0) -> Problem:
    """A battery of 1 MW on its own behind a connection, emptied at the end if that pays."""
    n_steps = len(prices)
    device = make_device(n_steps, charging=losses, discharging=losses, stock=0)
    return make_problem(
        make_network(np.array(prices)), [device], [make_stock(n_steps, start=start, highest=size)], step_h=1.0
    )


def plant(prices: list[float], *, export_max: float = np.inf, selling: list[float] | None = None) -> Problem:
    """A solar plant that gives up to 1 MW, and nothing else."""
    n_steps = len(prices)
    network = make_network(np.array(prices), selling=selling, export_max=export_max)
    return make_problem(network, [make_device(n_steps, power=0.0, lowest=-1.0)], step_h=1.0)


def load(prices: list[float]) -> Problem:
    n_steps = len(prices)
    return make_problem(make_network(np.array(prices)), [make_device(n_steps, lowest=0.0)], step_h=1.0)


def test_a_battery_charges_for_what_energy_is_worth_later() -> None:
    """One MWh bought at 100 is sold at 300 two hours later; there is room for more."""
    document = explained(battery([NIGHT, 200, DAY], size=9.0))

    assert reasons(document) == [Reason.CHARGE_FOR_USE, Reason.REST_BETWEEN, Reason.DISCHARGE_WORTH]
    [device] = document["devices"]
    assert (device["bound"][0], device["bound_at"][0], device["used_at"][0]) == (Bound.EMPTY, 2, 2)
    assert texts(document)[0].endswith("when it is used at 02:00.")


def test_a_battery_that_gets_full_charges_in_the_cheapest_hours() -> None:
    """It has room for one of the two hours before 300 are paid."""
    document = explained(battery([150, NIGHT, DAY], size=0.8))

    assert reasons(document) == [Reason.REST_EMPTY, Reason.CHARGE_BEFORE_FULL, Reason.DISCHARGE_WORTH]
    assert texts(document)[1] == (
        "Charges 800 kW: energy costs 0.1 EUR/kWh, among the least before it is full at 02:00; "
        "it is used at 02:00, when energy is worth 0.3."
    )


def test_losses_make_a_battery_rest_between_prices() -> None:
    """At 81 % there and back, 100 bought becomes 123 sold: prices from 100 to 120 move nothing."""
    document = explained(battery([110, 100, 120, 105], losses=0.9, start=0.5, size=2.0))

    between = next(period for period in periods(document) if period.reason is Reason.REST_BETWEEN)
    assert between.values["stored_value"][0] < between.values["cost"][0] < between.values["kept_value"][1]


def test_a_target_is_why_a_car_charges_whatever_the_price() -> None:
    """Only two of three hours are needed, the cheapest ones; the dear one has to wait."""
    problem = battery([NIGHT, DAY, 150, 100])
    car = replace(problem.devices[0], consumption_min_mw=series(0.0, 4))
    stock = make_stock(4, start=0.0, highest=5.0)
    problem = with_stock_bounds(replace(problem, devices=(car,), stocks=(stock,)), lowest=at(4, {2: 2.0}))

    document = explained(problem)

    assert reasons(document) == [
        Reason.CHARGE_FOR_TARGET,
        Reason.REST_DEAR,
        Reason.CHARGE_FOR_TARGET,
        Reason.REST_DEAR,
    ]
    assert texts(document)[0] == (
        "Charges at its limit of 1000 kW to hold 2000 kWh at 03:00; energy costs 0.1 EUR/kWh now."
    )


def test_a_minimum_with_a_price_is_a_target_as_well() -> None:
    problem = battery([NIGHT, DAY, NIGHT])
    car = replace(problem.devices[0], consumption_min_mw=series(0.0, 3))
    minima = soc_minima(0, at(3, {1: 0.5}), step_h=1.0)

    document = explained(replace(problem, devices=(car,), commitments=tuple(minima)))

    assert reasons(document)[0] == Reason.CHARGE_FOR_TARGET
    assert limits(document)["stock", 0, "any soc minima"] == [1]


def test_consuming_that_is_paid_is_why() -> None:
    document = explained(battery([-50, 10, 20]))

    assert reasons(document)[0] == Reason.CHARGE_PAID
    assert "consuming is paid 0.05 EUR/kWh" in texts(document)[0]


def test_energy_can_have_a_value_at_the_end() -> None:
    """A MWh left at the end is worth 200, and costs 100."""
    problem = battery([DAY, NIGHT], size=5.0)
    worth = make_commitment(2, StockLevel(0), baseline=at(2, {1: 0.0}), up=-200.0, down=-200.0)

    document = explained(replace(problem, commitments=(worth,)))

    assert reasons(document)[-1] == Reason.CHARGE_FOR_END
    assert "is worth 0.2 at the end of the plan" in texts(document)[-1]


def test_an_empty_battery_rests_because_it_is_empty() -> None:
    document = explained(battery([DAY, NIGHT], start=0.0))

    assert reasons(document)[0] == Reason.REST_EMPTY
    assert texts(document)[0].startswith("Rests: it is empty")


def test_room_that_is_wanted_is_why_a_battery_discharges() -> None:
    """Selling costs 50, and still the stock has to be below 0.2 MWh after the first hour."""
    problem = battery([-50, 10], start=1.0)
    problem = with_stock_bounds(problem, highest=at(2, {0: 0.2}))

    document = explained(problem)

    assert reasons(document)[0] == Reason.DISCHARGE_FOR_ROOM
    assert texts(document)[0] == "Discharges 800 kW to hold no more than 200 kWh at 01:00."


def test_a_plant_gives_all_it_can_while_that_pays() -> None:
    document = explained(plant([NIGHT, DAY]))

    assert reasons(document) == [Reason.PRODUCE]
    assert texts(document) == ["Produces 1000 kW, all it can: energy is worth 0.1 to 0.3 EUR/kWh now."]
    assert document["comparison"]["idle"]["saving"] == 0


def test_a_plant_is_curtailed_where_feeding_in_costs() -> None:
    document = explained(plant([NIGHT, NIGHT], selling=[50, -50]))

    assert reasons(document) == [Reason.PRODUCE, Reason.CURTAIL_PRICE]
    assert texts(document)[1] == "Curtailed to 0 kW: feeding in costs 0.05 EUR/kWh."
    assert document["comparison"]["idle"]["saving"] == 50


def test_a_full_connection_curtails_a_plant_and_has_a_price() -> None:
    """Each kW more that could be fed in would earn 0.1 an hour."""
    document = explained(plant([NIGHT], export_max=0.4))

    assert reasons(document) == [Reason.CURTAIL_LIMIT]
    assert texts(document) == [
        "Curtailed to 400 kW. The connection is full: no more than 400 kW can be fed in (worth 0.1 EUR/kW and hour)."
    ]
    [limit] = document["limits"]
    assert (limit["code"], limit["level"], limit["price"]) == ("export-capacity", [400], [0.1])


def test_the_price_of_a_limit_is_what_a_little_more_of_it_saves() -> None:
    """The car needs 2 MWh within two hours of 100 and 300: behind 1.5 MW it buys half a MWh at 300."""
    problem = with_stock_bounds(
        make_problem(
            make_network(np.array([NIGHT, DAY]), import_max=1.5),
            [make_device(2, power=9.0, lowest=0.0, stock=0)],
            [make_stock(2, start=0.0, highest=9.0)],
            step_h=1.0,
        ),
        lowest=at(2, {1: 2.0}),
    )
    wider = replace(problem, networks=(make_network(np.array([NIGHT, DAY]), import_max=1.501),))

    document = explained(problem)

    [price] = next(limit["price"] for limit in document["limits"] if limit["code"] == "import-capacity")
    saved = document["solver"]["objective"] - explained(wider)["solver"]["objective"]
    assert price == pytest.approx(0.2)
    assert saved == pytest.approx(price, rel=1e-6)


def test_a_peak_is_a_limit_that_raises_the_value_of_energy() -> None:
    """Above 0.2 MW each MW costs 1000 more."""
    problem = load([-100, -100])
    peak = per_run(make_commitment(2, NetFlow(0), name="electricity consumption peak", baseline=0.2, up=1000.0))

    document = explained(replace(problem, commitments=(peak,)))

    assert document["devices"][0]["power_kw"] == [200, 200]
    assert limits(document)["network", 0, "electricity consumption peak"] == [0, 1]
    assert sum(document["networks"][0]["surcharge"]) == pytest.approx(0.2)


def test_a_load_rests_while_energy_costs_and_runs_while_it_pays() -> None:
    document = explained(load([NIGHT, -NIGHT]))

    assert reasons(document) == [Reason.REST_DEAR, Reason.RUN_PAID]
    assert texts(document)[0] == "Rests: energy costs 0.1 EUR/kWh now."


def test_what_must_run_runs() -> None:
    document = explained(make_problem(make_network(series(NIGHT, 2)), [make_device(2, lowest=0.5)], step_h=1.0))

    assert texts(document) == ["Runs at 500 kW, the least that it may."]


def test_what_has_no_capacity_rests() -> None:
    document = explained(make_problem(make_network(series(NIGHT, 2)), [make_device(2, power=0.0)], step_h=1.0))

    assert texts(document) == ["Rests: its capacity is 0 kW."]


def test_a_price_of_its_own_counts() -> None:
    """Consuming earns 200 beside the 100 that it costs."""
    reward = make_commitment(1, DeviceFlow(0), baseline=0.0, up=-200.0, down=0.0)

    document = explained(replace(load([NIGHT]), commitments=(reward,)))

    assert document["devices"][0]["cost"] == [-0.1]
    assert document["devices"][0]["income"] == [0.1]
    assert document["networks"][0]["value"] == [0.1]
    assert reasons(document) == [Reason.RUN_PAID]


def test_a_ramp_holds_back() -> None:
    """It may rise by 0.25 MW an hour; each step that pays is as high as that allows."""
    problem = load([-10, -10])
    slow = replace(problem.devices[0], ramp=Ramp(0.25, np.inf, initial_mw=0.0))

    document = explained(replace(problem, devices=(slow,)))

    assert limits(document)["device", 0, "ramp-up"] == [0, 1]
    assert document["devices"][0]["power_kw"] == [250, 500]


def test_a_mode_holds_back() -> None:
    """All it may do at once is 1 MW, of which the connection carries half."""
    problem = load([-10])
    modes = (OperationMode(0.0, 0.0), OperationMode(1.0, 1.0))
    whole = replace(problem.devices[0], modes=modes)
    network = make_network(series(-10, 1), import_max=0.5)

    document = explained(replace(problem, devices=(whole,), networks=(network,)))

    assert texts(document) == ["Rests: its operation modes allow 0 kW, or 1000 kW."]


def boiler(prices: list[float], *modes: OperationMode, ramp: Ramp | None = None, usage: float = 0.5) -> Problem:
    """It only takes, and warms a stock that is used all the time."""
    n_steps = len(prices)
    device = replace(make_device(n_steps, power=1.0, stock=0), modes=modes, ramp=ramp)
    stock = make_stock(n_steps, start=0.5, highest=2.0, inflow=-usage)
    return make_problem(make_network(np.array(prices)), [device], [stock], step_h=1.0)


def test_what_only_takes_does_not_rest_for_what_giving_would_earn() -> None:
    """Its modes allow no production, though its capacity would: that energy is dear now is no reason to say so."""
    document = explained(boiler([DAY, NIGHT], OperationMode(0.0, 0.0), OperationMode(0.0, 1.0)))

    assert reasons(document)[0] == Reason.REST_DEAR


def test_what_is_used_all_the_time_is_used_up_by_the_end() -> None:
    document = explained(boiler([DAY, NIGHT, DAY], OperationMode(0.0, 1.0), usage=0.25))

    assert any(text.endswith("when it is used by 03:00.") for text in texts(document))


def test_a_least_duration_is_why_a_boiler_runs_in_a_dear_hour() -> None:
    """It has to run for two hours, of which the second is dear."""
    modes = (OperationMode(0.0, 0.0), OperationMode(0.25, 1.0, min_up_h=2.0, start_cost=5.0))
    document = explained(boiler([DAY, NIGHT, 9 * DAY, NIGHT], *modes, usage=0.25))

    held = [period for period in periods(document) if period.reason is Reason.MODES]
    assert held
    assert any(
        text.endswith("its operation modes allow 0 kW, or 250 to 1000 kW for 2 h at least at 5 EUR a start.")
        for text in texts(document)
    )


def test_a_ramp_is_why_a_storage_does_what_its_hour_does_not_pay_for() -> None:
    """It cannot give 1 MW in the best hour without giving something before."""
    problem = battery([10, DAY, 10, 200], start=1.2, size=2.0)
    slow = replace(problem.devices[0], ramp=Ramp(0.5, 0.5, initial_mw=0.0))

    document = explained(replace(problem, devices=(slow,)))

    assert Reason.RAMP in reasons(document)
    assert any("its ramp allows no more than 500 kW up and 500 kW down in an hour" in text for text in texts(document))


def test_what_a_limit_is_worth_is_told_apart_from_the_tariff() -> None:
    """Energy costs 0.3; each kW above 1000 costs 1 more, and the machine has to run at 2000."""
    problem = make_problem(
        make_network(np.array([100, DAY])),
        [make_device(2, power=2.0, lowest=0.0, stock=0)],
        [make_stock(2, start=0.0, highest=5.0)],
        step_h=1.0,
    )
    problem = with_stock_bounds(problem, lowest=at(2, {1: 3.0}))
    breach = per_run(make_commitment(2, NetFlow(0), name="electricity any consumption breach", baseline=1.0, up=1000.0))

    document = explained(replace(problem, commitments=(breach,)))

    assert document["devices"][0]["tariff_cost"] == [0.1, 0.3]
    assert any("energy costs 0.1 to 0.3 EUR/kWh (" in text for text in texts(document))
    assert all("with what limits are worth) now" in text for text in texts(document))


def test_what_broken_limits_cost_is_told_apart() -> None:
    """Resting misses a target for which 1000 EUR would be charged, and saves the 50 EUR that energy costs."""
    problem = boiler([NIGHT], usage=0.0)
    missed = per_run(
        make_commitment(1, StockLevel(0), name="any soc minima", baseline=1.0, down=-2000.0),
    )

    document = explained(replace(problem, commitments=(missed,)))

    compared = document["comparison"]
    assert (compared["breaches"], compared["cost_without_breaches"]) == (0, 50)
    assert (compared["idle"]["saving"], compared["idle"]["breaches"]) == (950, 1000)
    assert (compared["idle"]["cost_without_breaches"], compared["idle"]["saving_without_breaches"]) == (0, -50)


def test_groups_have_limits_and_prices() -> None:
    problem = load([-100])
    group = Group("garage", (0,), series(0.0, 1), series(0.3, 1))

    document = explained(replace(problem, groups=(group,)))

    assert limits(document)["group", 0, "capacity"] == [0]
    assert texts(document)[0].endswith("garage is at its limit of 300 kW (worth 0.1 EUR/kW and hour).")


def test_a_limit_that_may_be_broken_at_a_price_holds_back() -> None:
    """Beyond 0.3 MW each MW fed in by the group costs 1000, and energy earns 100."""
    problem = plant([NIGHT])
    group = Group("roof", (0,), series(0.0, 1), series(np.inf, 1))
    breach = per_run(make_commitment(1, GroupFlow(0), name="any production breach", baseline=-0.3, down=-1000.0))

    document = explained(replace(problem, groups=(group,), commitments=(breach,)))

    assert reasons(document) == [Reason.CURTAIL_LIMIT]
    assert texts(document) == ["Curtailed to 300 kW: held back by the limit of roof."]


def test_ports_of_converters_run_together() -> None:
    """A boiler makes heat of electricity that is paid for."""
    heat = Network.node("heat", (1,), series(0.5, 1))
    boiler = make_device(1, power=2.0, lowest=0.0)
    warmth = make_device(1, power=0.0, lowest=-2.0)
    problem = make_problem(make_network(series(NIGHT, 1)), [boiler, warmth], step_h=1.0)
    problem = replace(problem, networks=(*problem.networks, heat), couplings=(Coupling("boiler", (0, 1), (1.0, -1.0)),))

    document = explained(problem)

    assert [device["name"] for device in document["devices"]] == ["device 0 (electricity)", "device 1 (heat)"]
    assert texts(document, 0) == [
        "Runs at 500 kW with its converter: each kWh taken costs 0.1 EUR, and what is made of it is worth just that."
    ]
    assert document["networks"][1]["value"] == pytest.approx([0.1])
    assert document["comparison"]["idle"]["broken"] == {"name": "heat", "limit": "import-capacity", "step": 0}


@pytest.mark.parametrize(
    ("gas", "text"),
    [
        (
            50,
            "Runs at 1000 kW with its converter: each kWh taken costs 0.05 EUR, and what is made of it is worth 0.12.",
        ),
        (150, "Rests with its converter: each kWh taken costs 0.15 EUR, and what is made of it is worth 0.12."),
    ],
)
def test_a_converter_runs_where_what_it_gives_is_worth_more_than_what_it_takes(gas: float, text: str) -> None:
    """It makes 0.4 kWh of electricity, worth 0.30, of a kWh of gas."""
    electricity = make_network(np.array([DAY]))
    fuel = replace(make_network(np.array([gas]), devices=(1,)), commodity="gas")
    generator, burner = make_device(1, power=0.0, lowest=-0.4), make_device(1, power=1.0, lowest=0.0)
    problem = make_problem(electricity, [generator, burner], step_h=1.0)
    coupling = Coupling("generator", (0, 1), (-0.4, 1.0))

    document = explained(replace(problem, networks=(electricity, fuel), couplings=(coupling,)))

    assert texts(document, 1) == [text]


def test_without_values_the_plan_is_told_all_the_same() -> None:
    document = explained(battery([NIGHT, 200, DAY]), knows_values=False)

    assert not document["has_values"]
    assert reasons(document) == [Reason.CHARGE, Reason.REST_FULL, Reason.DISCHARGE]
    assert texts(document)[0] == "Charges at its limit of 1000 kW."
    assert document["stocks"][0]["value"] == [None] * 3


def test_an_earlier_plan_is_followed_as_far_as_storages_allow() -> None:
    """It would sell 1 MWh at 300 now, of which the battery holds a half, and buys nothing."""
    document = explained(battery([DAY, NIGHT], start=0.5), previous_mw=np.array([[-1.0, np.nan]]))

    previous = document["comparison"]["previous"]
    assert (previous["cost"], previous["stored_kwh"], previous["broken"]) == (-150, 0, None)
    assert document["devices"][0]["previous_kw"] == [-1000, None]


def test_an_earlier_plan_that_today_s_modes_forbid_has_no_cost() -> None:
    """It ran for one hour, and has to for two."""
    modes = (OperationMode(0.0, 0.0), OperationMode(0.5, 1.0, min_up_h=2.0))

    document = explained(boiler([NIGHT] * 3, *modes, usage=0.0), previous_mw=np.array([[0.0, 0.5, 0.0]]))

    previous = document["comparison"]["previous"]
    assert previous["broken"] == {"name": "device", "limit": "min-up-time", "step": 2}
    assert (previous["cost"], previous["saving"]) == (None, None)


def test_an_earlier_plan_that_today_s_pauses_forbid_has_no_cost() -> None:
    modes = (OperationMode(0.0, 0.0), OperationMode(0.5, 1.0, min_down_h=2.0))

    document = explained(boiler([NIGHT] * 3, *modes, usage=0.0), previous_mw=np.array([[0.5, 0.0, 0.5]]))

    assert document["comparison"]["previous"]["broken"] == {"name": "device", "limit": "min-down-time", "step": 2}


def test_an_earlier_plan_that_a_ramp_forbids_has_no_cost() -> None:
    problem = boiler([NIGHT] * 2, ramp=Ramp(0.5, 0.5, initial_mw=0.0), usage=0.0)

    document = explained(problem, previous_mw=np.array([[0.0, 1.0]]))

    assert document["comparison"]["previous"]["broken"] == {"name": "device", "limit": "ramp-up-limit", "step": 1}


def test_an_earlier_plan_rounded_by_its_sensor_keeps_to_modes() -> None:
    modes = (OperationMode(0.0, 0.0), OperationMode(0.5, 0.5))

    document = explained(boiler([NIGHT] * 2, *modes, usage=0.0), previous_mw=np.array([[0.0, 0.499_999_5]]))

    assert document["comparison"]["previous"]["broken"] is None


def test_powers_break_limits_when_a_step_starts_and_storages_when_it_ends() -> None:
    document = explained(battery([NIGHT, NIGHT]))
    timeline = Timeline(document, ZoneInfo("UTC"))

    told = [broken_sentence({"name": "x", "limit": limit, "step": 1}, timeline) for limit in ("capacity", "minimum")]

    assert told == [
        "It would break the capacity of x at 01:00 on Mon.",
        "It would break the minimum of x at 02:00 on Mon.",
    ]


def test_doing_nothing_that_breaks_a_limit_has_no_cost() -> None:
    problem = with_stock_bounds(battery([NIGHT, NIGHT]), lowest=at(2, {1: 0.5}))

    idle = explained(problem)["comparison"]["idle"]

    assert (idle["cost"], idle["saving"]) == (None, None)
    assert idle["broken"] == {"name": "stock", "limit": "minimum", "step": 1}


def test_steps_of_unequal_length_are_told() -> None:
    """The price of a limit is per hour however long its step is."""
    problem = replace(plant([NIGHT, NIGHT], export_max=0.4), step_h=np.array([0.25, 2.0]))

    document = explained(problem)

    assert document["step_s"] == [900, 7200]
    assert next(limit["price"] for limit in document["limits"]) == pytest.approx([0.1, 0.1])
    [period] = periods(document)
    assert period.ends_at.isoformat() == "2026-06-01T02:15:00+00:00"


def test_a_device_that_cannot_rest_has_no_cost_of_resting() -> None:
    problem = load([NIGHT, DAY])
    machine = replace(problem.devices[0], modes=(OperationMode(0.5, 1.0),))

    idle = explained(replace(problem, devices=(machine,)))["comparison"]["idle"]

    assert (idle["cost"], idle["saving"]) == (None, None)
    assert idle["broken"] == {"name": machine.name, "limit": "operation-modes", "step": 0}


def test_runs_on_another_day_than_the_first_say_so() -> None:
    run = (datetime(2026, 6, 2, 1, tzinfo=UTC), datetime(2026, 6, 2, 3, tzinfo=UTC))

    told = runs_sentence("ProcessScheduler", [run], date(2026, 6, 1))

    assert told == "Runs from 01:00 on Tue to 03:00, where ProcessScheduler places it."


def test_a_plant_that_must_not_follow_the_sun_has_no_cost_of_doing_so() -> None:
    problem = plant([NIGHT, DAY, DAY])
    slow = replace(problem.devices[0], consumption_min_mw=np.array([0.0, -1.0, -1.0]), ramp=Ramp(0.5, 0.5))

    idle = explained(replace(problem, devices=(slow,)))["comparison"]["idle"]

    assert (idle["cost"], idle["broken"]) == (None, {"name": slow.name, "limit": "ramp-down-limit", "step": 1})
