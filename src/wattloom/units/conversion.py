"""Conversion of arrays from one unit to another: one multiplication, exact where possible."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from wattloom.errors import FieldPath, UnitError
from wattloom.units import registry

Floats: TypeAlias = NDArray[np.float64]

_NICE_DIGITS = 12
_NICE_ERROR = 1e-14


@dataclass(frozen=True, slots=True)
class _Rule:
    """``to = from · factor · event_h ** event_power + offset``."""

    factor: float
    offset: float = 0.0
    event_power: int = 0


def convert(
    values: Floats,
    from_unit: str,
    to_unit: str,
    *,
    event_h: float | Floats | None = None,
    field: str | FieldPath = "unit",
) -> Floats:
    """Return values in another unit.

    Stocks become flows, and flows stocks, through the length of the event:
    0.5 kWh in a quarter of an hour are 2 kW.

    Args:
        values: Any shape; not changed.
        from_unit: Their unit.
        to_unit: The unit wanted.
        event_h: Length of the events [h], one for all or one each.
        field: Where the unit was given.

    Raises:
        UnitError: Unknown units, other dimensions, or a stock and a flow
            without ``event_h``.
    """
    if from_unit == to_unit:
        return values
    try:
        rule = _rule(from_unit, to_unit)
    except UnitError as error:
        raise UnitError(error.message, field=field) from error
    if rule is None or (rule.event_power and not _has_length(event_h)):
        raise UnitError(f"Cannot convert '{from_unit}' to '{to_unit}'.", field=field)
    factor: float | Floats = rule.factor
    if rule.event_power and event_h is not None:
        factor = factor * event_h if rule.event_power > 0 else factor / event_h
    return values * factor + rule.offset if rule.offset else values * factor


def is_convertible(from_unit: str, to_unit: str, *, event_h: float | None = None) -> bool:
    """Whether :func:`convert` would succeed; unknown units never do."""
    if from_unit == to_unit:
        return True
    try:
        rule = _rule(from_unit, to_unit)
    except UnitError:
        return False
    return rule is not None and (not rule.event_power or _has_length(event_h))


def _has_length(event_h: float | Floats | None) -> bool:
    return event_h is not None and bool(np.all(np.asarray(event_h) > 0))


@lru_cache(maxsize=4096)
def _rule(from_unit: str, to_unit: str) -> _Rule | None:
    """Return how to convert, None when the dimensions differ."""
    units = registry.registry()
    source, target = registry.parse(from_unit), registry.parse(to_unit)
    ratio = dict((source / target).dimensionality)
    if not ratio:
        low, high = (float(units.Quantity(x, source).to(target).magnitude) for x in (0.0, 1000.0))
        return _Rule(_nice((high - low) / 1000), _nice(low))
    if ratio == {"[time]": 1}:
        return _Rule(_nice(float(units.convert(1.0, source / units.hour, target))), event_power=-1)
    if ratio == {"[time]": -1}:
        return _Rule(_nice(float(units.convert(1.0, source * units.hour, target))), event_power=1)
    return None


def _nice(factor: float) -> float:
    """Undo the rounding of a chain of factors: 0.0010000000000000002 is meant to be 0.001."""
    short = float(f"{factor:.{_NICE_DIGITS}g}")
    return short if abs(short - factor) <= _NICE_ERROR * abs(factor) else factor
