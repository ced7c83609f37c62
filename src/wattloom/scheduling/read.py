"""Read a schedule back: what one job recorded on one sensor."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import numpy as np
from sqlalchemy import Connection

from wattloom.jobs import Job
from wattloom.periods import MICROSECOND, Duration, Period, from_us
from wattloom.scheduling.arguments import ScheduleArguments
from wattloom.scheduling.flexmodel import referenced_sensors
from wattloom.scheduling.recorded import states_schedule
from wattloom.timeseries import (
    BeliefFilter,
    Beliefs,
    BeliefStore,
    Floats,
    Sensor,
    consumption_sign,
    is_flow,
    read_beliefs,
    select_one_per_event,
    sources_of_sensors,
)
from wattloom.units import convert


class SignConvention(StrEnum):
    """Which direction of power counts positive in an answer."""

    CONSUMPTION_POSITIVE = "consumption-positive"
    PRODUCTION_POSITIVE = "production-positive"
    WYSIWYG = "wysiwyg"


@dataclass(frozen=True, slots=True)
class ScheduleView:
    """How somebody wants to see a schedule.

    Attributes:
        duration: How much of it, from its start on.
        unit: None for the sensor's.
        sign_convention: Of power, and of energy per event; ``wysiwyg`` is as stored.
    """

    duration: Duration
    unit: str | None = None
    sign_convention: SignConvention = SignConvention.CONSUMPTION_POSITIVE


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a job recorded on a sensor.

    Attributes:
        start: Start of the first value, in the sensor's time zone.
        length: How much time the values cover, not more than asked for.
        values: In ``unit``, shape (n,); of an instantaneous sensor the end is included.
        unit: As asked for.
    """

    start: datetime
    length: timedelta
    values: Floats
    unit: str


def read_schedule(
    connection: Connection, store: BeliefStore, job: Job, sensor: Sensor, view: ScheduleView
) -> Schedule | None:
    """Return what a finished job recorded on a sensor; None when it recorded nothing there.

    What is read is what was believed when the job was asked for, so that a
    later schedule does not show through.

    Raises:
        UnitError: The unit does not fit the sensor.
    """
    result = job.result or {}
    if sensor.id not in result.get("sensors", ()):
        return None
    window = ScheduleArguments.from_json(job.args).window_of(sensor.id)
    is_instantaneous = sensor.event_resolution.is_instantaneous
    # A state at the very end belongs to the plan, an interval that starts there does not.
    end = window.end + MICROSECOND if is_instantaneous else window.end
    recorded = _recorded(connection, store, job, sensor, Period(window.start, end))
    if is_instantaneous:
        # States of an older plan with shorter steps are still believed between those of this one.
        recorded = recorded.take(np.isin(recorded.event_start_us, window.edges_us()))
    if not len(recorded):
        return None
    starts_us = recorded.event_start_us
    start = from_us(int(starts_us[0]), sensor.zone)
    end = view.duration.after(start)
    cut_us = (end - start) // MICROSECOND + int(starts_us[0])
    shown = starts_us <= cut_us if is_instantaneous else starts_us < cut_us
    last_us = starts_us[shown][-1:] if shown.any() else starts_us[:1]
    covered_us = int(sensor.ends_us(last_us)[0]) - int(starts_us[0]) if shown.any() else 0
    unit = sensor.unit if view.unit is None else view.unit
    event_h = sensor.event_resolution.hours or None
    values = convert(recorded.event_value[shown], sensor.unit, unit, event_h=event_h, field="unit")
    length = min(end - start, timedelta(microseconds=covered_us))
    return Schedule(start, length, values * _sign(sensor, view.sign_convention) + 0.0, unit)


def records_on(job: Job, sensor_id: int) -> bool:
    """Whether a job of ours records on a sensor, has done so, or was to."""
    named = referenced_sensors(job.args["flex_model"], job.args["flex_context"])
    return any(reference.is_written and reference.item_id == sensor_id for reference in named)


def _recorded(connection: Connection, store: BeliefStore, job: Job, sensor: Sensor, period: Period) -> Beliefs:
    sources = sources_of_sensors(connection, [sensor.id])
    ids = frozenset(key for key, source in sources.items() if states_schedule(source, job))
    accepted = BeliefFilter(beliefs_before=job.belief_time, source_ids=ids)
    return select_one_per_event(read_beliefs(connection, store, [sensor], period, accepted), sources)


def _sign(sensor: Sensor, convention: SignConvention) -> int:
    if convention is SignConvention.WYSIWYG or not is_flow(sensor):
        return 1
    return consumption_sign(sensor) * (1 if convention is SignConvention.CONSUMPTION_POSITIVE else -1)
