"""How schedules stand among the beliefs: who states them, and with which sign."""

import wattloom
from wattloom.timeseries import NewSource, Sensor
from wattloom.units import UnitClass, unit_class

SCHEDULER = "StorageScheduler"
"""Name of the scheduler, as clients know it."""

SOURCE = NewSource(name="Wattloom", type="scheduler", model=SCHEDULER, version=wattloom.__version__)
"""Who states the values of schedules."""


def consumption_sign(sensor: Sensor) -> int:
    """Return +1 where stored values count consumption positive, −1 where they count production positive.

    Stored values are consumption times this sign, and the other way around.
    Only power has a sign of its own: energy and everything else is kept as
    consumption.
    """
    counts_production = not sensor.attributes.get("consumption_is_positive", False)
    return -1 if unit_class(sensor.unit) is UnitClass.POWER and counts_production else 1
