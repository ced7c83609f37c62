"""What devices and the site may consume and produce (problems 20, 21 and 22)."""

from typing import Any

import numpy as np
import pytest

from tests.flexing import NO_STORAGE, SUN, at, make_window, plan
from wattloom.scheduling.inputs import ScheduleInputs

HARD = {"relax-constraints": False}
UNLIMITED = {"power-capacity": None}


def device_limits(inputs: ScheduleInputs) -> tuple[float, float]:
    [device] = inputs.problem.devices
    return float(device.consumption_min_mw[0]), float(device.consumption_max_mw[0])


def commitment_names(inputs: ScheduleInputs) -> set[str]:
    return {commitment.name for commitment in inputs.problem.commitments}


@pytest.mark.parametrize(
    ("power", "consumption", "production", "expected"),
    [
        ("300 kW", None, None, (0.3, 0.3)),
        ("42 kW", "10 kW", "100 kW", (0.042, 0.01)),
        (None, "10 kW", "100 kW", (0.1, 0.01)),
        ("2 MW", "10 kW", "100 kW", (0.1, 0.01)),
        ("2 MW", None, None, (2, 2)),
        (None, "0.9 MW", "0.75 MW", (0.75, 0.9)),
        ("42 kW", "0.9 MW", "0.75 MW", (0.042, 0.042)),
        ("42 kW", "30 kW", None, (0.042, 0.03)),
        ("42 kW", None, "30 kW", (0.03, 0.042)),
        (None, None, None, (np.inf, np.inf)),
    ],
)
def test_problem_20_hard_site_limits(
    power: str | None, consumption: str | None, production: str | None, expected: tuple[float, float]
) -> None:
    context = {
        "site-power-capacity": power,
        "site-consumption-capacity": consumption,
        "site-production-capacity": production,
    }

    [network] = plan(context={**HARD, **context}).problem.networks

    assert (network.export_max_mw[0], network.import_max_mw[0]) == pytest.approx(expected)


def test_a_soft_site_capacity_has_its_breach_priced_twice() -> None:
    inputs = plan(context={"site-consumption-capacity": "10 kW", "site-consumption-breach-price": "1000 EUR/kW"})

    [network] = inputs.problem.networks
    highest, area = (c for c in inputs.problem.commitments if "consumption breach" in c.name)
    assert network.import_max_mw[0] == pytest.approx(2)
    assert (highest.baseline[0], highest.up_price[0]) == pytest.approx((0.01, 1e6))
    assert (area.baseline[0], area.up_price[0]) == pytest.approx((0.01, 1e6 * 0.25))


@pytest.mark.parametrize(
    ("consumption", "production", "expected"),
    [
        ("700 kW", "300 kW", (-0.3, 0.7)),
        ("200 kW", "1.1 MW", (-1.1, 0.2)),
        ("700 kW", None, (0, 0.7)),
        (None, "300 kW", (-0.3, 0)),
        ("0 kW", None, (-2, 0)),
        (None, "0 kW", (0, 2)),
    ],
)
def test_problem_21_a_missing_power_capacity_is_inferred(
    consumption: str | None, production: str | None, expected: tuple[float, float]
) -> None:
    inputs = plan({**UNLIMITED, "consumption-capacity": consumption, "production-capacity": production})

    assert device_limits(inputs) == pytest.approx(expected)
    assert any("no power-capacity is given" in notice for notice in inputs.notices)


def test_problem_22_a_direction_of_zero_throughout_stays_hard() -> None:
    context = {"production-breach-price": "100 EUR/kW", "site-power-capacity": "1 kW"}

    inputs = plan({"power-capacity": "2 MW", "production-capacity": "0 kW"}, context)

    assert device_limits(inputs) == pytest.approx((0, 2))
    assert not any("device" in name for name in commitment_names(inputs))


def test_problem_22_a_priced_direction_is_limited_by_the_power_capacity_alone() -> None:
    inputs = plan(
        {"power-capacity": "2 MW", "production-capacity": "0.1 MW"}, {"production-breach-price": "100 EUR/kW"}
    )

    assert device_limits(inputs) == pytest.approx((-2, 0))
    assert {"any production breach device 0", "all production breaches device 0"} <= commitment_names(inputs)


def test_problem_22_a_zero_for_part_of_the_window_is_soft() -> None:
    capacity = [
        {"start": at(0), "end": at(24), "value": "2 MW"},
        {"start": at(12), "duration": "PT1H", "value": "0 kW"},
    ]

    inputs = plan(
        {"power-capacity": "2 MW", "consumption-capacity": capacity, "production-capacity": "2 MW"},
        {"relax-capacity-constraints": True},
    )

    assert (inputs.problem.devices[0].consumption_max_mw == 2).all()
    [height] = [c for c in inputs.problem.commitments if c.name == "any consumption breach device 0"]
    assert np.flatnonzero(height.baseline == 0).tolist() == [48, 49, 50, 51]


@pytest.mark.parametrize("power", ["2 MW", None])
@pytest.mark.parametrize("hour", [12, 30])
def test_an_hour_without_production_leaves_consumption_as_it_is(power: str | None, hour: int) -> None:
    closed = [{"start": at(hour), "duration": "PT1H", "value": "0 kW"}]

    [device] = plan({"power-capacity": power, "production-capacity": closed}).problem.devices

    is_closed = (np.arange(96) // 4 == hour).tolist()
    assert (device.consumption_max_mw == 2).all()
    assert (device.consumption_min_mw == 0).tolist() == is_closed


def test_a_device_that_consumes_at_times_never_produces() -> None:
    at_night = [
        {"start": at(0), "duration": "PT6H", "value": "10 kW"},
        {"start": at(6), "end": at(24), "value": "0 kW"},
    ]

    [device] = plan({"consumption-capacity": at_night}).problem.devices

    assert (device.consumption_min_mw == 0).all()


def test_the_larger_of_overlapping_capacities_is_what_a_device_can_do() -> None:
    capacity = [{"start": at(0), "end": at(24), "value": value} for value in ("10 kW", "5 kW")]

    inputs = plan({**UNLIMITED, "consumption-capacity": capacity}, {"relax-capacity-constraints": True})

    [height] = [c for c in inputs.problem.commitments if c.name == "any consumption breach device 0"]
    assert device_limits(inputs) == pytest.approx((0, 0.01))
    assert height.baseline[0] == pytest.approx(0.005)


def test_a_forecast_makes_a_curtailable_plant_even_at_night() -> None:
    plant = {**NO_STORAGE, **UNLIMITED, "production-capacity": {"sensor": SUN}}

    by_day = plan(plant, readings={SUN: 0.01})
    at_night = plan(plant, readings={SUN: 0.0})

    assert device_limits(by_day) == pytest.approx((-0.01, 0))
    assert device_limits(at_night) == pytest.approx((0, 0))
    assert by_day.problem.stocks == ()


def test_what_cannot_be_discharged_is_not_produced() -> None:
    inputs = plan({"discharging-efficiency": 0})

    assert device_limits(inputs) == pytest.approx((0, 0.025))
    assert (inputs.problem.devices[0].discharging_efficiency > 0).all()


def test_capacities_change_between_segments() -> None:
    capacity = [{"start": at(0), "end": at(1), "value": "10 kW"}, {"start": at(1), "end": at(2), "value": "30 kW"}]

    inputs = plan({"power-capacity": capacity}, window=make_window(2))

    assert inputs.problem.devices[0].consumption_max_mw.tolist() == pytest.approx([0.01] * 4 + [0.03] * 4)


def test_peaks_are_priced_above_what_is_paid_already() -> None:
    context: dict[str, Any] = {"site-peak-consumption": "20 kW", "site-peak-consumption-price": "260 EUR/MW"}

    inputs = plan(context={**context, "site-peak-production-price": "2 EUR/kW"})

    found = {c.name: c for c in inputs.problem.commitments if "peak" in c.name}
    consumption, production = found["electricity consumption peak"], found["electricity production peak"]
    assert (consumption.baseline[0], consumption.up_price[0]) == pytest.approx((0.02, 260))
    assert (production.baseline[0], production.down_price[0]) == pytest.approx((0, -2000))
