"""From when to when something is recorded."""

from collections.abc import Iterable

import numpy as np
from sqlalchemy import Connection

from wattloom.periods import Period, from_us, to_us
from wattloom.timeseries.sensor import Sensor
from wattloom.timeseries.source import recorders_of


def recorded_period(connection: Connection, sensors: Iterable[Sensor]) -> Period | None:
    """Return the time from the first event to the end of the last that anything is believed about.

    Reads summaries only, whatever is recorded.

    Args:
        connection: Any transaction.
        sensors: Whose events.

    Returns:
        None where nothing is recorded.
    """
    by_id = {sensor.id: sensor for sensor in sensors}
    periods = []
    for sensor_id, extents in recorders_of(connection, by_id).of_sensor.items():
        first = min(extent.first_event_start for extent in extents.values())
        last = max(extent.last_event_start for extent in extents.values())
        end_us = by_id[sensor_id].ends_us(np.array([to_us(last)]))
        periods.append(Period(first, from_us(int(end_us[0]))))
    if not periods:
        return None
    return Period(min(period.start for period in periods), max(period.end for period in periods))
