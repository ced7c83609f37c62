from datetime import UTC, datetime

import numpy as np

from wattloom.demo.redate import SourceYear
from wattloom.demo.spread import spread_of
from wattloom.periods import HOUR_US, to_us

KNOWN_US = to_us(datetime(2026, 5, 12, tzinfo=UTC))
AHEAD_US = KNOWN_US + np.arange(48) * HOUR_US


def year_of(by_hour: np.ndarray[tuple[int], np.dtype[np.float64]]) -> SourceYear:
    """Return a year in which the n-th day of the year adds n % 11 − 5 to each hour, times its factor."""
    day = (np.arange(8760) // 24 % 11 - 5).astype(np.float64)
    return SourceYear(2019, day * np.tile(by_hour, 365))


def test_forecast_may_be_off_as_far_as_the_weeks_before_were() -> None:
    spread = spread_of(year_of(np.arange(24.0)), AHEAD_US, KNOWN_US)

    assert spread.low[0] == spread.high[0] == 0
    assert (spread.low[1:24] < 0).all()
    assert (spread.high[1:24] > 0).all()
    np.testing.assert_allclose(spread.high[12], 12 * spread.high[1])
    np.testing.assert_array_equal(spread.low[:24], spread.low[24:])


def test_hours_keep_their_place_where_days_begin_at_another_hour() -> None:
    year = year_of(np.array([0.0] * 6 + [1.0] * 18))

    spread = spread_of(year, AHEAD_US, KNOWN_US - 2 * HOUR_US)

    assert (spread.high[:6] == 0).all()
    assert (spread.high[6:24] > 0).all()


def test_what_comes_later_is_not_known() -> None:
    year = year_of(np.ones(24))
    later = year.values.copy()
    later[131 * 24 :] = 99

    np.testing.assert_array_equal(
        spread_of(year, AHEAD_US, KNOWN_US).high, spread_of(SourceYear(2019, later), AHEAD_US, KNOWN_US).high
    )
