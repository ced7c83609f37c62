"""The data of charts: who believed what about the sensors and constants that are shown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import Connection

from wattloom.charts.shown import Constant, Row, ShownSensor, finest_resolution, shown_sensors
from wattloom.charts.slots import Target, in_slots
from wattloom.errors import FilterError
from wattloom.periods import ALL_TIME, MICROSECOND, Microseconds, Period, Resolution, to_us
from wattloom.timeseries import (
    POINT,
    BeliefFilter,
    Beliefs,
    BeliefStore,
    Floats,
    Sensor,
    Source,
    count_beliefs,
    get_sources,
    read_beliefs,
    select_latest_versions,
    select_points,
)

CONSTANT_SOURCES: Mapping[int, Source] = {
    -1: Source(-1, "flex-model", "flex-model"),
    -2: Source(-2, "flex-context", "flex-context"),
}
"""Who states the constants of flex-configs."""


@dataclass(frozen=True, slots=True)
class AskedChart:
    """Which beliefs a chart is made of.

    Attributes:
        start: Where the window starts; None leaves it open.
        end: Where it ends; None leaves it open.
        prior: Latest belief time: what was believed then, inclusive.
        beliefs_after: Earliest belief time, inclusive.
        all_beliefs: Whether superseded beliefs are wanted too, in the order of belief times.
        latest_versions: Whether of sources that are versions of each other only the latest counts.
        max_rows: Most rows to read, and to make.
    """

    start: datetime | None
    end: datetime | None
    prior: datetime | None
    beliefs_after: datetime | None
    all_beliefs: bool
    latest_versions: bool
    max_rows: int

    @property
    def period(self) -> Period:
        """The window, without the bounds that are open."""
        return Period(self.start or ALL_TIME.start, self.end or ALL_TIME.end)


@dataclass(frozen=True, slots=True)
class Trace:
    """What one source states about one sensor, or a constant; all arrays have shape (n,).

    Attributes:
        shown: The sensor or the constant.
        source: Who states it.
        start_us: Start of the events [µs].
        value: In the sensor's unit, with the sensor's sign; finite.
        belief_time_us: When it was believed [µs].
        horizon_us: How long before it could be known that was [µs].
        probability: Position of the value in the believed distribution.
    """

    shown: ShownSensor | Constant
    source: Source
    start_us: Microseconds
    value: Floats
    belief_time_us: Microseconds
    horizon_us: Microseconds
    probability: Floats

    def __len__(self) -> int:
        return len(self.value)


@dataclass(frozen=True, slots=True)
class ChartData:
    """The traces of all rows, and of what else is shown the units.

    Attributes:
        traces: In the order of appearance; none is empty.
        units: The units of all that is shown, with data or without.
        all_beliefs: Whether superseded beliefs are there, to be shown in the order of belief times.
    """

    traces: Sequence[Trace]
    units: tuple[str, ...]
    all_beliefs: bool


def read_asset_chart(connection: Connection, store: BeliefStore, rows: Sequence[Row], asked: AskedChart) -> ChartData:
    """Return the data of an asset's rows: sensors at the finest resolution that is shown, and constants.

    Events that overlap the window count; of those that have to be cut, the
    slots that lie in it. Instantaneous sensors stay as they are.

    Raises:
        FilterError: The window holds more rows than may be read.
    """
    shown = shown_sensors(rows)
    finest = finest_resolution(shown)
    lasting = [one.sensor.id for one in shown if not one.sensor.event_resolution.is_instantaneous]
    traces = _traces(connection, store, shown, asked, dict.fromkeys(lasting, finest))
    constants = [constant for row in rows for constant in row.constants]
    if constants and asked.start is not None and asked.end is not None:
        starts_us = _constant_starts(asked, shown, finest, n=len(constants))
        traces += [_constant_trace(constant, starts_us) for constant in constants]
    units = (*(one.unit for one in shown), *(constant.unit for constant in constants))
    return _checked(ChartData(traces, units, asked.all_beliefs), asked)


def read_sensor_chart(
    connection: Connection, store: BeliefStore, row: Row, asked: AskedChart, *, resolution: Resolution | None = None
) -> ChartData:
    """Return the data of one sensor, at the resolution that is asked for or as they are.

    Raises:
        FilterError: The window holds more rows than may be read.
    """
    targets = {shown.sensor.id: resolution for shown in row.sensors}
    traces = _traces(connection, store, row.sensors, asked, targets)
    units = tuple(shown.unit for shown in row.sensors)
    return _checked(ChartData(traces, units, asked.all_beliefs), asked)


def _traces(
    connection: Connection,
    store: BeliefStore,
    shown: Sequence[ShownSensor],
    asked: AskedChart,
    targets: Mapping[int, Resolution | None],
) -> list[Trace]:
    """Return what is known of sensors, brought to the resolutions given by their ids."""
    sensors = [one.sensor for one in shown]
    n_held = count_beliefs(connection, sensors, asked.period, history=asked.all_beliefs, enough=asked.max_rows + 1)
    if n_held > asked.max_rows:
        raise _too_many(asked)
    wanted = BeliefFilter(beliefs_before=asked.prior, beliefs_after=asked.beliefs_after)
    found = read_beliefs(connection, store, sensors, asked.period, wanted, history=asked.all_beliefs)
    sources = get_sources(connection, np.unique(found.source_id).tolist())
    found = select_points(found)
    if asked.latest_versions:
        found = select_latest_versions(found, sources, per_event=not asked.all_beliefs)
    traces: list[Trace] = []
    for one in shown:
        own, resolution = found.of_sensor(one.sensor.id), one.sensor.event_resolution
        target = targets.get(one.sensor.id)
        if target is not None and target != resolution:
            own, resolution = _resampled(own, one.sensor, asked, target), target
        traces += _by_source(own, one, resolution, sources)
    return traces


def _resampled(beliefs: Beliefs, sensor: Sensor, asked: AskedChart, resolution: Resolution) -> Beliefs:
    """Return beliefs at a resolution, about the slots that lie in the window."""
    made = in_slots(beliefs, sensor, Target(resolution, asked.all_beliefs, asked.max_rows))
    inside = np.ones(len(made), dtype=bool)
    if asked.start is not None:
        inside &= made.event_start_us >= to_us(asked.start)
    if asked.end is not None:
        inside &= resolution.ends_us(made.event_start_us, sensor.zone) <= to_us(asked.end)
    return made.take(inside)


def _by_source(
    beliefs: Beliefs, shown: ShownSensor, resolution: Resolution, sources: Mapping[int, Source]
) -> Iterator[Trace]:
    sensor = shown.sensor
    known_us = sensor.knowledge_horizon.knowledge_times_us(beliefs.event_start_us, resolution, sensor.zone)
    horizon_us = known_us - beliefs.belief_time_us
    present = np.unique(beliefs.source_id)
    for source_id in present.tolist():
        rows = slice(None) if len(present) == 1 else beliefs.source_id == source_id
        own = beliefs.take(rows)
        yield Trace(
            shown,
            sources[source_id],
            own.event_start_us,
            own.event_value,
            own.belief_time_us,
            horizon_us[rows],
            own.cumulative_probability,
        )


def _constant_starts(
    asked: AskedChart, shown: Sequence[ShownSensor], finest: Resolution | None, *, n: int
) -> Microseconds:
    """Return where constants have points: at each step of the window, its end included."""
    assert asked.start is not None
    assert asked.end is not None
    if finest is None:
        return np.array([to_us(asked.start), to_us(asked.end)])
    zone = next(one.sensor.zone for one in shown if one.sensor.event_resolution == finest)
    if n * ((asked.end - asked.start) / finest.nominal) > asked.max_rows:
        raise _too_many(asked)
    n_steps = finest.count(asked.start, asked.end + MICROSECOND, zone)
    return finest.starts_us(asked.start, n_steps, zone)


def _constant_trace(constant: Constant, starts_us: Microseconds) -> Trace:
    """Return a level line, believed from the start of the window on."""
    n = len(starts_us)
    return Trace(
        constant,
        CONSTANT_SOURCES[constant.source_id],
        starts_us,
        np.full(n, constant.value),
        np.full(n, starts_us[0]),
        np.zeros(n, dtype=np.int64),
        np.full(n, POINT),
    )


def _checked(data: ChartData, asked: AskedChart) -> ChartData:
    if sum(len(trace) for trace in data.traces) > asked.max_rows:
        raise _too_many(asked)
    return data


def _too_many(asked: AskedChart) -> FilterError:
    return FilterError(
        f"Holds more than {asked.max_rows} rows, the most in this form. Ask for less time.",
        field="start" if asked.start is None else "end",
    )
