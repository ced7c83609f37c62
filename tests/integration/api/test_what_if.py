"""What would be planned: checked like a trigger, answered at once, and nowhere to be found afterwards."""

import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from tests.api_client import ApiClient
from tests.factories import make_account, make_api_key, make_asset, make_user
from tests.planning import Planner
from tests.working import work_at_once
from wattloom.accounts import Action
from wattloom.db import Database, metadata
from wattloom.jobs import EmbeddedJobQueue
from wattloom.scheduling import WHAT_IF_KIND

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def planner(database: Database) -> Planner:
    found = Planner.on(database, job_wait_s=0, what_if_wait_s=0)
    work_at_once(found.services)
    return found


@pytest.fixture
def api(planner: Planner) -> Iterator[ApiClient]:
    client = ApiClient(planner.services)
    yield client
    client.close()


def ask(api: ApiClient, planner: Planner, *, user: int | None = None, **changes: Any) -> httpx.Response:
    body = planner.body(**({"asset": planner.site_id} | changes))
    return api.post("/api/v4/schedules/what-if", user=user or planner.user_id, json=body)


def _status_of(planner: Planner, job_id: uuid.UUID) -> int:
    client = ApiClient(planner.services)
    try:
        return client.get(f"/jobs/{job_id}", user=planner.user_id).status_code
    finally:
        client.close()


def row_counts(planner: Planner) -> dict[str, int]:
    with planner.services.database.read() as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in metadata.sorted_tables
        }


def test_the_answer_is_the_plan_that_a_trigger_makes(api: ApiClient, planner: Planner) -> None:
    told = ask(api, planner).json()

    job = api.post(f"/assets/{planner.site_id}/schedules/trigger", user=planner.user_id, json=planner.body()).json()[
        "job"
    ]
    made = api.get(f"/api/v4/schedules/{job}/explanation", user=planner.user_id).json()
    assert told["plans"][0]["devices"][0]["power_kw"] == made["plans"][0]["devices"][0]["power_kw"]
    assert told["plans"][0]["stocks"] == made["plans"][0]["stocks"]
    assert (told["costs"], told["notices"], told["resolved"]) == (made["costs"], made["notices"], made["resolved"])


def test_nothing_is_stored(api: ApiClient, planner: Planner) -> None:
    outputs = {"consumption": {"sensor": planner.add_sensor(name="in")}}
    before = row_counts(planner)

    answer = ask(api, planner, flex_model=[{**planner.model, **outputs}])

    assert answer.status_code == 200, answer.text
    assert row_counts(planner) == before


@ON_SQLITE
def test_output_sensors_are_not_marked(api: ApiClient, planner: Planner) -> None:
    sensor = planner.add_sensor(name="in")

    assert ask(api, planner, flex_model=[{**planner.model, "consumption": {"sensor": sensor}}]).status_code == 200

    shown = api.get(f"/sensors/{sensor}", user=planner.user_id).json()
    assert "consumption_is_positive" not in str(shown["attributes"])


@ON_SQLITE
def test_output_sensors_of_the_other_sign_are_refused(api: ApiClient, planner: Planner) -> None:
    sensor = planner.add_sensor(name="in", attributes={"consumption_is_positive": False})

    answer = ask(api, planner, flex_model=[{**planner.model, "consumption": {"sensor": sensor}}])

    assert answer.status_code == 422
    assert "consumption_is_positive" in answer.text


def test_it_is_compared_with_the_present_plan(api: ApiClient, planner: Planner) -> None:
    """With twice the power the battery could do no better: it is filled and emptied once a day."""
    api.post(f"/assets/{planner.site_id}/schedules/trigger", user=planner.user_id, json=planner.body())
    planner.services.clock.advance(hours=1)  # type: ignore[attr-defined] # the clock of tests can be set

    told = ask(api, planner, flex_model=[{**planner.model, "power-capacity": "50 kW"}]).json()

    assert told["plans"][0]["comparison"]["previous"]["saving"] == pytest.approx(0, abs=1e-2)
    assert len(told["plans"][0]["devices"][0]["previous_kw"]) == 96


@ON_SQLITE
def test_a_sensor_can_be_asked_about(api: ApiClient, planner: Planner) -> None:
    model = {name: value for name, value in planner.model.items() if name != "sensor"}

    answer = ask(api, planner, asset=None, sensor=planner.power, flex_model=model)

    assert answer.status_code == 200, answer.text
    assert answer.json()["plans"][0]["devices"][0]["sensor"] == planner.power


def test_contradictions_are_named_and_nothing_is_left(api: ApiClient, planner: Planner) -> None:
    target = {"datetime": "2026-06-01T00:15:00+00:00", "value": "90 kWh"}
    context = {**planner.context, "relax-constraints": False}
    before = row_counts(planner)

    answer = ask(api, planner, flex_model=[{**planner.model, "soc-targets": [target]}], flex_context=context)

    assert (answer.status_code, answer.json()["status"]) == (400, "UNKNOWN_SCHEDULE")
    assert {"soc-targets"} <= {clash["field"] for clash in answer.json()["clashes"]}
    assert row_counts(planner) == before


@ON_SQLITE
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"asset": None}, "_schema"),
        ({"sensor": 1}, "_schema"),
        ({"asset": 987}, "asset"),
        ({"duration": "P1000D"}, "duration"),
        ({"time_limit": "PT0S"}, "time-limit"),
        ({"flex_model": [{"sensor": 2, "soc-max": "9 kW"}]}, "soc-max"),
        ({"colour": "blue"}, "colour"),
    ],
)
def test_wrong_requests_are_refused_by_field(
    api: ApiClient, planner: Planner, changes: dict[str, Any], field: str
) -> None:
    before = row_counts(planner)

    answer = ask(api, planner, **changes)

    assert answer.status_code == 422
    assert field in answer.text
    assert row_counts(planner) == before


def test_a_plan_that_takes_too_long_is_given_up(database: Database) -> None:
    planner = Planner.on(database, what_if_wait_s=0)
    api = ApiClient(planner.services)
    before = row_counts(planner)

    answer = ask(api, planner)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert answer.json()["message"].startswith("No plan was found within 0 s.")
    assert row_counts(planner) == before
    api.close()


@ON_SQLITE
def test_nobody_finds_it_while_it_is_planned(database: Database) -> None:
    """Nor is a worker busy with it after whoever asked has been told to try again."""
    planner = Planner.on(database, what_if_wait_s=40)
    found: list[tuple[float, int, list[Any]]] = []
    api = ApiClient(planner.services)

    def look() -> None:
        with database.read() as connection:
            [waiting] = planner.services.jobs.newest(connection, WHAT_IF_KIND)
        listed = planner.services.jobs.list_for
        with database.read() as connection:
            found.append(
                (
                    waiting.time_limit_s,
                    _status_of(planner, waiting.id),
                    listed(connection, [("asset", planner.site_id)]),
                )
            )
        planner.work()

    assert isinstance(planner.services.jobs, EmbeddedJobQueue)
    planner.services.jobs.wake_with(look)

    assert ask(api, planner).status_code == 200
    assert found == [(40, 404, [])]
    api.close()


@ON_SQLITE
def test_the_time_limit_is_for_the_solver(api: ApiClient, planner: Planner) -> None:
    assert ask(api, planner, time_limit="PT0.5S").status_code == 200


@ON_SQLITE
def test_who_may_not_trigger_may_not_ask(api: ApiClient, planner: Planner) -> None:
    with planner.services.database.write() as connection:
        stranger = make_user(connection, account_id=make_account(connection))
        keys = [make_api_key(connection, planner.user_id, scope) for scope in (Action.READ, Action.CREATE_CHILDREN)]
    before = row_counts(planner)
    fixed = planner.body(asset=planner.site_id, flex_context={"consumption-price": "0.1 EUR/kWh"})

    by_stranger = ask(api, planner, user=stranger)
    by_keys = [api.post("/api/v4/schedules/what-if", headers={"Authorization": key}, json=fixed) for key in keys]

    assert [each.status_code for each in (by_stranger, *by_keys)] == [403, 403, 403]
    assert row_counts(planner) == before


@ON_SQLITE
def test_assets_of_others_are_not_told_by_name(api: ApiClient, planner: Planner) -> None:
    """The entry of a sensor may say which asset it is, and plans call it by its name."""
    with planner.services.database.write() as connection:
        others = make_asset(connection, name="theirs")
    model = {key: value for key, value in planner.model.items() if key != "sensor"}

    answer = ask(api, planner, asset=None, sensor=planner.power, flex_model={**model, "asset": others})

    assert answer.status_code == 403
    assert "theirs" not in answer.text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_it_counts_as_a_trigger(database: Database) -> None:
    planner = Planner.on(database, api_trigger_rate_limit="1 per hour")
    work_at_once(planner.services)
    api = ApiClient(planner.services)

    statuses = [ask(api, planner).status_code for _ in range(2)]

    assert statuses == [200, 429]
    api.close()
