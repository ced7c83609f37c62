"""Scenarios: which futures a plan weighs against each other, and how."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from wattloom.scheduling.flexmodel.fields import FLEX_CONTEXT, SCENARIOS
from wattloom.scheduling.flexmodel.table import Problems, Scope, parse_fields

_MOST = 9
"""Solving takes time in proportion to the number of scenarios, and more tell little more."""
_FEWEST = 2
_USUAL = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True)
class Scenarios:
    """Futures at quantiles of everything that is uncertain.

    Attributes:
        quantiles: Of net consumption, rising, in (0, 1).
        shared_steps: In so many steps devices do the same in all of them.
        risk_weight: Share of the risk in the objective, in [0, 1).
        risk_level: The risk is the mean cost of the worst ``1 − risk_level`` of all cases.
    """

    quantiles: tuple[float, ...] = _USUAL
    shared_steps: int = 1
    risk_weight: float = 0.0
    risk_level: float = 0.9


def parse_scenarios(raw: object, scope: Scope, problems: Problems) -> Scenarios | None:
    """Read ``scenarios``; problems are named below that field."""
    if raw is None:
        return None
    inner = Problems()
    found = _read(parse_fields(raw, SCENARIOS, scope, inner), inner)
    for problem in inner.found:
        problems.add(problem.message, FLEX_CONTEXT["scenarios"].name, *problem.path)
    return found


def _read(fields: Mapping[str, Any], problems: Problems) -> Scenarios:
    quantiles = tuple(each.value for each in fields["quantiles"]) if "quantiles" in fields else _USUAL
    is_rising = all(lower < higher for lower, higher in pairwise((0.0, *quantiles, 1.0)))
    if not is_rising or not _FEWEST <= len(quantiles) <= _MOST:
        message = f"Must be {_FEWEST} to {_MOST} rising numbers between 0 and 1, such as [0.1, 0.5, 0.9]."
        problems.add(message, "quantiles")
    shared_steps = fields.get("shared-steps", 1)
    if shared_steps != round(shared_steps) or shared_steps < 1:
        problems.add("Must be a whole number of steps, at least 1.", "shared-steps")
    shares = {name: fields[name].value for name in ("risk-weight", "risk-level") if name in fields}
    if shares.get("risk-weight", 0.0) >= 1:
        problems.add("Must be below 100 %: otherwise only the worst scenario is planned.", "risk-weight")
    if shares.get("risk-level", 0.0) >= 1:
        problems.add("Must be below 100 %: the worst of all cases are a share of them.", "risk-level")
    return Scenarios(quantiles, int(shared_steps), shares.get("risk-weight", 0.0), shares.get("risk-level", 0.9))
