"""Read beliefs: what was believed as of a moment, and series for charts and schedules."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import Connection

from wattloom.periods import HOUR_US, Microseconds, Period, from_us, to_us
from wattloom.timeseries.belief import Beliefs, Floats, Mask
from wattloom.timeseries.resample import Aggregation, Events, Grid, aggregation_of, resample
from wattloom.timeseries.select import select_one_per_event
from wattloom.timeseries.sensor import Sensor
from wattloom.timeseries.source import Source, sources_of_sensors
from wattloom.timeseries.store import BeliefKeys, BeliefStore, Window
from wattloom.units import convert

_US = timedelta(microseconds=1)
# A calendar event may be longer than its nominal length: 25 h, 31 days, 366 days.
_LONGEST_OVER_NOMINAL = 1.1
_ALWAYS_US = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class BeliefFilter:
    """Which beliefs count. All limits are inclusive; None means any.

    Attributes:
        beliefs_before: Latest belief time: what was believed then.
        beliefs_after: Earliest belief time.
        horizons_at_least: Shortest time from belief to knowledge; zero leaves
            out what was recorded after the event could be known.
        horizons_at_most: Longest such time; zero leaves measurements only.
        source_ids: Sources that count; an empty set answers nothing.
        source_types: Types of sources that count.
        exclude_source_types: Types of sources that do not.
        source_account_ids: Accounts whose users' sources count.
    """

    beliefs_before: datetime | None = None
    beliefs_after: datetime | None = None
    horizons_at_least: timedelta | None = None
    horizons_at_most: timedelta | None = None
    source_ids: frozenset[int] | None = None
    source_types: frozenset[str] | None = None
    exclude_source_types: frozenset[str] = frozenset()
    source_account_ids: frozenset[int] | None = None

    @property
    def is_limited(self) -> bool:
        """Whether belief times or horizons matter."""
        limits = (self.beliefs_before, self.beliefs_after, self.horizons_at_least, self.horizons_at_most)
        return any(limit is not None for limit in limits)

    def accepts(self, source: Source) -> bool:
        """Whether the beliefs of a source count."""
        return (
            (self.source_ids is None or source.id in self.source_ids)
            and (self.source_types is None or source.type in self.source_types)
            and source.type not in self.exclude_source_types
            and (self.source_account_ids is None or source.account_id in self.source_account_ids)
        )


_EVERYTHING = BeliefFilter()


@dataclass(frozen=True, slots=True)
class SeriesRequest:
    """A sensor to be read.

    Attributes:
        sensor: Whose values.
        filter: Which beliefs count.
        unit: The unit wanted; None keeps the sensor's.
    """

    sensor: Sensor
    filter: BeliefFilter = _EVERYTHING
    unit: str | None = None


def read_beliefs(
    connection: Connection,
    store: BeliefStore,
    sensors: Sequence[Sensor],
    period: Period,
    filter: BeliefFilter = _EVERYTHING,  # noqa: A002 - the field's word
) -> Beliefs:
    """Return the most recent belief per event and source, as of the limits of the filter.

    Args:
        connection: Any transaction.
        store: The store of this database.
        sensors: Whose events; repeated sensors count once.
        period: Events that overlap it; instantaneous ones that lie in it, the end excluded.
        filter: Which beliefs count.
    """
    sources = sources_of_sensors(connection, [sensor.id for sensor in sensors])
    return _read(connection, store, {sensor.id: sensor for sensor in sensors}, period, filter, sources)


def read_events(
    connection: Connection, store: BeliefStore, requests: Sequence[SeriesRequest], period: Period
) -> list[Events]:
    """Return what is known about the events of several sensors, one belief per event.

    One query reads all sensors that share a filter. Values are in the unit of
    the request; energy per event becomes power, and power energy, by the
    length of each event.

    Args:
        connection: Any transaction.
        store: The store of this database.
        requests: What to read; the same sensor may occur with several filters.
        period: Events that overlap it; instantaneous ones that lie in it, the end excluded.

    Returns:
        One entry per request, in their order; native resolution, sorted by start.

    Raises:
        UnitError: A unit does not fit its sensor.
    """
    sources = sources_of_sensors(connection, [request.sensor.id for request in requests])
    beliefs: dict[BeliefFilter, Beliefs] = {}
    for wanted in dict.fromkeys(request.filter for request in requests):
        sensors = {request.sensor.id: request.sensor for request in requests if request.filter == wanted}
        found = _read(connection, store, sensors, period, wanted, sources)
        beliefs[wanted] = select_one_per_event(found, sources)
    return [_events(request, beliefs[request.filter].of_sensor(request.sensor.id)) for request in requests]


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
    found = read_events(connection, store, requests, Period(at - within, at + within + _US))
    return [_nearest(events, at, within) for events in found]


def _nearest(events: Events, at: datetime, within: timedelta) -> float | None:
    distance = np.abs(events.start_us - to_us(at))
    near = np.flatnonzero(distance <= within // _US)
    if not len(near):
        return None
    return float(events.value[near[np.lexsort((-events.start_us[near], distance[near]))[0]]])


def aggregation_for(request: SeriesRequest) -> Aggregation:
    """Return how the values of a request are resampled."""
    sensor = request.sensor
    unit = sensor.unit if request.unit is None else request.unit
    return aggregation_of(unit, is_instantaneous=sensor.event_resolution.is_instantaneous)


def _read(
    connection: Connection,
    store: BeliefStore,
    sensors: Mapping[int, Sensor],
    period: Period,
    wanted: BeliefFilter,
    sources: Mapping[int, Source],
) -> Beliefs:
    accepted = [source.id for source in sources.values() if wanted.accepts(source)]
    if not accepted or not sensors:
        return Beliefs.empty()
    current = store.read_current(connection, [_window(sensor, period) for sensor in sensors.values()])
    current = current.take(np.isin(current.source_id, accepted) & _overlapping(current, sensors, period))
    if wanted.is_limited:
        limits = _limits(current, sensors, wanted)
        late = current.belief_time_us > limits.latest_us
        keys = BeliefKeys.of(current.take(late), belief_time_us=limits.latest_us[late])
        current = Beliefs.concatenate([current.take(~late), store.read_superseded(connection, keys)])
        current = current.take(current.belief_time_us >= _limits(current, sensors, wanted).earliest_us)
    return current


def _window(sensor: Sensor, period: Period) -> Window:
    reach_us = int(sensor.event_resolution.nominal / _US * _LONGEST_OVER_NOMINAL)
    return Window(sensor.id, to_us(period.start) - reach_us, to_us(period.end))


def _overlapping(beliefs: Beliefs, sensors: Mapping[int, Sensor], period: Period) -> Mask:
    """Return which events have not ended before the period begins."""
    start_us = to_us(period.start)
    overlapping = beliefs.event_start_us >= start_us
    for rows, sensor in _by_sensor(beliefs, sensors):
        early = np.flatnonzero(~overlapping[rows]) + rows.start
        overlapping[early] = sensor.ends_us(beliefs.event_start_us[early]) > start_us
    return overlapping


@dataclass(frozen=True, slots=True)
class _Limits:
    """Latest and earliest belief time that counts, for each row [µs]."""

    latest_us: Microseconds
    earliest_us: Microseconds


def _limits(beliefs: Beliefs, sensors: Mapping[int, Sensor], wanted: BeliefFilter) -> _Limits:
    n = len(beliefs)
    latest_us = np.full(n, to_us(wanted.beliefs_before) if wanted.beliefs_before else _ALWAYS_US)
    earliest_us = np.full(n, to_us(wanted.beliefs_after) if wanted.beliefs_after else -_ALWAYS_US)
    if wanted.horizons_at_least is not None or wanted.horizons_at_most is not None:
        for rows, sensor in _by_sensor(beliefs, sensors):
            known_us = sensor.knowledge_times_us(beliefs.event_start_us[rows])
            if wanted.horizons_at_least is not None:
                latest_us[rows] = np.minimum(latest_us[rows], known_us - wanted.horizons_at_least // _US)
            if wanted.horizons_at_most is not None:
                earliest_us[rows] = np.maximum(earliest_us[rows], known_us - wanted.horizons_at_most // _US)
    return _Limits(latest_us, earliest_us)


def _by_sensor(beliefs: Beliefs, sensors: Mapping[int, Sensor]) -> Iterator[tuple[slice, Sensor]]:
    """Yield the rows of each sensor that has any."""
    ids, first = np.unique(beliefs.sensor_id, return_index=True)
    edges = [*first, len(beliefs)]
    for sensor_id, start, stop in zip(ids, edges[:-1], edges[1:], strict=True):
        yield slice(int(start), int(stop)), sensors[int(sensor_id)]


def _events(request: SeriesRequest, beliefs: Beliefs) -> Events:
    sensor = request.sensor
    ends_us = sensor.ends_us(beliefs.event_start_us)
    value = beliefs.event_value
    if request.unit is not None and request.unit != sensor.unit:
        is_instantaneous = sensor.event_resolution.is_instantaneous
        event_h = None if is_instantaneous else (ends_us - beliefs.event_start_us) / HOUR_US
        value = convert(value, sensor.unit, request.unit, event_h=event_h)
    return Events(beliefs.event_start_us, ends_us, value)
