"""Whether what is recorded on sensors is recent enough, source type by source type.

Schedules and forecasts have to reach far enough ahead; all other data must not
lie too far back. Pure: knows the beliefs that it is given.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

import numpy as np

from wattloom.errors import InputError
from wattloom.periods import from_us
from wattloom.timeseries.belief import Beliefs, ends_of_runs
from wattloom.timeseries.sensor import Sensor
from wattloom.timeseries.source import OTHER, Source
from wattloom.timeseries.summaries.status_specs import FreshnessRule, freshness_rule

CLOCK_SKEW = timedelta(minutes=5)
"""Belief times may lie this far ahead of the server's clock without being worth a warning."""

# FlexMeasures shows these types and no others; others of ours follow them.
_TYPES = ("user", "scheduler", "forecaster", "reporter", "demo script", "gateway", "market")


# Start of the newest event [µs] by ids of sensor and source.
_Starts: TypeAlias = Mapping[tuple[int, int], int]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the summary says of one source on one sensor."""

    sensor_id: int
    source: Source
    first_event_start: datetime
    last_event_start: datetime
    last_belief_time: datetime


@dataclass(frozen=True, slots=True)
class Freshness:
    """How recent the data of one source type on one sensor are.

    Attributes:
        sensor: Whose data.
        source_type: Of which sources; None where there are no data.
        reason: Why the data count as stale or not.
        is_stale: Whether they are too old, or do not reach far enough ahead.
        staleness: Their age; negative for data in the future, None where it cannot be told.
        since: The moment from which the age counts.
        limit: The age from which they are stale, negative for data in the future; None where it does not matter.
    """

    sensor: Sensor
    source_type: str | None
    reason: str
    is_stale: bool = True
    staleness: timedelta | None = None
    since: datetime | None = None
    limit: timedelta | None = None


def judge_freshness(
    sensors: Sequence[Sensor], latest: Beliefs, recorded: Sequence[Recorded], *, now: datetime
) -> list[Freshness]:
    """Return one entry per sensor and source type that has data, or one that says there are none.

    Args:
        sensors: In the order of the answer.
        latest: For each sensor and source at least the belief about its newest
            event, among those formed by ``now`` that the sensor's rule accepts.
        recorded: What is recorded on these sensors.
        now: The moment at which freshness is judged.
    """
    held: dict[int, list[Recorded]] = {}
    for one in recorded:
        held.setdefault(one.sensor_id, []).append(one)
    newest_us = _newest_starts_us(latest)
    return [found for sensor in sensors for found in _of_sensor(sensor, held.get(sensor.id, []), newest_us, now)]


def _newest_starts_us(latest: Beliefs) -> _Starts:
    ordered = latest.take(np.lexsort((latest.event_start_us, latest.source_id, latest.sensor_id)))
    newest = ordered.take(ends_of_runs(ordered.sensor_id, ordered.source_id))
    keys = zip(newest.sensor_id.tolist(), newest.source_id.tolist(), strict=True)
    return dict(zip(keys, newest.event_start_us.tolist(), strict=True))


def _of_sensor(sensor: Sensor, held: Sequence[Recorded], newest_us: _Starts, now: datetime) -> list[Freshness]:
    try:
        rule = freshness_rule(sensor)
    except InputError as error:
        [problem] = error.problems
        return [Freshness(sensor, None, f"attribute {'.'.join(map(str, problem.path))}: {problem.message}")]
    by_type: dict[str, list[Recorded]] = {}
    for one in held:
        if rule.accepts(one.source):
            by_type.setdefault(one.source.type, []).append(one)
    found = [
        each
        for source_type in sorted(by_type, key=_position)
        for each in _of_type(sensor, rule, by_type[source_type], newest_us, now)
    ]
    return found or [Freshness(sensor, None, "no data recorded")]


def _of_type(
    sensor: Sensor, rule: FreshnessRule, held: Sequence[Recorded], newest_us: _Starts, now: datetime
) -> Iterator[Freshness]:
    source = held[0].source
    warning = _warning(sensor, max(one.last_belief_time for one in held), now)
    starts_us = [newest_us[key] for one in held if (key := (sensor.id, one.source.id)) in newest_us]
    if not starts_us:
        if warning:
            yield Freshness(sensor, source.type, f"no data recorded so far{warning}")
        return
    newest = from_us(max(starts_us), sensor.zone)
    if source.class_ == OTHER:
        [known_us] = sensor.knowledge_times_us(np.array([max(starts_us)]))
        since = from_us(int(known_us), sensor.zone)
    elif newest > now:
        since = newest
    else:
        reason = f"Found no future data which this source should have{warning}"
        yield Freshness(sensor, source.type, reason, since=newest)
        return
    staleness = now - since
    limit = rule.max_staleness if staleness > timedelta(0) else rule.max_future_staleness
    is_stale = staleness > limit
    reason = _reason(staleness, limit, is_stale=is_stale) + warning
    yield Freshness(sensor, source.type, reason, is_stale, staleness, since, limit)


def _reason(staleness: timedelta, limit: timedelta, *, is_stale: bool) -> str:
    if staleness > timedelta(0):
        when, bound = "old", "but should not be more than" if is_stale else "which is not more than"
    else:
        when, bound = "in the future", "but should be more than" if is_stale else "which is not less than"
    return f"most recent data is {_in_words(staleness)} {when}, {bound} {_in_words(limit)} {when}"


def _warning(sensor: Sensor, last_belief_time: datetime, now: datetime) -> str:
    if last_belief_time <= now + CLOCK_SKEW:
        return ""
    local = last_belief_time.astimezone(sensor.zone).isoformat(timespec="seconds")
    return f"; data with belief times in the future (up to {local}) do not count yet"


def _in_words(length: timedelta) -> str:
    """Return a length without its sign, for example ``1 day, 2 hours and 0.50 seconds``."""
    length = abs(length)
    hours, seconds = divmod(length.seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    parts = [
        _counted(number, unit)
        for number, unit in ((length.days, "day"), (hours, "hour"), (minutes, "minute"))
        if number
    ]
    if length.microseconds:
        parts.append(f"{seconds + length.microseconds / 1e6:.2f} seconds")
    elif seconds or not parts:
        parts.append(_counted(seconds, "second"))
    *others, last = parts
    return f"{', '.join(others)} and {last}" if others else last


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def _position(source_type: str) -> tuple[int, str]:
    return _TYPES.index(source_type) if source_type in _TYPES else len(_TYPES), source_type
