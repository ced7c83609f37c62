"""Custom commitments: promises about net consumption that a flex-context adds."""

from dataclasses import dataclass, replace
from typing import Any

from wattloom.errors import FlexModelError
from wattloom.scheduling.flexmodel.fields import COMMITMENT, Dimension
from wattloom.scheduling.flexmodel.table import Problems, Scope, parse_fields
from wattloom.scheduling.flexmodel.variable import GroupKey, Variable


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
    """A promised net consumption, charged step by step.

    Attributes:
        name: As reported.
        commodity: What it is about.
        baseline: The promise [MW]; steps without a value are free.
        up_price: Cost above the baseline.
        down_price: Negative cost below it.
        sensors: Power sensors of the devices that it is about; None for all of the commodity.
        group: Group of devices that it is about.
    """

    name: str
    commodity: str
    baseline: Variable
    up_price: FlowPrice | None
    down_price: FlowPrice | None
    sensors: tuple[int, ...] | None = None
    group: GroupKey | None = None

    @property
    def is_scoped(self) -> bool:
        """Whether it is about some devices only."""
        return self.sensors is not None or self.group is not None


def parse_commitments(
    raw: object, scope: Scope, problems: Problems, *, commodity: str | None = None
) -> tuple[CustomCommitment, ...]:
    """Read the list of commitments; problems are named below ``commitments``.

    Args:
        raw: The list.
        scope: Sensors, calendar and currency.
        problems: Told what is wrong.
        commodity: That of the context in which they stand; None lets each say it.
    """
    if not isinstance(raw, list):
        problems.add("Must be a list of commitments.", "commitments")
        return ()
    found = []
    for index, item in enumerate(raw):
        try:
            found.append(_parse(item, scope, commodity))
        except FlexModelError as error:
            for problem in error.problems:
                problems.add(problem.message, "commitments", index, *problem.path)
    return tuple(found)


def _parse(raw: Any, scope: Scope, commodity: str | None) -> CustomCommitment:
    problems = Problems()
    priced = {name: _flow_price(raw, name, scope, problems) for name in ("up-price", "down-price")}
    rest = {key: value for key, value in raw.items() if key not in priced} if isinstance(raw, dict) else raw
    fields = parse_fields(rest, COMMITMENT, scope, problems)
    if isinstance(raw, dict):
        if raw.get("name") is None:
            problems.add("Missing data for required field.", "name")
        if raw.get("baseline") is None:
            problems.add("A commitment requires a baseline.", "baseline")
        if raw.get("up-price") is None and raw.get("down-price") is None:
            problems.add("A commitment requires at least one deviation price (up-price or down-price).", "_schema")
        if "sensors" in fields and "group" in fields:
            problems.add("A commitment may be scoped by 'sensors' or by 'group', not both.", "_schema")
    problems.raise_if_any()
    return CustomCommitment(
        name=fields["name"],
        commodity=commodity or fields.get("commodity", "electricity"),
        baseline=fields["baseline"],
        up_price=priced["up-price"],
        down_price=priced["down-price"],
        sensors=tuple(each.sensor_id for each in fields["sensors"]) if "sensors" in fields else None,
        group=fields.get("group"),
    )


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
