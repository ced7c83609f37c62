"""The demo home: its devices in numbers, and when the car is away."""

from dataclasses import dataclass
from datetime import datetime, time

import numpy as np

from wattloom.periods import QUARTER_US, Microseconds, Period, from_us, to_us, zone
from wattloom.timeseries import Floats

LATITUDE, LONGITUDE = 47.9990, 7.8421  # Freiburg, Germany
TIMEZONE = "Europe/Berlin"
PV_KWP = 10.0
GRID_SURCHARGE_EUR_PER_KWH = 0.18
FEED_IN_EUR_PER_KWH = 0.08
STEP_H = 0.25


@dataclass(frozen=True, slots=True)
class Storage:
    """Something that stores electricity.

    Attributes:
        soc_min_kwh: Lowest allowed state of charge [kWh].
        soc_max_kwh: Highest allowed state of charge [kWh].
        power_kw: Most that it charges, or discharges if it can [kW].
        efficiency: Fraction that remains in one direction, in (0, 1].
    """

    soc_min_kwh: float
    soc_max_kwh: float
    power_kw: float
    efficiency: float


BATTERY = Storage(soc_min_kwh=1, soc_max_kwh=10, power_kw=5, efficiency=0.96)
CAR = Storage(soc_min_kwh=5, soc_max_kwh=50, power_kw=11, efficiency=0.92)
CAR_NEEDED_KWH = 30.0
"""State of charge that the car must have when it leaves [kWh]; two drives take 12 kWh of it."""

DRIVE_KW = 6.0
_LEAVES, _RETURNS = time(7, 30), time(17, 30)
_DRIVES = ((time(7, 30), time(8, 30)), (time(16, 30), time(17, 30)))


@dataclass(frozen=True, slots=True)
class CarCalendar:
    """When the car can charge, drives, and must be ready; quarter of an hour by quarter.

    Attributes:
        event_start_us: Starts of the quarters [µs since 1970 UTC], shape (n,).
        capacity_kw: What the charger can give: 0 while the car is away [kW], shape (n,).
        usage_kw: What driving takes from the battery [kW], shape (n,).
        departure_us: When the car leaves [µs since 1970 UTC], shape (m,).
    """

    event_start_us: Microseconds
    capacity_kw: Floats
    usage_kw: Floats
    departure_us: Microseconds


def quarters_us(period: Period) -> Microseconds:
    """Return the starts of the quarters of an hour that touch a period [µs since 1970 UTC]."""
    first = to_us(period.start) // QUARTER_US
    last = -(-to_us(period.end) // QUARTER_US)
    return np.arange(first, last, dtype=np.int64) * QUARTER_US


def car_calendar(starts_us: Microseconds) -> CarCalendar:
    """Return the car's days: away 07:30 to 17:30 local time, driving in the first and last hour.

    Args:
        starts_us: Starts of consecutive quarters [µs since 1970 UTC], shape (n,).
    """
    clock = [_clock(from_us(int(start), zone(TIMEZONE))) for start in starts_us]
    away = np.array([_LEAVES <= at < _RETURNS for at in clock], dtype=bool)
    driving = np.array([any(begin <= at < end for begin, end in _DRIVES) for at in clock], dtype=bool)
    leaving = np.array([at == _LEAVES for at in clock], dtype=bool)
    return CarCalendar(
        event_start_us=starts_us,
        capacity_kw=np.where(away, 0.0, CAR.power_kw),
        usage_kw=np.where(driving, DRIVE_KW, 0.0),
        departure_us=starts_us[leaving],
    )


def _clock(local: datetime) -> time:
    return local.time().replace(fold=0)
