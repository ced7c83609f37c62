"""What the specification states of each row of its table: ids, fields, the member status, wrong methods."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.api_client import ApiClient, make_services
from tests.factories import make_asset, make_sensor, make_user
from wattloom.accounts import get_user, seed_roles
from wattloom.api.app import create_api
from wattloom.assets import seed_asset_types
from wattloom.db import Database

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

NOBODY = 987_654
JOB = "00000000-0000-0000-0000-000000000000"
NOTE = {"content": "x", "start": "2026-01-01T00:00:00Z", "end": "2026-01-01T01:00:00Z"}
WINDOW = "start=2026-01-01T00:00:00Z&duration=PT1H"
DAY = "start=2026-01-01T00:00:00Z&end=2026-01-02T00:00:00Z"
VALUES = {"values": [1], "start": "2026-01-01T00:00:00Z", "duration": "PT15M", "unit": "kW"}
START = {"start": "2026-01-01T00:00:00Z"}


@dataclass(frozen=True)
class Site:
    """An asset with a sensor, its account and an admin of everything."""

    api: ApiClient
    account: int
    user: int
    asset: int
    sensor: int

    def ask(self, route: str, **more: Any) -> Any:
        """Send ``METHOD /path``, with the ids of the site in braces."""
        method, path = route.split()
        ids = {"account": self.account, "user": self.user, "asset": self.asset, "sensor": self.sensor}
        return self.api.request(method, path.format(**ids, nobody=NOBODY, job=JOB), user=self.user, **more)


@pytest.fixture
def site(database: Database) -> Iterator[Site]:
    with database.write() as connection:
        seed_asset_types(connection)
        seed_roles(connection)
        user = make_user(connection, roles=("admin",))
        account = get_user(connection, user).account_id
        asset = make_asset(connection, account_id=account)
        sensor = make_sensor(connection, generic_asset_id=asset)
    api = ApiClient(make_services(database, job_wait_s=0))
    yield Site(api, account, user, asset, sensor)
    api.close()


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("GET /assets/{nobody}", None),
        ("PATCH /assets/{nobody}", {"latitude": 1}),
        ("DELETE /assets/{nobody}", None),
        ("GET /assets/{nobody}/chart", None),
        ("GET /assets/{nobody}/chart_data", None),
        ("GET /assets/{nobody}/chart_annotations", None),
        (f"GET /assets/{{nobody}}/kpis?{DAY}", None),
        ("POST /assets/{nobody}/copy", None),
        ("POST /assets/{asset}/copy?account={nobody}", None),
        (f"GET /sensors/{{nobody}}/data?{WINDOW}&unit=kW", None),
        ("POST /sensors/{nobody}/data", VALUES),
        (f"GET /sensors/{{sensor}}/data?{WINDOW}&unit=kW&source-account={{nobody}}", None),
        ("GET /users/{nobody}", None),
        ("PATCH /users/{nobody}", {"username": "x"}),
        ("PATCH /users/{nobody}/password-reset", None),
        ("GET /users/{nobody}/auditlog", None),
        ("POST /users", {"email": "x@example.com", "username": "x", "account_id": NOBODY}),
        ("GET /accounts/{nobody}", None),
        ("PATCH /accounts/{nobody}", {"name": "x"}),
        ("GET /accounts/{nobody}/auditlog", None),
        ("POST /accounts/{nobody}/annotations", NOTE),
        ("GET /assets?account_id={nobody}", None),
        ("GET /sensors?account={nobody}", None),
        ("GET /users?account_id={nobody}", None),
    ],
)
def test_unknown_ids_that_are_not_found(site: Site, route: str, body: dict[str, Any] | None) -> None:
    answer = site.ask(route, json=body)

    assert answer.status_code == 404
    assert answer.json() == {"message": answer.json()["message"], "status": 404}
    assert answer.json()["message"].endswith(f" found with ID {NOBODY}.")


@pytest.mark.parametrize(
    ("route", "body", "place"),
    [
        ("GET /assets/{nobody}/sensors", None, ("path", "id")),
        ("GET /assets/{nobody}/auditlog", None, ("path", "id")),
        ("GET /assets/{nobody}/jobs", None, ("path", "id")),
        ("POST /assets/{nobody}/annotations", NOTE, ("path", "id")),
        ("POST /assets/{nobody}/schedules/trigger", START, ("id",)),
        ("POST /assets/{asset}/copy?parent={nobody}", None, ("query", "parent")),
        ("GET /assets?root={nobody}", None, ("query", "root")),
        ("GET /assets?asset_type={nobody}", None, ("query", "asset_type")),
        ("GET /sensors/{nobody}", None, ("path", "id")),
        ("PATCH /sensors/{nobody}", {"name": "x"}, ("path", "id")),
        ("DELETE /sensors/{nobody}", None, ("path", "id")),
        ("POST /sensors/{nobody}/data/upload", None, ("path", "id")),
        ("DELETE /sensors/{nobody}/data", None, ("path", "id")),
        ("GET /sensors/{nobody}/stats", None, ("path", "id")),
        ("GET /sensors/{nobody}/status", None, ("path", "id")),
        ("POST /sensors/{nobody}/annotations", NOTE, ("path", "id")),
        ("POST /sensors/{nobody}/schedules/trigger", START, ("path", "id")),
        ("GET /sensors/{nobody}/schedules/{job}", None, ("id",)),
    ],
)
def test_unknown_ids_that_are_wrong_fields(
    site: Site, route: str, body: dict[str, Any] | None, place: tuple[str, ...]
) -> None:
    answer = site.ask(route, json=body)

    assert (answer.status_code, answer.json()["status"]) == (422, "UNPROCESSABLE_ENTITY")
    found = answer.json()["message"]
    for key in place:
        found = found[key]
    [text] = found
    assert text.endswith(f" found with ID {NOBODY}.")


def test_unknown_jobs_have_a_status_of_their_own(site: Site) -> None:
    job = site.ask("GET /jobs/{job}")
    schedule = site.ask("GET /sensors/{sensor}/schedules/{job}")

    assert (job.status_code, job.json()["status"]) == (404, "ERROR")
    assert (schedule.status_code, schedule.json()["status"]) == (400, "UNRECOGNIZED_UDI_EVENT")


@pytest.mark.parametrize(
    ("route", "location"),
    [
        ("POST /api/requestAuthToken", "json"),
        *((route, "json") for route in ("POST /assets", "PATCH /assets/{asset}", "POST /assets/{asset}/annotations")),
        *((f"POST /assets/{name}", "json") for name in ("default_asset_view", "keep_legends_below_graphs")),
        *(
            (route, "json")
            for route in ("POST /sensors", "PATCH /sensors/{sensor}", "POST /sensors/{sensor}/annotations")
        ),
        ("POST /sensors/{sensor}/data", "combined_sensor_data_description"),
        ("DELETE /sensors/{sensor}/data", "json"),
        ("POST /sensors/{sensor}/schedules/trigger", "json"),
        *((route, "json") for route in ("POST /users", "PATCH /users/{user}")),
        *((f"{route}", "json") for route in ("POST /accounts", "PATCH /accounts/{account}")),
        ("POST /accounts/{account}/annotations", "json"),
    ],
)
def test_unknown_fields_of_bodies_are_refused(site: Site, route: str, location: str) -> None:
    answer = site.ask(route, json={"zzz": 1})

    assert answer.status_code == 422
    assert answer.json()["message"][location]["zzz"] == ["Unknown field."]


@pytest.mark.parametrize(
    ("route", "location"),
    [
        (f"GET /sensors/{{sensor}}/data?{WINDOW}&unit=kW&zzz=1", "combined_sensor_data_description"),
        ("GET /sensors/{sensor}/schedules/{job}?zzz=1", None),
        ("POST /assets/{asset}/schedules/trigger?zzz=1", None),
    ],
)
def test_unknown_parameters_of_merged_locations_are_refused(site: Site, route: str, location: str | None) -> None:
    answer = site.ask(route)

    message = answer.json()["message"]
    assert answer.status_code == 422
    assert message.get(location, message)["zzz"] == ["Unknown field."]


@pytest.mark.parametrize(
    "path",
    [
        *("/assets", "/assets/public", "/assets/types", "/assets/{asset}/sensors", "/assets/{asset}/auditlog"),
        *("/assets/{asset}/chart", "/assets/{asset}/chart_data", "/assets/{asset}/chart_annotations"),
        *("/sensors", "/sensors/{sensor}/stats", "/users", "/users/{user}/auditlog", "/accounts", "/sources"),
    ],
)
def test_unknown_parameters_of_lists_and_charts_are_ignored(site: Site, path: str) -> None:
    assert site.ask(f"GET {path}?zzz=1").json() == site.ask(f"GET {path}").json()


@pytest.mark.parametrize(
    ("route", "status"),
    [
        *((f"GET /api{path}", 200) for path in ("/", "/ops/ping", "/v3_0/health/ready")),
        *((f"GET /{kind}s/{{{kind}}}", 200) for kind in ("asset", "sensor", "user", "account")),
        *((f"GET /{kind}?page=1", 200) for kind in ("assets", "sensors", "users", "accounts", "users/{user}/auditlog")),
        *((f"GET /assets/{{asset}}/{part}", 200) for part in ("sensors", "auditlog", "jobs")),
        *((f"GET /sensors/{{sensor}}/{part}", 200) for part in ("stats", "status")),
        ("GET /sources", 200),
        ("POST /assets/{asset}/copy", 201),
        ("PATCH /users/{user}/password-reset", 200),
    ],
)
def test_these_answers_repeat_their_status_as_a_number(site: Site, route: str, status: int) -> None:
    answer = site.ask(route)

    assert (answer.status_code, answer.json()["status"]) == (status, status)


@pytest.mark.parametrize(
    ("route", "body", "status"),
    [
        ("PATCH /assets/{asset}", {"latitude": 1}, 200),
        ("PATCH /sensors/{sensor}", {"name": "x"}, 200),
        ("PATCH /users/{user}", {"timezone": "Europe/Paris"}, 200),
        ("PATCH /accounts/{account}", {"name": "x"}, 200),
        ("POST /accounts", {"name": "x"}, 201),
        ("POST /assets/default_asset_view", {"default_asset_view": "Graphs", "use_as_default": True}, 200),
        ("POST /assets/default_asset_view", {"use_as_default": False}, 200),
        ("POST /assets/keep_legends_below_graphs", {"keep_legends_below_graphs": True}, 200),
    ],
)
def test_answers_to_these_changes_repeat_their_status_as_a_number(
    site: Site, route: str, body: dict[str, Any], status: int
) -> None:
    answer = site.ask(route, json=body)

    assert (answer.status_code, answer.json()["status"]) == (status, status)


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("POST /assets", {"name": "x", "generic_asset_type_id": "1", "account_id": None}),
        ("POST /sensors", {"name": "x", "unit": "kW", "event_resolution": "PT1H", "generic_asset_id": "{asset}"}),
        ("POST /users", {"email": "x@example.com", "username": "x", "account_id": "{account}"}),
        ("POST /assets/{asset}/annotations", NOTE),
        (f"GET /assets/{{asset}}/kpis?{DAY}", None),
        ("GET /assets/{asset}/chart", None),
    ],
)
def test_these_answers_have_no_status(site: Site, route: str, body: dict[str, Any] | None) -> None:
    ids = {"{asset}": str(site.asset), "{account}": str(site.account)}

    answer = site.ask(route, json=body and {name: ids.get(str(value), value) for name, value in body.items()})

    assert answer.is_success, answer.json()
    assert "status" not in answer.json()


@pytest.mark.parametrize("path", ["/assets", "/sensors", "/users", "/accounts", "/users/{user}/auditlog"])
def test_lists_without_a_page_are_arrays(site: Site, path: str) -> None:
    assert isinstance(site.ask(f"GET {path}?per_page=1&filter=").json(), list)


def test_a_wrong_method_is_told_in_json_with_those_that_exist(site: Site, database: Database) -> None:
    document = create_api(make_services(database)).openapi()["paths"]
    for path, operations in document.items():
        known = {method.upper() for method in operations}
        wrong = next(method for method in ("PUT", "PATCH", "DELETE", "POST") if method not in known)

        answer = site.api.request(wrong, f"/api{path.replace('{id}', '1')}", user=site.user)

        assert (answer.status_code, path) == (405, path)
        assert set(answer.headers["allow"].split(", ")) >= known | {"OPTIONS"}, path
        assert answer.json() == {"message": answer.json()["message"], "status": 405}
        assert answer.headers["content-type"] == "application/json"
