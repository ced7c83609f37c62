"""How battery and car run: as planned where there is a plan, by simple rules where there is none."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from wattloom.demo.home import CAR_NEEDED_KWH, STEP_H, CarCalendar, Storage
from wattloom.timeseries import Floats


@dataclass(frozen=True, slots=True)
class Track:
    """What a storage did, quarter of an hour by quarter.

    Attributes:
        consumption_kw: Positive charges, negative discharges [kW], shape (n,).
        state_of_charge_kwh: At the step boundaries [kWh], shape (n + 1,); entry 0 is the start.
    """

    consumption_kw: Floats
    state_of_charge_kwh: Floats


def run_car(car: Storage, calendar: CarCalendar, initial_kwh: float, planned_kw: Floats) -> Track:
    """Charge as planned; without a plan on arrival, with full power, until the car has what it needs.

    Args:
        car: The car's battery.
        calendar: When it is there and what it drives; n quarters of an hour.
        initial_kwh: State of charge at the start [kWh].
        planned_kw: Planned consumption [kW], shape (n,); NaN where nothing is planned.
    """
    soc_kwh, power_kw = [initial_kwh], []
    for planned, capacity_kw, usage_kw in _steps(planned_kw, calendar.capacity_kw, calendar.usage_kw):
        wanted = _power_to_reach(CAR_NEEDED_KWH, soc_kwh[-1], car) if math.isnan(planned) else planned
        room_kw = _power_to_reach(car.soc_max_kwh, soc_kwh[-1], car)
        power = min(max(wanted, 0.0), capacity_kw, room_kw)
        power_kw.append(power)
        soc_kwh.append(soc_kwh[-1] + (power * car.efficiency - usage_kw) * STEP_H)
    return Track(np.array(power_kw), np.array(soc_kwh))


def run_battery(battery: Storage, surplus_kw: Floats, initial_kwh: float, planned_kw: Floats) -> Track:
    """Run as planned; without a plan store what the sun gives too much, and give it back when it is needed.

    Args:
        battery: The home battery.
        surplus_kw: PV production minus all other consumption [kW], shape (n,).
        initial_kwh: State of charge at the start [kWh].
        planned_kw: Planned consumption [kW], shape (n,); NaN where nothing is planned.
    """
    soc_kwh, power_kw = [initial_kwh], []
    for planned, surplus in _steps(planned_kw, surplus_kw):
        wanted = surplus if math.isnan(planned) else planned
        room_kw = _power_to_reach(battery.soc_max_kwh, soc_kwh[-1], battery)
        stored_kw = (soc_kwh[-1] - battery.soc_min_kwh) * battery.efficiency / STEP_H
        power = min(max(wanted, -battery.power_kw, -stored_kw), battery.power_kw, room_kw)
        power_kw.append(power)
        gain_kw = power * battery.efficiency if power > 0 else power / battery.efficiency
        soc_kwh.append(soc_kwh[-1] + gain_kw * STEP_H)
    return Track(np.array(power_kw), np.array(soc_kwh))


def _power_to_reach(level_kwh: float, soc_kwh: float, storage: Storage) -> float:
    return (level_kwh - soc_kwh) / (storage.efficiency * STEP_H)


def _steps(*series: Floats) -> Iterator[tuple[float, ...]]:
    return zip(*(values.tolist() for values in series), strict=True)
