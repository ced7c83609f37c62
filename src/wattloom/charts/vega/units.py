"""The units of a row: values in kW and MW on one axis are all drawn in kW.

Of the units that convert into each other the smallest is shown. What cannot be
converted is drawn as it is, and the axis names all units in the row.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from wattloom.charts.scale import scale_factors
from wattloom.units import convert, is_convertible

MOMENT = "s"
"""Values of sensors in seconds are moments: chart_data gives them as epoch milliseconds."""


@dataclass(frozen=True, slots=True)
class UnitScale:
    """How the values of a row are brought to the units that it is drawn in.

    Attributes:
        shown: The unit drawn, by unit of the sensor.
        factors: What to multiply with, by unit of the sensor; 1 where it is missing.
        offsets: What to add then, by unit of the sensor; 0 where it is missing.
    """

    shown: Mapping[str, str]
    factors: Mapping[str, float]
    offsets: Mapping[str, float]

    @property
    def units(self) -> list[str]:
        """The units drawn, each once."""
        return list(dict.fromkeys(self.shown.values()))

    @property
    def shows_moments(self) -> bool:
        """Whether all values are moments."""
        return self.units == [MOMENT]

    def value_expression(self) -> str:
        """Return the Vega expression of a datum's value in the unit drawn."""
        scaled = f"datum.event_value * {_looked_up(self.factors, '1')}" if self.factors else "datum.event_value"
        return f"{scaled} + {_looked_up(self.offsets, '0')}" if self.offsets else scaled

    def unit_expression(self) -> str:
        """Return the Vega expression of the unit that a datum is drawn in."""
        if len(self.units) == 1:
            return _text(self.units[0])
        changed = {unit: shown for unit, shown in self.shown.items() if unit != shown}
        return _looked_up(changed, "datum.sensor_unit") if changed else "datum.sensor_unit"


def unit_scale(units: Iterable[str]) -> UnitScale:
    """Return how values of these units share one axis."""
    shown: dict[str, str] = {}
    factors: dict[str, float] = {}
    offsets: dict[str, float] = {}
    for group in _groups(units):
        group_factors = scale_factors(group)
        smallest = next(unit for unit, factor in group_factors.items() if factor == 1)
        shown |= dict.fromkeys(group, smallest)
        factors |= {unit: factor for unit, factor in group_factors.items() if factor != 1}
        offsets |= {unit: offset for unit in group if (offset := _offset(unit, smallest)) != 0}
    return UnitScale(shown, factors, offsets)


def _groups(units: Iterable[str]) -> list[list[str]]:
    """Return the units, each once, together with those that they convert into."""
    groups: list[list[str]] = []
    for unit in dict.fromkeys(units):
        group = next((group for group in groups if _is_alike(unit, group[0])), None)
        if group is None:
            groups.append([unit])
        else:
            group.append(unit)
    return groups


def _is_alike(unit: str, other: str) -> bool:
    return MOMENT not in {unit, other} and is_convertible(unit, other)


def _offset(from_unit: str, to_unit: str) -> float:
    return float(convert(np.zeros(1), from_unit, to_unit)[0])


def _looked_up(values: Mapping[str, object], otherwise: str) -> str:
    return f"({_text(values)}[datum.sensor_unit] || {otherwise})"


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
