"""States of charge that attributes note for the start of a schedule, as clients of old do."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.planning import START, Planner
from wattloom.assets.tables import asset
from wattloom.db import Database


@pytest.fixture
def planner(database: Database) -> Planner:
    return Planner.on(database)


def takes_it_for_empty(planner: Planner, **noted: object) -> bool:
    """Plan a battery whose asset notes a state of charge, and tell whether it counts as empty all the same."""
    with planner.services.database.write() as connection:
        connection.execute(update(asset).where(asset.c.id == planner.battery_id).values(attributes=noted))
    entry = {"soc-max": "100 kWh", "power-capacity": "25 kW", "production-capacity": "0 kW"}
    job = planner.plan(subject=("sensor", planner.power), flex_model=entry)
    assert job.result is not None
    return any("start empty" in notice for notice in job.result["notices"])


def test_a_state_that_is_noted_for_the_very_start_counts(planner: Planner) -> None:
    assert not takes_it_for_empty(planner, soc_in_mwh=0.03, soc_datetime=START.isoformat())


@pytest.mark.parametrize("at", [(START - timedelta(hours=1)).isoformat(), "yesterday", None])
def test_a_state_that_is_noted_for_another_time_does_not_count(planner: Planner, at: object) -> None:
    assert takes_it_for_empty(planner, soc_in_mwh=0.03, soc_datetime=at)
