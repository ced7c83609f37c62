"""Among plans of equal cost: the smooth one, or the one that was there before."""

from datetime import timedelta

import pytest

from tests.planning import DAY, START, Planner
from wattloom.db import Database

FLAT = (100.0,) * 24


@pytest.fixture
def planner(database: Database) -> Planner:
    planner = Planner.on(database)
    planner.record(planner.price, FLAT, believed_at=START - 2 * DAY)
    return planner


def kilowatts(planner: Planner, hour: int = 0, **context: bool) -> list[float]:
    """Plan at an hour of the day before to have 45 kWh at noon, all prices being equal, and return the power."""
    model = {
        **planner.model,
        "prefer-charging-sooner": False,
        "production-capacity": "0 kW",
        "soc-targets": [{"datetime": (START + timedelta(hours=12)).isoformat(), "value": "45 kWh"}],
    }
    named = {key.replace("_", "-"): value for key, value in context.items()}
    job = planner.plan(
        flex_model=[model], flex_context={**planner.context, **named}, prior=START - DAY + timedelta(hours=hour)
    )
    assert job.error is None
    return list(planner.schedule(job, planner.power).values)


def test_power_changes_as_little_as_possible(planner: Planner) -> None:
    assert kilowatts(planner, prefer_smooth_power=True) == pytest.approx([25 / 12] * 48 + [0] * 48)


def test_a_new_plan_keeps_to_the_one_before(planner: Planner) -> None:
    before = kilowatts(planner, prefer_smooth_power=True)

    again = kilowatts(planner, 1, prefer_previous_schedule=True)

    assert again == pytest.approx(before, abs=1e-4)
    assert kilowatts(planner, 2) != pytest.approx(before, abs=1)
