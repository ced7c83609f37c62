"""Tell those who watch which events of a sensor are believed otherwise now."""

import numpy as np
from sqlalchemy import Connection

from wattloom.events import announce_beliefs
from wattloom.timeseries.sensor import Sensor
from wattloom.timeseries.store import Changes


def announce_change(connection: Connection, sensor: Sensor, changes: Changes) -> None:
    """Announce the span of the events about which something else is believed; nothing where only history changes."""
    starts_us = np.concatenate([changes.remove_current.event_start_us, changes.add_current.event_start_us])
    if len(starts_us):
        end_us = sensor.ends_us(starts_us.max(keepdims=True))[0]
        announce_beliefs(connection, sensor.id, int(starts_us.min()), int(end_us))
