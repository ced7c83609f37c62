"""Sensors as clients send and see them."""

from datetime import datetime
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from typing_extensions import TypedDict

from wattloom.api.fields import Instant, ResolutionText, Unit, ZoneName
from wattloom.api.v3_0.json_columns import JsonObject, json_text
from wattloom.api.v3_0.paging import ListParams
from wattloom.http import Id
from wattloom.timeseries import Sensor, SourceStatistics

Name = Annotated[
    str,
    BeforeValidator(lambda value: value.strip() if isinstance(value, str) else value),
    Field(min_length=1, max_length=120),
]


_NAME = "Unique among the sensors of the asset."
_UNIT = "Any SI unit with its prefixes, a currency, a percentage, or made of these, such as EUR/kWh."
_RESOLUTION = "Length of an event in ISO 8601; zero for values at moments."
_ZONE = "IANA time zone, which decides where days begin."
_ATTRIBUTES = "Anything else about the sensor, as an object or as text that holds one."


class SensorChanges(BaseModel):
    """Fields of a sensor to change; any subset. What is recorded is not converted."""

    model_config = ConfigDict(extra="forbid")

    name: Name = Field("", description=_NAME)
    unit: Unit = Field("", description=_UNIT)
    event_resolution: ResolutionText = Field("", description=_RESOLUTION)
    timezone: ZoneName = Field("", description=_ZONE)
    attributes: JsonObject = Field({}, description=_ATTRIBUTES)


class NewSensorBody(BaseModel):
    """A sensor to create."""

    model_config = ConfigDict(extra="forbid")

    name: Name = Field(description=_NAME)
    unit: Unit = Field(description=_UNIT)
    event_resolution: ResolutionText = Field(description=_RESOLUTION)
    generic_asset_id: Id = Field(description="Asset that the sensor belongs to.")
    timezone: ZoneName | None = Field(None, description=f"{_ZONE} By default the server's.")
    attributes: JsonObject = Field({}, description=_ATTRIBUTES)


class SensorListParams(ListParams):
    """What to list."""

    account: Id | None = Field(None, description="Sensors on assets of this account; by default your own.")
    asset: Id | None = Field(None, description="Sensors on this asset and all below it.")
    include_consultancy_clients: bool = Field(False, description="Also those of the account's clients.")
    include_public_assets: bool = Field(False, description="Also those on public assets.")
    unit: Unit | None = Field(None, description="Sensors with exactly this unit.")
    sort_by: Literal["id", "name", "unit"] | None = Field(
        None, alias="sort-by", description="What to sort by; needs the direction as well."
    )


class StatisticsParams(BaseModel):
    """Which events count."""

    sort: bool = Field(True, description="Answer with objects; false gives lists of pairs.")
    event_start_time: Instant | None = Field(None, description="Events from here on.")
    event_end_time: Instant | None = Field(None, description="Events that start before.")
    fresh: bool = Field(False, description="Accepted for compatibility: answers are never kept.")


class SensorJson(TypedDict):
    """A sensor."""

    id: int
    name: str
    unit: str
    timezone: str
    event_resolution: str
    entity_address: str
    attributes: str
    generic_asset_id: int


class SensorAnswer(SensorJson):
    """A sensor and the HTTP status."""

    status: int


SensorPageJson = TypedDict(
    "SensorPageJson", {"data": list[SensorJson], "num-records": int, "filtered-records": int, "status": int}
)
"""A page of sensors with its counts."""

StatisticsJson = TypedDict(
    "StatisticsJson",
    {
        "First event start": str,
        "Last event end": str,
        "Last recorded": str,
        "Min value": float | None,
        "Max value": float | None,
        "Mean value": float | None,
        "Sum over values": float | None,
        "Number of values": int,
    },
)
"""What one source has recorded."""

StatisticsAnswer: TypeAlias = dict[str, StatisticsJson | list[list[Any]] | int]
"""Statistics by source, as objects or as lists of pairs; besides the HTTP status."""


class FreshnessJson(TypedDict):
    """How fresh the data of one type of source are."""

    id: int
    name: str
    asset_name: str
    resolution: str
    source_type: str | None
    staleness: str | None
    stale: bool
    staleness_since: str | None
    reason: str
    relation: str


class SensorStatusJson(TypedDict):
    """How fresh the data of a sensor are, by type of source."""

    sensors_data: list[FreshnessJson]
    status: int


def sensor_json(sensor: Sensor, *, host: str, now: datetime) -> SensorJson:
    """Return a sensor as clients know it.

    Args:
        sensor: The sensor.
        host: Name of this server, part of the (obsolete) entity address.
        now: Gives the month of the entity address.
    """
    return {
        "id": sensor.id,
        "name": sensor.name,
        "unit": sensor.unit,
        "timezone": sensor.timezone,
        "event_resolution": sensor.event_resolution.iso(),
        "entity_address": f"ea1.{now:%Y-%m}.{host}:fm1.{sensor.id}",
        "attributes": json_text(sensor.attributes),
        "generic_asset_id": sensor.asset_id,
    }


def statistics_json(statistics: SourceStatistics, sensor: Sensor) -> StatisticsJson:
    """Return the statistics of one source, times in the sensor's time zone."""
    return {
        "First event start": _local(statistics.first_event_start, sensor),
        "Last event end": _local(statistics.last_event_end, sensor),
        "Last recorded": _local(statistics.last_belief_time, sensor),
        "Min value": statistics.smallest,
        "Max value": statistics.largest,
        "Mean value": statistics.mean,
        "Sum over values": statistics.total,
        "Number of values": statistics.n_values,
    }


def _local(instant: datetime, sensor: Sensor) -> str:
    return instant.astimezone(sensor.zone).isoformat()
