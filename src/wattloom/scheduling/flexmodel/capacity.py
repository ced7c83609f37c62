"""What a device can consume and produce: directional capacities, the power capacity, and what is soft.

The rules, with the names of the fields:

1. If only one directional capacity is given and it is not zero wherever it says
   something, the other direction is 0.
2. A directional capacity of 0 on every step is a physical statement: it stays
   hard whatever the breach prices say.
3. Directional capacities are capped by the power-capacity and floored at 0.
4. Where a direction is soft, the hard limit is the power-capacity.
5. A missing power-capacity is the larger of the directional ones (unless only
   one is given and it is zero throughout), else the site-power-capacity.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wattloom.scheduling.flexmodel.variable import Fixed, Segments, Variable

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Direction:
    """A directional capacity as it is given.

    Attributes:
        values: Per step [MW], NaN where it says nothing, shape (n_steps,); None when not given.
        rules_out_the_other: Whether a device with this capacity alone does nothing else.
        is_soft: Whether exceeding it has a price.
    """

    values: Floats | None
    rules_out_the_other: bool = False
    is_soft: bool = False

    @classmethod
    def of(cls, capacity: Variable | None, values: Floats | None, *, is_soft: bool) -> "Direction":
        """Return a capacity with its values on the steps.

        A capacity that is never more than 0 only forbids its own direction, even if that is for an hour; zeros of a
        sensor are data, not a statement about the device.
        """
        match capacity:
            case Fixed(value):
                allows_power = value != 0
            case Segments(segments):
                allows_power = any(segment.value != 0 for segment in segments)
            case _:
                allows_power = capacity is not None
        return cls(values, allows_power, is_soft)


@dataclass(frozen=True, slots=True)
class DeviceCapacity:
    """Limits of one device [MW], each of shape (n_steps,).

    Attributes:
        consumption_max: Hard limit on consumption.
        production_max: Hard limit on production, as a magnitude.
        consumption_soft: Limit that may be exceeded at a price; None where the hard one says it all.
        production_soft: The same for production.
        consumption_reach: What the device may consume without breaking any limit.
        production_reach: What it may produce.
    """

    consumption_max: Floats
    production_max: Floats
    consumption_soft: Floats | None
    production_soft: Floats | None
    consumption_reach: Floats
    production_reach: Floats


def infer_power_capacity(
    power: Floats | None, consumption: Floats | None, production: Floats | None, site: Floats | None
) -> Floats | None:
    """Return the power capacity [MW] by rule 5, NaN where unknown; None when nothing tells it."""
    known = power if power is not None and not np.isnan(power).all() else None
    candidates = (known, _larger(consumption, production), site)
    found = [candidate for candidate in candidates if candidate is not None]
    if not found:
        return None
    capacity = found[0]
    for candidate in found[1:]:
        capacity = np.where(np.isnan(capacity), candidate, capacity)
    return None if np.isnan(capacity).all() else capacity


def _larger(consumption: Floats | None, production: Floats | None) -> Floats | None:
    given = [capacity for capacity in (consumption, production) if capacity is not None]
    if not given or all(np.isnan(capacity).all() for capacity in given):
        return None
    if len(given) == 1:
        return given[0] if np.nan_to_num(given[0]).any() else None
    return np.fmax(given[0], given[1])


def limit_device(power: Floats, consumption: Direction, production: Direction) -> DeviceCapacity:
    """Apply rules 1 to 4.

    Args:
        power: Power capacity [MW], NaN where unknown, shape (n_steps,).
        consumption: Consumption capacity as given.
        production: Production capacity as given.
    """
    cap = np.maximum(power, 0.0)
    nothing = Direction(np.zeros_like(cap))
    if production.values is None and consumption.rules_out_the_other:
        production = nothing
    elif consumption.values is None and production.rules_out_the_other:
        consumption = nothing
    up, up_is_soft = _limit(cap, consumption)
    down, down_is_soft = _limit(cap, production)
    return DeviceCapacity(
        consumption_max=cap if up_is_soft else up,
        production_max=cap if down_is_soft else down,
        consumption_soft=up if up_is_soft else None,
        production_soft=down if down_is_soft else None,
        consumption_reach=up,
        production_reach=down,
    )


def _limit(cap: Floats, direction: Direction) -> tuple[Floats, bool]:
    if direction.values is None:
        return cap, False
    limit = np.maximum(np.fmin(direction.values, cap), 0.0)
    return limit, direction.is_soft and not _is_zero(limit)


def _is_zero(capacity: Floats) -> bool:
    return bool((capacity == 0).all())
