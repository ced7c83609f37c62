"""Get data: the values of a sensor on the grid that is asked for."""

from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from wattloom.accounts import account_resource
from wattloom.api.fields import DurationField, Horizon, Instant, PositiveResolution, Unit
from wattloom.api.v3_0.sensors.post_data import check_type_and_unit
from wattloom.errors import InputError, PeriodError, UnitError
from wattloom.http import Id, Services
from wattloom.periods import Period, Resolution, format_duration, from_us
from wattloom.timeseries import (
    BeliefFilter,
    Sensor,
    SeriesRequest,
    aggregation_for,
    count_beliefs,
    get_sources,
    period_end,
    read_events,
    resample,
    sources_of_sensors,
)
from wattloom.units import is_convertible

_METER, _PROGNOSIS = "GetMeterDataRequest", "GetPrognosisRequest"
# Distance of samples by the length of the window, longest first.
_SAMPLING = (
    (timedelta(weeks=16), timedelta(hours=168)),
    (timedelta(days=14), timedelta(hours=24)),
    (timedelta(hours=48), timedelta(hours=1)),
    (timedelta(hours=8), timedelta(minutes=15)),
    (timedelta(0), timedelta(minutes=5)),
)


class AskedData(BaseModel):
    """Which values, of which beliefs, in which form."""

    model_config = ConfigDict(extra="forbid")

    start: Instant = Field(description="Start of the first value.")
    duration: DurationField = Field(description="Length of the window.")
    unit: Unit = Field(description="Unit of the values.")
    resolution: PositiveResolution | None = Field(
        None, description="Distance of the values; by default the sensor's resolution."
    )
    prior: Instant | None = Field(None, description="Only what was believed at this moment.")
    horizon: Horizon | None = Field(
        None, description="Only what was believed at least so long before it could be known."
    )
    source: Id | None = Field(None, description="Only what this data source states.")
    source_account: Id | None = Field(
        None, alias="source-account", description="Only what data sources of this account state."
    )
    source_type: str | None = Field(
        None, alias="source-type", min_length=1, description="Only what data sources of this type state."
    )
    type: (
        Literal["GetSensorDataRequest", "GetMeterDataRequest", "GetPrognosisRequest", "GetPriceDataRequest"] | None
    ) = Field(None, description="Meter data, prognoses or prices only; obsolete.")


def get_data(connection: Connection, services: Services, sensor: Sensor, asked: AskedData) -> dict[str, Any]:
    """Return the fields of the answer; ``values`` is an array with NaN for gaps.

    Raises:
        InputError: The unit, window or source does not fit.
        NotFoundError: There is no such account.
    """
    check_type_and_unit(asked.type, sensor.unit)
    _check_unit(sensor, asked.unit)
    resolution = _resolution(sensor, asked)
    end = period_end(asked.start, asked.duration, sensor, resolution)
    if end <= asked.start:
        raise PeriodError("Must be positive.", field="duration")
    n = resolution.count(asked.start, end, sensor.zone)
    _check_size(connection, sensor, Period(asked.start, end), n, services.options.max_read_values)
    edges_us = resolution.starts_us(asked.start, n + 1, sensor.zone)
    request = SeriesRequest(sensor, _filter(connection, sensor, asked), asked.unit)
    [events] = read_events(connection, services.beliefs, [request], Period(asked.start, from_us(int(edges_us[-1]))))
    return {
        "values": resample(events, edges_us, aggregation_for(request)),
        "start": asked.start.isoformat(timespec="seconds"),
        "duration": _duration(asked, end),
        "unit": asked.unit,
        "resolution": _shown(sensor.event_resolution if sensor.event_resolution.is_instantaneous else resolution),
    }


def _check_size(connection: Connection, sensor: Sensor, period: Period, n_asked: int, max_values: int) -> None:
    """Bound both what is answered and what has to be read for it."""
    if n_asked > max_values:
        raise PeriodError(f"Asks for {n_asked} values; at most {max_values} are possible.", field="duration")
    if count_beliefs(connection, [sensor], period, history=False, enough=max_values + 1) > max_values:
        raise PeriodError(f"Holds more than {max_values} beliefs, the most that are read at once.", field="duration")


def _check_unit(sensor: Sensor, unit: str) -> None:
    event_h = sensor.event_resolution.hours or None
    if not is_convertible(sensor.unit, unit, event_h=event_h):
        raise UnitError(f"Cannot convert {sensor.unit}, the unit of this sensor, to {unit}.", field="_schema")


def _resolution(sensor: Sensor, asked: AskedData) -> Resolution:
    """Return the distance of the values."""
    if asked.resolution is not None:
        return asked.resolution
    if not sensor.event_resolution.is_instantaneous:
        return sensor.event_resolution
    length = asked.duration.after(asked.start) - asked.start
    return Resolution.of(next((step for longer_than, step in _SAMPLING if length > longer_than), _SAMPLING[-1][1]))


def _filter(connection: Connection, sensor: Sensor, asked: AskedData) -> BeliefFilter:
    at_least = asked.horizon
    if asked.type == _PROGNOSIS:
        at_least = max(timedelta(0), at_least or timedelta(0))
    sources = None
    if asked.source is not None:
        sources = frozenset({asked.source})
        if not get_sources(connection, sources):
            raise InputError(f"No source found with ID {asked.source}.", field="source")
    if asked.source_account is not None:
        account_resource(connection, asked.source_account)
    if asked.source_type is not None:
        recorded = {source.type for source in sources_of_sensors(connection, [sensor.id]).values()}
        if asked.source_type not in recorded:
            raise InputError(f"No source of type '{asked.source_type}' has data here.", field="source-type")
    return BeliefFilter(
        beliefs_before=asked.prior,
        horizons_at_least=at_least,
        horizons_at_most=timedelta(0) if asked.type == _METER else None,
        source_ids=sources,
        source_types=None if asked.source_type is None else frozenset({asked.source_type}),
        source_account_ids=None if asked.source_account is None else frozenset({asked.source_account}),
    )


def _duration(asked: AskedData, end: datetime) -> str:
    length = end - asked.start if asked.duration.months else asked.duration.time
    return format_duration(length, with_days=False)


def _shown(resolution: Resolution) -> str:
    return resolution.iso() if resolution.months else format_duration(resolution.nominal, with_days=False)
