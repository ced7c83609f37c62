"""Units that share an axis."""

from collections.abc import Iterable

import numpy as np

from wattloom.units import convert, is_convertible


def scale_factors(units: Iterable[str]) -> dict[str, float]:
    """Return what values are multiplied with to be in the smallest of some units, by unit.

    Units that cannot all be converted to each other keep the factor 1.
    """
    distinct = list(dict.fromkeys(units))
    if not distinct or not all(is_convertible(distinct[0], unit) for unit in distinct):
        return dict.fromkeys(distinct, 1.0)
    in_first = {unit: _factor(unit, distinct[0]) for unit in distinct}
    smallest = min(distinct, key=lambda unit: in_first[unit])
    return {unit: _factor(unit, smallest) for unit in distinct}


def _factor(unit: str, into: str) -> float:
    # Of units with another zero, such as those of temperature, only the length of a degree counts.
    zero, one = convert(np.array([0.0, 1.0]), unit, into)
    return float(one - zero)
