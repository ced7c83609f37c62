"""Devices planned one after another, with the arithmetic by hand."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from tests.factories import make_asset, make_sensor
from tests.planning import DAY, LONG_AGO, START, Planner
from wattloom.errors import FlexModelError, InputError
from wattloom.jobs import Job, JobState
from wattloom.timeseries import get_sensors, sources_of_sensors

LATER = LONG_AGO + DAY
HOURS = {"event_resolution": "PT1H", "unit": "MW", "attributes": {"consumption_is_positive": True}}
# EUR/MWh, hour by hour: two cars share a connection of 1 MW, and hours 2 and 3 are dear.
EV_PRICES = (
    0.8598, 1.4613, 2430.3887, 3000.1779, 18.6619, 369.3274, 169.8719, 174.2279, 174.2279, 174.2279, 175.4258, 1.5697,
    174.2763, 174.2279, 175.2564, 202.6992, 218.4413, 229.9242, 295.1069, 240.7174, 249.2479, 238.2732, 229.8395,
    216.5779,
)  # fmt: skip


def add_device(planner: Planner, name: str, **columns: Any) -> int:
    """Add an asset with a power sensor below the site."""
    with planner.services.database.write() as connection:
        asset = make_asset(connection, name=name, account_id=planner.account_id, parent_asset_id=planner.site_id)
        return make_sensor(connection, generic_asset_id=asset, name="power", **columns)


def hourly(planner: Planner, job: Job, sensor_id: int) -> list[float]:
    values: list[float] = planner.schedule(job, sensor_id).values.tolist()
    return values


def car(sensor_id: int, due_hour: int) -> dict[str, Any]:
    """Return an entry for a car that comes at 01:00 and must have 1 MWh at an hour."""
    return {
        "sensor": sensor_id,
        "soc-at-start": "0 MWh",
        "soc-max": "1 MWh",
        "power-capacity": "1 MW",
        "production-capacity": "0 MW",
        "consumption-capacity": [
            {"start": START.isoformat(), "duration": "PT1H", "value": "0 MW"},
            {"start": (START + timedelta(hours=1)).isoformat(), "duration": "PT23H", "value": "1 MW"},
        ],
        "soc-targets": [{"datetime": (START + timedelta(hours=due_hour)).isoformat(), "value": "1 MWh"}],
    }


@pytest.fixture
def cars(planner: Planner) -> tuple[int, int]:
    planner.record(planner.price, EV_PRICES, believed_at=LATER)
    return add_device(planner, "first car", **HOURS), add_device(planner, "second car", **HOURS)


def plan_cars(planner: Planner, cars: tuple[int, int], **changes: Any) -> Job:
    context = {"consumption-price": {"sensor": planner.price}, "site-power-capacity": "1 MW"}
    # In step 6 means at the end of hour 5, in step 3 at the end of hour 2.
    model = [car(cars[0], 6), car(cars[1], 3)]
    return planner.plan(**{"flex_model": model, "flex_context": context, **changes})


def charged_in(values: Sequence[float]) -> list[int]:
    return [hour for hour, power_mw in enumerate(values) if power_mw > 1e-6]


def test_together_the_second_car_gets_the_cheap_hour_that_it_needs(planner: Planner, cars: tuple[int, int]) -> None:
    job = plan_cars(planner, cars)

    # 18.6619 + 1.4613 EUR for 1 MWh each.
    assert [charged_in(hourly(planner, job, each)) for each in cars] == [[4], [1]]
    assert job.result is not None
    assert job.result["scheduler-info"]["commitment_costs"]["electricity net energy"] == pytest.approx(20.1232)


def test_one_after_another_the_first_car_takes_the_cheap_hour(planner: Planner, cars: tuple[int, int]) -> None:
    job = plan_cars(planner, cars, is_sequential=True)

    # 1.4613 + 2430.3887 EUR: the second car finds hour 1 taken, and hour 2 is the last before it leaves.
    assert [charged_in(hourly(planner, job, each)) for each in cars] == [[1], [2]]
    assert job.result is not None
    assert job.result["scheduler-info"]["commitment_costs"]["electricity net energy"] == pytest.approx(2431.85)
    assert set(job.result["sensors"]) == set(cars)
    assert job.result["num-beliefs"] == 48


def test_what_was_planned_counts_in_its_own_commodity(planner: Planner, cars: tuple[int, int]) -> None:
    """The cars are boilers on a heat network of 1 MW; electricity has room and a price, and is of no concern."""
    heat = {"commodity": "heat", "consumption-price": {"sensor": planner.price}, "site-power-capacity": "1 MW"}
    electricity = {"commodity": "electricity", "consumption-price": "10 EUR/MWh", "site-power-capacity": "9 MW"}
    model = [{**car(cars[0], 6), "commodity": "heat"}, {**car(cars[1], 3), "commodity": "heat"}]

    job = planner.plan(flex_model=model, flex_context=[electricity, heat], is_sequential=True)

    assert [charged_in(hourly(planner, job, each)) for each in cars] == [[1], [2]]
    assert job.result is not None
    assert job.result["scheduler-info"]["commitment_costs"]["heat net energy"] == pytest.approx(2431.85)


@pytest.mark.parametrize(("is_sequential", "eur"), [(True, 2.2375 - 4.565), (False, -3.2775)])
def test_a_car_and_a_battery_earn_less_one_after_another(planner: Planner, *, is_sequential: bool, eur: float) -> None:
    """Prices are −10 EUR/MWh for 8 hours and 100 after; the site exports 2 kW and imports 5 kW at most.

    Alone, the car charges 13.75 kWh before 08:00 and 23.75 kWh as soon as it may: −0.1375 + 2.375 EUR. The
    battery has to sell 6 kWh before 03:00, for 0.06 EUR. After 08:00 it gives 5 kW in the 4.75 hours in which the car
    charges, and 2 kW else: −(23.75 + 11.25 × 2) × 0.1 = −4.625 EUR. Together, the car charges more slowly, so that
    the battery can export as well.
    """
    prices = (-10.0,) * 8 + (100.0,) * 16
    planner.record(planner.price, prices, believed_at=LATER)
    car_power, battery_power = add_device(planner, "car"), add_device(planner, "battery")
    shared = {"power-capacity": "5 kW", "soc-max": "1 MWh", "soc-min": "0 kWh"}
    targets = [("07:45", 12.5), ("17:45", 25), ("23:45", 37.5)]
    model = [
        shared
        | {
            "sensor": car_power,
            "soc-at-start": "0 kWh",
            "soc-max": "50 kWh",
            "production-capacity": "0 kW",
            "soc-targets": [
                {"start": START.isoformat(), "duration": "PT5H", "value": "0 kWh"},
                *({"datetime": f"2026-06-01T{at}:00+00:00", "value": f"{kwh} kWh"} for at, kwh in targets),
            ],
        },
        shared
        | {
            "sensor": battery_power,
            "soc-at-start": "100 kWh",
            "consumption-capacity": "0 kW",
            "soc-targets": [{"datetime": "2026-06-01T03:00:00+00:00", "value": "94 kWh"}],
        },
    ]
    reward = {"name": "reward", "baseline": "0 kW", "up-price": "0 EUR/MWh", "down-price": "1 EUR/MWh"}
    context = {
        "consumption-price": {"sensor": planner.price},
        "site-production-capacity": "2 kW",
        "site-consumption-capacity": "5 kW",
        "relax-constraints": False,
        "commitments": [reward],
    }

    job = planner.plan(flex_model=model, flex_context=context, is_sequential=is_sequential)

    net_mw = sum(planner.schedule(job, each, unit="MW").values for each in (car_power, battery_power))
    assert float(np.repeat(prices, 4) @ net_mw) / 4 == pytest.approx(eur)


def test_what_a_promise_of_several_devices_costs_is_told_once(planner: Planner, cars: tuple[int, int]) -> None:
    """Both cars take 1 MWh in hour 1, for 1.4613 EUR each; each MWh that was not promised costs 1 EUR more."""
    promise = {"name": "promise device 0", "baseline": "0 MW", "up-price": "1 EUR/MWh", "sensors": list(cars)}
    context = {"consumption-price": {"sensor": planner.price}, "site-power-capacity": "2 MW", "commitments": [promise]}
    model = [car(cars[0], 6), car(cars[1], 3)]

    jobs = [planner.plan(flex_model=model, flex_context=context, is_sequential=each) for each in (False, True)]

    together, in_sequence = (job.result["scheduler-info"]["commitment_costs"] for job in jobs if job.result)
    assert together["promise device 0"] == in_sequence["promise device 0"] == pytest.approx(2.0)
    assert "promise device 1" not in in_sequence
    assert in_sequence["electricity net energy"] == pytest.approx(2 * 1.4613)


def test_costs_of_a_device_bear_its_number(planner: Planner, cars: tuple[int, int]) -> None:
    model = [{**car(cars[0], 6), "soc-value-at-end": "1 EUR/MWh"}, {**car(cars[1], 3), "soc-value-at-end": "2 EUR/MWh"}]

    job = plan_cars(planner, cars, flex_model=model, is_sequential=True)

    assert job.result is not None
    costs = job.result["scheduler-info"]["commitment_costs"]
    assert [costs[f"value of stored energy {d}"] for d in (0, 1)] == pytest.approx([-1.0, -2.0])
    assert {"prefer a full storage 0 sooner", "prefer a full storage 1 sooner"} < set(costs)


def test_the_order_is_that_of_the_request(planner: Planner, cars: tuple[int, int]) -> None:
    context = {"consumption-price": {"sensor": planner.price}, "site-power-capacity": "1 MW"}
    model = [car(cars[1], 3), car(cars[0], 6)]

    job = planner.plan(flex_model=model, flex_context=context, is_sequential=True)

    assert [charged_in(hourly(planner, job, each)) for each in cars] == [[4], [1]]


@pytest.mark.parametrize("attributes", [{"consumption_is_positive": True}, {"consumption_is_positive": False}, {}])
@pytest.mark.parametrize(
    "listed", [{}, {"inflexible-device-sensors": []}, {"inflexible-consumption": []}, {"inflexible-production": []}]
)
def test_what_is_planned_counts_with_the_sign_of_its_sensor(
    planner: Planner, listed: dict[str, Any], attributes: dict[str, bool]
) -> None:
    planner.record(planner.price, EV_PRICES, believed_at=LATER)
    columns = HOURS | {"attributes": attributes}
    cars = (add_device(planner, "first car", **columns), add_device(planner, "second car", **columns))
    context = {"consumption-price": {"sensor": planner.price}, "site-power-capacity": "1 MW", **listed}

    job = planner.plan(flex_model=[car(cars[0], 6), car(cars[1], 3)], flex_context=context, is_sequential=True)

    assert [charged_in(hourly(planner, job, each)) for each in cars] == [[1], [2]]


def test_each_device_has_the_resolution_of_its_sensor(planner: Planner, cars: tuple[int, int]) -> None:
    fine = add_device(planner, "fine car", **HOURS | {"event_resolution": "PT15M"})
    context = {"consumption-price": {"sensor": planner.price}, "site-power-capacity": "1 MW"}

    job = planner.plan(flex_model=[car(cars[0], 6), car(fine, 3)], flex_context=context, is_sequential=True)

    assert [len(planner.schedule(job, each).values) for each in (cars[0], fine)] == [24, 96]
    assert charged_in(hourly(planner, job, fine)) == [8, 9, 10, 11]


def test_a_longer_window_of_one_device_is_its_own(planner: Planner, cars: tuple[int, int]) -> None:
    planner.record(planner.price, (500.0,) * 24, start=START + DAY)
    context = {"consumption-price": {"sensor": planner.price}, "site-power-capacity": "1 MW"}

    job = planner.plan(flex_model=[car(cars[0], 6), car(cars[1], 30)], flex_context=context, is_sequential=True)

    assert job.result is not None
    assert job.result["num-beliefs"] == 24 + 30
    # Of the 30 hours that the second car has, hour 0 is closed to it and hour 1 is taken: hour 11 is the cheapest then.
    assert charged_in(hourly(planner, job, cars[1])) == [11]


def test_sensors_of_the_site_tell_of_all_devices(planner: Planner, cars: tuple[int, int]) -> None:
    with planner.services.database.write() as connection:
        total = make_sensor(connection, generic_asset_id=planner.site_id, **HOURS)
    context = {
        "consumption-price": {"sensor": planner.price},
        "site-power-capacity": "1 MW",
        "aggregate-consumption": {"sensor": total},
    }

    job = planner.plan(flex_model=[car(cars[0], 6), car(cars[1], 3)], flex_context=context, is_sequential=True)

    assert charged_in(hourly(planner, job, total)) == [1, 2]


def test_what_was_planned_earlier_is_read_in_place_of_what_is_recorded(planner: Planner, cars: tuple[int, int]) -> None:
    # An older schedule of the first car would leave hour 1 to the second.
    planner.record(cars[0], (0.0,) * 24)

    job = plan_cars(planner, cars, is_sequential=True)

    assert [charged_in(hourly(planner, job, each)) for each in cars] == [[1], [2]]


def test_a_failure_names_the_device_and_nothing_is_recorded(planner: Planner, cars: tuple[int, int]) -> None:
    price = {"sensor": planner.price}
    context = {"consumption-price": price, "site-power-capacity": "1 MW", "relax-constraints": False}
    # Both need hour 1, which the connection has no room for.
    model = [car(cars[0], 2), car(cars[1], 2)]

    job = planner.plan(flex_model=model, flex_context=context, is_sequential=True)

    assert (job.state, job.error is not None) == (JobState.FAILED, True)
    assert job.error is not None
    assert job.error.message.startswith("'second car', device 2 of 2: No schedule exists.")
    with planner.services.database.read() as connection:
        assert sources_of_sensors(connection, cars) == {}


def test_devices_need_a_power_sensor(planner: Planner) -> None:
    model = [planner.model, {"asset": planner.site_id, "power-capacity": "1 kW"}]

    with pytest.raises(InputError) as raised:
        planner.trigger(flex_model=model, is_sequential=True)

    assert [problem.path for problem in raised.value.problems] == [("flex-model", 1, "sensor")]


def test_stored_flex_models_are_planned_in_the_order_of_the_tree(planner: Planner, cars: tuple[int, int]) -> None:
    with planner.services.database.read() as connection:
        sensors = get_sensors(connection, cars)
    for each, due_hour in zip(cars, (6, 3), strict=True):
        stored = car(each, due_hour)
        planner.store(sensors[each].asset_id, flex_model=stored)
    context = {"consumption-price": {"sensor": planner.price}, "site-power-capacity": "1 MW"}

    job = planner.plan(flex_model=[], flex_context=context, is_sequential=True)

    assert [charged_in(hourly(planner, job, each)) for each in cars] == [[1], [2]]


def test_wrong_fields_of_any_device_are_refused_at_once(planner: Planner, cars: tuple[int, int]) -> None:
    model = [car(cars[0], 6), {**car(cars[1], 3), "soc-minn": 1}]

    with pytest.raises(FlexModelError, match="Unknown field"):
        planner.trigger(flex_model=model, is_sequential=True)


def test_the_same_sequence_within_the_hour_is_the_same_job(planner: Planner, cars: tuple[int, int]) -> None:
    first = plan_cars(planner, cars, is_sequential=True)

    assert plan_cars(planner, cars, is_sequential=True).id == first.id
    assert plan_cars(planner, cars).id != first.id
