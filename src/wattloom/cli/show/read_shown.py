"""Read what ``show beliefs`` shows: one belief per event of each sensor, optionally resampled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
from sqlalchemy import Connection

from wattloom.assets import ancestor_ids, asset_names, get_asset
from wattloom.cli.show.belief_chart import Shown
from wattloom.errors import PeriodError
from wattloom.periods import Period, Resolution
from wattloom.timeseries import (
    BeliefFilter,
    Beliefs,
    BeliefStore,
    Events,
    Sensor,
    SeriesRequest,
    Source,
    aggregation_for,
    get_source,
    read_beliefs,
    resample,
    select_one_per_event,
    sources_of_sensors,
)

_PUBLIC = "PUBLIC"
_BETWEEN = ">"
_MOST_SLOTS = 5_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """One belief per event of some sensors.

    Attributes:
        beliefs: All of them, by sensor.
        sources: Who states them, by id.
    """

    beliefs: Beliefs
    sources: Mapping[int, Source]


def find_beliefs(
    connection: Connection, store: BeliefStore, sensors: Sequence[Sensor], period: Period, wanted: BeliefFilter
) -> Found:
    """Return what is, or was, believed about the events of a period.

    Raises:
        NotFoundError: A source of the filter does not exist.
    """
    for source_id in wanted.source_ids or ():
        get_source(connection, source_id)
    sources = sources_of_sensors(connection, [sensor.id for sensor in sensors])
    beliefs = read_beliefs(connection, store, sensors, period, wanted)
    return Found(select_one_per_event(beliefs, sources), sources)


def events_of(sensor: Sensor, beliefs: Beliefs, period: Period, resolution: Resolution | None) -> Events:
    """Return the events of one sensor, brought to a resolution if one is given, in slots from the period's start on.

    Raises:
        PeriodError: These are too many.
    """
    own = beliefs.of_sensor(sensor.id)
    events = Events(own.event_start_us, sensor.ends_us(own.event_start_us), own.event_value)
    if resolution is None or resolution == sensor.event_resolution:
        return events
    n_slots = resolution.count(period.start, period.end, sensor.zone)
    if n_slots > _MOST_SLOTS:
        message = f"That is more than {_MOST_SLOTS:,} values; choose a longer --resolution or a shorter --duration."
        raise PeriodError(message, field="--resolution")
    starts_us = resolution.starts_us(period.start, n_slots, sensor.zone)
    edges_us = np.append(starts_us, resolution.ends_us(starts_us[-1:], sensor.zone))
    values = resample(events, edges_us, aggregation_for(SeriesRequest(sensor)))
    known = np.isfinite(values)
    return Events(starts_us[known], edges_us[1:][known], values[known])


def labels_of(connection: Connection, sensors: Sequence[Sensor], *, are_reduced: bool, with_ids: bool) -> list[str]:
    """Return what to call sensors: their paths from account to sensor, without what all have in common if reduced."""
    paths = [_path(connection, sensor) for sensor in sensors]
    levels = zip(*(path[:-1] for path in paths), strict=False)
    shared = sum(1 for _ in takewhile(lambda names: len(set(names)) == 1, levels)) if are_reduced else 0
    return [
        _BETWEEN.join(path[shared:]) + (f" (ID: {sensor.id})" if with_ids else "")
        for path, sensor in zip(paths, sensors, strict=True)
    ]


def shown_series(
    sensors: Sequence[Sensor], labels: Sequence[str], found: Found, period: Period, resolution: Resolution | None
) -> list[Shown]:
    """Return the series of sensors, in their order."""
    return [
        Shown(sensor, label, events_of(sensor, found.beliefs, period, resolution))
        for sensor, label in zip(sensors, labels, strict=True)
    ]


def _path(connection: Connection, sensor: Sensor) -> list[str]:
    ids = ancestor_ids(connection, sensor.asset_id)
    names = asset_names(connection, ids)
    owner = get_asset(connection, ids[-1]).account_name or _PUBLIC
    return [owner, *(names[asset_id] for asset_id in reversed(ids)), sensor.name]
