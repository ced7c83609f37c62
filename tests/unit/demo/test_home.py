from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from wattloom.demo.home import CAR, CarCalendar, car_calendar, quarters_us
from wattloom.periods import Period, from_us

BERLIN = ZoneInfo("Europe/Berlin")


def calendar(*day: int, days: int = 1) -> CarCalendar:
    start = datetime(*day, tzinfo=BERLIN)  # type: ignore[arg-type,misc] # mypy cannot count *day
    end = datetime.combine(start.date() + timedelta(days=days), start.timetz())
    return car_calendar(quarters_us(Period(start, end)))


def local_times(calendar: CarCalendar, chosen: np.ndarray) -> list[str]:
    return [f"{from_us(int(at), BERLIN):%H:%M}" for at in calendar.event_start_us[chosen]]


@pytest.mark.parametrize("day", [(2026, 1, 15), (2026, 7, 15), (2026, 3, 29), (2026, 10, 25)])
def test_the_car_is_away_from_half_past_seven_to_half_past_five_whatever_the_clocks_do(day: tuple[int, ...]) -> None:
    car = calendar(*day)

    away = local_times(car, car.capacity_kw == 0)

    assert (len(away), away[0], away[-1]) == (40, "07:30", "17:15")


def test_the_charger_gives_full_power_while_the_car_is_there() -> None:
    assert set(calendar(2026, 1, 15).capacity_kw) == {0, CAR.power_kw}


def test_the_car_drives_in_the_first_and_the_last_hour_away() -> None:
    car = calendar(2026, 1, 15)

    driving = local_times(car, car.usage_kw > 0)

    assert driving == ["07:30", "07:45", "08:00", "08:15", "16:30", "16:45", "17:00", "17:15"]


def test_a_day_of_driving_takes_twelve_kilowatt_hours() -> None:
    assert calendar(2026, 1, 15).usage_kw.sum() * 0.25 == 12


def test_the_car_leaves_once_a_day() -> None:
    car = calendar(2026, 3, 28, days=3)

    assert [f"{from_us(int(at), BERLIN):%d %H:%M}" for at in car.departure_us] == ["28 07:30", "29 07:30", "30 07:30"]


def test_quarters_cover_a_period_that_begins_within_one() -> None:
    start = datetime(2026, 5, 1, 10, 20, tzinfo=UTC)

    starts = quarters_us(Period(start, start + timedelta(minutes=30)))

    assert [f"{from_us(int(at)):%H:%M}" for at in starts] == ["10:15", "10:30", "10:45"]


def test_no_time_has_no_days() -> None:
    assert car_calendar(np.array([], dtype=np.int64)).departure_us.tolist() == []
