"""Which direction of a flow counts positive in stored values."""

from collections.abc import Mapping
from typing import Any, Protocol

from wattloom.periods import Resolution
from wattloom.units import UnitClass, unit_class


class FlowSensor(Protocol):
    """What decides on the sign of a sensor's values."""

    @property
    def unit(self) -> str:
        """Unit of its values."""

    @property
    def event_resolution(self) -> Resolution:
        """How long one event lasts."""

    @property
    def attributes(self) -> Mapping[str, Any]:
        """Free attributes, among them ``consumption_is_positive``."""


def is_flow(sensor: FlowSensor) -> bool:
    """Whether values have a direction: power, or energy per event; an energy at a moment is a stock."""
    kind = unit_class(sensor.unit)
    return kind is UnitClass.POWER or (kind is UnitClass.ENERGY and not sensor.event_resolution.is_instantaneous)


def consumption_sign(sensor: FlowSensor) -> int:
    """Return +1 where stored values count consumption positive, −1 where they count production positive.

    Stored values are consumption times this sign, and the other way around.
    The attribute ``consumption_is_positive`` of a flow says it. Without the
    attribute, power counts production positive and energy consumption, as
    clients of FlexMeasures know it. What does not flow has no sign: +1.
    """
    if not is_flow(sensor):
        return 1
    stated = sensor.attributes.get("consumption_is_positive")
    if stated is None:
        return -1 if unit_class(sensor.unit) is UnitClass.POWER else 1
    return 1 if stated else -1
