"""Record values of several sensors: all of them, or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from wattloom.accounts import Action, User
from wattloom.api.v4.series.access import permitted_sensors
from wattloom.api.v4.series.posted import PostedSeries
from wattloom.assets import source_of_user
from wattloom.errors import FieldPath, InputError, PeriodError, ReplacementError, UnitError
from wattloom.http import Services
from wattloom.periods import MICROSECOND, Microseconds, to_us
from wattloom.timeseries import (
    MAX_VALUES,
    Beliefs,
    RecordOutcome,
    RowEvents,
    Sensor,
    events_of_rows,
    most_events,
    record_beliefs,
)


@dataclass(frozen=True, slots=True)
class SeriesOutcome:
    """What became of the values of one sensor."""

    sensor_id: int
    outcome: RecordOutcome


def record_series(
    connection: Connection, services: Services, user: User, posted: Sequence[PostedSeries], *, dry_run: bool
) -> list[SeriesOutcome]:
    """Record values as beliefs of the user.

    Args:
        connection: A write transaction.
        services: The store, the clock, and whether values may be overwritten.
        user: Who states them.
        posted: The values; each sensor once.
        dry_run: Whether to say what would become of the values, and store nothing.

    Returns:
        One entry per series, in their order.

    Raises:
        PermissionDeniedError: The user may not record on one of the sensors.
        InputError: A value, a time, the unit or the resolution does not fit.
        ReplacementError: The user states something else about an event at this belief time already.
    """
    sensors = _sensors(connection, user, posted)
    n_values = sum(len(one.value) for one in posted)
    if n_values > MAX_VALUES:
        raise InputError(f"{n_values} values; send at most {MAX_VALUES} at once.", field="series")
    with connection.begin_nested() as savepoint:
        source_id = source_of_user(connection, user).id
        budget = most_events(n_values)
        beliefs = []
        for sensor, one in zip(sensors, posted, strict=True):
            beliefs.append(_beliefs(sensor, one, source_id, now=services.clock(), max_events=budget))
            budget -= len(beliefs[-1])
        outcomes: dict[int, SeriesOutcome] = {}
        # Rows are locked in the order of their ids, so that two such requests never wait for each other.
        for position in sorted(range(len(posted)), key=lambda position: posted[position].sensor_id):
            outcome = _record(connection, services, sensors[position], posted[position], beliefs[position])
            outcomes[position] = SeriesOutcome(sensors[position].id, outcome)
        if dry_run:
            savepoint.rollback()
    return [outcomes[position] for position in range(len(posted))]


def _sensors(connection: Connection, user: User, posted: Sequence[PostedSeries]) -> list[Sensor]:
    named: list[tuple[int, FieldPath]] = [(one.sensor_id, one.place.field("sensor")) for one in posted]
    sensors = permitted_sensors(connection, user, Action.CREATE_CHILDREN, named, location="json")
    seen: set[int] = set()
    for sensor_id, path in named:
        if sensor_id in seen:
            raise InputError("Occurs more than once. Put all its values into one series.", field=path)
        seen.add(sensor_id)
    return sensors


def _beliefs(sensor: Sensor, posted: PostedSeries, source_id: int, *, now: datetime, max_events: int) -> Beliefs:
    place = posted.place
    _check_resolution(sensor, posted)
    rows = posted.rows(sensor)
    unit = sensor.unit if posted.unit is None else posted.unit
    resolution = sensor.event_resolution if posted.resolution is None else posted.resolution
    try:
        events = events_of_rows(sensor, rows, unit, max_events=max_events, resolution=resolution)
    except UnitError as error:
        raise UnitError(error.message, field=place.field("unit")) from error
    except PeriodError as error:
        raise PeriodError(error.message, field=place.field("event_start")) from error
    except InputError as error:
        raise InputError(error.message, field=place.field("event_value")) from error
    try:
        return events.beliefs(sensor, source_id, _unstated_us(sensor, posted, events, now))
    except PeriodError as error:
        raise PeriodError(error.message, field=place.field("horizon")) from error


def _check_resolution(sensor: Sensor, posted: PostedSeries) -> None:
    own, given = sensor.event_resolution, posted.resolution
    if given is None or own.is_instantaneous or given == own:
        return
    if max(given.nominal, own.nominal) % min(given.nominal, own.nominal) or own.months:
        message = f"Incompatible with the sensor's resolution of {own.iso()}."
        raise PeriodError(message, field=posted.place.field("resolution"))
    if posted.cumulative_probability is not None:
        message = f"Distributions are not resampled: send events as long as the sensor's, {own.iso()}."
        raise PeriodError(message, field=posted.place.field("resolution"))


def _unstated_us(sensor: Sensor, posted: PostedSeries, events: RowEvents, now: datetime) -> int | Microseconds:
    """Return the belief time of rows that state none [µs]."""
    if posted.horizon is not None:
        return sensor.knowledge_times_us(events.events.start_us) - posted.horizon // MICROSECOND
    return to_us(now if posted.belief_time is None else posted.belief_time)


def _record(
    connection: Connection, services: Services, sensor: Sensor, posted: PostedSeries, beliefs: Beliefs
) -> RecordOutcome:
    replace = services.options.allow_data_overwrite
    try:
        return record_beliefs(connection, services.beliefs, sensor, beliefs, replace=replace)
    except ReplacementError as error:
        where = ".".join(str(part) for part in posted.place.field("sensor"))
        raise ReplacementError(f"Sensor {sensor.id} ({where}): {error.message}") from error
