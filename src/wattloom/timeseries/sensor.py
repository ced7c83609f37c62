"""Sensors: the definition of one time series each, and their rows."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from wattloom.db import in_batches
from wattloom.errors import ConflictError, InputError, NotFoundError
from wattloom.periods import Microseconds, Resolution, zone
from wattloom.timeseries import tables
from wattloom.timeseries.knowledge import KnowledgeHorizon
from wattloom.timeseries.resample import Aggregation
from wattloom.units import is_summable

AGGREGATION = "aggregation"
"""Attribute of a sensor that says how its values are resampled."""

_AGGREGATIONS = tuple(each.value for each in Aggregation)

# Built once: building a statement costs more than running it.
_BY_ID = select(tables.sensor).where(tables.sensor.c.id.in_(bindparam("ids", expanding=True)))
# Nobody deletes or changes a row that is held, but others may refer to it.
_BY_ID_HELD = _BY_ID.with_for_update(key_share=True)


@dataclass(frozen=True, slots=True)
class Sensor:
    """One time series: what its values mean.

    Attributes:
        id: Key of the sensor.
        name: Unique among the sensors of its asset.
        unit: Unit of the stored values; "" is dimensionless.
        timezone: IANA name; calendar resolutions and answers follow it.
        event_resolution: How long one event lasts.
        knowledge_horizon: When the value of an event can be known.
        attributes: Anything else, among it ``consumption_is_positive``.
        asset_id: The asset that it belongs to.
    """

    id: int
    name: str
    unit: str
    timezone: str
    event_resolution: Resolution
    knowledge_horizon: KnowledgeHorizon
    attributes: Mapping[str, Any]
    asset_id: int

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return zone(self.timezone)

    def ends_us(self, starts_us: Microseconds) -> Microseconds:
        """Return where events that start at ``starts_us`` end [µs]."""
        return self.event_resolution.ends_us(starts_us, self.zone)

    def knowledge_times_us(self, starts_us: Microseconds) -> Microseconds:
        """Return when events could first be known [µs]."""
        return self.knowledge_horizon.knowledge_times_us(starts_us, self.event_resolution, self.zone)

    def aggregation(self, unit: str | None = None) -> Aggregation:
        """Return how values in a unit, by default the sensor's, are resampled.

        The attribute ``aggregation`` decides: a stock that is not instantaneous,
        such as the energy stored at the end of an hour, says ``last``. Without
        it energy, money and volumes are summed, samples are picked (the first
        in the slot) and everything else is averaged.
        """
        stated = self.attributes.get(AGGREGATION)
        if stated in _AGGREGATIONS:
            return Aggregation(stated)
        if self.event_resolution.is_instantaneous:
            return Aggregation.FIRST
        return Aggregation.SUM if is_summable(self.unit if unit is None else unit) else Aggregation.MEAN


@dataclass(frozen=True, slots=True)
class NewSensor:
    """A sensor to be created; fields as in :class:`Sensor`."""

    name: str
    unit: str
    timezone: str
    event_resolution: Resolution
    attributes: Mapping[str, Any]
    asset_id: int
    knowledge_horizon: KnowledgeHorizon = field(default_factory=KnowledgeHorizon)


def create_sensor(connection: Connection, new: NewSensor) -> Sensor:
    """Store a sensor and return it.

    Raises:
        InputError: The asset has a sensor of this name already, or an attribute makes no sense.
    """
    values = {
        **_changeable(new),
        "knowledge_horizon_fnc": new.knowledge_horizon.function,
        "knowledge_horizon_par": dict(new.knowledge_horizon.parameters),
        "generic_asset_id": new.asset_id,
    }
    with _duplicate_name_refused(new.name):
        sensor_id = connection.execute(insert(tables.sensor).values(values).returning(tables.sensor.c.id)).scalar_one()
    return get_sensor(connection, sensor_id)


def get_sensor(connection: Connection, sensor_id: int) -> Sensor:
    """Return one sensor.

    Raises:
        NotFoundError: There is none with this id.
    """
    return get_sensors(connection, [sensor_id])[sensor_id]


def get_sensors(connection: Connection, sensor_ids: Iterable[int]) -> dict[int, Sensor]:
    """Return several sensors by id.

    Raises:
        NotFoundError: One of them does not exist.
    """
    wanted = set(sensor_ids)
    found = {
        row.id: to_sensor(row) for batch in in_batches(wanted) for row in connection.execute(_BY_ID, {"ids": batch})
    }
    for missing in sorted(wanted - found.keys()):
        raise NotFoundError("sensor", missing)
    return found


def sensors_by_id(connection: Connection, sensor_ids: Iterable[int]) -> dict[int, Sensor]:
    """Return those sensors that exist, by id."""
    found = (list_sensors(connection, tables.sensor.c.id.in_(ids)) for ids in in_batches(sensor_ids))
    return {sensor.id: sensor for sensors in found for sensor in sensors}


def list_sensors(connection: Connection, *conditions: ColumnElement[bool]) -> list[Sensor]:
    """Return the sensors that meet all conditions on ``tables.sensor``, by id."""
    rows = connection.execute(select(tables.sensor).where(*conditions).order_by(tables.sensor.c.id))
    return [to_sensor(row) for row in rows]


def update_sensor(connection: Connection, old: Sensor, changed: Sensor) -> None:
    """Store what differs between two states of a sensor; id and asset stay, and stored values are not converted.

    What is equal in both is left as it is by now: somebody else may have changed it since ``old`` was read.

    Raises:
        InputError: The asset has another sensor of this name.
    """
    before, after = _changeable(old), _changeable(changed)
    values = {name: value for name, value in after.items() if value != before[name]}
    if values:
        with _duplicate_name_refused(changed.name):
            connection.execute(update(tables.sensor).where(tables.sensor.c.id == old.id).values(values))


def hold_sensor(connection: Connection, sensor_id: int) -> Sensor:
    """Return a sensor that nobody else changes, deletes or writes to before this transaction ends.

    Raises:
        NotFoundError: There is none with this id.
    """
    row = connection.execute(_BY_ID_HELD, {"ids": [sensor_id]}).one_or_none()
    if row is None:
        raise NotFoundError("sensor", sensor_id)
    return to_sensor(row)


def hold_as_read(connection: Connection, sensor: Sensor) -> None:
    """Hold a sensor as :func:`hold_sensor` does, and make sure that its values mean what they meant when it was read.

    Raises:
        NotFoundError: The sensor has been deleted.
        ConflictError: It has got another unit, resolution or time zone.
    """
    held = hold_sensor(connection, sensor.id)
    if (held.unit, held.event_resolution, held.timezone) != (sensor.unit, sensor.event_resolution, sensor.timezone):
        raise ConflictError(
            f"Sensor {sensor.id} has got another unit, resolution or time zone meanwhile. Nothing was changed; try again."
        )


def delete_sensor(connection: Connection, sensor_id: int) -> None:
    """Delete a sensor with everything believed about it.

    Raises:
        NotFoundError: There is no such sensor.
    """
    if connection.execute(delete(tables.sensor).where(tables.sensor.c.id == sensor_id)).rowcount == 0:
        raise NotFoundError("sensor", sensor_id)


def _changeable(sensor: Sensor | NewSensor) -> dict[str, Any]:
    stated = sensor.attributes.get(AGGREGATION, Aggregation.MEAN.value)
    if stated not in _AGGREGATIONS:
        raise InputError(f"'{AGGREGATION}' must be one of: {', '.join(_AGGREGATIONS)}.", field="attributes")
    return {
        "name": sensor.name,
        "unit": sensor.unit,
        "timezone": sensor.timezone,
        "event_resolution": sensor.event_resolution.iso(),
        "attributes": dict(sensor.attributes),
    }


@contextmanager
def _duplicate_name_refused(name: str) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise InputError(f"The asset has a sensor named '{name}' already.", field="name") from error


def to_sensor(row: Row[Any]) -> Sensor:
    """Return the sensor of a row of ``tables.sensor``."""
    return Sensor(
        id=row.id,
        name=row.name,
        unit=row.unit,
        timezone=row.timezone,
        event_resolution=_resolution(row.event_resolution),
        knowledge_horizon=KnowledgeHorizon(row.knowledge_horizon_fnc, row.knowledge_horizon_par),
        attributes=row.attributes,
        asset_id=row.generic_asset_id,
    )


@lru_cache(maxsize=256)
def _resolution(text: str) -> Resolution:
    return Resolution.parse(text)
