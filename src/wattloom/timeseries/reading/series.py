"""Read series: what is known about events, for answers, charts and schedules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import Connection

from wattloom.periods import HOUR_US, MICROSECOND, Microseconds, Period, from_us, to_us
from wattloom.timeseries.belief import POINT, Beliefs, Floats
from wattloom.timeseries.reading.search import EVERYTHING, BeliefFilter, search, window_of
from wattloom.timeseries.reading.select import select_one_per_event
from wattloom.timeseries.resample import Aggregation, Events, Grid, resample
from wattloom.timeseries.sensor import Sensor
from wattloom.timeseries.source import Extent, Recorders, recorders_of
from wattloom.timeseries.store import BeliefStore
from wattloom.units import convert

# Up to so many sensors are read one by one where that takes half the time per value.
_FEW = 8
_NO_US: Microseconds = np.empty(0, dtype=np.int64)
_NO_VALUES: Floats = np.empty(0)


@dataclass(frozen=True, slots=True)
class SeriesRequest:
    """A sensor to be read.

    Attributes:
        sensor: Whose values.
        filter: Which beliefs count.
        unit: The unit wanted; None keeps the sensor's.
        probability: Which point of a distribution is wanted; the nearest that was stated counts.
    """

    sensor: Sensor
    filter: BeliefFilter = EVERYTHING
    unit: str | None = None
    probability: float = POINT


def read_events(
    connection: Connection, store: BeliefStore, requests: Sequence[SeriesRequest], period: Period
) -> list[Events]:
    """Return what is known about the events of several sensors, one belief per event.

    One query reads all sensors that share a filter, whatever points of their
    distributions are wanted. Values are in the unit of the request; energy per
    event becomes power, and power energy, by the length of each event.

    Args:
        connection: Any transaction.
        store: The store of this database.
        requests: What to read; the same sensor may occur with several filters.
        period: Events that overlap it; instantaneous ones that lie in it, both ends included.

    Returns:
        One entry per request, in their order; native resolution, sorted by start.

    Raises:
        UnitError: A unit does not fit its sensor.
    """
    recorded = recorders_of(connection, [request.sensor.id for request in requests])
    if len(requests) <= _FEW and not any(_is_contested(request, recorded) for request in requests):
        return [_uncontested(connection, store, request, period, recorded) for request in requests]
    beliefs: dict[tuple[BeliefFilter, float], Beliefs] = {}
    for wanted in dict.fromkeys(request.filter for request in requests):
        alike = [request for request in requests if request.filter == wanted]
        sensors = {request.sensor.id: request.sensor for request in alike}
        found = search(connection, store, sensors, period, wanted, sources=recorded.sources)
        for probability in {request.probability for request in alike}:
            chosen = select_one_per_event(found, recorded.sources, probability=probability)
            beliefs[wanted, probability] = chosen
    own = [beliefs[request.filter, request.probability].of_sensor(request.sensor.id) for request in requests]
    return [_events(request, one.event_start_us, one.event_value) for request, one in zip(requests, own, strict=True)]


def read_series(
    connection: Connection, store: BeliefStore, requests: Sequence[SeriesRequest], grid: Grid
) -> list[Floats]:
    """Return the values of several sensors on one grid, for schedules.

    Coarser slots take the mean (energy, money and volumes: the sum), finer ones
    repeat (or split) the value; of an instantaneous sensor the first sample in
    the slot counts.

    Args:
        connection: Any transaction.
        store: The store of this database.
        requests: What to read.
        grid: The slots.

    Returns:
        One array of shape (grid.n,) per request, in their order; NaN where nothing is known.

    Raises:
        UnitError: A unit does not fit its sensor.
    """
    edges_us = grid.edges_us
    period = Period(from_us(grid.start_us), from_us(int(edges_us[-1])))
    return [
        resample(events, edges_us, aggregation_for(request))
        for request, events in zip(requests, read_events(connection, store, requests, period), strict=True)
    ]


def nearest_values(
    connection: Connection, store: BeliefStore, requests: Sequence[SeriesRequest], at: datetime, *, within: timedelta
) -> list[float | None]:
    """Return of each sensor the value whose event starts nearest to ``at``, of two equally near ones the later.

    Args:
        connection: Any transaction.
        store: The store of this database.
        requests: What to read, in one query as :func:`read_events` does.
        at: The moment of interest.
        within: How far before or after it the event may start, inclusive.

    Returns:
        One entry per request, in their order; None when there is no such event.

    Raises:
        UnitError: A unit does not fit its sensor.
    """
    found = read_events(connection, store, requests, Period(at - within, at + within))
    return [_nearest(events, at, within) for events in found]


def _nearest(events: Events, at: datetime, within: timedelta) -> float | None:
    distance = np.abs(events.start_us - to_us(at))
    near = np.flatnonzero(distance <= within // MICROSECOND)
    if not len(near):
        return None
    return float(events.value[near[np.lexsort((-events.start_us[near], distance[near]))[0]]])


def aggregation_for(request: SeriesRequest) -> Aggregation:
    """Return how the values of a request are resampled."""
    return request.sensor.aggregation(request.unit)


def _is_contested(request: SeriesRequest, recorded: Recorders) -> bool:
    """Return whether one belief has to be chosen for each event."""
    accepted = _accepted(request, recorded)
    is_probabilistic = any(extent.is_probabilistic for extent in accepted.values())
    return request.filter.is_limited or len(accepted) > 1 or is_probabilistic


def _uncontested(
    connection: Connection, store: BeliefStore, request: SeriesRequest, period: Period, recorded: Recorders
) -> Events:
    """Return the events of a sensor on which one source counts, and states single values."""
    sensor = request.sensor
    for source_id, extent in _accepted(request, recorded).items():
        step_us = _unbroken_step_us(sensor, extent)
        points = store.read_points(connection, window_of(sensor, period), source_id, step_us=step_us)
        n_early = int(np.searchsorted(points.event_start_us, to_us(period.start)))
        ended = sensor.ends_us(points.event_start_us[:n_early]) <= to_us(period.start)
        overlapping = slice(int(ended.sum()), None)
        return _events(request, points.event_start_us[overlapping], points.event_value[overlapping])
    return Events(_NO_US, _NO_US, _NO_VALUES)


def _unbroken_step_us(sensor: Sensor, extent: Extent) -> int | None:
    """Return the length of the events [µs] if a source seems to have left none out between its first and its last."""
    length = sensor.event_resolution.time
    if not length or extent.n_rows - 1 != (extent.last_event_start - extent.first_event_start) / length:
        return None
    return length // MICROSECOND


def _accepted(request: SeriesRequest, recorded: Recorders) -> dict[int, Extent]:
    """Return the sources of a sensor that count, each with what it states."""
    return {
        source_id: extent
        for source_id, extent in recorded.of_sensor.get(request.sensor.id, {}).items()
        if request.filter.accepts(recorded.sources[source_id])
    }


def _events(request: SeriesRequest, starts_us: Microseconds, value: Floats) -> Events:
    sensor = request.sensor
    ends_us = sensor.ends_us(starts_us)
    if request.unit is not None and request.unit != sensor.unit:
        is_instantaneous = sensor.event_resolution.is_instantaneous
        event_h = None if is_instantaneous else (ends_us - starts_us) / HOUR_US
        value = convert(value, sensor.unit, request.unit, event_h=event_h)
    return Events(starts_us, ends_us, value)
