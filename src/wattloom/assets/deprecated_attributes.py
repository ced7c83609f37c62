"""Attributes that have become fields of flex-models: whoever still sends them means the field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wattloom.errors import FieldProblem, InputError, UnitError
from wattloom.units import is_convertible, parse_quantity


@dataclass(frozen=True, slots=True)
class _Successor:
    """The field that an attribute has become, the unit of bare numbers, and the largest number that makes sense."""

    field: str
    unit: str
    most: float = float("inf")


_SUCCESSORS: Mapping[str, _Successor] = {
    "min_soc_in_mwh": _Successor("soc-min", "MWh"),
    "max_soc_in_mwh": _Successor("soc-max", "MWh"),
    "capacity_in_mw": _Successor("power-capacity", "MW"),
    "consumption_capacity": _Successor("consumption-capacity", "MW"),
    "production_capacity": _Successor("production-capacity", "MW"),
    "roundtrip_efficiency": _Successor("roundtrip-efficiency", "", most=1),
    "storage_efficiency": _Successor("storage-efficiency", "", most=1),
}
_EXCLUDED = {"roundtrip-efficiency": frozenset({"charging-efficiency", "discharging-efficiency"})}


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What attributes with old names of flex-model fields come to.

    Attributes:
        attributes: The others.
        flex_model: With the fields that the old names stand for.
    """

    attributes: dict[str, Any]
    flex_model: dict[str, Any]


def upgrade_attributes(attributes: Mapping[str, Any], flex_model: Mapping[str, Any]) -> Upgraded:
    """Move attributes with old names of flex-model fields to the flex-model, as quantities with units.

    Args:
        attributes: Of a new asset or sensor.
        flex_model: Of the asset.

    Raises:
        InputError: A value is no quantity, or the flex-model says something else; names the attribute.
    """
    model = dict(flex_model)
    problems: list[FieldProblem] = []
    for name, successor in _SUCCESSORS.items():
        if name in attributes:
            try:
                quantity = _quantity(attributes[name], successor)
                _check_unsaid(quantity, successor, flex_model)
            except InputError as error:
                problems.append(FieldProblem(("attributes", name), error.message))
            else:
                model.setdefault(successor.field, quantity)
    if problems:
        raise InputError(problems[0].message, problems=problems)
    return Upgraded({name: value for name, value in attributes.items() if name not in _SUCCESSORS}, model)


def _quantity(value: Any, successor: _Successor) -> str:
    """Return a quantity as text; bare numbers are in the unit of the old attribute."""
    text = str(value) if isinstance(value, (int, float, str)) and not isinstance(value, bool) else None
    try:
        quantity = parse_quantity(text, field=successor.field)
    except UnitError as error:
        raise InputError(f"Not a valid quantity for {successor.field}, which this has become.") from error
    if not quantity.unit:
        text = f"{text} {successor.unit}".strip()
    elif not is_convertible(quantity.unit, successor.unit):
        raise InputError(f"Cannot convert '{quantity.unit}' to '{successor.unit or 'a fraction'}'.")
    share = quantity.magnitude / 100 if quantity.unit == "%" else quantity.magnitude
    if not 0 <= share <= successor.most:
        limit = f"from 0 to {successor.most:g}" if successor.most == 1 else "0 or more"
        raise InputError(f"Must be {limit}, as {successor.field}, which this has become.")
    assert text is not None
    return text


def _check_unsaid(quantity: str, successor: _Successor, flex_model: Mapping[str, Any]) -> None:
    advice = f"Leave the attribute out, which has become {successor.field} of the flex-model"
    stated = flex_model.get(successor.field, quantity)
    if stated != quantity:
        raise InputError(f"Says {quantity}, but the flex-model says {stated}. {advice}.")
    for other in _EXCLUDED.get(successor.field, frozenset()) & flex_model.keys():
        raise InputError(f"Cannot be stated together with {other} of the flex-model. {advice}.")
