"""Operation modes: bands of power of which a device keeps to one at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from wattloom.errors import FlexModelError
from wattloom.scheduling.flexmodel.fields import FLEX_MODEL, OPERATION_MODE
from wattloom.scheduling.flexmodel.quantity import Scale, read_quantity
from wattloom.scheduling.flexmodel.table import Problems, Scope, parse_fields

_BOTH_ENDS = 2


@dataclass(frozen=True, slots=True)
class OperatingBand:
    """One mode of a device.

    Attributes:
        lowest_mw: Lowest net consumption in this mode; production is negative.
        highest_mw: Highest net consumption.
        min_up: Once entered, it lasts at least so long.
        min_down: Once left, it is not entered again for so long.
        start_up_cost: Cost of entering it [currency].
    """

    lowest_mw: float
    highest_mw: float
    min_up: timedelta = timedelta()
    min_down: timedelta = timedelta()
    start_up_cost: float = 0.0


def parse_modes(raw: object, scope: Scope, problems: Problems) -> tuple[OperatingBand, ...]:
    """Read ``operation-modes``; problems are named below that field."""
    name = FLEX_MODEL["operation-modes"].name
    if not isinstance(raw, list) or not raw:
        problems.add("Must be a list of at least one mode, such as [{'consumption-range': ['0 W', '0 W']}].", name)
        return ()
    found = []
    for index, item in enumerate(raw):
        try:
            found.append(_parse(item, scope))
        except FlexModelError as error:
            for problem in error.problems:
                problems.add(problem.message, name, index, *problem.path)
    return tuple(found)


def _parse(raw: object, scope: Scope) -> OperatingBand:
    problems = Problems()
    fields = parse_fields(raw, OPERATION_MODE, scope, problems)
    problems.raise_if_any()
    consumption, production = (_range(fields, f"{way}-range") for way in ("consumption", "production"))
    if consumption is None and production is None:
        raise FlexModelError("A mode must declare a consumption-range and/or a production-range.", field="_schema")
    if consumption is not None and production is not None and (consumption[0] or production[0]):
        message = "A consumption-range and a production-range of one mode must both start at 0: one contiguous band through zero."
        raise FlexModelError(message, field="_schema")
    highest = consumption[1] if consumption is not None else -_both(production)[0]
    lowest = -production[1] if production is not None else _both(consumption)[0]
    return OperatingBand(
        lowest_mw=lowest + 0.0,
        highest_mw=highest + 0.0,
        min_up=fields.get("min-up-time", timedelta()),
        min_down=fields.get("min-down-time", timedelta()),
        start_up_cost=fields["start-up-cost"].value if "start-up-cost" in fields else 0.0,
    )


def _both(band: tuple[float, float] | None) -> tuple[float, float]:
    assert band is not None
    return band


def _range(fields: Mapping[str, Any], name: str) -> tuple[float, float] | None:
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != _BOTH_ENDS:
        raise FlexModelError("Must be a list of a lowest and a highest power.", field=name)
    lowest, highest = (read_quantity(each, Scale("MW", "MW"), field=name) for each in value)
    if lowest < 0 or highest < 0:
        raise FlexModelError(f"The {name} must be non-negative: its direction is in its name.", field=name)
    if lowest > highest:
        raise FlexModelError(f"The minimum of the {name} cannot exceed its maximum.", field=name)
    return lowest, highest
