"""What the energy of a site costs, and what is left of it in store."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from wattloom.timeseries import Floats


@dataclass(frozen=True, slots=True)
class Bill:
    """What the energy over a grid connection costs, without capacity or peak charges.

    Attributes:
        bought_kwh: Energy from the grid [kWh].
        sold_kwh: Energy to the grid [kWh].
        bought_cost: What the first costs [currency].
        sold_revenue: What the second earns [currency].
        stored_kwh: Change of the energy in all stocks [kWh]; None where one is not known.
        stored_worth: What that energy is worth, at the mean buying price [currency]; 0 where it is not known.
    """

    bought_kwh: float
    sold_kwh: float
    bought_cost: float
    sold_revenue: float
    stored_kwh: float | None
    stored_worth: float

    @property
    def paid(self) -> float:
        """What energy bought costs less what energy sold earns [currency]."""
        return self.bought_cost - self.sold_revenue

    @property
    def cost(self) -> float:
        """What is paid, less the worth of the change of stored energy [currency]; negative when the site earns.

        Without the second part a plan would look cheap by ending with empty storage.
        """
        return self.paid - self.stored_worth


def make_bill(
    grid_import_kw: Floats, buying: Floats, selling: Floats, *, step: timedelta, stored_kwh: float | None
) -> Bill:
    """Return the bill of a course of events, planned or not.

    Args:
        grid_import_kw: Net power from the grid per step, negative when feeding in [kW], shape (n,).
        buying: Price of energy from the grid [currency/kWh], shape (n,).
        selling: Price of energy fed into the grid [currency/kWh], shape (n,).
        step: Length of a step.
        stored_kwh: Energy in storage at the end less that at the start [kWh]; None where it is not known.
    """
    energy_kwh = grid_import_kw * (step / timedelta(hours=1))
    bought_kwh, sold_kwh = np.maximum(energy_kwh, 0), np.maximum(-energy_kwh, 0)
    return Bill(
        bought_kwh=float(bought_kwh.sum()),
        sold_kwh=float(sold_kwh.sum()),
        bought_cost=float(bought_kwh @ buying),
        sold_revenue=float(sold_kwh @ selling),
        stored_kwh=stored_kwh,
        stored_worth=stored_kwh * float(buying.mean()) if stored_kwh and len(buying) else 0.0,
    )
