"""What was last recorded on sensors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from wattloom.cli.show.output import number
from wattloom.periods import from_us
from wattloom.timeseries import BeliefStore, Sensor, current_values

if TYPE_CHECKING:
    from sqlalchemy import Connection

_STEPS = (("d", 86400), ("h", 3600), ("min", 60))


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest value of a sensor about an event that has begun.

    Attributes:
        value: In the sensor's unit and with its sign.
        event_start: Start of the event, in the sensor's zone.
        recorded: When that was believed, in the sensor's zone.
        source_id: Who states it.
    """

    value: float
    event_start: datetime
    recorded: datetime
    source_id: int


def latest_values(
    connection: "Connection", store: BeliefStore, sensors: Sequence[Sensor], *, now: datetime
) -> dict[int, Latest]:
    """Return the newest value of each sensor that has one by now, by sensor, in one query."""
    beliefs, _ = current_values(connection, store, sensors, at=now)
    zones = {sensor.id: sensor.zone for sensor in sensors}
    return {
        sensor_id: Latest(value, from_us(start_us, zones[sensor_id]), from_us(recorded_us, zones[sensor_id]), source_id)
        for sensor_id, start_us, source_id, recorded_us, _probability, value in zip(
            *(column.tolist() for column in beliefs.columns), strict=True
        )
    }


def latest_cells(sensor: Sensor, latest: Mapping[int, Latest], *, now: datetime) -> dict[str, Any]:
    """Return the newest value as cells of a table."""
    found = latest.get(sensor.id)
    if found is None:
        return {"latest": None, "about": None, "recorded": "never"}
    return {
        "latest": number(found.value),
        "about": f"{found.event_start:%Y-%m-%d %H:%M}",
        "recorded": age(found.recorded, now=now),
    }


def latest_json(sensor: Sensor, latest: Mapping[int, Latest]) -> dict[str, Any] | None:
    """Return the newest value for JSON."""
    found = latest.get(sensor.id)
    if found is None:
        return None
    return {
        "value": found.value,
        "event_start": found.event_start,
        "recorded": found.recorded,
        "source_id": found.source_id,
    }


def age(at: datetime, *, now: datetime) -> str:
    """Return how long ago something was, in the largest unit that fits."""
    seconds = (now - at).total_seconds()
    unit, length = next((step for step in _STEPS if seconds >= step[1]), ("s", 1))
    return f"{max(int(seconds / length), 0)} {unit} ago"
