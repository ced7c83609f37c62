"""The unit registry: pint with a dimension for every currency, loaded when first needed.

Loading takes half a second, so nothing here imports pint before somebody asks
about two units that differ.
"""

import re
from functools import lru_cache
from importlib import import_module
from importlib.resources import files
from threading import Lock
from tokenize import TokenError
from typing import Any

from wattloom.errors import UnitError

MAX_LENGTH = 80
_loading = Lock()
_CURRENCY_DIMENSION = "[currency_"
_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_SUPERSCRIPT_RUN = re.compile(r"⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
# Exponents are evaluated as Python numbers: a tower of them would never end.
_EXPONENT = re.compile(r"(?:\*\*|\^)\s*(?!-?\d{1,2}\s*(?:[*/·)\s]|$)(?!\s*(?:\*\*|\^)))")
_TOWER = re.compile(r"(?:\*\*|\^)\s*-?\d+\s*(?:\*\*|\^)")
_ALLOWED = re.compile(r"[\w\s.+\-*/^()·°%‰µμΩÅ$Δ]*", re.UNICODE)
_REFUSALS: tuple[type[Exception], ...] = (
    ArithmeticError,
    AttributeError,
    LookupError,
    SyntaxError,
    TokenError,
    TypeError,
    ValueError,
    AssertionError,
    RecursionError,
)


@lru_cache(maxsize=1)
def currencies() -> frozenset[str]:
    """Return the ISO 4217 codes that are units."""
    text = (files("wattloom.units") / "currencies.txt").read_text(encoding="utf-8")
    return frozenset(code for line in text.splitlines() if not line.startswith("#") for code in line.split())


def registry() -> Any:
    """Return pint's registry with all currencies defined; one for all threads, since units of two do not mix."""
    with _loading:
        return _registry()


@lru_cache(maxsize=1)
def _registry() -> Any:
    units: Any = import_module("pint").UnitRegistry()
    for code in sorted(currencies()):
        units.define(f"{code} = {_CURRENCY_DIMENSION}{code}]")
    return units


@lru_cache(maxsize=4096)
def parse(text: str) -> Any:
    """Return the pint unit called ``text``.

    Raises:
        UnitError: Unknown, or a quantity such as ``100 km``.
    """
    try:
        return registry().parse_units(_normalised(text))
    except _REFUSALS as error:
        raise UnitError(f"'{text}' is not a valid unit, for example 'kW', 'EUR/kWh' or '°C'.") from error


def evaluate(text: str) -> tuple[float, str]:
    """Return magnitude and unit of a product such as ``3 * 230V * 16A``.

    Raises:
        UnitError: Not an expression of numbers and units.
    """
    if not any(character.isdigit() for character in text):
        raise UnitError(f"'{text}' has no number; write for example '5 kW'.")
    try:
        quantity = registry().Quantity(registry().parse_expression(_normalised(text)))
        return float(quantity.magnitude), f"{quantity.units:~P}"
    except _REFUSALS as error:
        raise UnitError(f"'{text}' is not a valid quantity, for example '5 kW' or '3 * 230 V * 16 A'.") from error


@lru_cache(maxsize=4096)
def dimensions(text: str) -> dict[str, float]:
    """Return the exponents of the dimensions of a unit."""
    return dict(parse(text).dimensionality)


def currencies_in(text: str) -> list[str]:
    """Return the currency codes that a unit is made of."""
    return [name.removeprefix(_CURRENCY_DIMENSION)[:-1] for name in dimensions(text) if is_currency(name)]


def is_currency(dimension: str) -> bool:
    """Whether a dimension is that of a currency."""
    return dimension.startswith(_CURRENCY_DIMENSION)


def _normalised(text: str) -> str:
    plain = _SUPERSCRIPT_RUN.sub(lambda run: "**" + run[0].translate(_SUPERSCRIPTS), text)
    if len(text) > MAX_LENGTH or not _ALLOWED.fullmatch(plain) or _EXPONENT.search(plain) or _TOWER.search(plain):
        raise ValueError(text)
    return plain
