"""Where a schedule starts and ends, and how long its steps are."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.flexing import HOUR, QUARTER, SENSORS, SOC, START, FakeSensor, at, make_window, parse, plan
from tests.problems import solve
from wattloom.errors import FlexModelError, PeriodError
from wattloom.periods import Duration, Resolution
from wattloom.scheduling.flexmodel import (
    LaterResolution,
    Segments,
    coarsened,
    extend_to_targets,
    find_step,
    is_floored,
    on_steps,
    plan_window,
)

DAY = Duration(0, timedelta(days=1))
UTC_ZONE = ZoneInfo("UTC")
AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def test_a_start_between_ticks_is_floored_and_the_length_kept() -> None:
    window = plan_window(START + timedelta(minutes=7), DAY, QUARTER, AMSTERDAM, max_steps=2520)

    assert (window.start, window.n_steps) == (START, 96)


def test_a_start_is_kept_where_a_sensor_says_so() -> None:
    start = START + timedelta(minutes=7)

    window = plan_window(start, DAY, QUARTER, AMSTERDAM, is_floored=False, max_steps=2520)

    assert window.start == start
    assert not is_floored([{}, {"floor_datetimes_to_resolution": False}])


def test_steps_of_an_odd_length_start_on_the_wall_clock() -> None:
    start = datetime(2026, 6, 1, 3, 10, tzinfo=ZoneInfo("Asia/Kolkata"))

    window = plan_window(start, DAY, HOUR, ZoneInfo("Asia/Kolkata"), max_steps=2520)

    assert window.start == datetime(2026, 6, 1, 3, 0, tzinfo=ZoneInfo("Asia/Kolkata"))


def test_a_month_follows_the_calendar() -> None:
    start = datetime(2026, 3, 1, tzinfo=AMSTERDAM)

    window = plan_window(start, Duration(1, timedelta(0)), HOUR, AMSTERDAM, max_steps=2520)

    assert window.n_steps == 31 * 24 - 1


@pytest.mark.parametrize("duration", [Duration(0, timedelta(days=27)), Duration(0, timedelta(0)), Duration(-1, HOUR)])
def test_a_duration_is_positive_and_at_most_so_many_steps(duration: Duration) -> None:
    with pytest.raises(PeriodError) as caught:
        plan_window(START, duration, QUARTER, AMSTERDAM, max_steps=2520)

    assert caught.value.problems[0].path == ("duration",)


def test_problem_23_the_window_lasts_until_the_last_target() -> None:
    """A target at 17:12 extends a window that ends at 17:00 to 17:15."""
    targets = list(parse({"soc-targets": [{"datetime": at(17.2), "value": "50 kWh"}]}).listed_targets())

    window = extend_to_targets(make_window(17), targets, max_steps=2520)

    assert window.end == START + timedelta(hours=17, minutes=15)


def test_minima_do_not_extend_the_window() -> None:
    targets = list(parse({"soc-minima": [{"datetime": at(30), "value": "50 kWh"}]}).listed_targets())

    assert extend_to_targets(make_window(), targets, max_steps=2520) == make_window()


def test_a_target_beyond_the_longest_window_is_refused() -> None:
    targets = list(parse({"soc-targets": [{"datetime": at(24 * 60), "value": "50 kWh"}]}).listed_targets())

    with pytest.raises(FlexModelError) as caught:
        extend_to_targets(make_window(), targets, max_steps=2520)

    assert caught.value.problems[0].path == ("soc-targets",)


def test_the_finest_power_sensor_sets_the_step() -> None:
    hourly = FakeSensor(9, "hourly", event_resolution=Resolution(time=HOUR))

    assert find_step(None, [hourly, SENSORS[1], SENSORS[SOC]]) == QUARTER
    assert find_step(None, [SENSORS[SOC]]) == QUARTER
    assert find_step(None, [hourly]) == HOUR


def test_an_asked_resolution_is_a_multiple_of_the_sensors() -> None:
    assert find_step(Resolution(time=HOUR), [SENSORS[1]]) == HOUR
    with pytest.raises(
        PeriodError, match="Resolution of 0:20:00 is incompatible with the sensor's required resolution"
    ):
        find_step(Resolution(time=timedelta(minutes=20)), [SENSORS[1]])
    assert find_step(Resolution(time=timedelta(minutes=20)), [SENSORS[1]], fits_sensors=False) == timedelta(minutes=20)
    with pytest.raises(PeriodError, match="longer than zero"):
        find_step(Resolution(), [SENSORS[1]])


def test_windows_are_told_in_utc() -> None:
    window = plan_window(datetime(2026, 6, 1, tzinfo=AMSTERDAM), DAY, QUARTER, AMSTERDAM, max_steps=2520)

    assert window.start == datetime(2026, 5, 31, 22, tzinfo=UTC)
    assert window.end - window.start == timedelta(days=1)


LATER = LaterResolution(after=timedelta(hours=2), resolution=HOUR)


def test_later_steps_are_longer_and_begin_on_the_wall_clock() -> None:
    """From 00:30 on two hours of quarters, and on to 03:00; then hours, of which the last one ends at 06:30."""
    window = coarsened(make_window(6, start=START + timedelta(minutes=30)), LATER, UTC_ZONE, max_steps=2520)

    assert window.steps_h.tolist() == [0.25] * 10 + [1.0] * 3 + [0.5]
    assert (window.n_steps, window.end) == (14, START + timedelta(hours=6.5))
    assert window.tick(9) == START + timedelta(hours=3)


def test_a_short_window_has_no_later_steps() -> None:
    assert coarsened(make_window(1), LATER, UTC_ZONE, max_steps=2520) == make_window(1)


def test_ticks_between_later_steps_are_off_tick() -> None:
    window = coarsened(make_window(6), LATER, UTC_ZONE, max_steps=2520)

    assert window.is_tick(START + timedelta(hours=1.25))
    assert not window.is_tick(START + timedelta(hours=3.25))
    assert window.is_tick(START + timedelta(hours=4))


def test_segments_count_for_the_later_steps_within_them() -> None:
    window = coarsened(make_window(6), LATER, UTC_ZONE, max_steps=2520)
    [segment] = [{"start": at(1.5), "end": at(4.5), "value": "5 kW"}]
    capacity = parse({"power-capacity": [segment]}).devices[0].power_capacity
    assert isinstance(capacity, Segments)

    assert np.flatnonzero(~np.isnan(on_steps(capacity, window))).tolist() == [6, 7, 8, 9]


@pytest.mark.parametrize("resolution", [timedelta(minutes=20), QUARTER])
def test_the_later_resolution_is_a_multiple_of_the_first(resolution: timedelta) -> None:
    with pytest.raises(FlexModelError, match="must be a multiple") as caught:
        coarsened(make_window(6), LaterResolution(HOUR, resolution), UTC_ZONE, max_steps=2520)

    assert caught.value.problems[0].path == ("later-resolution",)


def test_longer_steps_are_counted_when_a_window_is_too_long() -> None:
    with pytest.raises(FlexModelError, match="at most; this one has 30"):
        coarsened(make_window(24), LATER, UTC_ZONE, max_steps=29)


def test_plans_with_longer_steps_cost_what_plans_of_equal_steps_cost_where_prices_change_by_the_hour() -> None:
    prices = np.repeat([50.0, 20.0, 80.0, 30.0, 90.0, 10.0], 4)
    model = {"soc-at-start": "20 kWh", "soc-max": "100 kWh", "power-capacity": "25 kW", "soc-min": "0 kWh"}
    fine = make_window(6)
    coarse = coarsened(fine, LATER, UTC_ZONE, max_steps=2520)
    segments = [
        {"start": at(hour), "end": at(hour + 1), "value": f"{price} EUR/MWh"} for hour, price in enumerate(prices[::4])
    ]

    costs = [
        solve(plan(model, {"consumption-price": segments, "site-power-capacity": "1 MW"}, window=window).problem).costs
        for window in (fine, coarse)
    ]

    assert costs[1]["electricity net energy"] == pytest.approx(costs[0]["electricity net energy"])
