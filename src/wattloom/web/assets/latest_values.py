"""The latest value of each sensor, for tables: with unit, age and source."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from wattloom.http import PageVisit
from wattloom.periods import from_us
from wattloom.timeseries import Sensor, Source, current_values


@dataclass(frozen=True, slots=True)
class LatestValue:
    """The newest value of a sensor whose event has begun.

    Attributes:
        value: In the unit of the sensor, with its sign.
        at: Start of the event, in the time zone of the sensor.
        source: Who states it.
    """

    value: float
    at: datetime
    source: Source


def latest_values(visit: PageVisit, sensors: Sequence[Sensor]) -> dict[int, LatestValue]:
    """Return the latest value of each sensor that has one, by id, in one query for all of them."""
    found, sources = current_values(visit.connection, visit.services.beliefs, sensors, at=visit.now)
    zones = {sensor.id: sensor.zone for sensor in sensors}
    columns = (found.sensor_id, found.event_value, found.event_start_us, found.source_id)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return {
        sensor_id: LatestValue(value, from_us(start_us, zones[sensor_id]), sources[source_id])
        for sensor_id, value, start_us, source_id in rows
    }
