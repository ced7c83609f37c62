"""Read several series: events as they are, on a grid, as points of a chart, or all beliefs with their history."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from sqlalchemy import Connection

from wattloom.accounts import Action, User
from wattloom.api.v4.series.access import permitted_sensors
from wattloom.api.v4.series.columns import SeriesAnswer, SeriesColumns
from wattloom.api.v4.series.query import AskedSeries
from wattloom.api.v4.series.sources import source_filter
from wattloom.errors import InputError, PeriodError, UnitError
from wattloom.http import Services
from wattloom.periods import HOUR_US, Microseconds, Period, Resolution, from_us, to_us
from wattloom.timeseries import (
    Events,
    Floats,
    Recorders,
    Sensor,
    SeriesRequest,
    aggregation_for,
    count_beliefs,
    downsample,
    get_sources,
    read_beliefs,
    read_events,
    recorders_of,
    resample,
    with_gaps,
)
from wattloom.units import convert, is_convertible


def read_answer(
    connection: Connection, services: Services, user: User, asked: AskedSeries, *, location: str
) -> SeriesAnswer:
    """Return what was asked for.

    Args:
        connection: Any transaction.
        services: The store, and how much one read may answer.
        user: Who asks.
        asked: Which values.
        location: Where the fields were, ``query`` or ``json``.

    Raises:
        PermissionDeniedError: The user may not read one of the sensors.
        InputError: A field does not fit the others or a sensor, or asks for too much.
    """
    named = [(sensor_id, ("sensor", sensor_id)) for sensor_id in asked.sensor]
    sensors = permitted_sensors(connection, user, Action.READ, named, location=location)
    _check_choices(asked)
    window, resolution = _window(asked), asked.resolution
    units = _units(asked, sensors)
    wanted = replace(
        source_filter(connection, asked, sensors), beliefs_before=asked.prior, horizons_at_least=asked.horizon
    )
    limit = services.options.max_read_values
    grids = {} if resolution is None else _grids(sensors, resolution, window, limit)
    span = _span(grids) if grids else window
    if count_beliefs(connection, sensors, span, history=asked.beliefs == "all", enough=limit + 1) > limit:
        raise InputError(f"More than {limit} values lie here. Ask for fewer sensors or less time.", field="end")
    requests = [SeriesRequest(sensor, wanted, unit) for sensor, unit in zip(sensors, units, strict=True)]
    if asked.beliefs == "all":
        return _history(connection, services, requests, window)
    sources = recorders_of(connection, [sensor.id for sensor in sensors]) if asked.beliefs == "by-source" else None
    if sources is not None:
        requests = _by_source(requests, sources)
    if resolution is None:
        series = _as_recorded(connection, services, requests, window, asked.points)
    else:
        series = _on_grids(connection, services, requests, grids, resolution, asked.points)
    if sources is None:
        return SeriesAnswer(window.start, window.end, series)
    return _of_sources(SeriesAnswer(window.start, window.end, series), requests, sources)


def _window(asked: AskedSeries) -> Period:
    if asked.end <= asked.start:
        raise PeriodError("Must lie after the start.", field="end")
    return Period(asked.start, asked.end)


def _check_choices(asked: AskedSeries) -> None:
    for field in ("resolution", "points"):
        if asked.beliefs == "all" and getattr(asked, field) is not None:
            raise InputError("Not possible together with beliefs=all, which answers beliefs as they are.", field=field)


def _units(asked: AskedSeries, sensors: Sequence[Sensor]) -> list[str]:
    if not asked.unit:
        return [sensor.unit for sensor in sensors]
    if len(asked.unit) not in {1, len(sensors)}:
        raise UnitError(f"Give one unit for all sensors, or {len(sensors)}: one for each.", field="unit")
    units = asked.unit if len(asked.unit) == len(sensors) else asked.unit * len(sensors)
    for sensor, unit in zip(sensors, units, strict=True):
        if not is_convertible(sensor.unit, unit, event_h=sensor.event_resolution.hours or None):
            raise UnitError(f"Cannot convert {sensor.unit}, the unit of sensor {sensor.id}, to {unit}.", field="unit")
    return units


def _by_source(requests: Sequence[SeriesRequest], recorded: Recorders) -> list[SeriesRequest]:
    """Return a request for each source of each sensor, of those that count."""
    return [
        replace(request, filter=replace(request.filter, source_ids=frozenset({source_id})))
        for request in requests
        for source_id in sorted(recorded.of_sensor.get(request.sensor.id, {}))
        if request.filter.accepts(recorded.sources[source_id])
    ]


def _of_sources(answer: SeriesAnswer, requests: Sequence[SeriesRequest], recorded: Recorders) -> SeriesAnswer:
    """Return the series in which something is known, each with its source."""
    series = [
        replace(one, source_id=min(request.filter.source_ids or ()))
        for one, request in zip(answer.series, requests, strict=True)
        if np.isfinite(one.columns["event_value"]).any()
    ]
    used = {one.source_id for one in series}
    sources = [source for source_id, source in sorted(recorded.sources.items()) if source_id in used]
    return replace(answer, series=series, sources=sources)


def _as_recorded(
    connection: Connection, services: Services, requests: Sequence[SeriesRequest], window: Period, points: int | None
) -> list[SeriesColumns]:
    """Return the events that start in the window."""
    series = []
    for request, events in zip(requests, read_events(connection, services.beliefs, requests, window), strict=True):
        first, last = np.searchsorted(events.start_us, [to_us(window.start), to_us(window.end)])
        inside = Events(events.start_us[first:last], events.end_us[first:last], events.value[first:last])
        starts_us, value = (inside.start_us, inside.value) if points is None else with_gaps(inside)
        series.append(_series(request, request.sensor.event_resolution, starts_us, value, points))
    return series


def _grids(
    sensors: Sequence[Sensor], resolution: Resolution, window: Period, max_values: int
) -> dict[str, Microseconds]:
    """Return the edges of the slots that overlap the window, on the clock of each time zone that occurs."""
    zones = {sensor.timezone: sensor.zone for sensor in sensors}
    starts = {name: resolution.floor(window.start, zone) for name, zone in zones.items()}
    n_slots = {name: resolution.count(starts[name], window.end, zone) for name, zone in zones.items()}
    if sum(n_slots[sensor.timezone] for sensor in sensors) > max_values:
        raise PeriodError(
            f"Makes more than {max_values} values. Ask for longer slots or less time.", field="resolution"
        )
    return {name: resolution.starts_us(starts[name], n_slots[name] + 1, zone) for name, zone in zones.items()}


def _span(grids: Mapping[str, Microseconds]) -> Period:
    """Return the time from the first to the last edge."""
    first_us = min(int(edges_us[0]) for edges_us in grids.values())
    last_us = max(int(edges_us[-1]) for edges_us in grids.values())
    return Period(from_us(first_us), from_us(last_us))


def _on_grids(
    connection: Connection,
    services: Services,
    requests: Sequence[SeriesRequest],
    grids: Mapping[str, Microseconds],
    resolution: Resolution,
    points: int | None,
) -> list[SeriesColumns]:
    """Return one value per slot, NaN where nothing is known."""
    found = read_events(connection, services.beliefs, requests, _span(grids))
    series = []
    for request, events in zip(requests, found, strict=True):
        edges_us = grids[request.sensor.timezone]
        value = resample(events, edges_us, aggregation_for(request))
        series.append(_series(request, resolution, edges_us[:-1], value, points))
    return series


def _series(
    request: SeriesRequest, resolution: Resolution, starts_us: Microseconds, value: Floats, points: int | None
) -> SeriesColumns:
    if points is not None:
        rows = downsample(starts_us, value, points)
        starts_us, value = starts_us[rows], value[rows]
    columns = {"event_start": starts_us, "event_value": value}
    return SeriesColumns(request.sensor, request.unit or request.sensor.unit, resolution.iso(), columns)


def _history(
    connection: Connection, services: Services, requests: Sequence[SeriesRequest], window: Period
) -> SeriesAnswer:
    """Return all beliefs about the events that start in the window."""
    sensors = [request.sensor for request in requests]
    found = read_beliefs(connection, services.beliefs, sensors, window, requests[0].filter, history=True)
    found = found.take((found.event_start_us >= to_us(window.start)) & (found.event_start_us < to_us(window.end)))
    series = []
    for request in requests:
        beliefs = found.of_sensor(request.sensor.id)
        columns = {
            "event_start": beliefs.event_start_us,
            "belief_time": beliefs.belief_time_us,
            "source": beliefs.source_id,
            "cumulative_probability": beliefs.cumulative_probability,
            "event_value": _in_unit(request, beliefs.event_start_us, beliefs.event_value),
        }
        resolution = request.sensor.event_resolution.iso()
        series.append(SeriesColumns(request.sensor, request.unit or request.sensor.unit, resolution, columns))
    sources = get_sources(connection, np.unique(found.source_id).tolist())
    return SeriesAnswer(window.start, window.end, series, sorted(sources.values(), key=lambda source: source.id))


def _in_unit(request: SeriesRequest, starts_us: Microseconds, value: Floats) -> Floats:
    sensor, unit = request.sensor, request.unit or request.sensor.unit
    if unit == sensor.unit:
        return value
    lengths_h = (sensor.ends_us(starts_us) - starts_us) / HOUR_US
    return convert(value, sensor.unit, unit, event_h=None if sensor.event_resolution.is_instantaneous else lengths_h)
