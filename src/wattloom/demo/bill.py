"""What a plan saves."""

from dataclasses import dataclass

from wattloom.sites import Bill


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
        return self.baseline.cost - self.plan.cost

    @property
    def percent(self) -> float | None:
        """The same as a share of what the baseline costs [%]; None when it costs nothing or earns."""
        return 100 * self.eur / self.baseline.cost if self.baseline.cost > 0 else None
