"""Processes from flex-model to schedule: how fields are read, what is refused, and what running costs."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from tests.flexing import DOLLARS, POWER, PRICE, SENSORS, FakeSensor, make_window
from wattloom.errors import FlexModelError
from wattloom.scheduling.flexmodel import SensorReference, Variable
from wattloom.scheduling.inputs.notices import Notices
from wattloom.scheduling.inputs.resolver import Resolver
from wattloom.scheduling.problem import Floats
from wattloom.scheduling.process import ProcessScheduler
from wattloom.scheduling.schedulers import AssetFacts, SchedulerPlan, SchedulingTask

START = datetime(2026, 6, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
TOY = np.array([10, 11, 12, 15, 18, 17, 10.5, 9, 9.5, 9, 8.5, 10, 8, 5, 4, 4, 5.5, 8, 12, 13, 14, 12.5, 10, 7])
ENERGY, TEMPERATURE = 11, 12
MORE_SENSORS = {
    **SENSORS,
    ENERGY: FakeSensor(ENERGY, "energy", "kWh"),
    TEMPERATURE: FakeSensor(TEMPERATURE, "temperature", "°C", asset_id=8),
}
PROCESS: dict[str, Any] = {"sensor": POWER, "power": 200, "duration": "PT4H", "process-type": "SHIFTABLE"}
AT_THREE = {"start": "2026-06-01T15:00:00+00:00", "duration": "PT1H"}


@dataclass
class Values:
    """Says what the one price sensor tells."""

    task: SchedulingTask
    readings: Floats
    believed_at: datetime = START

    def steps(self, variable: Variable) -> Floats:
        values = self._resolver(variable).steps(variable)
        assert values is not None
        return values

    def prices(self, variable: Variable, field: str) -> Floats:
        return self._resolver(variable).prices(variable, field)

    def _resolver(self, variable: Variable) -> Resolver:
        read = {variable: np.append(self.readings, 0.0)} if isinstance(variable, SensorReference) else {}
        return Resolver(self.task.window, read, frozenset(), Notices())


def make_task(entry: Mapping[str, Any] | None = None, context: Any = None, **changes: Any) -> SchedulingTask:
    task = SchedulingTask(
        window=make_window(24, step=HOUR, start=START),
        calendar=ZoneInfo("UTC"),
        flex_model=({**PROCESS, **(entry or {})},),
        flex_context=context or {"consumption-price": {"sensor": PRICE}},
        sensors=MORE_SENSORS,
        assets={7: AssetFacts(7, "machine", "process", {})},
    )
    return replace(task, **changes)


def schedule(task: SchedulingTask, readings: Floats = TOY) -> SchedulerPlan:
    return ProcessScheduler().schedule(task, Values(task, readings))


def hours(plan: SchedulerPlan) -> list[int]:
    return np.flatnonzero(plan.series[0].values).tolist()


def complaints(task: SchedulingTask) -> dict[tuple[str | int, ...], str]:
    try:
        ProcessScheduler().check(task)
    except FlexModelError as error:
        return {problem.path: problem.message for problem in error.problems}
    return {}


@pytest.mark.parametrize(
    ("process_type", "expected", "cost_eur"),
    [
        ("INFLEXIBLE", [0, 1, 2, 3], 9.60),
        ("BREAKABLE", [13, 14, 16, 23], 4.30),
        ("SHIFTABLE", [11, 12, 13, 14], 5.40),
    ],
)
def test_problem_36_tutorial_costs_what_is_specified(process_type: str, expected: list[int], cost_eur: float) -> None:
    plan = schedule(make_task({"process-type": process_type, "time-restrictions": [AT_THREE]}))

    assert hours(plan) == expected
    assert plan.costs == pytest.approx({"electricity net energy": cost_eur})
    assert plan.currency == "EUR"


def test_power_alone_is_in_the_unit_of_the_sensor() -> None:
    [series] = schedule(make_task({"power": 1.5})).series

    assert (series.sensor_id, series.unit, series.values.max()) == (POWER, "kW", 1.5)


@pytest.mark.parametrize(
    ("sensor", "power", "stored"), [(POWER, "0.015 MW", 15), (ENERGY, "20 kW", 5), (ENERGY, "5 kWh", 5)]
)
def test_power_with_a_unit_is_brought_to_that_of_the_sensor(sensor: int, power: str, stored: float) -> None:
    [series] = schedule(make_task({"sensor": sensor, "power": power})).series

    assert series.values.max() == pytest.approx(stored)


def test_energy_per_quarter_costs_what_its_power_costs() -> None:
    plan = schedule(make_task({"sensor": ENERGY, "power": "50 kWh"}))

    assert plan.costs["electricity net energy"] == pytest.approx(200e-3 * TOY[13:17].sum())


def test_what_is_no_power_has_no_cost() -> None:
    plan = schedule(make_task({"sensor": TEMPERATURE, "power": 60}))

    assert plan.series[0].values.max() == 60
    assert plan.costs == {}


@pytest.mark.parametrize("sense", ["optimization-sense", "optimization-direction", "optimization_direction"])
def test_process_may_run_when_energy_is_dear(sense: str) -> None:
    assert hours(schedule(make_task({sense: "max"}))) == [2, 3, 4, 5]


def test_underscores_and_any_case_are_understood() -> None:
    entry = {"process_type": "Breakable", "time_restrictions": [AT_THREE], "process-type": None}

    assert hours(schedule(make_task(entry))) == [13, 14, 16, 23]


def test_begun_step_counts_whole() -> None:
    assert len(hours(schedule(make_task({"duration": "PT3H10M"})))) == 4


def test_day_on_the_calendar_is_a_day_in_steps() -> None:
    assert len(hours(schedule(make_task({"duration": "P2D"})))) == 24


def test_steps_that_begin_in_a_restriction_are_forbidden() -> None:
    """A restriction from 00:30 to 01:30 forbids the step that begins at 01:00."""
    forbidden = {"start": "2026-06-01T00:30:00+00:00", "duration": "PT1H"}
    entry = {"process-type": "BREAKABLE", "time-restrictions": [forbidden], "duration": "PT2H"}

    assert hours(schedule(make_task(entry), np.arange(24.0))) == [0, 2]


def test_restrictions_may_overlap_and_lie_outside() -> None:
    spans = [("05-31T20:00:00", "PT6H"), ("06-01T01:00:00", "PT3H"), ("06-03T00:00:00", "PT9H")]
    listed = [{"start": f"2026-{start}+00:00", "duration": duration} for start, duration in spans]

    assert hours(schedule(make_task({"time-restrictions": listed, "process-type": "INFLEXIBLE"}))) == [4, 5, 6, 7]


@pytest.mark.parametrize("of_sensor", [True, False])
def test_attribute_says_the_type_that_the_flex_model_leaves_out(*, of_sensor: bool) -> None:
    attributes = {"process-type": "BREAKABLE"}
    sensor = FakeSensor(POWER, "power", attributes=attributes if of_sensor else {})
    asset = AssetFacts(7, "machine", "process", {} if of_sensor else attributes)
    task = make_task(
        {"process-type": None, "time-restrictions": [AT_THREE]},
        sensors={**MORE_SENSORS, POWER: sensor},
        assets={7: asset},
    )

    assert hours(schedule(task)) == [13, 14, 16, 23]


def test_inflexible_is_the_type_of_a_process_that_has_none() -> None:
    assert hours(schedule(make_task({"process-type": None}))) == [0, 1, 2, 3]


def test_price_may_be_fixed() -> None:
    plan = schedule(make_task(context={"consumption-price": "0.1 EUR/kWh"}))

    assert hours(plan) == [0, 1, 2, 3]
    assert plan.costs == pytest.approx({"electricity net energy": 0.2 * 4 * 100})


def test_price_may_be_a_time_series() -> None:
    listed = [
        {"start": "2026-06-01T00:00:00+00:00", "duration": "PT12H", "value": "90 USD/MWh"},
        {"start": "2026-06-01T12:00:00+00:00", "duration": "PT12H", "value": "30 USD/MWh"},
    ]
    plan = schedule(make_task(context={"consumption-price": listed}))

    assert hours(plan) == [12, 13, 14, 15]
    assert plan.currency == "USD"


def test_price_may_be_of_the_electricity_among_commodities() -> None:
    context = [{"commodity": "gas", "consumption-price": "9 EUR/MWh"}, {"consumption-price": {"sensor": PRICE}}]

    assert hours(schedule(make_task({"process-type": "BREAKABLE"}, context))) == [13, 14, 15, 16]


@pytest.mark.parametrize(
    ("entry", "path", "message"),
    [
        ({"power": None}, ("power",), "Missing data"),
        ({"duration": None}, ("duration",), "Missing data"),
        ({"sensor": 99}, ("sensor",), "No sensor found"),
        ({"power": "many kW"}, ("power",), "many kW"),
        ({"power": "15 EUR"}, ("power",), "kW"),
        ({"power": [15]}, ("power",), "15 kW"),
        ({"power": float("nan")}, ("power",), "Must lie"),
        ({"power": True}, ("power",), "number"),
        ({"duration": "PT0H"}, ("duration",), "longer than zero"),
        ({"duration": 4}, ("duration",), "ISO 8601"),
        ({"process-type": "FLEXIBLE"}, ("process-type",), "INFLEXIBLE, SHIFTABLE, BREAKABLE"),
        ({"optimization-sense": 1}, ("optimization-sense",), "MIN, MAX"),
        ({"soc-max": "3 kWh"}, ("soc-max",), "Unknown field"),
        ({"process_type": "BREAKABLE"}, ("process_type",), "twice"),
        ({"time-restrictions": AT_THREE}, ("time-restrictions",), "list"),
        ({"time-restrictions": [7]}, ("time-restrictions", 0, "_schema"), "Invalid input type"),
        ({"time-restrictions": [{**AT_THREE, "end": "x"}]}, ("time-restrictions", 0, "end"), "Unknown field"),
        ({"time-restrictions": [{"start": AT_THREE["start"]}]}, ("time-restrictions", 0, "duration"), "Missing data"),
        ({"time-restrictions": [{**AT_THREE, "start": "3 pm"}]}, ("time-restrictions", 0, "start"), "datetime"),
    ],
)
def test_what_is_wrong_is_named(entry: dict[str, Any], path: tuple[str | int, ...], message: str) -> None:
    found = complaints(make_task(entry))

    assert list(found) == [path]
    assert message in found[path]


@pytest.mark.parametrize(
    ("context", "field"),
    [
        ({"consumption-price": "10 EUR"}, "consumption-price"),
        ({"site-power-capacity": "5 kW"}, "consumption-price"),
        ({"consumption-price": {"sensor": DOLLARS}, "price": 3}, "price"),
        ([{"commodity": "gas", "consumption-price": "9 EUR/MWh"}], "consumption-price"),
    ],
)
def test_flex_context_is_checked(context: Any, field: str) -> None:
    assert list(complaints(make_task(context=context))) == [(field,)]


@pytest.mark.parametrize(
    ("process_type", "first_hour"), [("BREAKABLE", 0), ("INFLEXIBLE", 3), ("SHIFTABLE", 3), ("BREAKABLE", 3)]
)
def test_restrictions_that_leave_no_room_are_refused(process_type: str, first_hour: int) -> None:
    forbidden = {"start": f"2026-06-01T{first_hour:02}:00:00+00:00", "duration": "PT24H"}

    found = complaints(make_task({"process-type": process_type, "time-restrictions": [forbidden]}))

    assert found == {
        ("time-restrictions",): "Cannot allocate a block of time PT4H given the time restrictions provided."
    }


def test_restrictions_do_not_go_with_a_process_that_lasts_too_long() -> None:
    found = complaints(make_task({"duration": "PT48H", "time-restrictions": [AT_THREE]}))

    assert found[("time-restrictions",)].startswith("Cannot handle time restrictions if the duration")
