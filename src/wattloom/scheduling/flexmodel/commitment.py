"""Custom commitments: promises about the site's net consumption that a flex-context adds."""

from dataclasses import dataclass, replace
from typing import Any

from wattloom.errors import FlexModelError
from wattloom.scheduling.flexmodel.fields import COMMITMENT, Dimension
from wattloom.scheduling.flexmodel.table import Problems, Scope, parse_fields
from wattloom.scheduling.flexmodel.variable import Variable


@dataclass(frozen=True, slots=True)
class FlowPrice:
    """A price of deviating flows.

    Attributes:
        price: Per MWh if ``is_per_energy``, else per MW and step.
        is_per_energy: Whether longer steps cost more.
    """

    price: Variable
    is_per_energy: bool


@dataclass(frozen=True, slots=True)
class CustomCommitment:
    """A promised net consumption of the site, charged step by step.

    Attributes:
        name: As reported.
        baseline: The promise [MW]; steps without a value are free.
        up_price: Cost above the baseline.
        down_price: Negative cost below it.
    """

    name: str
    baseline: Variable
    up_price: FlowPrice | None
    down_price: FlowPrice | None


def parse_commitments(raw: object, scope: Scope, problems: Problems) -> tuple[CustomCommitment, ...]:
    """Read the list of commitments; problems are named below ``commitments``."""
    if not isinstance(raw, list):
        problems.add("Must be a list of commitments.", "commitments")
        return ()
    found = []
    for index, item in enumerate(raw):
        try:
            found.append(_parse(item, scope))
        except FlexModelError as error:
            for problem in error.problems:
                problems.add(problem.message, "commitments", index, *problem.path)
    return tuple(found)


def _parse(raw: Any, scope: Scope) -> CustomCommitment:
    problems = Problems()
    priced = {name: _flow_price(raw, name, scope, problems) for name in ("up-price", "down-price")}
    rest = {key: value for key, value in raw.items() if key not in priced} if isinstance(raw, dict) else raw
    fields = parse_fields(rest, COMMITMENT, scope, problems)
    if isinstance(raw, dict):
        if "name" not in raw:
            problems.add("Missing data for required field.", "name")
        if "baseline" not in raw:
            problems.add("A commitment requires a baseline.", "baseline")
        if raw.get("up-price") is None and raw.get("down-price") is None:
            problems.add("A commitment requires at least one deviation price (up-price or down-price).", "_schema")
        if fields.get("commodity", "electricity") != "electricity" and not scope.is_stored:
            problems.add("Commodities other than electricity are not supported yet by this version.", "commodity")
    problems.raise_if_any()
    return CustomCommitment(fields["name"], fields["baseline"], priced["up-price"], priced["down-price"])


def _flow_price(raw: Any, name: str, scope: Scope, problems: Problems) -> FlowPrice | None:
    """Read a price per energy or per power, whichever its unit says."""
    if not isinstance(raw, dict) or raw.get(name) is None:
        return None
    value = {name: raw[name]}
    for dimension in (Dimension.ENERGY_PRICE, Dimension.CAPACITY_PRICE):
        attempt = Problems()
        fields = parse_fields(value, {name: replace(COMMITMENT[name], dimension=dimension)}, scope, attempt)
        if name in fields:
            return FlowPrice(fields[name], is_per_energy=dimension is Dimension.ENERGY_PRICE)
    problems.take(attempt.raise_if_any)
    return None
