"""What the devices of the home did until now.

Battery and car followed the plan if there was one; otherwise the battery
stored surplus sun and the car charged on arrival. The history begins with the
earliest data, or where an earlier run of the demo ended.
"""

from dataclasses import dataclass

import numpy as np

from wattloom.demo.behaviour import run_battery, run_car
from wattloom.demo.home import BATTERY, CAR, CAR_NEEDED_KWH, PV_KWP, car_calendar
from wattloom.demo.redate import home_demand, pv_yield
from wattloom.periods import QUARTER_US, Microseconds
from wattloom.timeseries import Floats


@dataclass(frozen=True, slots=True)
class ChargeLevels:
    """How full battery and car are.

    Attributes:
        at_us: When [µs since 1970 UTC]; the start of a quarter of an hour.
        battery_kwh: Energy in the battery [kWh].
        car_kwh: Energy in the car's battery [kWh].
    """

    at_us: int
    battery_kwh: float
    car_kwh: float

    @classmethod
    def at_midnight(cls, at_us: int) -> "ChargeLevels":
        """Return the levels when the data begin: the battery half full, the car ready for the day."""
        return cls(at_us, (BATTERY.soc_min_kwh + BATTERY.soc_max_kwh) / 2, CAR_NEEDED_KWH)


@dataclass(frozen=True, slots=True)
class Planned:
    """What was planned for the same quarters; NaN where nothing was.

    Attributes:
        battery_consumption_kw: Positive charges, negative discharges [kW], shape (n,).
        car_consumption_kw: What the car was to charge [kW], shape (n,).
    """

    battery_consumption_kw: Floats
    car_consumption_kw: Floats


@dataclass(frozen=True, slots=True)
class History:
    """What was measured, quarter of an hour by quarter.

    Flows have shape (n,); states of charge (n + 1,), with the instants at
    which they were read.

    Attributes:
        event_start_us: Starts of the quarters [µs since 1970 UTC], shape (n,).
        boundary_us: The same and the end of the last quarter, shape (n + 1,).
        battery_consumption_kw: Positive charges, negative discharges [kW].
        car_consumption_kw: What the car charged [kW].
        grid_import_kw: Net power from the grid [kW].
        battery_kwh: Energy in the battery [kWh], shape (n + 1,).
        car_kwh: Energy in the car's battery [kWh], shape (n + 1,).
    """

    event_start_us: Microseconds
    boundary_us: Microseconds
    battery_consumption_kw: Floats
    car_consumption_kw: Floats
    grid_import_kw: Floats
    battery_kwh: Floats
    car_kwh: Floats


def quarters_until(levels: ChargeLevels, end_us: int) -> Microseconds:
    """Return the starts of the quarters from known levels until ``end_us`` [µs since 1970 UTC]."""
    return np.arange(levels.at_us, end_us, QUARTER_US, dtype=np.int64)


def live_through(starts_us: Microseconds, levels: ChargeLevels, planned: Planned) -> History:
    """Return what happens in consecutive quarters of an hour.

    Args:
        starts_us: Their starts [µs since 1970 UTC], shape (n,).
        levels: How full the storages are when the first one starts.
        planned: What was planned for them.
    """
    demand_kw = home_demand().at(starts_us)
    sun_kw = PV_KWP * pv_yield().at(starts_us)
    car = run_car(CAR, car_calendar(starts_us), levels.car_kwh, planned.car_consumption_kw)
    without_battery_kw = demand_kw - sun_kw + car.consumption_kw
    battery = run_battery(BATTERY, -without_battery_kw, levels.battery_kwh, planned.battery_consumption_kw)
    return History(
        event_start_us=starts_us,
        boundary_us=levels.at_us + np.arange(len(starts_us) + 1) * QUARTER_US,
        battery_consumption_kw=battery.consumption_kw,
        car_consumption_kw=car.consumption_kw,
        grid_import_kw=without_battery_kw + battery.consumption_kw,
        battery_kwh=battery.state_of_charge_kwh,
        car_kwh=car.state_of_charge_kwh,
    )
