"""Schedules over HTTP: triggers, waiting, answers and refusals."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api_client import ApiClient
from tests.factories import NOW, make_account, make_asset, make_sensor, make_user
from tests.planning import Planner
from wattloom.db import Database
from wattloom.jobs import JobFailure
from wattloom.scheduling import QUEUE

MARKERS = ("Scheduling job waiting", "Scheduling job in progress", "Scheduling job has an unknown status")


@pytest.fixture
def planner(database: Database) -> Planner:
    return Planner.on(database, job_wait_s=0)


@pytest.fixture
def api(planner: Planner) -> Iterator[ApiClient]:
    client = ApiClient(planner.services)
    yield client
    client.close()


def trigger(api: ApiClient, planner: Planner, **changes: Any) -> Any:
    path = f"/assets/{planner.site_id}/schedules/trigger"
    return api.post(path, user=planner.user_id, json=planner.body(**changes))


def finished(api: ApiClient, planner: Planner) -> str:
    job_id: str = trigger(api, planner).json()["schedule"]
    planner.work()
    return job_id


def test_a_trigger_names_the_job_in_all_words_that_clients_know(api: ApiClient, planner: Planner) -> None:
    answer = trigger(api, planner)

    body = answer.json()
    assert (answer.status_code, body["status"]) == (200, "PROCESSED")
    assert body["schedule"] == body["job"] == body["job_id"] == str(uuid.UUID(body["schedule"]))
    assert body["job-url"] == f"/api/v3_0/jobs/{body['job']}"


def test_the_next_profile_answers_as_flexmeasures_1(database: Database, planner: Planner) -> None:
    planner = Planner.on(database, job_wait_s=0, api_profile="next")
    api = ApiClient(planner.services)

    answer = trigger(api, planner)
    job = answer.json()["job"]

    assert (answer.status_code, answer.json()["status"]) == (202, "ACCEPTED")
    assert api.get(f"/sensors/{planner.power}/schedules/{job}", user=planner.user_id).status_code == 202
    assert api.get(f"/jobs/{job}", user=planner.user_id).status_code == 202
    api.close()


def test_one_flex_model_counts_as_a_list_of_one(api: ApiClient, planner: Planner) -> None:
    assert trigger(api, planner, flex_model=planner.model).json()["job"] == trigger(api, planner).json()["job"]


@pytest.mark.parametrize("key", ["force-new-job-creation", "force_new_job_creation"])
def test_a_new_job_can_be_forced_in_both_spellings(api: ApiClient, planner: Planner, key: str) -> None:
    first = trigger(api, planner).json()["job"]

    path = f"/assets/{planner.site_id}/schedules/trigger"
    second = api.post(path, user=planner.user_id, json={**planner.body(), key: True})

    assert second.json()["job"] != first


def test_the_older_spelling_counts_where_the_canonical_one_is_absent(api: ApiClient, planner: Planner) -> None:
    path = f"/assets/{planner.site_id}/schedules/trigger"
    first = trigger(api, planner).json()["job"]
    both = {"force_new_job_creation": True, "force-new-job-creation": False}

    second = api.post(path, user=planner.user_id, json=planner.body() | both)
    twice = api.post(f"{path}?force_new_job_creation=true", user=planner.user_id, json=planner.body() | both)

    assert second.json()["job"] == first
    assert list(twice.json()["message"]) == ["force-new-job-creation"]


def test_the_id_of_a_sequence_serves_every_sensor(api: ApiClient, planner: Planner) -> None:
    second = planner.add_sensor(name="second")
    model = [planner.model, {"sensor": second, "soc-at-start": "0 kWh", "soc-max": "10 kWh", "power-capacity": "5 kW"}]

    job = trigger(api, planner, flex_model=model, sequential=True).json()["schedule"]
    planner.work()

    for sensor in (planner.power, planner.soc, second):
        assert api.get(f"/sensors/{sensor}/schedules/{job}", user=planner.user_id).json()["status"] == "PROCESSED"
    shown = api.get(f"/jobs/{job}", user=planner.user_id).json()
    assert (shown["status"], shown["result"]["num-beliefs"]) == ("FINISHED", 96 + 97 + 96)


def test_a_sequence_needs_a_sensor_of_each_device(api: ApiClient, planner: Planner) -> None:
    answer = trigger(
        api, planner, flex_model=[{"asset": planner.battery_id, "power-capacity": "1 kW"}], sequential=True
    )

    assert answer.status_code == 422
    assert list(answer.json()["message"]["flex-model"]["0"]) == ["sensor"]


def test_a_sensor_trigger_says_where_the_schedule_will_be(api: ApiClient, planner: Planner) -> None:
    model = {key: value for key, value in planner.model.items() if key != "sensor"}
    path = f"/sensors/{planner.power}/schedules/trigger"

    answer = api.post(path, user=planner.user_id, json=planner.body(flex_model=model))
    planner.work()

    shown = api.request("GET", answer.json()["results-url"], user=planner.user_id)
    assert shown.json()["status"] == "PROCESSED"


def test_a_schedule_is_shown_with_its_costs(api: ApiClient, planner: Planner) -> None:
    job = finished(api, planner)

    answer = api.get(f"/sensors/{planner.power}/schedules/{job}?duration=PT24H", user=planner.user_id)

    body = answer.json()
    assert answer.status_code == 200
    assert {key: body[key] for key in ("start", "duration", "unit", "status")} == {
        "start": "2026-06-01T02:00:00+02:00",
        "duration": "PT24H",
        "unit": "kW",
        "status": "PROCESSED",
    }
    assert len(body["values"]) == 96
    assert body["scheduler_info"]["scheduler"] == "StorageScheduler"
    assert body["scheduler_info"]["notices"] == []
    assert body["scheduler_info"]["commitment_costs"]["electricity net energy"] == pytest.approx(-11)


def test_six_hours_are_shown_by_default(api: ApiClient, planner: Planner) -> None:
    body = api.get(f"/sensors/{planner.power}/schedules/{finished(api, planner)}", user=planner.user_id).json()

    assert (len(body["values"]), body["duration"]) == (24, "PT6H")


def test_more_than_there_is_cannot_be_shown(api: ApiClient, planner: Planner) -> None:
    path = f"/sensors/{planner.power}/schedules/{finished(api, planner)}?duration=P1M"

    body = api.get(path, user=planner.user_id).json()

    assert (len(body["values"]), body["duration"]) == (96, "PT24H")


def test_states_of_charge_include_the_end(api: ApiClient, planner: Planner) -> None:
    path = f"/sensors/{planner.soc}/schedules/{finished(api, planner)}?duration=PT1H&sign-convention=wysiwyg"

    body = api.get(path, user=planner.user_id).json()

    assert (len(body["values"]), body["values"][0], body["duration"], body["unit"]) == (5, 20, "PT1H", "kWh")


def test_signs_and_units_are_as_asked(api: ApiClient, planner: Planner) -> None:
    path = f"/sensors/{planner.power}/schedules/{finished(api, planner)}?duration=PT24H"

    as_consumption, as_production, in_mw = (
        api.get(path + more, user=planner.user_id).json()["values"]
        for more in ("", "&sign-convention=production-positive", "&unit=MW")
    )

    assert as_production == [-value for value in as_consumption]
    assert in_mw == pytest.approx([value / 1000 for value in as_consumption])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("unit=EUR", "unit"),
        ("unit=nonsense", "unit"),
        ("sign-convention=sideways", "sign-convention"),
        ("duration=long", "duration"),
        ("colour=blue", "colour"),
    ],
)
def test_wrong_parameters_are_named_without_a_location(
    api: ApiClient, planner: Planner, query: str, field: str
) -> None:
    answer = api.get(f"/sensors/{planner.power}/schedules/{finished(api, planner)}?{query}", user=planner.user_id)

    assert answer.status_code == 422
    assert list(answer.json()["message"]) == [field]


def test_an_unfinished_job_makes_clients_poll_again(api: ApiClient, planner: Planner) -> None:
    job = trigger(api, planner).json()["job"]

    answer = api.get(f"/sensors/{planner.power}/schedules/{job}", user=planner.user_id)

    assert (answer.status_code, answer.json()["status"]) == (400, "UNKNOWN_SCHEDULE")
    assert "Scheduling job waiting" in answer.json()["message"]


def test_a_client_may_prefer_not_to_wait(api: ApiClient, planner: Planner) -> None:
    job = trigger(api, planner).json()["job"]
    prefer = {"Prefer": "respond-async"}

    schedule = api.get(f"/sensors/{planner.power}/schedules/{job}", user=planner.user_id, headers=prefer)
    shown = api.get(f"/jobs/{job}", user=planner.user_id, headers=prefer)

    assert (schedule.status_code, schedule.json()["status"]) == (202, "QUEUED")
    assert (shown.status_code, shown.json()["status"]) == (202, "QUEUED")


def test_a_failed_job_tells_why_and_nobody_polls_again(api: ApiClient, planner: Planner) -> None:
    job = trigger(api, planner, start="2030-01-01T00:00:00+00:00").json()["job"]
    planner.work()

    answer = api.get(f"/sensors/{planner.power}/schedules/{job}", user=planner.user_id)

    message = answer.json()["message"]
    assert (answer.status_code, answer.json()["status"]) == (400, "UNKNOWN_SCHEDULE")
    expected = f"failed with UnknownPricesException: Prices unknown for planning window. (sensor {planner.price})"
    assert expected in message
    assert message.endswith("StorageScheduler was used.")
    assert not any(marker in message for marker in MARKERS)


@pytest.mark.parametrize(
    ("changes", "failure"),
    [
        ({"soc-targets": [{"datetime": "2026-06-01T01:00:00+00:00", "value": "90 kWh"}]}, "InfeasibleProblemException"),
        ({"soc-at-start": None}, "MissingDataError: No recent state-of-charge value found"),
    ],
)
def test_a_failure_has_the_name_that_clients_know(
    api: ApiClient, planner: Planner, changes: dict[str, Any], failure: str
) -> None:
    context = {**planner.context, "relax-constraints": False}
    job = trigger(api, planner, flex_model=[{**planner.model, **changes}], flex_context=context).json()["job"]
    planner.work()

    answer = api.get(f"/sensors/{planner.power}/schedules/{job}", user=planner.user_id)

    assert f"Scheduling job failed with {failure}" in answer.json()["message"]


@pytest.mark.parametrize("job_id", ["00000000-0000-0000-0000-000000000000", "yesterday"])
def test_unknown_jobs_have_their_own_code(api: ApiClient, planner: Planner, job_id: str) -> None:
    schedule = api.get(f"/sensors/{planner.power}/schedules/{job_id}", user=planner.user_id)
    job = api.get(f"/jobs/{job_id}", user=planner.user_id)

    assert (schedule.status_code, schedule.json()["status"]) == (400, "UNRECOGNIZED_UDI_EVENT")
    assert (job.status_code, job.json()["status"]) == (404, "ERROR")


def test_a_sensor_outside_the_job_has_no_schedule(api: ApiClient, planner: Planner) -> None:
    answer = api.get(f"/sensors/{planner.price}/schedules/{finished(api, planner)}", user=planner.user_id)

    assert (answer.status_code, answer.json()["status"]) == (400, "UNKNOWN_SCHEDULE")


def test_a_finished_job_is_told_in_both_spellings(api: ApiClient, planner: Planner) -> None:
    answer = api.get(f"/jobs/{finished(api, planner)}", user=planner.user_id)

    body = answer.json()
    assert (answer.status_code, body["status"], body["origin"]) == (200, "FINISHED", "scheduling")
    assert body["func-name"] == body["func_name"] == "scheduling.make_schedule"
    assert body["ended-at"] == body["ended_at"] is not None
    assert (body["result"]["unresolved"], body["result"]["num-beliefs"]) == ([], 193)


def test_a_failed_job_is_told_with_its_reason(api: ApiClient, planner: Planner) -> None:
    job = trigger(api, planner, start="2030-01-01T00:00:00+00:00").json()["job"]
    planner.work()

    answer = api.get(f"/jobs/{job}", user=planner.user_id)

    assert (answer.status_code, answer.json()["status"], answer.json()["result"]) == (200, "FAILED", None)
    assert "MissingDataError" in answer.json()["exc-info"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"nonsense": 1}, {"nonsense": ["Unknown field."]}),
        ({"flex-modell": []}, {"flex-modell": ["Unknown field. Did you mean 'flex-model'?"]}),
        (
            {"start": "2026-06-01T00:00:00"},
            {"start": ["Not a valid aware datetime. Add an offset, for example +01:00."]},
        ),
        ({"duration": "a day"}, {"duration": None}),
        ({"duration": "P60D"}, {"duration": None}),
        ({"flex-model": "fast"}, {"flex-model": ["Must be a list of objects."]}),
        (
            {"flex-model": [{"sensor": 987654321}]},
            {"flex-model": {"0": {"sensor": ["No sensor found with ID 987654321."]}}},
        ),
        ({"sequential": "one by one"}, {"sequential": ["Not a valid boolean."]}),
        ({"force_new_job_creation": "maybe"}, {"force-new-job-creation": ["Not a valid boolean."]}),
        ({"flex-context": "cheap"}, {"flex-context": ["The flex-context must be an object, or a list of objects."]}),
    ],
)
def test_wrong_triggers_are_named_without_a_location(
    api: ApiClient, planner: Planner, changes: dict[str, Any], message: dict[str, Any]
) -> None:
    answer = trigger(api, planner, **changes)

    found = answer.json()["message"]
    assert answer.status_code == 422
    assert found == {key: found[key] if text is None else text for key, text in message.items()}


@pytest.mark.parametrize("as_list", [True, False], ids=["list", "object"])
def test_wrong_flex_models_are_named_below_json(api: ApiClient, planner: Planner, *, as_list: bool) -> None:
    model = {**planner.model, "soc-minn": 1}

    answer = trigger(api, planner, flex_model=[model] if as_list else model)

    assert answer.status_code == 422
    assert answer.json()["message"] == {"json": {"soc-minn": ["Unknown field. Did you mean 'soc-min'?"]}}


def test_a_missing_start_is_named(api: ApiClient, planner: Planner) -> None:
    body = {key: value for key, value in planner.body().items() if key != "start"}

    answer = api.post(f"/assets/{planner.site_id}/schedules/trigger", user=planner.user_id, json=body)

    assert answer.json()["message"] == {"start": ["Missing data for required field."]}


def test_fields_may_stand_in_the_query_but_not_twice(api: ApiClient, planner: Planner) -> None:
    path = f"/assets/{planner.site_id}/schedules/trigger?duration=PT1H"
    body = {key: value for key, value in planner.body().items() if key != "duration"}

    once = api.post(path, user=planner.user_id, json=body)
    twice = api.post(path, user=planner.user_id, json=planner.body())

    assert once.status_code == 200
    assert (twice.status_code, list(twice.json()["message"])) == (422, ["duration"])


def test_an_unknown_asset_is_named_by_its_id(api: ApiClient, planner: Planner) -> None:
    unknown = api.post("/assets/987654321/schedules/trigger", user=planner.user_id, json=planner.body())
    unreadable = api.post("/assets/home/schedules/trigger", user=planner.user_id, json=planner.body())

    assert (unknown.status_code, list(unknown.json()["message"])) == (422, ["id"])
    assert (unreadable.status_code, list(unreadable.json()["message"])) == (422, ["id"])


def test_a_stranger_may_neither_trigger_nor_look(api: ApiClient, planner: Planner, database: Database) -> None:
    job = finished(api, planner)
    with database.write() as connection:
        stranger = make_user(connection)

    for answer in (
        api.post(f"/assets/{planner.site_id}/schedules/trigger", user=stranger, json=planner.body()),
        api.get(f"/sensors/{planner.power}/schedules/{job}", user=stranger),
        api.get(f"/jobs/{job}", user=stranger),
    ):
        assert (answer.status_code, answer.json()["status"]) == (403, "INVALID_SENDER")


def test_a_job_of_somebody_else_is_unknown_with_ones_own_sensor(
    api: ApiClient, planner: Planner, database: Database
) -> None:
    job = trigger(api, planner, start="2030-01-01T00:00:00+00:00").json()["job"]
    planner.work()
    with database.write() as connection:
        account = make_account(connection)
        stranger = make_user(connection, account_id=account)
        power = make_sensor(connection, generic_asset_id=make_asset(connection, account_id=account))

    answer = api.get(f"/sensors/{power}/schedules/{job}", user=stranger)

    assert (answer.status_code, answer.json()["status"]) == (400, "UNRECOGNIZED_UDI_EVENT")


def test_tracebacks_are_for_admins(api: ApiClient, planner: Planner, database: Database) -> None:
    job = trigger(api, planner).json()["job"]
    claimed = planner.services.jobs.claim("test", [QUEUE], now=NOW)
    assert claimed is not None
    planner.services.jobs.fail(claimed.attempt, JobFailure("KeyError", "3", 'File "run.py", line 7'), now=NOW)
    with database.write() as connection:
        admin = make_user(connection, roles=("admin",))

    told, told_to_admin = (api.get(f"/jobs/{job}", user=user).json() for user in (planner.user_id, admin))

    assert told["exc-info"] == told["exc_info"] == "KeyError: 3"
    assert "line 7" in told_to_admin["exc-info"]


def test_nobody_is_told_nothing(api: ApiClient, planner: Planner) -> None:
    job = finished(api, planner)

    assert api.post(f"/assets/{planner.site_id}/schedules/trigger", json=planner.body()).status_code == 401
    assert api.get(f"/sensors/{planner.power}/schedules/{job}").status_code == 401
    assert api.get(f"/jobs/{job}").status_code == 401


def test_a_foreign_sensor_is_refused_by_its_field_and_not_by_its_name(
    api: ApiClient, planner: Planner, database: Database
) -> None:
    with database.write() as connection:
        foreign = make_sensor(connection, name="secret", unit="EUR/MWh")

    answer = trigger(api, planner, flex_context={**planner.context, "production-price": {"sensor": foreign}})

    assert answer.status_code == 403
    assert "{'json': {'flex-context': {'production-price': 'sensor'}}}" in answer.json()["message"]
    assert "secret" not in answer.text


def test_public_sensors_are_read_but_not_recorded_on(api: ApiClient, planner: Planner, database: Database) -> None:
    with database.write() as connection:
        public = make_asset(connection, account_id=None)
        price = make_sensor(connection, generic_asset_id=public, unit="EUR/MWh")
        power = make_sensor(connection, generic_asset_id=public)

    reading = trigger(api, planner, flex_context={**planner.context, "production-price": {"sensor": price}})
    writing = trigger(api, planner, flex_model=[{**planner.model, "consumption": {"sensor": power}}])

    assert (reading.status_code, writing.status_code) == (200, 403)


def test_durations_in_the_clients_own_form_are_read(api: ApiClient, planner: Planner) -> None:
    assert trigger(api, planner, duration="P0DT12H0M0S").status_code == 200
