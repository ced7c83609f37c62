"""The current values of many sensors, in one query."""

import numpy as np
from sqlalchemy import Connection

from wattloom.accounts import Action, User
from wattloom.api.v4.series.access import permitted_sensors
from wattloom.api.v4.series.columns import LatestAnswer
from wattloom.api.v4.series.query import AskedLatest
from wattloom.api.v4.series.sources import source_filter
from wattloom.http import Services
from wattloom.timeseries import Beliefs, get_sources, latest_beliefs, select_one_per_event


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
    found = latest_beliefs(connection, services.beliefs, sensors, starting_by=at, believed_by=at)
    sources = get_sources(connection, np.unique(found.source_id).tolist())
    accepted = [source.id for source in sources.values() if wanted.accepts(source)]
    chosen = select_one_per_event(found.take(np.isin(found.source_id, accepted)), sources)
    newest = chosen.take(_last_rows(chosen))
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
        sources=[sources[source_id] for source_id in np.unique(newest.source_id).tolist()],
    )


def _last_rows(beliefs: Beliefs) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Return the row of each sensor's newest event."""
    return np.flatnonzero(np.append(beliefs.sensor_id[1:] != beliefs.sensor_id[:-1], bool(len(beliefs))))
