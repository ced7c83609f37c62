"""Bring a series of values into the unit and resolution of a sensor, for every way in.

A series says when it starts and how long it is; the length of its events
follows from the number of values. Values are converted with the length of
their own events and only then resampled, so that energy is conserved: 10 kWh
in an hour are 10 kW in each of its quarters, and 2.5 kWh each.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from wattloom.errors import InputError, PeriodError, UnitError
from wattloom.periods import (
    ALL_TIME,
    DAY,
    HOUR_US,
    MICROSECOND,
    Duration,
    Microseconds,
    Resolution,
    format_duration,
    from_us,
    to_us,
)
from wattloom.timeseries.belief import Floats
from wattloom.timeseries.resample import Events, resample
from wattloom.timeseries.sensor import Sensor
from wattloom.units import convert, is_convertible

# As many digits as leave room for instants in 64 bits.
_FREQUENCY = re.compile(r"([0-9]{0,6})\s*(s|sec|min|t|h|d)", re.IGNORECASE)
_FREQUENCY_UNITS_S = {"s": 1, "sec": 1, "min": 60, "t": 60, "h": 3600, "d": 86_400}


MAX_VALUES = 250_000
"""Most values that one request may bring; while they are written, nobody else writes to SQLite."""

_FEW_EVENTS, _MANY_EVENTS = 100_000, 1_000_000
_EVENTS_PER_VALUE = 100


def most_events(n_values: int) -> int:
    """Return how many events of a sensor so many values may become: what little was sent must not cost much more."""
    return min(_MANY_EVENTS, max(_FEW_EVENTS, _EVENTS_PER_VALUE * n_values))


@dataclass(frozen=True, slots=True)
class Series:
    """Equally long events, one after another.

    Attributes:
        value: One per event, shape (n,) with n ≥ 1; NaN is a gap.
        start: Start of the first event.
        duration: Length of all events together; of calendar days if the sensor's events are.
        unit: Unit of the values.
    """

    value: Floats
    start: datetime
    duration: Duration
    unit: str


def events_for(sensor: Sensor, series: Series, *, max_events: int) -> Events:
    """Return a series as events of a sensor; gaps are left out.

    Starts are moved back to the sensor's resolution, unless its attribute
    ``floor_datetimes_to_resolution`` is false. On an instantaneous sensor,
    values stand at the start of their events; the attribute ``frequency``
    rounds the first of them.

    Args:
        sensor: Gives unit, resolution and time zone.
        series: What was sent.
        max_events: More events than this are refused.

    Raises:
        PeriodError: The length of the events does not fit the sensor.
        UnitError: The unit does not fit.
        InputError: There would be too many events, or a value is too large.
    """
    is_instantaneous = sensor.event_resolution.is_instantaneous
    edges_us = _sample_times(sensor, series) if is_instantaneous else _posted_edges(sensor, series, max_events)
    check_range(edges_us)
    value = in_unit_of(sensor, series.value, series.unit, np.diff(edges_us) / HOUR_US)
    known = ~np.isnan(value)
    starts_us, ends_us, value = edges_us[:-1][known], edges_us[1:][known], value[known]
    if np.isinf(value).any():
        raise InputError("Values are too large for the sensor's unit.", field="values")
    if is_instantaneous:
        return Events(starts_us, starts_us, value)
    if (sensor.ends_us(starts_us) == ends_us).all():
        return Events(starts_us, ends_us, value)
    return _resampled(sensor, Events(starts_us, ends_us, value), edges_us)


def check_range(edges_us: Microseconds) -> None:
    """Refuse events that could not be found again: reading spans :data:`~wattloom.periods.ALL_TIME`.

    Args:
        edges_us: Boundaries of the events [µs], increasing, shape (n,) with n ≥ 1.

    Raises:
        PeriodError: They start too early or end too late.
    """
    if edges_us[0] < to_us(ALL_TIME.start):
        raise PeriodError("Events must not start before the year 1900.", field="start")
    if edges_us[-1] > to_us(ALL_TIME.end):
        raise PeriodError("Events must end before the year 2200.", field="duration")


def period_end(start: datetime, duration: Duration, sensor: Sensor, resolution: Resolution) -> datetime:
    """Return where a duration ends that begins at ``start``.

    Months follow the sensor's calendar, and so do whole days where the
    resolution does: a week of daily values ends at midnight even if the clocks
    change in it.
    """
    if resolution.is_calendar and not duration.months and duration.time % DAY == timedelta(0):
        local = start.astimezone(sensor.zone)
        return (local + duration.time).astimezone(start.tzinfo)
    return duration.after(start, calendar_zone=sensor.zone)


def _sample_times(sensor: Sensor, series: Series) -> Microseconds:
    """Return the times of the samples and of the end."""
    n = len(series.value)
    length_us = (
        period_end(series.start, series.duration, sensor, sensor.event_resolution) - series.start
    ) // MICROSECOND
    if length_us < 0:
        raise PeriodError("Must not be negative.", field="duration")
    if n > 1 and length_us == 0:
        raise PeriodError("Several instantaneous values cannot have the same time; give a duration.")
    start_us, step_us = to_us(series.start), frequency_us(sensor)
    if step_us:
        start_us = (start_us + step_us // 2) // step_us * step_us
    return start_us + np.arange(n + 1, dtype=np.int64) * length_us // n


def _posted_edges(sensor: Sensor, series: Series, max_events: int) -> Microseconds:
    """Return the boundaries of the posted events."""
    resolution, n = sensor.event_resolution, len(series.value)
    start = series.start
    if sensor.attributes.get("floor_datetimes_to_resolution", True):
        start = from_us(int(resolution.floor_us(np.array([to_us(start)]), sensor.zone)[0]))
    end = period_end(start, series.duration, sensor, resolution)
    if end <= start:
        raise PeriodError("No resolution can be inferred from a duration that is not positive.")
    n_events = resolution.count(start, end, sensor.zone)
    if n_events > max_events:
        raise PeriodError(
            f"Spans {n_events} events of the sensor; at most {max_events} are possible here.", field="duration"
        )
    edges_us = resolution.starts_us(start, n_events + 1, sensor.zone)
    if edges_us[-1] == to_us(end) and n_events % n == 0:
        return edges_us[:: n_events // n]
    step_us, rest = divmod((end - start) // MICROSECOND, n)
    if rest or step_us == 0 or (resolution.nominal // MICROSECOND) % step_us:
        raise PeriodError(
            f"Resolution of {(end - start) / n} is incompatible with the sensor's resolution of {resolution.iso()}: "
            f"{n} values in {format_duration(end - start, with_days=False)}."
        )
    return to_us(start) + np.arange(n + 1, dtype=np.int64) * step_us


def in_unit_of(sensor: Sensor, value: Floats, unit: str, event_h: Floats) -> Floats:
    """Return values in the unit of a sensor.

    Args:
        sensor: Whose unit.
        value: Shape (n,) with n ≥ 1; NaN is a gap. What is too large becomes infinite.
        unit: Unit of the values.
        event_h: Length of each event [h]; zero when there is none.

    Raises:
        UnitError: The unit does not fit.
    """
    lengths = event_h if (event_h > 0).all() else None
    if not is_convertible(unit, sensor.unit, event_h=None if lengths is None else float(lengths[0])):
        raise UnitError(f"Required unit for this sensor is {sensor.unit}, got: {unit}.", field="_schema")
    with np.errstate(over="ignore", invalid="ignore"):
        return convert(value, unit, sensor.unit, event_h=lengths)


def frequency_us(sensor: Sensor) -> int:
    """Return the steps to which an instantaneous sensor rounds times [µs]; 0 when it does not."""
    frequency = sensor.attributes.get("frequency")
    match = _FREQUENCY.fullmatch(frequency) if isinstance(frequency, str) else None
    return int(match[1] or 1) * _FREQUENCY_UNITS_S[match[2].lower()] * 1_000_000 if match is not None else 0


def _resampled(sensor: Sensor, events: Events, edges_us: Microseconds) -> Events:
    start, end = from_us(int(edges_us[0])), from_us(int(edges_us[-1]))
    resolution = sensor.event_resolution
    slots_us = resolution.starts_us(start, resolution.count(start, end, sensor.zone) + 1, sensor.zone)
    value = resample(events, slots_us, sensor.aggregation())
    known = ~np.isnan(value)
    return Events(slots_us[:-1][known], slots_us[1:][known], value[known])
