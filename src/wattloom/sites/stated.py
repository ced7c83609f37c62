"""What is stated about sensors on one grid: measured or expected, planned before it was known, and by whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from wattloom.periods import HOUR_US, Period, from_us, to_us
from wattloom.sites.plan import Forecast, Origin
from wattloom.timeseries import (
    OTHER,
    POINT,
    Aggregation,
    BeliefFilter,
    Beliefs,
    BeliefStore,
    Events,
    Floats,
    Grid,
    SeriesRequest,
    Source,
    aggregation_for,
    read_beliefs,
    resample,
    select_one_per_event,
)
from wattloom.units import convert

_LOW, _HIGH = 0.1, 0.9

_Mask: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Stated:
    """What is stated about a sensor, in the unit that was asked for; arrays have shape (n_steps,), NaN is unknown.

    Attributes:
        values: The most recent belief; of events that have begun a measurement where there is one.
        origin: Whose.
        planned: What the newest schedule or forecast before each event was over expected; None without any.
        planned_origin: Whose.
        forecast: Its spread; None without any.
    """

    values: Floats
    origin: Origin
    planned: Floats | None
    planned_origin: Origin | None
    forecast: Forecast | None


def read_stated(
    connection: Connection,
    store: BeliefStore,
    requests: Sequence[SeriesRequest],
    grid: Grid,
    *,
    sources: Mapping[int, Source],
    now: datetime,
) -> list[Stated]:
    """Return what is stated about several sensors, with two queries for all that are filtered alike.

    Args:
        connection: Any transaction.
        store: The store of this database.
        requests: What to read; the probabilities do not count.
        grid: The steps.
        sources: At least all that have recorded something on these sensors, by id.
        now: What begins before it may have been measured.

    Returns:
        One entry per request, in their order.

    Raises:
        UnitError: A unit does not fit its sensor.
    """
    found: dict[BeliefFilter, _Found] = {}
    for wanted in dict.fromkeys(request.filter for request in requests):
        alike = [request for request in requests if request.filter == wanted]
        found[wanted] = _find(connection, store, alike, grid, sources=sources, now=now)
    return [_stated(found[request.filter], request, grid) for request in requests]


@dataclass(frozen=True, slots=True)
class _Found:
    """One belief per event of some sensors: what is known, what was expected, and its spread."""

    known: Beliefs
    expected: Beliefs
    low: Beliefs
    high: Beliefs


def _find(
    connection: Connection,
    store: BeliefStore,
    requests: Sequence[SeriesRequest],
    grid: Grid,
    *,
    sources: Mapping[int, Source],
    now: datetime,
) -> _Found:
    sensors = [request.sensor for request in requests]
    wanted, now_us = requests[0].filter, to_us(now)
    period = Period(from_us(grid.start_us), from_us(int(grid.edges_us[-1])))
    found = read_beliefs(connection, store, sensors, period, wanted)
    expecting = frozenset(source.id for source in sources.values() if source.class_ != OTHER and wanted.accepts(source))
    expects = np.isin(found.source_id, list(expecting))
    expected = found.take(expects & (found.event_start_us >= now_us))
    if expecting and period.start < now:
        # A plan that was made when the event was over is none.
        before = replace(wanted, source_ids=expecting, horizons_at_least=timedelta(0))
        earlier = read_beliefs(connection, store, sensors, Period(period.start, min(now, period.end)), before)
        expected = Beliefs.concatenate([earlier.take(earlier.event_start_us < now_us), expected])
    is_spread = bool((expected.cumulative_probability != POINT).any())
    known = select_one_per_event(found.take(_measured_first(found, expects, now_us)), sources)
    return _Found(
        known,
        select_one_per_event(expected, sources),
        select_one_per_event(expected, sources, probability=_LOW) if is_spread else Beliefs.empty(),
        select_one_per_event(expected, sources, probability=_HIGH) if is_spread else Beliefs.empty(),
    )


def _measured_first(beliefs: Beliefs, expects: _Mask, now_us: int) -> _Mask:
    """Return all rows but those that expect what has begun and was measured: a version would put schedules first."""
    sensor_id, starts_us = beliefs.sensor_id, beliefs.event_start_us
    is_other = (sensor_id[1:] != sensor_id[:-1]) | (starts_us[1:] != starts_us[:-1])
    event = np.cumsum(np.concatenate([np.zeros(min(len(beliefs), 1), dtype=bool), is_other]))
    is_measured = np.bincount(event, weights=~expects) > 0
    is_passed_over: _Mask = expects & is_measured[event] & (starts_us < now_us)
    return ~is_passed_over


def _stated(found: _Found, request: SeriesRequest, grid: Grid) -> Stated:
    sensor_id = request.sensor.id
    known, expected = found.known.of_sensor(sensor_id), found.expected.of_sensor(sensor_id)
    low, high = (_on_grid(each.of_sensor(sensor_id), request, grid) for each in (found.low, found.high))
    is_spread = low < high
    return Stated(
        values=_on_grid(known, request, grid),
        origin=_origin(known, request, grid),
        planned=_on_grid(expected, request, grid) if len(expected) else None,
        planned_origin=_origin(expected, request, grid) if len(expected) else None,
        forecast=Forecast(np.where(is_spread, low, np.nan), np.where(is_spread, high, np.nan))
        if is_spread.any()
        else None,
    )


def _on_grid(beliefs: Beliefs, request: SeriesRequest, grid: Grid) -> Floats:
    sensor, starts_us = request.sensor, beliefs.event_start_us
    ends_us = sensor.ends_us(starts_us)
    event_h = None if sensor.event_resolution.is_instantaneous else (ends_us - starts_us) / HOUR_US
    values = convert(beliefs.event_value, sensor.unit, request.unit or sensor.unit, event_h=event_h)
    return resample(Events(starts_us, ends_us, values), grid.edges_us, aggregation_for(request))


def _origin(beliefs: Beliefs, request: SeriesRequest, grid: Grid) -> Origin:
    starts_us = beliefs.event_start_us
    events = Events(starts_us, request.sensor.ends_us(starts_us), np.arange(len(beliefs), dtype=np.float64))
    rows = resample(events, grid.edges_us, Aggregation.FIRST)
    is_known = np.isfinite(rows)
    origin = Origin.unknown(grid.n)
    origin.source_id[is_known] = beliefs.source_id[rows[is_known].astype(np.intp)]
    origin.belief_time_us[is_known] = beliefs.belief_time_us[rows[is_known].astype(np.intp)]
    return origin
