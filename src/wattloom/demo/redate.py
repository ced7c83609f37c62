"""Real data of past years, moved to the dates that the demo needs.

An hour of any year gets the value of the same month, day and hour (UTC) of the
source year; 29 February gets the day before when the source year has none.
Both ends are UTC, so that clock changes neither lose nor repeat an hour.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import as_file, files

import numpy as np

from wattloom.periods import HOUR_US, Microseconds, Period, from_us, to_us
from wattloom.timeseries import Floats

_FEBRUARY = 2
_LEAP_DAY = 29
_HOURS_IN_LEAP_YEAR = 8784


@dataclass(frozen=True)
class SourceYear:
    """One year of hourly values.

    Attributes:
        year: The calendar year that the values describe.
        values: One value per hour from 1 January 00:00 UTC on, shape (8760,) or (8784,).
    """

    year: int
    values: Floats

    def at(self, event_start_us: Microseconds) -> Floats:
        """Return the value of the same month, day and hour for each instant.

        Args:
            event_start_us: Starts of hours [µs since 1970 UTC], shape (n,).

        Returns:
            The re-dated values, shape (n,).
        """
        return self.values[np.array([self._row(int(start)) for start in event_start_us], dtype=np.intp)]

    def times(self, factor: float) -> "SourceYear":
        """Return the same year with all values multiplied."""
        return replace(self, values=self.values * factor)

    def _row(self, start_us: int) -> int:
        start = from_us(start_us)
        day = start.day
        if start.month == _FEBRUARY and day == _LEAP_DAY and len(self.values) < _HOURS_IN_LEAP_YEAR:
            day -= 1
        here = start.replace(year=self.year, day=day, minute=0, second=0, microsecond=0)
        return (to_us(here) - to_us(here.replace(month=1, day=1, hour=0))) // HOUR_US


@lru_cache(maxsize=1)
def day_ahead_prices() -> SourceYear:
    """Return the German day-ahead prices of 2019 [EUR/MWh]."""
    return SourceYear(2019, _column("de_spot_2019_hourly.csv", 1))


@lru_cache(maxsize=1)
def home_demand() -> SourceYear:
    """Return the electricity demand of a home in 2020 [kW]."""
    return SourceYear(2020, _column("home_2020_hourly.csv", 1))


@lru_cache(maxsize=1)
def pv_yield() -> SourceYear:
    """Return the yield of PV panels in 2020 per installed kWp [kW/kWp]."""
    return SourceYear(2020, _column("home_2020_hourly.csv", 2))


def hours_us(period: Period) -> Microseconds:
    """Return the starts of the hours that touch a period [µs since 1970 UTC]."""
    first = to_us(period.start) // HOUR_US
    last = -(-to_us(period.end) // HOUR_US)
    return np.arange(first, last, dtype=np.int64) * HOUR_US


def _column(file: str, number: int) -> Floats:
    with as_file(files("wattloom.demo").joinpath("data", file)) as path:
        return np.loadtxt(path, delimiter=",", skiprows=1, usecols=number)
