"""A plan of the demo home as columns, and the same days without flexibility."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from wattloom.demo.behaviour import run_car
from wattloom.demo.bill import Savings
from wattloom.demo.home import CAR, STEP_H, car_calendar
from wattloom.periods import Microseconds
from wattloom.sites import make_bill
from wattloom.timeseries import Floats

_STEP = timedelta(hours=STEP_H)


@dataclass(frozen=True, slots=True)
class HomePlan:
    """What the home is planned to do, quarter of an hour by quarter.

    Flows have shape (n,), stocks (n + 1,) with the start as entry 0. The
    consumption of battery and car is positive when they charge.

    Attributes:
        event_start_us: Starts of the steps [µs since 1970 UTC], shape (n,).
        buying_eur_per_kwh: Price of energy from the grid [EUR/kWh].
        feed_in_eur_per_kwh: Price of energy fed into the grid [EUR/kWh].
        pv_production_kw: What the PV panels give [kW].
        base_consumption_kw: What the home needs anyway [kW].
        battery_consumption_kw: Net consumption of the battery [kW].
        car_consumption_kw: What the car charges [kW].
        battery_kwh: Energy in the battery [kWh], shape (n + 1,).
        car_kwh: Energy in the car's battery [kWh], shape (n + 1,).
    """

    event_start_us: Microseconds
    buying_eur_per_kwh: Floats
    feed_in_eur_per_kwh: Floats
    pv_production_kw: Floats
    base_consumption_kw: Floats
    battery_consumption_kw: Floats
    car_consumption_kw: Floats
    battery_kwh: Floats
    car_kwh: Floats

    @property
    def grid_import_kw(self) -> Floats:
        """Net power from the grid, negative when feeding in [kW], shape (n,)."""
        return self._fixed_kw + self.battery_consumption_kw + self.car_consumption_kw

    @property
    def _fixed_kw(self) -> Floats:
        return self.base_consumption_kw - self.pv_production_kw

    def savings(self) -> Savings:
        """Compare with an idle battery and a car that charges on arrival."""
        nothing_planned = np.full(len(self.event_start_us), np.nan)
        unplanned = run_car(CAR, car_calendar(self.event_start_us), float(self.car_kwh[0]), nothing_planned)
        prices = self.buying_eur_per_kwh, self.feed_in_eur_per_kwh
        plan_stored_kwh = float(self.battery_kwh[-1] - self.battery_kwh[0] + self.car_kwh[-1] - self.car_kwh[0])
        baseline_stored_kwh = float(unplanned.state_of_charge_kwh[-1] - unplanned.state_of_charge_kwh[0])
        return Savings(
            plan=make_bill(self.grid_import_kw, *prices, step=_STEP, stored_kwh=plan_stored_kwh),
            baseline=make_bill(
                self._fixed_kw + unplanned.consumption_kw, *prices, step=_STEP, stored_kwh=baseline_stored_kwh
            ),
        )
