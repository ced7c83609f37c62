"""Search beliefs: who believed what about which events, as of any moment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import Connection

from wattloom.periods import MICROSECOND, Microseconds, Period, to_us
from wattloom.timeseries.belief import Beliefs, Mask
from wattloom.timeseries.sensor import Sensor
from wattloom.timeseries.source import Source, sources_of_sensors
from wattloom.timeseries.store import BeliefKeys, BeliefStore, Window

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


EVERYTHING = BeliefFilter()
"""All beliefs count."""


def read_beliefs(
    connection: Connection,
    store: BeliefStore,
    sensors: Sequence[Sensor],
    period: Period,
    filter: BeliefFilter = EVERYTHING,  # noqa: A002 - the field's word
    *,
    history: bool = False,
) -> Beliefs:
    """Return what was believed about the events of some sensors.

    Args:
        connection: Any transaction.
        store: The store of this database.
        sensors: Whose events; repeated sensors count once.
        period: Events that overlap it; instantaneous ones that lie in it, both ends included.
        filter: Which beliefs count.
        history: Whether all beliefs that count are wanted, and not only the
            most recent of them per event and source.
    """
    by_id = {sensor.id: sensor for sensor in sensors}
    sources = sources_of_sensors(connection, by_id)
    return search(connection, store, by_id, period, filter, sources=sources, history=history)


def latest_beliefs(
    connection: Connection,
    store: BeliefStore,
    sensors: Sequence[Sensor],
    *,
    starting_by: datetime,
    believed_by: datetime,
) -> Beliefs:
    """Return, for each sensor and source, the newest belief about the newest event, in one query.

    Args:
        connection: Any transaction.
        store: The store of this database.
        sensors: Whose events.
        starting_by: Later events do not count.
        believed_by: Beliefs formed later do not count.
    """
    ids = sorted({sensor.id for sensor in sensors})
    return store.read_latest(connection, ids, starting_by_us=to_us(starting_by), believed_by_us=to_us(believed_by))


def search(  # noqa: PLR0913 - the sources are read once for several searches
    connection: Connection,
    store: BeliefStore,
    sensors: Mapping[int, Sensor],
    period: Period,
    wanted: BeliefFilter,
    *,
    sources: Mapping[int, Source],
    history: bool = False,
) -> Beliefs:
    """Return what :func:`read_beliefs` does, for sensors by id whose sources are known."""
    accepted = [source.id for source in sources.values() if wanted.accepts(source)]
    if not accepted or not sensors:
        return Beliefs.empty()
    windows = [window_of(sensor, period) for sensor in sensors.values()]
    found = store.read_current(connection, windows)
    if history:
        found = Beliefs.concatenate([found, store.read_superseded(connection, windows)])
    found = found.take(np.isin(found.source_id, accepted) & _overlapping(found, sensors, period))
    if not wanted.is_limited:
        return found
    limits = _limits(found, sensors, wanted)
    late = found.belief_time_us > limits.latest_us
    if not history and late.any():
        keys = BeliefKeys.of(found.take(late), belief_time_us=limits.latest_us[late])
        found = Beliefs.concatenate([found.take(~late), store.read_superseded_by(connection, keys)])
        return found.take(believed_within(found, sensors, wanted))
    return found.take(~late & (found.belief_time_us >= limits.earliest_us))


def window_of(sensor: Sensor, period: Period) -> Window:
    """Return where the events of a sensor start that overlap a period, and some that may not."""
    reach_us = int(sensor.event_resolution.nominal / MICROSECOND * _LONGEST_OVER_NOMINAL)
    end_us = to_us(period.end) + (1 if sensor.event_resolution.is_instantaneous else 0)
    return Window(sensor.id, to_us(period.start) - reach_us, end_us)


def believed_within(beliefs: Beliefs, sensors: Mapping[int, Sensor], wanted: BeliefFilter) -> Mask:
    """Return which beliefs have a belief time and a horizon within the limits of the filter."""
    limits = _limits(beliefs, sensors, wanted)
    return (beliefs.belief_time_us <= limits.latest_us) & (beliefs.belief_time_us >= limits.earliest_us)


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
                latest_us[rows] = np.minimum(latest_us[rows], known_us - wanted.horizons_at_least // MICROSECOND)
            if wanted.horizons_at_most is not None:
                earliest_us[rows] = np.maximum(earliest_us[rows], known_us - wanted.horizons_at_most // MICROSECOND)
    return _Limits(latest_us, earliest_us)


def _by_sensor(beliefs: Beliefs, sensors: Mapping[int, Sensor]) -> Iterator[tuple[slice, Sensor]]:
    """Yield the rows of each sensor that has any."""
    ids, first = np.unique(beliefs.sensor_id, return_index=True)
    edges = [*first, len(beliefs)]
    for sensor_id, start, stop in zip(ids, edges[:-1], edges[1:], strict=True):
        yield slice(int(start), int(stop)), sensors[int(sensor_id)]
