"""What electricity costs, and what a plan saves."""

from dataclasses import dataclass

import numpy as np

from wattloom.timeseries import Floats


@dataclass(frozen=True, slots=True)
class Bill:
    """What a course of events costs.

    Attributes:
        bought_kwh: Energy from the grid [kWh].
        sold_kwh: Energy fed into the grid [kWh].
        paid_eur: Energy bought × buying price − energy sold × feed-in price [EUR].
        stored_kwh: Change of the energy in battery and car [kWh].
        stored_eur: What that energy is worth, at the mean buying price [EUR].
    """

    bought_kwh: float
    sold_kwh: float
    paid_eur: float
    stored_kwh: float
    stored_eur: float

    @property
    def cost_eur(self) -> float:
        """What was paid, less what is still in store [EUR].

        Without the second part a plan would look cheap by ending with empty storage.
        """
        return self.paid_eur - self.stored_eur


def make_bill(
    grid_import_kw: Floats, buying_eur_per_kwh: Floats, feed_in_eur_per_kwh: Floats, *, step_h: float, stored_kwh: float
) -> Bill:
    """Return the bill of a course of events, planned or not.

    Args:
        grid_import_kw: Net power from the grid per step, negative when feeding in [kW], shape (n,).
        buying_eur_per_kwh: Price of energy from the grid [EUR/kWh], shape (n,).
        feed_in_eur_per_kwh: Price of energy fed into the grid [EUR/kWh], shape (n,).
        step_h: Length of a step [h].
        stored_kwh: Energy in storage at the end less that at the start [kWh].
    """
    bought_kwh = np.maximum(grid_import_kw, 0) * step_h
    sold_kwh = np.maximum(-grid_import_kw, 0) * step_h
    return Bill(
        bought_kwh=float(bought_kwh.sum()),
        sold_kwh=float(sold_kwh.sum()),
        paid_eur=float(bought_kwh @ buying_eur_per_kwh - sold_kwh @ feed_in_eur_per_kwh),
        stored_kwh=stored_kwh,
        stored_eur=stored_kwh * float(buying_eur_per_kwh.mean()),
    )


@dataclass(frozen=True, slots=True)
class Savings:
    """The plan against the home without flexibility.

    Attributes:
        plan: The bill of the plan.
        baseline: The bill with an idle battery and a car that charges on arrival.
    """

    plan: Bill
    baseline: Bill

    @property
    def eur(self) -> float:
        """What the plan saves [EUR]; negative when it costs more."""
        return self.baseline.cost_eur - self.plan.cost_eur

    @property
    def percent(self) -> float | None:
        """The same as a share of what the baseline costs [%]; None when it costs nothing or earns."""
        return 100 * self.eur / self.baseline.cost_eur if self.baseline.cost_eur > 0 else None
