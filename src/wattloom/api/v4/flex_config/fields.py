"""The table of flex-config fields as editors need it."""

from collections.abc import Mapping
from typing import Final

from typing_extensions import TypedDict

from wattloom.language import gettext, translatable
from wattloom.scheduling import FIELD_TABLES, Dimension, Field, Kind

GROUPS: Final[Mapping[str, str]] = {
    "limits": translatable("Limits"),
    "prices": translatable("Prices"),
    "storage": translatable("Storage"),
    "efficiency": translatable("Efficiency"),
    "inflexible": translatable("What is not steered"),
    "outputs": translatable("Where schedules are recorded"),
    "peaks": translatable("Peaks"),
    "relaxation": translatable("When limits cannot be kept"),
    "commitments": translatable("Promises"),
    "together": translatable("Together with other devices"),
    "planning": translatable("How plans are made"),
    "process": translatable("Processes"),
    "deprecated": translatable("Old spellings"),
}
"""Titles of the groups of fields, in the order in which they are shown."""

_UNITS: Mapping[Dimension, tuple[str, ...]] = {
    Dimension.POWER: ("kW", "MW", "W"),
    Dimension.ENERGY: ("kWh", "MWh"),
    Dimension.FRACTION: ("%",),
    Dimension.ENERGY_PRICE: ("EUR/kWh", "EUR/MWh"),
    Dimension.CAPACITY_PRICE: ("EUR/kW", "EUR/MW"),
    Dimension.FLOW_PRICE: ("EUR/kWh", "EUR/kW"),
    Dimension.MONEY: ("EUR",),
    Dimension.RAMP: ("kW/min", "kW/h"),
}
_AMOUNTS: Mapping[Dimension, str] = {
    Dimension.FRACTION: "90",
    Dimension.ENERGY_PRICE: "0.25",
    Dimension.FLOW_PRICE: "0.25",
    Dimension.CAPACITY_PRICE: "100",
    Dimension.MONEY: "0.50",
}
_WORDS: Mapping[Kind, str] = {Kind.LENGTH: "PT30M", Kind.NUMBER: "1"}
_COMMODITY = "commodity"


class FlexFieldJson(TypedDict):
    """A field: what it is called, what shape its JSON has, and how it may be given.

    ``stored`` tells whether assets may hold it: ``yes``, ``sensor`` (a reference to a sensor only) or ``no``.
    """

    name: str
    label: str
    group: str
    kind: str
    forms: list[str]
    units: list[str]
    minimum: float | None
    stored: str
    default: str
    description: str
    example: str


class FlexGroupJson(TypedDict):
    """A group of fields."""

    name: str
    title: str


class FlexFieldsJson(TypedDict):
    """All fields by where they stand, and the groups in their order."""

    groups: list[FlexGroupJson]
    places: dict[str, list[FlexFieldJson]]


def flex_fields_json() -> FlexFieldsJson:
    """Return the table in the present language."""
    return {
        "groups": [{"name": name, "title": gettext(title)} for name, title in GROUPS.items()],
        "places": {place: [_field_json(field) for field in table.values()] for place, table in FIELD_TABLES.items()},
    }


def _field_json(field: Field) -> FlexFieldJson:
    return {
        "name": field.name,
        "label": gettext(field.label),
        "group": field.group,
        "kind": field.kind,
        "forms": sorted(field.forms),
        "units": list(_UNITS[field.dimension]) if field.dimension is not None else [],
        "minimum": field.minimum,
        "stored": field.stored,
        "default": gettext(field.default),
        "description": gettext(field.description),
        "example": _example(field),
    }


def _example(field: Field) -> str:
    if field.dimension is not None:
        return f"{_AMOUNTS.get(field.dimension, '10')} {_UNITS[field.dimension][0]}"
    return _WORDS.get(field.kind, "heat" if field.name == _COMMODITY else "")
