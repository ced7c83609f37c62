"""Post data: values of one source about the events of a sensor."""

from datetime import datetime
from typing import Any, Literal

import numpy as np
import structlog
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from wattloom.accounts import User
from wattloom.api.fields import DurationField, Horizon, Instant, Unit
from wattloom.assets import source_of_user
from wattloom.errors import InputError, PeriodError, UnitError
from wattloom.http import Services
from wattloom.periods import ALL_TIME, MICROSECOND, Microseconds, from_us, to_us
from wattloom.timeseries import (
    CLOCK_SKEW,
    MAX_VALUES,
    Beliefs,
    RecordOutcome,
    Sensor,
    Series,
    events_for,
    most_events,
    record_beliefs,
)
from wattloom.units import UnitClass, is_convertible, unit_class

_log = structlog.get_logger("wattloom.api")

_POWER_TYPES = frozenset({"PostMeterDataRequest", "PostPrognosisRequest", "GetMeterDataRequest", "GetPrognosisRequest"})
_PRICE_TYPES = frozenset({"PostPriceDataRequest", "GetPriceDataRequest"})


class PostedData(BaseModel):
    """Values to record. ``duration`` divided by the number of values is the length of an event."""

    model_config = ConfigDict(extra="forbid")

    # Checked when the body is decoded: a second look at each value would cost more than recording them.
    values: Any = Field(
        description="One value per event, null for a gap; one number stands for a list of one.",
        json_schema_extra={
            "anyOf": [
                {"type": "array", "items": {"type": ["number", "null"]}, "minItems": 1},
                {"type": "number"},
            ]
        },
    )
    start: Instant = Field(
        description="Start of the first event. Floored to the sensor's resolution, unless its attribute "
        "floor_datetimes_to_resolution is false."
    )
    duration: DurationField = Field(description="Length of all events together.")
    unit: Unit = Field(description="Unit of the values, which are converted to that of the sensor.")
    prior: Instant | None = Field(None, description="When the values were believed; by default now.")
    horizon: Horizon | None = Field(
        None, description="How long before each event could be known it was believed; prior counts where both are sent."
    )
    type: (
        Literal[
            "PostSensorDataRequest",
            "PostMeterDataRequest",
            "PostPrognosisRequest",
            "PostPriceDataRequest",
            "PostWeatherDataRequest",
        ]
        | None
    ) = Field(None, description="What the values are; obsolete, and held against the unit.")
    id: Any = Field(None, description="Not looked at; some clients repeat the sensor's id.")


def post_data(
    connection: Connection, services: Services, sensor: Sensor, posted: PostedData, *, user: User
) -> RecordOutcome:
    """Record posted values as beliefs of the user.

    Args:
        connection: A write transaction.
        services: The store, the clock, and whether values may be overwritten.
        sensor: Whose events; the user may add to it.
        posted: The values.
        user: Who states them.

    Raises:
        InputError: A value, the unit or the resolution does not fit.
        ReplacementError: The user states something else about these events at this belief time already.
    """
    series = Series(_values(posted.values), posted.start, posted.duration, posted.unit)
    check_type_and_unit(posted.type, posted.unit)
    events = events_for(sensor, series, max_events=most_events(len(series.value)))
    known_us = sensor.knowledge_times_us(events.start_us)
    now = services.clock()
    belief_time_us = _belief_times_us(posted, known_us, now)
    _check_horizons(posted.type, known_us - belief_time_us)
    _warn_of_future(sensor, belief_time_us, now)
    source = source_of_user(connection, user)
    beliefs = Beliefs.points(
        sensor_id=sensor.id,
        source_id=source.id,
        event_start_us=events.start_us,
        belief_time_us=belief_time_us,
        event_value=events.value,
    )
    overwrite = services.options.allow_data_overwrite
    return record_beliefs(connection, services.beliefs, sensor, beliefs, replace=overwrite)


def check_type_and_unit(message_type: str | None, unit: str) -> None:
    """Hold the (obsolete) message types against the unit of the data.

    Raises:
        UnitError: Power or prices are promised, and the unit says otherwise.
    """
    if message_type in _POWER_TYPES and not is_convertible(unit, "MW", event_h=1.0):
        raise UnitError(f"Data of type {message_type} needs a unit of power.", field="_schema")
    if message_type in _PRICE_TYPES and unit_class(unit) is not UnitClass.ENERGY_PRICE:
        raise UnitError(f"Data of type {message_type} needs a unit of energy prices.", field="_schema")


def _values(values: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    if isinstance(values, str):
        raise InputError("Values belong into the body.", field="values")
    if values == []:
        raise InputError("Shorter than minimum length 1.", field="values")
    if isinstance(values, list) and len(values) > MAX_VALUES:
        raise InputError(f"{len(values)} values; send at most {MAX_VALUES} at once.", field="values")
    # None becomes NaN: a gap.
    return np.atleast_1d(np.array(values, dtype=np.float64))


def _belief_times_us(posted: PostedData, known_us: Microseconds, now: datetime) -> Microseconds:
    if posted.prior is not None:
        return np.full(len(known_us), to_us(posted.prior), dtype=np.int64)
    if posted.horizon is not None:
        belief_time_us = known_us - posted.horizon // MICROSECOND
        if (belief_time_us < to_us(ALL_TIME.start)).any() or (belief_time_us >= to_us(ALL_TIME.end)).any():
            raise PeriodError("Belief times must lie between the years 1900 and 2199.", field="horizon")
        return belief_time_us
    return np.full(len(known_us), to_us(now), dtype=np.int64)


def _check_horizons(message_type: str | None, horizons_us: Microseconds) -> None:
    if message_type == "PostMeterDataRequest" and (horizons_us > 0).any():
        raise PeriodError("Meter data must lie in the past.")
    if message_type == "PostPrognosisRequest" and (horizons_us < 0).any():
        raise PeriodError("Prognoses must lie in the future.")


def _warn_of_future(sensor: Sensor, belief_time_us: Microseconds, now: datetime) -> None:
    """Log belief times that have not come: simulations mean them, wrong clocks do not."""
    latest_us = int(belief_time_us.max(initial=0))
    if latest_us > to_us(now + CLOCK_SKEW):
        _log.warning("belief times lie in the future", sensor_id=sensor.id, latest=from_us(latest_us).isoformat())
