"""Soft limits on flows: what exceeding one costs, once for the largest breach and once per hour of breach."""

from dataclasses import dataclass

from wattloom.scheduling.problem import Commitment, Floats, Grouping, Quantity


@dataclass(frozen=True, slots=True)
class SoftLimit:
    """A soft limit on one direction of a flow.

    Attributes:
        breach: What breaking it is called, such as ``consumption breach``.
        suffix: What follows in the names of its costs, such as `` device 3``.
        quantity: The flow.
        limit_mw: The limit as a magnitude, shape (n_steps,); inf or NaN where there is none.
        sign: +1 for a limit on consumption, −1 on production.
        prefix: What precedes in the names, such as ``electricity ``.
    """

    breach: str
    suffix: str
    quantity: Quantity
    limit_mw: Floats
    sign: float
    prefix: str = ""


def breach_commitments(limit: SoftLimit, price_per_mw: Floats, step_h: Floats) -> list[Commitment]:
    """Return the charge for the largest breach of each run, and the one for every breached hour.

    Args:
        limit: The limit.
        price_per_mw: β, of each MW of breach, shape (n_steps,).
        step_h: Δ, shape (n_steps,).
    """
    baseline, none = limit.sign * limit.limit_mw, 0.0 * price_per_mw

    def charge(name: str, price: Floats, grouping: Grouping) -> Commitment:
        up, down = (price, none) if limit.sign > 0 else (none, -price)
        return Commitment(f"{limit.prefix}{name}{limit.suffix}", limit.quantity, baseline, up, down, grouping)

    plural = f"{limit.breach}es"
    return [
        charge(f"any {limit.breach}", price_per_mw, Grouping.ANY),
        charge(f"all {plural}", price_per_mw * step_h, Grouping.EACH),
    ]
