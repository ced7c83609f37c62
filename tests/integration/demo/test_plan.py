from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.integration.demo.homes import Home
from wattloom.demo import BATTERY, CAR, HomePlan
from wattloom.demo.home import car_calendar
from wattloom.periods import QUARTER_US, Period, from_us, to_us
from wattloom.timeseries import Floats

BERLIN = ZoneInfo("Europe/Berlin")
STEP_H = 0.25


def balance_kwh(consumption_kw: Floats, efficiency: float, usage_kw: Floats | float = 0.0) -> Floats:
    """What a storage gains in each step [kWh]."""
    stored_kw = np.where(consumption_kw > 0, consumption_kw * efficiency, consumption_kw / efficiency)
    return np.asarray((stored_kw - usage_kw) * STEP_H)


def assert_physical(plan: HomePlan) -> None:
    """Check that stocks follow from flows and that all limits are kept."""
    calendar = car_calendar(plan.event_start_us)
    battery_gain_kwh = balance_kwh(plan.battery_consumption_kw, BATTERY.efficiency)
    car_gain_kwh = balance_kwh(plan.car_consumption_kw, CAR.efficiency, calendar.usage_kw)
    assert np.diff(plan.battery_kwh) == pytest.approx(battery_gain_kwh, abs=1e-5)
    assert np.diff(plan.car_kwh) == pytest.approx(car_gain_kwh, abs=1e-5)
    assert (plan.battery_kwh >= BATTERY.soc_min_kwh - 1e-6).all()
    assert (plan.battery_kwh <= BATTERY.soc_max_kwh + 1e-6).all()
    assert (np.abs(plan.battery_consumption_kw) <= BATTERY.power_kw + 1e-6).all()
    assert (plan.car_kwh >= CAR.soc_min_kwh - 1e-6).all()
    assert (plan.car_consumption_kw >= -1e-6).all()
    assert (plan.car_consumption_kw <= calendar.capacity_kw + 1e-6).all()


def car_at_departures(plan: HomePlan) -> list[float]:
    leaving = np.isin(plan.event_start_us, car_calendar(plan.event_start_us).departure_us)
    return [float(level) for level in plan.car_kwh[:-1][leaving]]


def test_the_home_is_planned_for_48_hours_from_this_quarter_on(home: Home) -> None:
    plan = home.plan()

    assert from_us(int(plan.event_start_us[0])) == datetime(2026, 5, 12, 13, 45, tzinfo=UTC)
    assert len(plan.event_start_us) == 192
    assert (np.diff(plan.event_start_us) == QUARTER_US).all()


def test_the_plan_is_physical_and_the_car_ready_at_departure(home: Home) -> None:
    plan = home.plan()

    assert_physical(plan)
    assert len(car_at_departures(plan)) == 2
    assert min(car_at_departures(plan)) >= 30 - 1e-5


def test_the_plan_saves_money(home: Home) -> None:
    assert home.plan().savings().eur > 0


def test_the_plan_of_the_grid_is_what_the_devices_add_up_to(home: Home) -> None:
    plan = home.plan()
    sensors = home.set_up().site.sensors
    start = from_us(int(plan.event_start_us[0]))

    grid = home.events(sensors.grid_import, Period(start, start + timedelta(hours=48)), "scheduler")

    assert grid.value == pytest.approx(plan.grid_import_kw, abs=1e-5)


def test_the_plan_starts_from_what_was_measured(home: Home) -> None:
    plan = home.plan()
    sensors = home.set_up().site.sensors
    start = from_us(int(plan.event_start_us[0]))

    measured = home.events(sensors.battery_charge, Period(start, start + timedelta(minutes=1)), "gateway")

    assert plan.battery_kwh[0] == pytest.approx(measured.value[0])


def test_a_second_run_plans_anew(home: Home) -> None:
    home.plan()
    later = home.at(home.now + timedelta(hours=3))

    plan = later.plan()

    assert from_us(int(plan.event_start_us[0])) == datetime(2026, 5, 12, 16, 45, tzinfo=UTC)
    assert home.count_rows()["job"] == 2


def test_the_devices_follow_the_plan_until_the_next_run(home: Home) -> None:
    plan = home.plan()
    later = home.at(home.now + timedelta(hours=20))

    sensors = later.set_up().site.sensors

    start = from_us(int(plan.event_start_us[0]))
    measured = later.events(sensors.battery_power, Period(start, start + timedelta(hours=20)), "gateway")
    assert measured.value == pytest.approx(plan.battery_consumption_kw[:80], abs=1e-4)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 1, 10, 7, 29, tzinfo=BERLIN),
        datetime(2026, 1, 10, 7, 31, tzinfo=BERLIN),
        datetime(2026, 3, 28, 12, 0, tzinfo=BERLIN),
        datetime(2026, 10, 24, 23, 59, tzinfo=BERLIN),
        datetime(2028, 2, 28, 17, 30, tzinfo=BERLIN),
    ],
    ids=["before-departure", "away", "clocks-forward", "clocks-back", "leap-day"],
)
def test_every_moment_can_be_planned(home: Home, at: datetime) -> None:
    plan = home.at(at).plan()

    assert_physical(plan)
    assert min(car_at_departures(plan)) >= 30 - 1e-5
    assert to_us(at) - int(plan.event_start_us[0]) < QUARTER_US
