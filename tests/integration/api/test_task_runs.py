"""Tasks report their runs, and monitors hear of them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.api_client import ApiClient, make_services
from tests.factories import NOW, make_user
from wattloom.accounts import seed_roles
from wattloom.db import Database

GET, POST = "/api/ops/getLatestTaskRun", "/api/ops/postLatestTaskRun"
TOKEN = {"Authorization": "only monitors know"}
IMPORT = {"name": "import prices"}
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def api(database: Database) -> Iterator[ApiClient]:
    with database.write() as connection:
        seed_roles(connection)
    options = {"task_check_token": "only monitors know", "task_frequencies_min": {"import prices": 60}}
    client = ApiClient(make_services(database, public_host="wattloom.test", **options))
    yield client
    client.close()


@pytest.fixture
def runner(database: Database) -> int:
    with database.write() as connection:
        return make_user(connection, roles=("task-runner",))


def test_a_run_is_heard_of(api: ApiClient, runner: int) -> None:
    posted = api.post(POST, user=runner, data=IMPORT)

    response = api.get(GET, headers=TOKEN, params=IMPORT)

    assert (posted.status_code, posted.json()["status"]) == (200, "OK")
    assert response.status_code == 200
    assert response.json() == {
        "status": "OK",
        "reason": "",
        "lastrun": NOW.isoformat(),
        "frequency": 60,
        "process": "Wattloom",
        "server": "wattloom.test",
    }


def test_the_latest_report_counts(api: ApiClient, runner: int) -> None:
    earlier = (NOW - timedelta(hours=1)).isoformat()
    api.post(POST, user=runner, data=IMPORT)
    api.post(POST, user=runner, data=IMPORT | {"status": "False", "datetime": earlier})

    body = api.get(GET, headers={"Authorization": "Bearer only monitors know"}, params=IMPORT).json()

    assert (body["status"], body["lastrun"]) == ("ERROR", earlier)
    assert body["reason"] == "The latest run of task 'import prices' failed."


@on_sqlite
def test_a_task_without_a_frequency_of_its_own_runs_every_ten_minutes(api: ApiClient, runner: int) -> None:
    api.post(POST, user=runner, data={"name": "other"})

    assert api.get(GET, headers=TOKEN, params={"name": "other"}).json()["frequency"] == 10


def test_a_task_that_never_ran_is_not_found(api: ApiClient) -> None:
    response = api.get(GET, headers=TOKEN, params={"name": "never"})

    body = response.json()
    assert (response.status_code, body["status"], body["lastrun"]) == (404, "ERROR", None)
    assert body["reason"] == body["message"] == "Task 'never' has not reported any run."


@on_sqlite
@pytest.mark.parametrize("params", [{}, {"name": ""}])
def test_a_monitor_names_the_task(api: ApiClient, params: dict[str, str]) -> None:
    response = api.get(GET, headers=TOKEN, params=params)

    assert (response.status_code, response.json()["status"]) == (400, "ERROR")


@on_sqlite
@pytest.mark.parametrize(("token", "status"), [(None, 401), ("guessed", 403), ("", 403), ("Bearer é", 403)])
def test_only_monitors_may_ask(api: ApiClient, token: str | None, status: int) -> None:
    headers = {} if token is None else {"Authorization": token.encode()}

    assert api.get(GET, headers=headers, params=IMPORT).status_code == status


@on_sqlite
def test_nobody_may_ask_where_no_token_is_set(database: Database) -> None:
    api = ApiClient(make_services(database))

    response = api.get(GET, headers={"Authorization": ""}, params=IMPORT)

    assert response.status_code == 403
    api.close()


@on_sqlite
@pytest.mark.parametrize(("roles", "status"), [(("task-runner",), 200), (("admin",), 200), (("account-admin",), 403)])
def test_only_task_runners_report(api: ApiClient, database: Database, roles: tuple[str, ...], status: int) -> None:
    with database.write() as connection:
        user = make_user(connection, roles=roles)

    assert api.post(POST, user=user, data=IMPORT).status_code == status


@on_sqlite
@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 81}, "name"),
        (IMPORT | {"datetime": "2026-03-01T12:00:00"}, "datetime"),
    ],
)
def test_a_wrong_report_names_the_field(api: ApiClient, runner: int, form: dict[str, Any], field: str) -> None:
    response = api.post(POST, user=runner, data=form)

    assert response.status_code == 422
    assert list(response.json()["message"]["json"]) == [field]
