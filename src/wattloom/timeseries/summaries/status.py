"""How fresh the data of sensors are, read with the same few queries for any number of sensors."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import Connection, select

from wattloom.db import in_batches
from wattloom.errors import InputError
from wattloom.periods import ALL_TIME, DAY, Period
from wattloom.timeseries import tables
from wattloom.timeseries.belief import Beliefs
from wattloom.timeseries.reading.search import latest_beliefs, read_beliefs
from wattloom.timeseries.sensor import Sensor
from wattloom.timeseries.source import get_sources
from wattloom.timeseries.store import BeliefStore
from wattloom.timeseries.summaries.freshness import Freshness, Recorded, judge_freshness
from wattloom.timeseries.summaries.status_specs import FreshnessRule, freshness_rule

# How far a search goes back from the newest event at first, and how many times further with each attempt.
_FIRST_EVENTS = 100
_FURTHER = 10


def freshness_of_sensors(
    connection: Connection, store: BeliefStore, sensors: Sequence[Sensor], *, now: datetime
) -> list[Freshness]:
    """Return for each sensor and source type whether its data are recent enough.

    Only what was believed by ``now`` counts. Sensors whose attribute
    ``status_specs`` searches for something are read one by one.

    Args:
        connection: Any transaction.
        store: The store of this database.
        sensors: Whose data, in the order of the answer.
        now: The moment at which freshness is judged.
    """
    recorded = _recorded(connection, [sensor.id for sensor in sensors])
    searching = [(sensor, rule) for sensor in sensors if (rule := _rule(sensor)) is not None]
    searched = {sensor.id for sensor, _ in searching}
    plain = [sensor for sensor in sensors if sensor.id not in searched]
    found = [latest_beliefs(connection, store, plain, starting_by=ALL_TIME.end, believed_by=now)]
    for sensor, rule in searching:
        held = [one for one in recorded if one.sensor_id == sensor.id and rule.accepts(one.source)]
        found.append(_searched(connection, store, sensor, rule, held, now))
    return judge_freshness(sensors, Beliefs.concatenate(found), recorded, now=now)


def _recorded(connection: Connection, sensor_ids: Iterable[int]) -> list[Recorded]:
    summary = tables.belief_summary.c
    wanted = select(
        summary.sensor_id,
        summary.source_id,
        summary.first_event_start,
        summary.last_event_start,
        summary.last_belief_time,
    )
    rows = [
        row
        for batch in in_batches(set(sensor_ids))
        for row in connection.execute(wanted.where(summary.sensor_id.in_(batch)))
    ]
    sources = get_sources(connection, [row.source_id for row in rows])
    return [Recorded(row.sensor_id, sources[row.source_id], *row[2:]) for row in rows]


def _rule(sensor: Sensor) -> FreshnessRule | None:
    """Return the rule of a sensor that searches for something."""
    try:
        rule = freshness_rule(sensor)
    except InputError:
        # The judgement says what is wrong with it.
        return None
    return rule if rule.search is not None else None


def _searched(
    connection: Connection,
    store: BeliefStore,
    sensor: Sensor,
    rule: FreshnessRule,
    held: Sequence[Recorded],
    now: datetime,
) -> Beliefs:
    """Return the beliefs about the newest events; reads further back until each source has some."""
    assert rule.search is not None
    if not held:
        return Beliefs.empty()
    wanted = replace(rule.search, beliefs_before=min(now, rule.search.beliefs_before or now))
    oldest = max(rule.period.start, min(one.first_event_start for one in held))
    # To the microsecond after the last start, for instantaneous events.
    end = min(rule.period.end, max(one.last_event_start for one in held) + timedelta(microseconds=1))
    reach = _FIRST_EVENTS * (sensor.event_resolution.nominal or DAY / _FIRST_EVENTS)
    while oldest < end:
        start = max(oldest, end - min(reach, end - oldest))
        beliefs = read_beliefs(connection, store, [sensor], Period(start, end), wanted)
        if start == oldest or len(np.unique(beliefs.source_id)) == len(held):
            return beliefs
        reach *= _FURTHER
    return Beliefs.empty()
