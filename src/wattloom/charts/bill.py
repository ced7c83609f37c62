"""What the energy of a site costs over a part of its plan."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from wattloom.charts.plan import Role, SitePlan
from wattloom.periods import Period
from wattloom.units import currency_of


@dataclass(frozen=True, slots=True)
class EnergyBill:
    """Energy over the grid connection and its cost, without capacity or peak charges.

    Attributes:
        period: The steps that are counted: known without a gap from the start.
        currency: Code such as ``EUR``.
        import_kwh: Energy from the grid [kWh].
        export_kwh: Energy to the grid [kWh].
        import_cost: What the first costs [currency].
        export_revenue: What the second earns [currency].
        stored_kwh: Change of the energy in all stocks [kWh]; None where one is
            not known. A plan that ends with empty stocks only looks cheap.
    """

    period: Period
    currency: str
    import_kwh: float
    export_kwh: float
    import_cost: float
    export_revenue: float
    stored_kwh: float | None

    @property
    def cost(self) -> float:
        """Cost minus revenue [currency]; negative when the site earns."""
        return self.import_cost - self.export_revenue


def energy_bill(plan: SitePlan, period: Period) -> EnergyBill | None:
    """Return what the energy of a period costs at the plan's prices.

    Counting ends at the first step whose power or price is not known; the
    bill says so by its period. Without any known step there is no bill.
    """
    net, buying = plan.first(Role.NET_POWER), plan.first(Role.CONSUMPTION_PRICE)
    if net is None or buying is None:
        return None
    selling = plan.first(Role.PRODUCTION_PRICE) or buying
    steps = plan.steps_of(period)
    known = np.isfinite(net.values[steps] + buying.values[steps] + selling.values[steps])
    n_known = int(known.argmin()) if not known.all() else len(known)
    if n_known == 0:
        return None
    steps = slice(steps.start, steps.start + n_known)
    energy_kwh = net.values[steps] * (plan.step / timedelta(hours=1))
    imported_kwh, exported_kwh = np.maximum(energy_kwh, 0), np.maximum(-energy_kwh, 0)
    return EnergyBill(
        period=Period(plan.at(steps.start), plan.at(steps.stop)),
        currency=currency_of(buying.unit) or "",
        import_kwh=float(imported_kwh.sum()),
        export_kwh=float(exported_kwh.sum()),
        import_cost=float(imported_kwh @ buying.values[steps]),
        export_revenue=float(exported_kwh @ selling.values[steps]),
        stored_kwh=_stored_kwh(plan, steps),
    )


def _stored_kwh(plan: SitePlan, steps: slice) -> float | None:
    """Return what all stocks gain from the start of the first step to the last one's."""
    gains = [float(stock.values[steps.stop - 1] - stock.values[steps.start]) for stock in plan.all(Role.STOCK)]
    return sum(gains) if gains and np.isfinite(gains).all() else None
