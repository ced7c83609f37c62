"""Sensors as clients send and see them."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

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


class SensorChanges(BaseModel):
    """Fields of a sensor to change; any subset. What is recorded is not converted."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"name": "POWER", "unit": "kW"}]})

    name: Name = ""
    unit: Unit = ""
    event_resolution: ResolutionText = ""
    timezone: ZoneName = ""
    attributes: JsonObject = {}


class NewSensorBody(BaseModel):
    """A sensor to create."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"name": "power", "event_resolution": "PT1H", "unit": "kWh", "generic_asset_id": 1}]
        },
    )

    name: Name
    unit: Unit
    event_resolution: ResolutionText
    generic_asset_id: Id
    timezone: ZoneName | None = None
    attributes: JsonObject = {}


class SensorListParams(ListParams):
    """What to list."""

    account: Id | None = Field(None, description="Sensors on assets of this account; by default your own.")
    asset: Id | None = Field(None, description="Sensors on this asset and all below it.")
    include_consultancy_clients: bool = Field(False, description="Also those of the account's clients.")
    include_public_assets: bool = Field(False, description="Also those on public assets.")
    unit: Unit | None = Field(None, description="Sensors with exactly this unit.")
    sort_by: Literal["id", "name", "unit"] | None = Field(None, alias="sort-by")


class StatisticsParams(BaseModel):
    """Which events count."""

    sort: bool = Field(True, description="Answer with objects; false gives lists of pairs.")
    event_start_time: Instant | None = Field(None, description="Events from here on.")
    event_end_time: Instant | None = Field(None, description="Events that start before.")
    fresh: bool = Field(False, description="Accepted for compatibility: answers are never kept.")


def sensor_json(sensor: Sensor, *, host: str, now: datetime) -> dict[str, Any]:
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


def statistics_json(
    statistics: SourceStatistics, sensor: Sensor, *, as_pairs: bool
) -> dict[str, Any] | list[list[Any]]:
    """Return the statistics of one source, times in the sensor's time zone."""
    shown = {
        "First event start": _local(statistics.first_event_start, sensor),
        "Last event end": _local(statistics.last_event_end, sensor),
        "Last recorded": _local(statistics.last_belief_time, sensor),
        "Min value": statistics.smallest,
        "Max value": statistics.largest,
        "Mean value": statistics.mean,
        "Sum over values": statistics.total,
        "Number of values": statistics.n_values,
    }
    return [list(pair) for pair in shown.items()] if as_pairs else shown


def _local(instant: datetime, sensor: Sensor) -> str:
    return instant.astimezone(sensor.zone).isoformat()
