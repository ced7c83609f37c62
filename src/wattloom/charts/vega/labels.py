"""What stands at the axes and above the graphs."""

from collections.abc import Iterable

from wattloom.charts.shown import Row
from wattloom.charts.vega.units import UnitScale
from wattloom.timeseries import Sensor
from wattloom.units import unit_class

NO_UNIT_IN_ROW = "dimensionless"
NO_UNIT_OF_SENSOR = "a.u."


def capitalised(text: str) -> str:
    """Return a text with its first letter in upper case and all others as they are."""
    return text[:1].upper() + text[1:]


def sensor_type(sensor: Sensor) -> str:
    """Return what a sensor measures, in words: its attribute ``sensor_type``, else its name."""
    stated = sensor.attributes.get("sensor_type")
    return stated if isinstance(stated, str) and stated else sensor.name


def sensor_axis_title(sensor: Sensor) -> str:
    """Return what stands at the values of one sensor, for example ``Power (kW)``."""
    return f"{capitalised(sensor_type(sensor))} ({sensor.unit or NO_UNIT_OF_SENSOR})"


def sensor_title(sensor: Sensor) -> str | None:
    """Return what stands above the chart of a sensor; None when the axis says it already."""
    return None if sensor_type(sensor) == sensor.name else capitalised(sensor.name)


def row_axis_title(row: Row, scale: UnitScale) -> str:
    """Return what stands at the values of a row: ``Power (kW), price (EUR/MWh)`` where it has two."""
    types = [(scale.shown[shown.sensor.unit], sensor_type(shown.sensor)) for shown in row.sensors]
    types += [(scale.shown[constant.unit], constant.name) for constant in row.constants]
    labels = (_label({kind for its_unit, kind in types if its_unit == unit}, unit) for unit in scale.units)
    return capitalised(", ".join(labels))


def _label(types: Iterable[str], unit: str) -> str:
    first, *others = types
    return f"{unit_class(unit).value if others else first} ({unit or NO_UNIT_IN_ROW})"
