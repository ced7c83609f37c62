"""The flex-model of a process, parsed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import numpy as np

from wattloom.errors import FlexModelError, InputError, UnitError, suggestion
from wattloom.periods import Duration, parse_duration, parse_instant, to_us
from wattloom.scheduling.flexmodel import MAX_MAGNITUDE, Problems, SensorFacts, Sensors, Window, find_sensor
from wattloom.scheduling.process.allocation import Flags, ProcessType
from wattloom.units import convert, parse_quantity

_REQUIRED = ("sensor", "power", "duration")
_FIELDS = (*_REQUIRED, "asset", "process-type", "time-restrictions", "optimization-sense")
_ALIASES = {"optimization-direction": "optimization-sense"}
_MAX_RESTRICTIONS = 10_000
_Words = TypeVar("_Words", bound=StrEnum)


class Sense(StrEnum):
    """What a process wants of the price."""

    MIN = "MIN"
    MAX = "MAX"


@dataclass(frozen=True, slots=True)
class TimeRestriction:
    """A time in which a process must not start a step."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class ProcessModel:
    """A process: something that runs at one power for some time.

    Attributes:
        sensor: Receives its schedule.
        power: While it runs, in the unit of the sensor; consumption is positive.
        duration: How long it runs.
        process_type: How it may be moved and cut.
        restrictions: When it must not run.
        sense: Whether it runs when energy is cheap, or when it is dear.
    """

    sensor: SensorFacts
    power: float
    duration: Duration
    process_type: ProcessType
    restrictions: tuple[TimeRestriction, ...]
    sense: Sense

    def length(self, window: Window, zone: ZoneInfo) -> timedelta:
        """Return how long it runs; months are those that begin with the window."""
        return self.duration.after(window.start, calendar_zone=zone) - window.start

    def n_running(self, window: Window, zone: ZoneInfo) -> int:
        """Return how many steps it takes, a begun one counting whole: all of them if it lasts longer."""
        return min(-(-self.length(window, zone) // window.step), window.n_steps)

    def is_allowed(self, window: Window) -> Flags:
        """Return in which steps it may run: those that begin outside its restrictions, shape (n_steps,)."""
        edges = window.starts_us()
        spans = [(to_us(each.start), to_us(each.end)) for each in self.restrictions]
        first, last = np.searchsorted(edges, np.array(spans, dtype=np.int64).reshape(-1, 2)).T
        changes = np.zeros(window.n_steps + 1, dtype=np.int64)
        np.add.at(changes, first, 1)
        np.add.at(changes, last, -1)
        allowed: Flags = np.cumsum(changes)[:-1] == 0
        return allowed


def parse_process(
    raw: Mapping[str, Any], attributes: Mapping[int, Mapping[str, Any]], sensors: Sensors, zone: ZoneInfo
) -> ProcessModel:
    """Read the flex-model of a process.

    Args:
        raw: The entry; keys may be spelled with underscores.
        attributes: Of assets by id; of the sensor's asset, and of the sensor itself,
            ``process-type`` counts when the entry states none.
        sensors: The sensors that are named.
        zone: Calendar of nominal durations.

    Raises:
        FlexModelError: Every problem with its field.
    """
    problems = Problems()
    fields = _canonical(raw, problems)
    for name in _REQUIRED:
        if name not in fields:
            problems.add("Missing data for required field.", name)
    sensor = problems.take(partial(find_sensor, fields["sensor"], "sensor", sensors)) if "sensor" in fields else None
    power, duration = None, None
    if sensor is not None and "power" in fields:
        power = problems.take(partial(_power, fields["power"], sensor))
    if "duration" in fields:
        duration = problems.take(partial(_positive_duration, fields["duration"]))
    stated = fields.get("process-type", _default_type(sensor, attributes))
    process_type = problems.take(partial(_word, stated, ProcessType, "process-type"))
    sense = problems.take(partial(_word, fields.get("optimization-sense", Sense.MIN), Sense, "optimization-sense"))
    restrictions = _restrictions(fields.get("time-restrictions", []), zone, problems)
    problems.raise_if_any()
    assert sensor is not None
    assert power is not None
    assert duration is not None
    return ProcessModel(sensor, power, duration, process_type, restrictions, sense)


def _canonical(raw: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
    """Return the stated fields by the names that we know them by; null counts as absent."""
    fields: dict[str, Any] = {}
    for stated, value in raw.items():
        hyphened = stated.replace("_", "-")
        name = _ALIASES.get(hyphened, hyphened)
        if name not in _FIELDS:
            problems.add(f"Unknown field.{suggestion(stated, _FIELDS)}", stated)
        elif name in fields:
            problems.add(f"'{name}' is stated twice, in two spellings.", stated)
        elif value is not None:
            fields[name] = value
    return fields


def _default_type(sensor: SensorFacts | None, attributes: Mapping[int, Mapping[str, Any]]) -> object:
    of_asset: Mapping[str, Any] = {} if sensor is None else attributes.get(sensor.asset_id, {})
    of_sensor: Mapping[str, Any] = {} if sensor is None else sensor.attributes
    return of_sensor.get("process-type") or of_asset.get("process-type") or ProcessType.INFLEXIBLE


def _power(value: object, sensor: SensorFacts) -> float:
    """Return a power in the unit of the sensor, which is what a number alone is in."""
    if isinstance(value, str):
        quantity = parse_quantity(value, field="power")
        event_h = sensor.event_resolution.hours or None
        try:
            [power] = convert(
                np.array([quantity.magnitude]), quantity.unit, sensor.unit, event_h=event_h, field="power"
            )
        except UnitError as error:
            message = f"Cannot convert value `{value}` to '{sensor.unit}', the unit of sensor {sensor.id}."
            raise FlexModelError(message, field="power") from error
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        power = float(value)
    else:
        message = f'Must be a number in {sensor.unit or "the unit of the sensor"}, or a quantity such as "15 kW".'
        raise FlexModelError(message, field="power")
    if not abs(power) <= MAX_MAGNITUDE:
        raise FlexModelError(f"Must lie between −{MAX_MAGNITUDE:g} and {MAX_MAGNITUDE:g}.", field="power")
    return float(power)


def _positive_duration(value: object) -> Duration:
    duration = parse_duration(value, field="duration")
    if not duration.is_positive or duration.time < timedelta():
        raise FlexModelError("The duration must be longer than zero.", field="duration")
    return duration


def _word(value: object, words: type[_Words], field: str) -> _Words:
    word = value.strip().upper() if isinstance(value, str) else None
    if word not in set(words):
        raise FlexModelError(f"Must be one of: {', '.join(words)}.", field=field)
    return words(word)


def _restrictions(value: object, zone: ZoneInfo, problems: Problems) -> tuple[TimeRestriction, ...]:
    if not isinstance(value, list):
        problems.add("Must be a list of objects with 'start' and 'duration'.", "time-restrictions")
        return ()
    if len(value) > _MAX_RESTRICTIONS:
        message = f"Has {len(value)} entries; at most {_MAX_RESTRICTIONS} are accepted."
        problems.add(message, "time-restrictions")
        return ()
    found = []
    for index, item in enumerate(value):
        try:
            found.append(_restriction(item, zone))
        except InputError as error:
            for problem in error.problems:
                problems.add(problem.message, "time-restrictions", index, *problem.path)
    return tuple(found)


def _restriction(item: object, zone: ZoneInfo) -> TimeRestriction:
    if not isinstance(item, Mapping):
        raise FlexModelError("Invalid input type.")
    problems = Problems()
    for name in item:
        if name not in {"start", "duration"}:
            problems.add("Unknown field.", name)
    for name in ("start", "duration"):
        if item.get(name) is None:
            problems.add("Missing data for required field.", name)
    problems.raise_if_any()
    start = parse_instant(item["start"], field="start")
    return TimeRestriction(start, _positive_duration(item["duration"]).after(start, calendar_zone=zone))
