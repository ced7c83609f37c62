"""The jobs of an asset, in the words of both generations of clients."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api_client import ApiClient
from tests.factories import NOW, make_sensor
from tests.planning import Planner
from wattloom.db import Database
from wattloom.jobs import NewJob


@pytest.fixture
def planner(database: Database) -> Planner:
    return Planner.on(database, job_wait_s=0)


@pytest.fixture
def api(planner: Planner) -> Iterator[ApiClient]:
    client = ApiClient(planner.services)
    yield client
    client.close()


def jobs_of(api: ApiClient, planner: Planner, asset_id: int) -> list[dict[str, Any]]:
    answer = api.get(f"/assets/{asset_id}/jobs", user=planner.user_id)
    assert (answer.status_code, answer.json()["status"], answer.json()["redis_connection_err"]) == (200, 200, None)
    jobs: list[dict[str, Any]] = answer.json()["jobs"]
    return jobs


def test_a_job_is_shown_with_all_keys_that_clients_know(api: ApiClient, planner: Planner) -> None:
    job = planner.plan()

    (shown,) = jobs_of(api, planner, planner.site_id)

    name = api.get(f"/assets/{planner.site_id}", user=planner.user_id).json()["name"]
    metadata = shown.pop("metadata")
    assert shown == {
        "job_id": str(job.id),
        "queue": "scheduling",
        "asset_or_sensor_type": "asset",
        "asset_id": planner.site_id,
        "entity": f"asset: {name} (Id: {planner.site_id})",
        "status": "finished",
        "err": None,
        "enqueued_at": NOW.replace(tzinfo=None).isoformat(),
        "metadata_hash": hashlib.sha256(metadata.encode()).hexdigest(),
    }
    told = json.loads(metadata)
    assert set(told) == {"asset_or_sensor", "data_source_info", "job_id", "scheduler_info", "scheduler_kwargs"}
    assert told["scheduler_kwargs"]["flex_model"] == job.args["flex_model"]


def test_a_failed_job_says_why(api: ApiClient, planner: Planner) -> None:
    planner.plan(flex_context={"consumption-price": {"sensor": planner.add_sensor(unit="EUR/MWh")}})

    (shown,) = jobs_of(api, planner, planner.site_id)

    assert shown["status"] == "failed"
    assert shown["err"].startswith("MissingDataError: ")
    assert "exception" in json.loads(shown["metadata"])


def test_jobs_of_own_sensors_are_listed_and_those_of_assets_below_are_not(api: ApiClient, planner: Planner) -> None:
    model = {key: value for key, value in planner.model.items() if key != "sensor"}
    job = planner.trigger(subject=("sensor", planner.power), flex_model=model)

    (shown,) = jobs_of(api, planner, planner.battery_id)

    assert (shown["job_id"], shown["asset_or_sensor_type"], shown["asset_id"]) == (str(job.id), "sensor", planner.power)
    assert (shown["entity"], shown["status"]) == (f"sensor: power (Id: {planner.power})", "queued")
    assert jobs_of(api, planner, planner.site_id) == []


def test_the_newest_job_comes_first_and_other_work_is_left_out(api: ApiClient, planner: Planner) -> None:
    first = planner.trigger()
    planner.services.clock.advance(minutes=1)  # type: ignore[attr-defined] # the clock of tests
    second = planner.trigger(forces_new_job=True)
    with planner.services.database.write() as connection:
        other = NewJob("ingestion", "of a test", {}, entity=("asset", planner.site_id))
        planner.services.jobs.enqueue(connection, other, now=NOW)

    assert [job["job_id"] for job in jobs_of(api, planner, planner.site_id)] == [str(second.id), str(first.id)]


def test_an_unknown_asset_is_a_wrong_field(api: ApiClient, planner: Planner) -> None:
    answer = api.get("/assets/9999/jobs", user=planner.user_id)

    assert (answer.status_code, list(answer.json()["message"])) == (422, ["path"])


def test_an_asset_without_jobs_has_an_empty_list(api: ApiClient, planner: Planner) -> None:
    with planner.services.database.write() as connection:
        make_sensor(connection, generic_asset_id=planner.site_id)

    assert jobs_of(api, planner, planner.site_id) == []
