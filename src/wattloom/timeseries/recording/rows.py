"""Bring the rows of a file to the unit and resolution of a sensor.

Each row says when its event starts; how long events last follows from the
distances between them. Rows may stand in any order, and events may be missing
anywhere. As in :mod:`wattloom.timeseries.recording.ingest`, values are converted with
the length of their own events and only then resampled, so that energy and
money are conserved.
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray

from wattloom.errors import InputError, PeriodError
from wattloom.periods import ALL_TIME, DAY, HOUR_US, MICROSECOND, Microseconds, Resolution, to_us
from wattloom.timeseries.belief import POINT, Beliefs, Floats, Ids, starts_of_runs
from wattloom.timeseries.recording.ingest import check_range, frequency_us, in_unit_of
from wattloom.timeseries.resample import Events, resample
from wattloom.timeseries.sensor import Sensor

_A_DAY, _A_MONTH = Resolution(days=1), Resolution(months=1)
_DAYS_OF_A_MONTH = range(28, 32)

UNSTATED_US = int(np.iinfo(np.int64).min)
"""Stands where a row says nothing of its belief time."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What rows of a file state; all arrays have shape (n,).

    Attributes:
        number: Where each row stands in its file, counted from 1; named in errors.
        start_us: Start of its event [µs since 1970 UTC].
        value: NaN is a gap.
        belief_time_us: When it was believed [µs since 1970 UTC]; UNSTATED_US where the row does not say.
        cumulative_probability: Position in the believed distribution, in (0, 1).
    """

    number: Ids
    start_us: Microseconds
    value: Floats
    belief_time_us: Microseconds
    cumulative_probability: Floats

    @classmethod
    def of(cls, number: Ids, start_us: Microseconds, value: Floats) -> "Rows":
        """Return rows that state points and no belief times."""
        n = len(value)
        return cls(number, start_us, value, np.full(n, UNSTATED_US), np.full(n, POINT))

    def __len__(self) -> int:
        return len(self.value)

    def take(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> "Rows":
        """Return some rows, by mask or positions."""
        return Rows(
            self.number[rows],
            self.start_us[rows],
            self.value[rows],
            self.belief_time_us[rows],
            self.cumulative_probability[rows],
        )


@dataclass(frozen=True, slots=True)
class RowEvents:
    """Rows as events of a sensor; all arrays have shape (n,), sorted by start.

    Attributes:
        events: Start, end and value, in the sensor's unit; several may share a start.
        belief_time_us: When each was believed [µs]; UNSTATED_US where no row says so.
        cumulative_probability: Position in the believed distribution.
    """

    events: Events
    belief_time_us: Microseconds
    cumulative_probability: Floats

    def __len__(self) -> int:
        return len(self.events)

    def beliefs(self, sensor: Sensor, source_id: int, unstated_us: int | Microseconds) -> Beliefs:
        """Return the events as beliefs of one source.

        Args:
            sensor: Whose events.
            source_id: Who states them.
            unstated_us: Belief time of what states none, one for all or one each [µs].

        Raises:
            PeriodError: Something was believed too early or too late to be found again.
        """
        n = len(self)
        stated = self.belief_time_us != UNSTATED_US
        belief_time_us = np.where(stated, self.belief_time_us, unstated_us).astype(np.int64)
        if ((belief_time_us < to_us(ALL_TIME.start)) | (belief_time_us >= to_us(ALL_TIME.end))).any():
            raise PeriodError("Belief times must lie between the years 1900 and 2199.")
        return Beliefs(
            sensor_id=np.full(n, sensor.id, dtype=np.int64),
            event_start_us=self.events.start_us,
            source_id=np.full(n, source_id, dtype=np.int64),
            belief_time_us=belief_time_us,
            cumulative_probability=self.cumulative_probability,
            event_value=self.events.value,
        ).sorted()


def events_of_rows(
    sensor: Sensor,
    rows: Rows,
    unit: str,
    *,
    max_events: int,
    is_resampling: bool = True,
    resolution: Resolution | None = None,
) -> RowEvents:
    """Return rows as events of a sensor; gaps are left out.

    Where nothing is said of it, events last as long as the sensor's if there is
    one row, as long as two rows are apart, or else the most common distance.
    Starts are moved back to the grid of the shorter of both resolutions, unless
    the sensor's attribute ``floor_datetimes_to_resolution`` is false. On an
    instantaneous sensor, values stand at their starts, rounded to the attribute
    ``frequency``.

    Args:
        sensor: Gives unit, resolution and time zone.
        rows: What the file states.
        unit: Unit of the values.
        max_events: More events than this are refused.
        is_resampling: Whether events may have another length than the sensor's.
        resolution: How long events last, where that is known.

    Raises:
        PeriodError: The length of the events does not fit, or two rows are about one event; names the rows.
        UnitError: The unit does not fit.
        InputError: There would be too many events, or a value is too large.
    """
    if not len(rows):
        return _as_events(rows, rows.start_us)
    rows = rows.take(np.lexsort((rows.number, rows.cumulative_probability, rows.belief_time_us, rows.start_us)))
    if sensor.event_resolution.is_instantaneous:
        return _samples(sensor, rows, unit)
    if resolution is None:
        resolution = _resolution_of(sensor, rows)
    _check_fit(sensor, resolution, is_resampling=is_resampling)
    placed = _floored(sensor, rows, resolution)
    ends_us = resolution.ends_us(placed.start_us, sensor.zone)
    check_range(np.array([placed.start_us[0], ends_us[-1]]))
    value = in_unit_of(sensor, placed.value, unit, (ends_us - placed.start_us) / HOUR_US)
    known = ~np.isnan(value)
    placed = _with_value(placed, value).take(known)
    ends_us = ends_us[known]
    if (sensor.ends_us(placed.start_us) == ends_us).all():
        return _as_events(placed, ends_us)
    return _resampled(sensor, placed, ends_us, max_events)


def _as_events(rows: Rows, ends_us: Microseconds) -> RowEvents:
    if np.isinf(rows.value).any():
        row = rows.number[np.isinf(rows.value)][0]
        raise InputError(f"Row {row}: the value is too large for the sensor's unit.")
    return RowEvents(Events(rows.start_us, ends_us, rows.value), rows.belief_time_us, rows.cumulative_probability)


def _with_value(rows: Rows, value: Floats) -> Rows:
    return Rows(rows.number, rows.start_us, value, rows.belief_time_us, rows.cumulative_probability)


def _with_start(rows: Rows, start_us: Microseconds) -> Rows:
    return Rows(rows.number, start_us, rows.value, rows.belief_time_us, rows.cumulative_probability)


def _most_common_step_us(starts_us: Microseconds) -> int:
    """Return the most common distance between neighbours; of equally common ones the shortest."""
    steps, counts = np.unique(np.diff(starts_us), return_counts=True)
    return int(steps[np.argmax(counts)])


def _resolution_of(sensor: Sensor, rows: Rows) -> Resolution:
    """Return how long the events of the file last."""
    own = sensor.event_resolution
    starts_us = np.unique(rows.start_us)
    if len(starts_us) == 1:
        return own
    step_us = _most_common_step_us(starts_us)
    floored_us = own.floor_us(starts_us, sensor.zone)
    if (sensor.ends_us(floored_us) - floored_us == step_us).any():
        return own
    step = timedelta(microseconds=step_us)
    # Days are 23 to 25 hours long, and months 28 to 31 days: what begins with them lasts as long as they do.
    calendar = Resolution(days=round(step / DAY))
    if calendar.days and (_A_DAY.floor_us(starts_us, sensor.zone) == starts_us).all():
        is_monthly = (
            calendar.days in _DAYS_OF_A_MONTH and (_A_MONTH.floor_us(starts_us, sensor.zone) == starts_us).all()
        )
        return _A_MONTH if is_monthly else calendar
    return Resolution(time=step)


def _check_fit(sensor: Sensor, resolution: Resolution, *, is_resampling: bool) -> None:
    own = sensor.event_resolution
    if resolution == own:
        return
    longer, shorter = max(resolution.nominal, own.nominal), min(resolution.nominal, own.nominal)
    if longer % shorter or own.months:
        raise PeriodError(
            f"Resolution of {resolution.nominal} is incompatible with the sensor's resolution of {own.iso()}: "
            "most rows are that far apart."
        )
    if not is_resampling:
        raise PeriodError(
            f"Resolution of {resolution.nominal} is not the sensor's resolution of {own.iso()}, "
            "and resampling is switched off."
        )


def _floored(sensor: Sensor, rows: Rows, resolution: Resolution) -> Rows:
    """Return the rows on the grid, having checked that each is about an event of its own."""
    if not sensor.attributes.get("floor_datetimes_to_resolution", True):
        _refuse_twins(rows, rows)
        return rows
    grid = min(resolution, sensor.event_resolution, key=lambda each: each.nominal)
    placed = _with_start(rows, grid.floor_us(rows.start_us, sensor.zone))
    _refuse_twins(rows, placed)
    return placed


def _refuse_twins(rows: Rows, placed: Rows) -> None:
    """Refuse rows that state the same thing twice, or that flooring makes to do so."""
    order = np.lexsort((placed.number, placed.cumulative_probability, placed.belief_time_us, placed.start_us))
    keys = (placed.start_us[order], placed.belief_time_us[order], placed.cumulative_probability[order])
    twins = np.flatnonzero(~starts_of_runs(*keys))
    if not len(twins):
        return
    one, other = sorted((order[twins[0] - 1], order[twins[0]]), key=lambda each: placed.number[each])
    where = f"Rows {placed.number[one]} and {placed.number[other]}"
    if rows.start_us[one] == rows.start_us[other]:
        raise PeriodError(f"{where} are about the same event; keep one of them.")
    raise PeriodError(f"{where} would become the same event: their starts are floored to the sensor's resolution.")


def _samples(sensor: Sensor, rows: Rows, unit: str) -> RowEvents:
    """Return the values of an instantaneous sensor at their starts."""
    step_us = frequency_us(sensor)
    placed = _with_start(rows, (rows.start_us + step_us // 2) // step_us * step_us) if step_us else rows
    _refuse_twins(rows, placed)
    starts_us = np.unique(rows.start_us)
    lengths_h = np.full(len(rows), _most_common_step_us(starts_us) / HOUR_US if len(starts_us) > 1 else 0.0)
    value = in_unit_of(sensor, placed.value, unit, lengths_h)
    placed = _with_value(placed, value).take(~np.isnan(value))
    return _as_events(placed, placed.start_us)


def _resampled(sensor: Sensor, rows: Rows, ends_us: Microseconds, max_events: int) -> RowEvents:
    """Return events of another length as events of the sensor."""
    repeated = np.flatnonzero(np.diff(rows.start_us) == 0)
    if len(repeated):
        first, second = rows.number[repeated[0]], rows.number[repeated[0] + 1]
        raise PeriodError(
            f"Rows {first} and {second} are two beliefs about one event: such a file needs the sensor's resolution."
        )
    overlapping = np.flatnonzero(ends_us[:-1] > rows.start_us[1:])
    if len(overlapping):
        first, second = rows.number[overlapping[0]], rows.number[overlapping[0] + 1]
        raise PeriodError(f"Rows {first} and {second} are closer together than most rows: their events overlap.")
    slots_us = _slots_us(sensor, rows.start_us, ends_us, max_events)
    slot_ends_us = sensor.ends_us(slots_us)
    edges_us = np.unique(np.concatenate([slots_us, slot_ends_us]))
    given = Events(rows.start_us, ends_us, rows.value)
    with np.errstate(over="ignore"):
        value = resample(given, edges_us, sensor.aggregation())
    first = np.searchsorted(ends_us, slots_us, side="right")
    slots = Rows(
        number=rows.number[first],
        start_us=slots_us,
        value=value[np.searchsorted(edges_us, slots_us)],
        belief_time_us=_newest_us(rows, first, slot_ends_us),
        cumulative_probability=rows.cumulative_probability[first],
    )
    return _as_events(slots, slot_ends_us)


def _slots_us(sensor: Sensor, starts_us: Microseconds, ends_us: Microseconds, max_events: int) -> Microseconds:
    """Return the starts of the sensor's events that are touched, however far they are apart."""
    resolution = sensor.event_resolution
    is_flooring = sensor.attributes.get("floor_datetimes_to_resolution", True)
    anchor_us = 0 if is_flooring else starts_us[0] - resolution.floor_us(starts_us[:1], sensor.zone)[0]
    starts_us = resolution.floor_us(starts_us - anchor_us, sensor.zone) + anchor_us
    counts = np.maximum(-(-(ends_us - starts_us) // (resolution.nominal // MICROSECOND)), 1)
    if (n_events := int(counts.sum())) > max_events:
        raise PeriodError(f"Spans {n_events} events of the sensor; at most {max_events} are possible here.")
    if not resolution.is_calendar:
        step = np.arange(n_events) - np.repeat(np.cumsum(counts) - counts, counts)
        return np.unique(np.repeat(starts_us, counts) + step * (resolution.time // MICROSECOND))
    found = []
    while len(starts_us):
        found.append(starts_us)
        starts_us = sensor.ends_us(starts_us)
        is_inside = starts_us < ends_us
        starts_us, ends_us = starts_us[is_inside], ends_us[is_inside]
    return np.unique(np.concatenate(found))


def _newest_us(rows: Rows, first: NDArray[np.intp], slot_ends_us: Microseconds) -> Microseconds:
    """Return for each slot the newest belief time of the rows that it is made of, of which the first is known."""
    beyond = np.searchsorted(rows.start_us, slot_ends_us, side="left")
    padded = np.append(rows.belief_time_us, UNSTATED_US)
    return np.maximum.reduceat(padded, np.column_stack([first, beyond]).ravel())[::2]
