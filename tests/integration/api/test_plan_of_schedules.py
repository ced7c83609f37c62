"""The plan of a site over HTTP, once schedules stand behind it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.api_client import ApiClient
from tests.planning import START, Planner
from wattloom.db import Database

WINDOW = {"start": START.isoformat(), "end": (START + timedelta(hours=24)).isoformat()}


@pytest.fixture
def planner(database: Database) -> Planner:
    planner = Planner.on(database, job_wait_s=0)
    planner.store(planner.site_id, flex_context=planner.context)
    planner.store(planner.battery_id, flex_model=planner.model)
    return planner


@pytest.fixture
def api(planner: Planner) -> Iterator[ApiClient]:
    client = ApiClient(planner.services)
    yield client
    client.close()


def plan_of(api: ApiClient, planner: Planner) -> Any:
    answer = api.get(f"/api/v4/assets/{planner.site_id}/plan", user=planner.user_id, params=WINDOW)
    assert answer.status_code == 200, answer.text
    return answer.json()


def battery_of(plan: Any) -> Any:
    return next(series for series in plan["series"] if series["kind"] == "battery" and series["role"] == "power")


def test_planned_steps_name_the_job_that_explains_them(api: ApiClient, planner: Planner) -> None:
    job = planner.plan()

    plan = plan_of(api, planner)

    battery = battery_of(plan)
    assert battery["planned"] == battery["values"]
    assert battery["planned_origin"]["schedule"] == [str(job.id)]
    [scheduler] = [source for source in plan["sources"] if source["kind"] == "scheduler"]
    assert battery["planned_origin"]["source"] == [scheduler["id"]]
    assert (plan["last_job"]["id"], plan["last_job"]["state"]) == (str(job.id), "finished")


def test_states_follow_from_power(api: ApiClient, planner: Planner) -> None:
    planner.plan()

    battery = battery_of(plan_of(api, planner))

    signs = {"charge": 1, "hold": 0, "discharge": -1}
    assert set(battery["state"]) <= signs.keys()
    for state, kw in zip(battery["state"], battery["values"], strict=True):
        assert signs[state] == (kw > 0.01) - (kw < -0.01)


def test_failed_attempt_to_plan_is_told(api: ApiClient, planner: Planner) -> None:
    job = planner.plan(start=START + timedelta(days=30))

    last = plan_of(api, planner)["last_job"]

    assert (last["id"], last["state"]) == (str(job.id), "failed")
    assert "Prices unknown" in last["message"]
