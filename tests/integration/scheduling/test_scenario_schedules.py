"""Schedules for several futures, from probabilistic forecasts on the sensors to what is recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.planning import LONG_AGO, START, Planner
from wattloom.jobs import JobState
from wattloom.periods import HOUR_US, to_us
from wattloom.timeseries import Beliefs, get_sensor, record_beliefs

HOURS = 24
LOAD_KW = {0.1: [5.0] * HOURS, 0.5: [10.0] * HOURS, 0.9: [10.0] * 3 + [60.0] * 3 + [10.0] * (HOURS - 6)}
"""Three hours from the start the load may be six times as high, for as long."""
PEAK = {"site-peak-consumption-price": "100 EUR/kW", "site-peak-consumption": "20 kW"}


def record_forecast(planner: Planner, sensor_id: int, quantiles: Mapping[float, Sequence[float]]) -> None:
    """Record what is expected of each hour, as quantiles."""
    with planner.services.database.write() as connection:
        starts_us = to_us(START) + np.arange(HOURS) * HOUR_US
        each = [
            Beliefs.points(
                sensor_id=sensor_id,
                source_id=planner.source_id,
                event_start_us=starts_us,
                belief_time_us=to_us(LONG_AGO),
                event_value=np.array(values),
            )
            for values in quantiles.values()
        ]
        levels = [
            replace(one, cumulative_probability=np.full(HOURS, level))
            for one, level in zip(each, quantiles, strict=True)
        ]
        sensor = get_sensor(connection, sensor_id)
        record_beliefs(connection, planner.services.beliefs, sensor, Beliefs.concatenate(levels))


@pytest.fixture
def load(planner: Planner) -> int:
    """A load with a probabilistic forecast."""
    sensor_id = planner.add_sensor(name="load", unit="kW", event_resolution="PT1H")
    record_forecast(planner, sensor_id, LOAD_KW)
    return sensor_id


def context(planner: Planner, load: int, **scenarios: Any) -> dict[str, Any]:
    fields = {name.replace("_", "-"): value for name, value in scenarios.items()}
    return {**planner.context, **PEAK, "inflexible-consumption": [{"sensor": load}], "scenarios": fields}


def test_a_plan_for_several_futures_prepares_for_the_dear_one(planner: Planner, load: int) -> None:
    """Energy costs the same all day, and storing it loses a fifth: only the peak of one future is worth charging for."""
    model = planner.model | {"soc-at-start": "0 kWh", "roundtrip-efficiency": "80 %", "prefer-charging-sooner": False}
    flat = {"consumption-price": "100 EUR/MWh"}

    job = planner.plan(flex_context=context(planner, load) | flat | {"scenarios": None}, flex_model=[model])
    certain = planner.schedule(job, planner.power).values
    job = planner.plan(flex_context=context(planner, load, shared_steps=4) | flat, flex_model=[model])
    prepared = planner.schedule(job, planner.power).values

    assert certain == pytest.approx(0.0)
    assert sum(prepared[:4]) > 1


def test_the_result_says_what_each_future_costs(planner: Planner, load: int) -> None:
    job = planner.plan(flex_context=context(planner, load, risk_weight=0.5))

    assert job.state is JobState.FINISHED
    assert job.result is not None
    futures = job.result["scenarios"]
    assert [each["quantile"] for each in futures] == [0.1, 0.5, 0.9]
    assert [each["probability"] for each in futures] == pytest.approx([0.3, 0.4, 0.3])
    costs = [each["cost"] for each in futures]
    assert job.result["expected-cost"] == pytest.approx(0.3 * costs[0] + 0.4 * costs[1] + 0.3 * costs[2])
    assert job.result["risk"] == pytest.approx(costs[2])


def test_the_recorded_schedule_is_that_of_the_median_future(planner: Planner, load: int) -> None:
    job = planner.plan(flex_context=context(planner, load))

    assert job.result is not None
    assert sum(job.result["scheduler-info"]["commitment_costs"].values()) == pytest.approx(
        job.result["scenarios"][1]["cost"]
    )


def test_certain_forecasts_are_planned_as_without_scenarios(planner: Planner) -> None:
    job = planner.plan(flex_context={**planner.context, "scenarios": {}})

    assert job.result is not None
    assert "scenarios" not in job.result
    assert any(notice.startswith("scenarios: no sensor") for notice in job.result["notices"])


def test_a_future_without_a_schedule_is_named(planner: Planner, load: int) -> None:
    limited = {"site-power-capacity": "12 kW", "site-peak-consumption": None, "site-peak-consumption-price": None}
    model = planner.model | {"soc-at-start": "0 kWh", "power-capacity": "1 kW"}

    job = planner.plan(flex_context=context(planner, load) | limited, flex_model=[model])

    assert job.state is JobState.FAILED
    assert "In the future at quantile 0.9 of the scenarios: No schedule exists." in str(job.error)


def test_futures_move_together_across_sensors(planner: Planner) -> None:
    """Sun is low where the load is high: net consumption is 10 − 9, 10 − 5 and 10 − 1 kW."""
    flat = {level: [10.0] * HOURS for level in LOAD_KW}
    steady = planner.add_sensor(name="steady", unit="kW", event_resolution="PT1H")
    sun = planner.add_sensor(name="sun", unit="kW", event_resolution="PT1H")
    record_forecast(planner, steady, flat)
    record_forecast(planner, sun, {0.1: [1.0] * HOURS, 0.5: [5.0] * HOURS, 0.9: [9.0] * HOURS})
    given = {"inflexible-consumption": [{"sensor": steady}], "inflexible-production": [{"sensor": sun}]}
    idle = planner.model | {"power-capacity": "0 kW", "prefer-charging-sooner": False}

    job = planner.plan(flex_context={**planner.context, **given, "scenarios": {}}, flex_model=[idle])

    assert job.result is not None
    costs = [each["cost"] for each in job.result["scenarios"]]
    energy_mwh = np.array([1.0, 5.0, 9.0]) * HOURS / 1000
    assert costs == pytest.approx(100.0 * energy_mwh)
