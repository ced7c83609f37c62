"""Flex-models in a few words, for tests of their parsing: no database, sensors are plain facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from wattloom.errors import FlexModelError
from wattloom.periods import Duration, Resolution
from wattloom.scheduling.flexmodel import FlexConfig, SensorReference, Window, parse_config, plan_window, settle
from wattloom.scheduling.inputs import ScheduleInputs, Timing, assemble, references_of
from wattloom.scheduling.problem import Floats
from wattloom.scheduling.solver import HighsSolver, Solution, solve_problem

START = datetime(2026, 6, 1, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
QUARTERS = Resolution(time=QUARTER)
AMSTERDAM, UTC_ZONE = ZoneInfo("Europe/Amsterdam"), ZoneInfo("UTC")
POWER, PRICE, SOC, LOAD, SUN, DOLLARS, PERCENT, MEGAWATTS = range(1, 9)
SELLING, SECOND, THIRD, FEEDER = range(9, 13)
FEEDER_ASSET = 20


@dataclass(frozen=True)
class FakeSensor:
    """What parsing needs to know of a sensor."""

    id: int
    name: str
    unit: str = "kW"
    event_resolution: Resolution = QUARTERS
    zone: ZoneInfo = AMSTERDAM
    asset_id: int = 7
    attributes: Mapping[str, Any] = field(default_factory=dict)


SENSORS = {
    sensor.id: sensor
    for sensor in (
        FakeSensor(POWER, "power"),
        FakeSensor(PRICE, "price", "EUR/MWh", Resolution(time=HOUR)),
        FakeSensor(SOC, "soc", "kWh", Resolution()),
        FakeSensor(LOAD, "load"),
        FakeSensor(SUN, "sun"),
        FakeSensor(DOLLARS, "dollars", "USD/MWh", Resolution(time=HOUR)),
        FakeSensor(PERCENT, "soc in %", "%", Resolution()),
        FakeSensor(MEGAWATTS, "power in MW", "MW"),
        FakeSensor(SELLING, "selling price", "EUR/MWh", Resolution(time=HOUR)),
        FakeSensor(SECOND, "second", asset_id=8),
        FakeSensor(THIRD, "third", asset_id=9),
        FakeSensor(FEEDER, "feeder", asset_id=FEEDER_ASSET),
    )
}
BATTERY: dict[str, Any] = {
    "sensor": POWER,
    "soc-at-start": "20 kWh",
    "soc-min": "10 kWh",
    "soc-max": "100 kWh",
    "power-capacity": "25 kW",
}
NO_STORAGE: dict[str, Any] = {"soc-at-start": None, "soc-min": None, "soc-max": None}
"""Fields that make a flexible load or a solar plant of the battery."""
SITE: dict[str, Any] = {"consumption-price": "100 EUR/MWh", "site-power-capacity": "2 MW"}


def parse(model: Mapping[str, Any] | None = None, context: Any = None) -> FlexConfig:
    """Parse a battery behind a site, changed as given."""
    entry = {**BATTERY, **(model or {})}
    site = {**SITE, **context} if isinstance(context, Mapping) else context or SITE
    return parse_config([entry], site, SENSORS, AMSTERDAM)


def complaints(model: Mapping[str, Any] | None = None, context: Any = None) -> dict[tuple[str | int, ...], str]:
    """Return what is wrong, by path."""
    try:
        parse(model, context)
    except FlexModelError as error:
        return {problem.path: problem.message for problem in error.problems}
    return {}


def make_window(hours: float = 24, *, step: timedelta = QUARTER, start: datetime = START) -> Window:
    return plan_window(start, Duration(0, timedelta(hours=hours)), step, UTC_ZONE, max_steps=2520)


def plan(
    model: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
    *,
    window: Window | None = None,
    requested_start: datetime | None = None,
    readings: Mapping[int, Floats | float] | None = None,
    measured_soc: Mapping[int, float | None] | None = None,
) -> ScheduleInputs:
    """Build the problem of a battery, changed as given; readings are per sensor, in canonical units."""
    return plan_devices(
        [{**BATTERY, **(model or {})}],
        {**SITE, **(context or {})},
        window=window,
        requested_start=requested_start,
        readings=readings,
        measured_soc=measured_soc,
    )


def plan_devices(  # noqa: PLR0913 - each is a thing that one test or another changes
    flex_model: Sequence[Mapping[str, Any]],
    context: Any,
    *,
    window: Window | None = None,
    requested_start: datetime | None = None,
    readings: Mapping[int, Floats | float] | None = None,
    measured_soc: Mapping[int, float | None] | None = None,
    sensors: Mapping[int, FakeSensor] = MappingProxyType(SENSORS),
) -> ScheduleInputs:
    """Build the problem of a whole flex-model and flex-context; readings are per sensor, in canonical units."""
    window = window or make_window()
    config = settle(parse_config(flex_model, context, sensors, UTC_ZONE), window)
    told = {reference: _series(reference, readings or {}, window) for reference in references_of(config)}
    timing = Timing(window, requested_start or window.start, window.start)
    return assemble(config, timing, sensors, told, measured_soc or {})


def solve_inputs(inputs: ScheduleInputs) -> Solution:
    """Return the schedule of inputs that have one."""
    found = solve_problem(inputs.problem, HighsSolver(), time_limit_s=20)
    assert isinstance(found, Solution)
    return found


def _series(reference: SensorReference, readings: Mapping[int, Floats | float], window: Window) -> Floats:
    """Return values for the steps and one step more, of which nothing is known unless it is told."""
    values = np.asarray(readings.get(reference.sensor_id, np.nan), dtype=np.float64)
    if values.shape == (window.n_steps,):
        values = np.append(values, np.nan)
    return np.broadcast_to(values, (window.n_steps + 1,)).copy()


def at(hours: float) -> str:
    """Return an instant so many hours after the start, as on the wire."""
    return (START + timedelta(hours=hours)).isoformat()
