"""Processes from trigger to stored schedule, over the API and in sequences with batteries."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from tests.api_client import ApiClient
from tests.factories import make_asset, make_sensor
from tests.planning import START, Planner
from wattloom.jobs import Job
from wattloom.timeseries import sources_of_sensors

TOY = (10, 11, 12, 15, 18, 17, 10.5, 9, 9.5, 9, 8.5, 10, 8, 5, 4, 4, 5.5, 8, 12, 13, 14, 12.5, 10, 7)
AT_THREE = {"start": (START + timedelta(hours=15)).isoformat(), "duration": "PT1H"}
PROCESS: dict[str, Any] = {"power": "200 kW", "duration": "PT4H", "time-restrictions": [AT_THREE]}


@pytest.fixture
def api(planner: Planner) -> Iterator[ApiClient]:
    client = ApiClient(planner.services)
    yield client
    client.close()


@pytest.fixture
def machine(planner: Planner) -> tuple[int, int]:
    """Add a process below the site, on a day with the prices of the tutorial; ids of asset and power sensor."""
    planner.record(planner.price, TOY, believed_at=planner.services.clock() - timedelta(days=1))
    return add_machine(planner)


def add_machine(planner: Planner, *, kind: str = "process", **columns: Any) -> tuple[int, int]:
    with planner.services.database.write() as connection:
        asset = make_asset(connection, kind=kind, account_id=planner.account_id, parent_asset_id=planner.site_id)
        defaults = {"generic_asset_id": asset, "name": "power", "event_resolution": "PT1H"}
        return asset, make_sensor(connection, **defaults | columns)


def running(planner: Planner, job: Job, sensor_id: int) -> list[int]:
    return np.flatnonzero(planner.schedule(job, sensor_id).values).tolist()


def body(planner: Planner, **changes: Any) -> dict[str, Any]:
    return planner.body(**{"flex_context": {"consumption-price": {"sensor": planner.price}}, **changes})


@pytest.mark.parametrize(
    ("process_type", "hours", "cost_eur"),
    [
        ("INFLEXIBLE", [0, 1, 2, 3], 9.6),
        ("SHIFTABLE", [11, 12, 13, 14], 5.4),
        ("BREAKABLE", [13, 14, 16, 23], 4.3),
    ],
)
def test_sensor_trigger_makes_a_process_schedule(
    api: ApiClient, planner: Planner, machine: tuple[int, int], process_type: str, hours: list[int], cost_eur: float
) -> None:
    asked = body(planner, flex_model={**PROCESS, "process-type": process_type})
    answer = api.post(f"/sensors/{machine[1]}/schedules/trigger", user=planner.user_id, json=asked)
    planner.work()
    shown = api.request("GET", f"{answer.json()['results-url']}?duration=PT24H", user=planner.user_id).json()

    assert np.flatnonzero(shown["values"]).tolist() == hours
    assert max(shown["values"]) == 200
    assert (shown["unit"], shown["message"]) == ("kW", "Request has been processed. ProcessScheduler was used.")
    assert shown["scheduler_info"]["scheduler"] == "ProcessScheduler"
    assert shown["scheduler_info"]["commitment_costs"] == pytest.approx({"electricity net energy": cost_eur})


def test_asset_trigger_makes_a_process_schedule(api: ApiClient, planner: Planner, machine: tuple[int, int]) -> None:
    asked = body(planner, flex_model=[{**PROCESS, "sensor": machine[1], "power": 20, "process-type": "BREAKABLE"}])
    job = api.post(f"/assets/{machine[0]}/schedules/trigger", user=planner.user_id, json=asked).json()["schedule"]
    planner.work()
    told = api.get(f"/jobs/{job}", user=planner.user_id).json()
    shown = api.get(f"/sensors/{machine[1]}/schedules/{job}?duration=PT24H", user=planner.user_id).json()

    assert (told["status"], told["result"]["unresolved"], told["result"]["resolved"]) == ("FINISHED", [], [])
    assert told["result"]["num-beliefs"] == 24
    assert [hour for hour, power_kw in enumerate(shown["values"]) if power_kw == 20] == [13, 14, 16, 23]


def test_job_of_an_asset_tells_who_planned(api: ApiClient, planner: Planner, machine: tuple[int, int]) -> None:
    planner.plan(subject=("asset", machine[0]), flex_model=[{**PROCESS, "sensor": machine[1]}])

    [listed] = api.get(f"/assets/{machine[0]}/jobs", user=planner.user_id).json()["jobs"]

    assert '"scheduler_info":{"scheduler":"ProcessScheduler"}' in listed["metadata"]
    assert '"model":"ProcessScheduler"' in listed["metadata"]


def test_what_is_stored_has_the_sign_of_the_sensor_and_a_source_of_its_own(
    planner: Planner, machine: tuple[int, int]
) -> None:
    job = planner.plan(flex_model=[{**PROCESS, "sensor": machine[1]}])

    stored = planner.schedule(job, machine[1], sign="wysiwyg")
    with planner.services.database.read() as connection:
        [source] = sources_of_sensors(connection, [machine[1]]).values()

    assert stored.values.min() == -200
    assert (source.name, source.type, source.model) == ("Wattloom", "scheduler", "ProcessScheduler")


@pytest.mark.parametrize("kind", ["process", "load"])
def test_processes_of_a_site_are_planned_at_once(planner: Planner, machine: tuple[int, int], kind: str) -> None:
    _, second = add_machine(planner, kind=kind, event_resolution="PT1H")
    entries = [{**PROCESS, "sensor": machine[1]}, {**PROCESS, "sensor": second, "process-type": "SHIFTABLE"}]

    job = planner.plan(flex_model=entries)

    assert [running(planner, job, each) for each in (machine[1], second)] == [[0, 1, 2, 3], [11, 12, 13, 14]]
    assert job.result is not None
    assert job.result["scheduler-info"]["commitment_costs"] == pytest.approx({"electricity net energy": 15})


def test_type_may_stand_on_the_asset(planner: Planner, machine: tuple[int, int]) -> None:
    planner.store(machine[0], attributes={"process-type": "SHIFTABLE"})

    job = planner.plan(flex_model=[{**PROCESS, "sensor": machine[1]}])

    assert running(planner, job, machine[1]) == [11, 12, 13, 14]


def test_attribute_makes_a_process_of_any_device(planner: Planner, machine: tuple[int, int]) -> None:
    planner.store(planner.battery_id, attributes={"custom-scheduler": "ProcessScheduler"})
    del machine

    job = planner.plan(subject=("sensor", planner.power), flex_model={**PROCESS, "duration": "PT15M"})

    assert running(planner, job, planner.power) == [0]


def test_load_without_a_duration_is_a_flexible_device_like_others(planner: Planner) -> None:
    _, heater = add_machine(planner, kind="load", event_resolution="PT15M")
    flexible = {"sensor": heater, "power-capacity": "3 kW", "production-capacity": "0 kW"}

    job = planner.plan(flex_model=[planner.model, flexible])

    assert job.result is not None
    assert job.result["scheduler-info"]["scheduler"] == "StorageScheduler"


def test_process_and_battery_together_are_refused(api: ApiClient, planner: Planner, machine: tuple[int, int]) -> None:
    asked = body(planner, flex_model=[planner.model, {**PROCESS, "sensor": machine[1]}])

    answer = api.post(f"/assets/{planner.site_id}/schedules/trigger", user=planner.user_id, json=asked)

    assert answer.status_code == 422
    [text] = answer.json()["message"]["flex-model"]
    assert "StorageScheduler, ProcessScheduler" in text
    assert "sequential" in text


def test_battery_is_planned_around_a_process_before_it(planner: Planner, machine: tuple[int, int]) -> None:
    """The process takes the whole connection from 00:00 to 04:00, so that the battery charges after it."""
    battery = {**planner.model, "power-capacity": "100 kW"}
    context = {"consumption-price": "100 EUR/MWh", "production-price": "0 EUR/MWh", "site-power-capacity": "200 kW"}
    targets = [{"datetime": (START + timedelta(hours=8)).isoformat(), "value": "100 kWh"}]

    job = planner.plan(
        flex_model=[{**PROCESS, "sensor": machine[1]}, {**battery, "soc-targets": targets}],
        flex_context=context,
        is_sequential=True,
    )

    charging = planner.schedule(job, planner.power).values
    assert charging[:16] == pytest.approx(0)
    assert charging.sum() / 4 == pytest.approx(80)
    assert job.result is not None
    assert [each["model"] for each in job.result["sources"]] == ["ProcessScheduler", "StorageScheduler"]
    # 4 h × 200 kW and 80 kWh at 0.1 EUR/kWh.
    costs = job.result["scheduler-info"]["commitment_costs"]
    assert costs["electricity net energy"] == pytest.approx(88)


def test_wrong_fields_are_named_when_a_schedule_is_asked_for(
    api: ApiClient, planner: Planner, machine: tuple[int, int]
) -> None:
    asked = body(planner, flex_model={"power": "many", "speed": 3})

    answer = api.post(f"/sensors/{machine[1]}/schedules/trigger", user=planner.user_id, json=asked)

    assert answer.status_code == 422
    assert set(answer.json()["message"]["json"]) == {"power", "speed", "duration"}


def test_restrictions_without_room_are_refused(api: ApiClient, planner: Planner, machine: tuple[int, int]) -> None:
    asked = body(
        planner,
        flex_model={**PROCESS, "time-restrictions": [{**AT_THREE, "start": START.isoformat(), "duration": "P1D"}]},
    )

    answer = api.post(f"/sensors/{machine[1]}/schedules/trigger", user=planner.user_id, json=asked)

    expected = "Cannot allocate a block of time PT4H given the time restrictions provided."
    assert answer.json()["message"]["json"] == {"time-restrictions": [expected]}


def test_price_that_nobody_recorded_fails_the_job(api: ApiClient, planner: Planner) -> None:
    _, sensor = add_machine(planner)
    price = planner.add_sensor(unit="EUR/MWh", event_resolution="PT1H")

    job = planner.plan(
        subject=("sensor", sensor), flex_model=PROCESS, flex_context={"consumption-price": {"sensor": price}}
    )
    shown = api.get(f"/sensors/{sensor}/schedules/{job.id}", user=planner.user_id)

    assert job.error is not None
    assert job.error.message.startswith(f"Prices unknown for planning window. (sensor {price})")
    assert shown.status_code == 400
    assert shown.json()["message"].endswith("ProcessScheduler was used.")
