"""Answers as columns, before they are written as JSON or Arrow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from numpy.typing import NDArray

from wattloom.timeseries import Sensor, Source

Columns: TypeAlias = Mapping[str, NDArray[Any]]
"""Arrays of equal length by name; instants are µs since 1970 UTC, and gaps of ``event_value`` NaN."""

TIME_COLUMNS = frozenset({"event_start", "belief_time"})

MS_US = 1000
"""Microseconds in a millisecond, the unit of instants in JSON."""


@dataclass(frozen=True, slots=True)
class SeriesColumns:
    """One series of an answer.

    Attributes:
        sensor: Whose values.
        unit: Unit of the values.
        resolution: Length of the events in ISO 8601.
        columns: The rows.
        source_id: Whose beliefs these are, where each source has a series of its own.
    """

    sensor: Sensor
    unit: str
    resolution: str
    columns: Columns
    source_id: int | None = None

    @property
    def description(self) -> dict[str, Any]:
        """What is told of the series besides its rows."""
        own_source = {} if self.source_id is None else {"source_id": self.source_id}
        return {
            "sensor": self.sensor.id,
            "name": self.sensor.name,
            "unit": self.unit,
            "resolution": self.resolution,
            "timezone": self.sensor.timezone,
            **own_source,
        }


@dataclass(frozen=True, slots=True)
class SeriesAnswer:
    """What was asked for: series in the order of the request, and the sources that they name."""

    start: datetime
    end: datetime
    series: Sequence[SeriesColumns]
    sources: Sequence[Source] | None = None


@dataclass(frozen=True, slots=True)
class LatestAnswer:
    """One row per sensor that has a value."""

    units: Sequence[str]
    columns: Columns
    sources: Sequence[Source] = field(default_factory=tuple)


def source_json(source: Source) -> dict[str, Any]:
    """Return a source as clients see it."""
    return {
        "id": source.id,
        "name": source.name,
        "type": source.type,
        "model": source.model,
        "version": source.version,
        "description": source.description,
    }
