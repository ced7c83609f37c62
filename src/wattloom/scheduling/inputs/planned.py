"""Read what has been planned and is not recorded yet as if it were."""

from collections.abc import Mapping

import numpy as np

from wattloom.periods import HOUR_US
from wattloom.timeseries import Events, SeriesRequest, Source
from wattloom.units import convert

_PLANNER = Source(id=0, name="", type="scheduler")
"""States what is planned: of no id yet, and of no account, as filters of sources see it."""


def with_planned(recorded: Events, request: SeriesRequest, planned: Mapping[int, Events]) -> Events:
    """Return the recorded events of a sensor with planned ones in their place.

    Args:
        recorded: In the unit of the request.
        request: What was asked for; if schedules do not count for it, nothing changes.
        planned: By sensor, in its own unit.
    """
    sensor = request.sensor
    if sensor.id not in planned or not request.filter.accepts(_PLANNER):
        return recorded
    new = planned[sensor.id]
    is_kept = ~np.isin(recorded.start_us, new.start_us)
    starts_us = np.concatenate([recorded.start_us[is_kept], new.start_us])
    ends_us = np.concatenate([recorded.end_us[is_kept], new.end_us])
    event_h = None if sensor.event_resolution.is_instantaneous else (new.end_us - new.start_us) / HOUR_US
    value = convert(new.value, sensor.unit, request.unit or sensor.unit, event_h=event_h)
    values = np.concatenate([recorded.value[is_kept], value])
    order = np.argsort(starts_us)
    return Events(starts_us[order], ends_us[order], values[order])
