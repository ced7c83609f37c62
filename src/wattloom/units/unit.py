"""Units and quantities as callers see them."""

import math
import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from wattloom.errors import FieldPath, UnitError
from wattloom.units import registry

_NUMBER_AND_UNIT = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*((?![\s\d*/^+\-.]).*?)\s*", re.DOTALL)
_POWER = {"[mass]": 1, "[length]": 2, "[time]": -3}
_ENERGY = {"[mass]": 1, "[length]": 2, "[time]": -2}
_PERCENTAGES = frozenset({"%", "percent", "‰", "permille"})


class UnitClass(Enum):
    """What a unit measures, as far as any rule depends on it."""

    POWER = "power"
    ENERGY = "energy"
    ENERGY_PRICE = "energy price"
    CAPACITY_PRICE = "capacity price"
    PRICE = "price"
    CURRENCY = "currency"
    PERCENTAGE = "percentage"
    TEMPERATURE = "temperature"
    SPEED = "speed"
    LENGTH = "length"
    VOLUME = "volume"
    TIME = "time"
    OTHER = "value"


_CLASSES = (
    (_POWER, UnitClass.POWER),
    (_ENERGY, UnitClass.ENERGY),
    ({"[temperature]": 1}, UnitClass.TEMPERATURE),
    ({"[length]": 1, "[time]": -1}, UnitClass.SPEED),
    ({"[length]": 1}, UnitClass.LENGTH),
    ({"[length]": 3}, UnitClass.VOLUME),
    ({"[time]": 1}, UnitClass.TIME),
)
_SUMMABLE = frozenset({UnitClass.ENERGY, UnitClass.CURRENCY, UnitClass.VOLUME})


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that is known to exist.

    Attributes:
        text: As written by the caller, without blanks at the ends; "" is dimensionless.
        canonical: Short pretty form, for example ``EUR/kWh`` or ``m³/h``.
    """

    text: str
    canonical: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit, for example 5 kW."""

    magnitude: float
    unit: str


def parse_unit(text: object, *, field: str | FieldPath = "unit") -> Unit:
    """Read a unit: SI with prefixes, ISO 4217 currencies, ``%``, or "" for none.

    Raises:
        UnitError: Not a string, unknown, or with a number in it.
    """
    if not isinstance(text, str):
        raise UnitError("Not a valid string.", field=field)
    stripped = text.strip()
    try:
        return Unit(stripped, _canonical(stripped))
    except UnitError as error:
        raise UnitError(error.message, field=field) from error


def parse_quantity(text: object, *, field: str | FieldPath) -> Quantity:
    """Read a number with a unit (``10 kVA``, ``90 %``, ``4``) or a product (``3 * 230V * 16A``).

    A bare number is dimensionless. VA counts as W.

    Raises:
        UnitError: Not a string, no finite number, or an unknown unit.
    """
    if not isinstance(text, str):
        raise UnitError("Not a valid quantity, for example '5 kW'.", field=field)
    try:
        magnitude, unit = _number_and_unit(text) or registry.evaluate(text.strip())
    except UnitError as error:
        raise UnitError(error.message, field=field) from error
    if not math.isfinite(magnitude):
        raise UnitError(f"'{text}' is not a finite number.", field=field)
    return Quantity(magnitude, unit)


@lru_cache(maxsize=4096)
def unit_class(unit: str) -> UnitClass:
    """Return what a unit measures.

    Raises:
        UnitError: Unknown unit.
    """
    if unit in _PERCENTAGES:
        return UnitClass.PERCENTAGE
    found = registry.dimensions(unit)
    money = [name for name in found if registry.is_currency(name)]
    if money:
        return _class_of_money(found, money)
    return next((kind for shape, kind in _CLASSES if shape == found), UnitClass.OTHER)


def currency_of(unit: str) -> str | None:
    """Return the ISO 4217 code of the currency in a unit, None without one.

    Raises:
        UnitError: Unknown unit.
    """
    codes = registry.currencies_in(unit)
    return codes[0] if len(codes) == 1 else None


def is_summable(unit: str) -> bool:
    """Whether values of shorter events add up to that of a longer one: energy, money and volumes."""
    return unit_class(unit) in _SUMMABLE


def _number_and_unit(text: str) -> tuple[float, str] | None:
    """Read the usual form without pint's arithmetic, which refuses offset units such as °C."""
    match = _NUMBER_AND_UNIT.fullmatch(text)
    try:
        return (float(match[1]), parse_unit(match[2]).text) if match is not None else None
    except UnitError:
        return None


@lru_cache(maxsize=4096)
def _canonical(text: str) -> str:
    return f"{registry.parse(text):~P}"


def _class_of_money(found: dict[str, float], money: list[str]) -> UnitClass:
    if len(money) != 1 or found[money[0]] != 1:
        return UnitClass.OTHER
    per = {name: -exponent for name, exponent in found.items() if name != money[0]}
    if not per:
        return UnitClass.CURRENCY
    if per == _ENERGY:
        return UnitClass.ENERGY_PRICE
    return UnitClass.CAPACITY_PRICE if per == _POWER else UnitClass.PRICE
