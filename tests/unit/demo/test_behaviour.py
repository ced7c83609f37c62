import numpy as np
import pytest

from wattloom.demo.behaviour import run_battery, run_car
from wattloom.demo.home import CarCalendar, Storage
from wattloom.timeseries import Floats

CAR = Storage(soc_min_kwh=5, soc_max_kwh=50, power_kw=10, efficiency=0.8)
BATTERY = Storage(soc_min_kwh=1, soc_max_kwh=10, power_kw=4, efficiency=0.8)


def no_plan(n: int) -> Floats:
    return np.full(n, np.nan)


def days(capacity_kw: list[float], usage_kw: list[float]) -> CarCalendar:
    n = len(capacity_kw)
    return CarCalendar(np.arange(n), np.array(capacity_kw), np.array(usage_kw), np.array([], dtype=np.int64))


def test_the_car_charges_at_full_power_until_it_has_what_it_needs() -> None:
    """From 25 kWh it lacks 5 kWh; a quarter at 10 kW and 80 % gives 2 kWh, so 2, 2 and 1 kWh at 5 kW."""
    track = run_car(CAR, days([10] * 4, [0] * 4), 25, no_plan(4))

    assert track.consumption_kw.tolist() == pytest.approx([10, 10, 5, 0])
    assert track.state_of_charge_kwh.tolist() == pytest.approx([25, 27, 29, 30, 30])


def test_the_car_drives_while_it_is_away_and_charges_when_it_is_back() -> None:
    """Two quarters at 6 kW take 3 kWh; back at 27 kWh it charges 2 and 1 kWh."""
    track = run_car(CAR, days([0, 0, 10, 10], [6, 6, 0, 0]), 30, no_plan(4))

    assert track.consumption_kw.tolist() == pytest.approx([0, 0, 10, 5])
    assert track.state_of_charge_kwh.tolist() == pytest.approx([30, 28.5, 27, 29, 30])


def test_the_car_does_not_charge_when_it_has_more_than_it_needs() -> None:
    assert run_car(CAR, days([10], [0]), 40, no_plan(1)).consumption_kw.tolist() == [0]


def test_the_battery_stores_surplus_up_to_its_power() -> None:
    """4 kW for a quarter of an hour at 80 % store 0.8 kWh."""
    track = run_battery(BATTERY, np.array([3.0, 9.0]), 5, no_plan(2))

    assert track.consumption_kw.tolist() == [3, 4]
    assert track.state_of_charge_kwh.tolist() == pytest.approx([5, 5.6, 6.4])


def test_the_battery_stops_when_it_is_full() -> None:
    """0.2 kWh of room take 0.25 kWh: 1 kW for a quarter of an hour."""
    track = run_battery(BATTERY, np.array([4.0, 4.0]), 9.8, no_plan(2))

    assert track.consumption_kw.tolist() == pytest.approx([1, 0])
    assert track.state_of_charge_kwh[-1] == pytest.approx(10)


def test_the_battery_stops_when_it_is_empty() -> None:
    """0.5 kWh above the minimum give 0.4 kWh: 1.6 kW for a quarter of an hour."""
    track = run_battery(BATTERY, np.array([-3.0, -3.0]), 1.5, no_plan(2))

    assert track.consumption_kw.tolist() == pytest.approx([-1.6, 0])
    assert track.state_of_charge_kwh[-1] == pytest.approx(1)


def test_the_car_follows_its_plan() -> None:
    track = run_car(CAR, days([10, 10], [0, 0]), 25, np.array([0.0, 4.0]))

    assert track.consumption_kw.tolist() == [0, 4]


def test_the_car_charges_no_more_than_the_charger_gives_and_its_battery_holds() -> None:
    """1 kWh of room takes 1.25 kWh: 5 kW for a quarter of an hour."""
    track = run_car(CAR, days([0, 10], [0, 0]), 49, np.array([8.0, 8.0]))

    assert track.consumption_kw.tolist() == pytest.approx([0, 5])


def test_the_battery_follows_its_plan_as_far_as_it_can() -> None:
    """0.5 kWh above the minimum give 1.6 kW for a quarter of an hour."""
    track = run_battery(BATTERY, np.array([9.0, 9.0]), 1.5, np.array([-4.0, 2.0]))

    assert track.consumption_kw.tolist() == pytest.approx([-1.6, 2])


def test_the_battery_returns_to_its_rule_where_the_plan_ends() -> None:
    track = run_battery(BATTERY, np.array([3.0, 3.0]), 5, np.array([-1.0, np.nan]))

    assert track.consumption_kw.tolist() == [-1, 3]
