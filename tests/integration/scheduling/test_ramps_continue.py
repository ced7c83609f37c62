"""Devices with ramp limits go on from what they did just before."""

from datetime import timedelta

import pytest

from tests.planning import START, Planner
from wattloom.db import Database

QUARTER = timedelta(minutes=15)


@pytest.fixture
def planner(database: Database) -> Planner:
    return Planner.on(database)


def first_quarters_kw(planner: Planner, **changes: str) -> list[float]:
    """Plan a battery that may change by 8 kW per hour, 2 kW per quarter, and wants to charge at once."""
    model = {**planner.model, "ramp-up-limit": "8 kW/h", "ramp-down-limit": "8 kW/h", **changes}
    job = planner.plan(flex_model=[model])
    assert job.error is None
    return [round(float(value), 3) for value in planner.schedule(job, planner.power).values[:2]]


def test_a_plan_goes_on_from_the_power_before_it(planner: Planner) -> None:
    planner.record(planner.power, [-5.0], start=START - QUARTER)

    assert first_quarters_kw(planner) == [7.0, 9.0]


def test_without_a_known_power_the_first_step_is_free(planner: Planner) -> None:
    assert first_quarters_kw(planner)[0] > 9.0


def test_a_power_outside_the_limits_of_now_makes_no_plan_impossible(planner: Planner) -> None:
    planner.record(planner.power, [-25.0], start=START - QUARTER)

    assert first_quarters_kw(planner, **{"power-capacity": "3 kW"})[0] == 3.0
