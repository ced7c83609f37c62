from datetime import UTC, datetime, timedelta
from importlib.resources import files
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from wattloom.demo.redate import SourceYear, day_ahead_prices, home_demand, hours_us, pv_yield
from wattloom.periods import Period, to_us

BERLIN = ZoneInfo("Europe/Berlin")
HOURS_2019 = SourceYear(2019, np.arange(8760.0))
HOURS_2020 = SourceYear(2020, np.arange(8784.0))


def row(source: SourceYear, *at: int) -> float:
    return float(source.at(np.array([to_us(datetime(*at, tzinfo=UTC))]))[0])  # type: ignore[arg-type,misc] # mypy cannot count *at


def test_an_hour_gets_the_same_month_day_and_hour() -> None:
    assert row(HOURS_2019, 2031, 1, 2, 3) == 27


def test_minutes_get_the_value_of_their_hour() -> None:
    assert row(HOURS_2019, 2031, 1, 2, 3, 45) == 27


def test_the_last_hour_of_the_year_is_there() -> None:
    assert row(HOURS_2019, 2031, 12, 31, 23) == 8759


def test_a_leap_day_takes_the_day_before_when_the_source_year_has_none() -> None:
    february_28 = (31 + 27) * 24

    assert row(HOURS_2019, 2028, 2, 29, 5) == february_28 + 5


def test_a_leap_day_takes_its_own_values_when_the_source_year_has_them() -> None:
    february_29 = (31 + 28) * 24

    assert row(HOURS_2020, 2028, 2, 29, 5) == february_29 + 5


@pytest.mark.parametrize("source", [HOURS_2019, HOURS_2020])
def test_the_day_after_february_is_march_in_every_kind_of_year(source: SourceYear) -> None:
    march_1 = (31 + len(source.values) // 24 - 337) * 24

    assert row(source, 2027, 3, 1) == row(source, 2028, 3, 1) == march_1


@pytest.mark.parametrize(("day", "n_hours"), [((2026, 3, 29), 23), ((2026, 10, 25), 25), ((2026, 6, 1), 24)])
def test_a_local_day_has_as_many_hours_as_the_clock_change_leaves(day: tuple[int, int, int], n_hours: int) -> None:
    start = datetime(*day, tzinfo=BERLIN)
    hours = hours_us(Period(start, datetime.combine(start.date() + timedelta(days=1), start.timetz())))

    values = HOURS_2019.at(hours)

    assert len(values) == n_hours
    assert all(later - earlier == 1 for earlier, later in pairwise(values))


def test_hours_cover_a_period_that_begins_and_ends_within_an_hour() -> None:
    start = datetime(2026, 5, 1, 10, 15, tzinfo=UTC)

    hours = hours_us(Period(start, start + timedelta(hours=2)))

    assert hours.tolist() == [to_us(start.replace(hour=hour, minute=0)) for hour in (10, 11, 12)]


def test_prices_are_those_of_the_german_market_in_2019() -> None:
    prices = day_ahead_prices()

    assert len(prices.values) == 8760
    assert (prices.values.min(), prices.values.max()) == (-90.01, 121.46)
    assert row(prices, 2026, 1, 1, 2) == -4.08


def test_demand_and_pv_are_those_of_one_home_in_2020() -> None:
    assert len(home_demand().values) == len(pv_yield().values) == 8784
    assert row(home_demand(), 2026, 6, 20, 7) == 1.336
    assert row(pv_yield(), 2026, 6, 20, 7) == 0.4017


def test_the_data_name_their_source_and_licence() -> None:
    text = files("wattloom.demo").joinpath("data", "ATTRIBUTION.md").read_text(encoding="utf-8")

    assert "oemof.solph 0.6.5" in text
    assert "MIT licence" in text
    assert "Copyright (c) oemof developer group" in text
    assert "renamed" in text
    assert "rounded" in text
