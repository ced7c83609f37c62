"""Reading quantities: "15 kW", "0.29 EUR/kWh", "90 %", or a number where one is understood."""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from wattloom.errors import FlexModelError, InputError, UnitError
from wattloom.periods import Resolution
from wattloom.scheduling.flexmodel.fields import Dimension, Field
from wattloom.units import convert, currency_of, is_convertible, parse_quantity

MAX_MAGNITUDE = 1e9
"""Largest value in any canonical unit; beyond, sums with ordinary values have no digits left for these."""
_MIN_MAGNITUDE = 1e-12
_NOT_A_QUANTITY = "Unsupported value type. `{}` was provided but only dict, list and str are supported."
_PER = {Dimension.ENERGY_PRICE: "MWh", Dimension.CAPACITY_PRICE: "MW"}
_UNITS = {Dimension.POWER: "MW", Dimension.ENERGY: "MWh", Dimension.FRACTION: "", Dimension.RAMP: "MW/h"}


@dataclass(frozen=True, slots=True)
class Scale:
    """What the values of a field are converted to.

    Attributes:
        unit: Canonical unit: MW, MWh, empty for fractions, or money per MWh or MW.
        bare_unit: Unit of numbers that stand without one; None where they are refused.
        currency: The shared currency, for prices.
    """

    unit: str
    bare_unit: str | None = None
    currency: str | None = None

    def check_unit(self, unit: str, resolution: Resolution, *, field: str) -> None:
        """Refuse a sensor whose values cannot be converted.

        Raises:
            FlexModelError: The dimension or the currency is another one.
        """
        event_h = resolution.hours or None
        if not _convertible(unit, self.unit, None if self.currency else event_h):
            raise FlexModelError(
                self._complaint(f"Cannot convert {unit} to {self.unit or 'dimensionless'}"), field=field
            )

    def example(self, value: float = 10) -> str:
        """Return a quantity as people write it, for messages."""
        return f"{value:g} {self.unit.replace('MW', 'kW') or '%'}"

    def family(self, unit: str) -> str:
        """Return a name that units of one dimension share."""
        return self.unit if _convertible(unit, self.unit, None) else unit

    def _complaint(self, text: str) -> str:
        if self.currency is None:
            return text
        return (
            f"Invalid unit. A valid unit would be, for example, '{self.unit}' (this example uses '{self.currency}', "
            f"because all prices in the flex-context must share the same currency unit (in this case: '{self.currency}')). {text}"
        )


def scale_of(field: Field, *, soc_unit: str = "MWh", currency: str = "EUR") -> Scale:
    """Return what a field is converted to."""
    assert field.dimension is not None
    if field.dimension is Dimension.MONEY:
        return Scale(currency, None, currency)
    if field.is_price:
        per = _PER.get(field.dimension, "MW")
        return Scale(f"{currency}/{per}", None, currency)
    bare = {"soc-unit": soc_unit, "fraction": ""}.get(field.bare)
    return Scale(_UNITS[field.dimension], bare)


def read_quantity(value: object, scale: Scale, *, field: str) -> float:
    """Return a quantity in the canonical unit.

    Args:
        value: A text with a unit, or a number where the scale knows its unit.
        scale: What to convert to.
        field: Named in errors.

    Raises:
        FlexModelError: Not a quantity, another dimension, or not finite.
    """
    if isinstance(value, str):
        return _read_text(value, scale, field)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if scale.bare_unit is None:
            message = f'{_NOT_A_QUANTITY.format(type(value).__name__)} Write "{scale.example(value)}".'
            raise FlexModelError(message, field=field)
        if not math.isfinite(value):
            raise FlexModelError("Must be a finite number.", field=field)
        return _converted(float(value), scale.bare_unit, scale.unit, field)
    raise FlexModelError(_NOT_A_QUANTITY.format(type(value).__name__), field=field)


def read_number(value: object, scale: Scale, *, field: str) -> float:
    """Return the value of a segment; None and nested forms are refused."""
    if isinstance(value, (dict, list)) or value is None:
        raise FlexModelError(f"A segment needs a fixed value, such as '{scale.example()}'.", field=field)
    return read_quantity(value, scale, field=field)


def unit_of(segment: object) -> str | None:
    """Return the unit that a segment's value is written in, None when it has none or cannot be read."""
    text = segment.get("value") if isinstance(segment, dict) else None
    if not isinstance(text, str):
        return None
    try:
        return parse_quantity(text, field="value").unit
    except InputError:
        return None


@lru_cache(maxsize=1024)
def price_currency(unit: str) -> str | None:
    """Return what a price is counted in: a currency, or anything that stands per energy or power.

    ``EUR/kWh`` gives EUR, ``kg/MWh`` gives kg, ``kW`` gives None.
    """
    numerator, slash, denominator = unit.rpartition("/")
    if not slash or not (_convertible(denominator, "MWh", None) or _convertible(denominator, "MW", None)):
        return None
    return currency_of(unit) or numerator.strip()


@lru_cache(maxsize=4096)
def _read_text(text: str, scale: Scale, field: str) -> float:
    try:
        quantity = parse_quantity(text, field=field)
    except InputError as error:
        hint = f" Use a number and a unit, such as '{scale.example()}'."
        raise FlexModelError(f"Cannot convert value '{text}' to a valid quantity.{hint}", field=field) from error
    if not math.isfinite(quantity.magnitude):
        raise FlexModelError("Must be a finite number.", field=field)
    try:
        return _converted(quantity.magnitude, quantity.unit, scale.unit, field)
    except UnitError as error:
        message = f"Cannot convert value `{text}` to '{scale.unit}'"
        if not quantity.unit:
            message += f". Write the unit, too, such as '{scale.example(quantity.magnitude)}'."
        raise FlexModelError(scale._complaint(message), field=field) from error  # noqa: SLF001 - same module


def _converted(value: float, unit: str, target: str, field: str) -> float:
    with np.errstate(over="ignore"):
        converted = without_traces(convert(np.array([value]), unit, target))
    if not is_plausible(converted):
        raise FlexModelError(f"Must lie between −{MAX_MAGNITUDE:g} and {MAX_MAGNITUDE:g} {target}.", field=field)
    return float(converted[0])


def is_plausible(values: NDArray[np.float64]) -> bool:
    """Whether no value in a canonical unit is too large to calculate with; NaN passes."""
    return not bool(np.any(np.abs(values) > MAX_MAGNITUDE))


def without_traces(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values with 0 for what is smaller than anybody can mean."""
    return np.where(np.abs(values) < _MIN_MAGNITUDE, 0.0, values)


@lru_cache(maxsize=1024)
def _convertible(unit: str, target: str, event_h: float | None) -> bool:
    return is_convertible(unit, target, event_h=event_h)
