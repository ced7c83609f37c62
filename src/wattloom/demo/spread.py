"""How far forecasts of the home may be off: as far as the weeks before differed from day to day."""

from dataclasses import dataclass

import numpy as np

from wattloom.demo.redate import SourceYear
from wattloom.periods import HOUR_US, Microseconds
from wattloom.timeseries import Floats

LOW, HIGH = 0.1, 0.9
_DAYS = 28
_HOURS = 24


@dataclass(frozen=True, slots=True)
class Spread:
    """What is added to a forecast for the ends of the range that holds 80 % of all cases; shape (n,).

    Attributes:
        low: Not exceeded with 10 % probability; never positive.
        high: Not exceeded with 90 % probability; never negative.
    """

    low: Floats
    high: Floats


def spread_of(year: SourceYear, starts_us: Microseconds, known_us: int) -> Spread:
    """Return how far a forecast may be off, hour of the day by hour.

    For each hour of the day these are the quantiles of how far its values of
    four weeks lay from their median.

    Args:
        year: What is forecast.
        starts_us: Starts of the hours that are forecast [µs since 1970 UTC], shape (n,).
        known_us: Where the four weeks end [µs since 1970 UTC].
    """
    first = known_us // HOUR_US - _DAYS * _HOURS
    hours = first + np.arange(_DAYS * _HOURS, dtype=np.int64)
    known = year.at(hours * HOUR_US).reshape(_DAYS, _HOURS)
    off = known - np.median(known, axis=0)
    low, high = np.quantile(off, [LOW, HIGH], axis=0)
    hour = (starts_us // HOUR_US - first) % _HOURS
    return Spread(low[hour], high[hour])
