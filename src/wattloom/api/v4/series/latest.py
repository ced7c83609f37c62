"""The current values of many sensors, in one query."""

from sqlalchemy import Connection

from wattloom.accounts import Action, User
from wattloom.api.v4.series.access import permitted_sensors
from wattloom.api.v4.series.columns import LatestAnswer
from wattloom.api.v4.series.query import AskedLatest
from wattloom.api.v4.series.sources import source_filter
from wattloom.http import Services
from wattloom.timeseries import current_values


def read_latest(
    connection: Connection, services: Services, user: User, asked: AskedLatest, *, location: str
) -> LatestAnswer:
    """Return of each sensor the value of its newest event, by id; sensors without any are left out.

    Args:
        connection: Any transaction.
        services: The store and the clock.
        user: Who asks.
        asked: Which sensors, and as of when.
        location: Where the fields were, ``query`` or ``json``.

    Raises:
        PermissionDeniedError: The user may not read one of the sensors.
        InputError: A sensor or a source does not exist here.
    """
    named = [(sensor_id, ("sensor", sensor_id)) for sensor_id in asked.sensor]
    sensors = permitted_sensors(connection, user, Action.READ, named, location=location)
    wanted = source_filter(connection, asked, sensors)
    at = services.clock() if asked.at is None else asked.at
    newest, sources = current_values(connection, services.beliefs, sensors, wanted, at=at)
    units = {sensor.id: sensor.unit for sensor in sensors}
    return LatestAnswer(
        units=[units[sensor_id] for sensor_id in newest.sensor_id.tolist()],
        columns={
            "sensor": newest.sensor_id,
            "event_start": newest.event_start_us,
            "event_value": newest.event_value,
            "source": newest.source_id,
            "belief_time": newest.belief_time_us,
        },
        sources=[*sources.values()],
    )
