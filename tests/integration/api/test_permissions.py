"""Who may call what: every route, for every role and relation, with the answer written by hand.

Callers, by letter; the thing belongs to account A, or to nobody where it says public:

    M  member of A              A  account-admin of A
    C  consultant in the account that looks after A
    K  colleague of the consultant, without the role
    S  account-admin of another account
    R  admin-reader elsewhere   X  admin elsewhere
"""

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection

from tests.api_client import ApiClient, make_services
from tests.factories import NOW, make_account, make_api_key, make_asset, make_asset_type, make_sensor, make_user
from wattloom.accounts import list_api_keys
from wattloom.api.app import create_api
from wattloom.assets import seed_asset_types
from wattloom.db import Database
from wattloom.jobs import NewJob

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

EVERYBODY = "MACKSRX"
READERS = "MACRX"
MEMBERS = "MACX"
ADMINS = "ACX"

PUBLIC_ROUTES = {
    "GET /",
    "GET /ops/ping",
    "GET /v3_0",
    "GET /v3_0/health/ready",
    "POST /requestAuthToken",
}


@dataclass(frozen=True)
class World:
    """Accounts, callers by letter, and how to make a fresh thing to try on."""

    api: ApiClient
    account: int
    callers: Mapping[str, int]


Things = dict[str, Any]
Make = Callable[[Connection, World], Things]


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        route: Method and template.
        make: Makes what the request is about, anew for each caller.
        allowed: Letters of those who get through; all others get 403.
        query: Parameters; ``{name}`` stands for what was made, as in ``body``.
        body: JSON.
        form: Fields of a form, for the one route that takes one.
        refusals: Further statuses of those who do not get through.
    """

    route: str
    make: Make
    allowed: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    form: Mapping[str, str] | None = None
    refusals: frozenset[int] = frozenset()

    def __str__(self) -> str:
        return f"{self.route} {self.make.__name__}"


def nothing(_connection: Connection, world: World) -> Things:
    return {"account": world.account, "type": 1}


def account(_connection: Connection, world: World) -> Things:
    return {"id": world.account}


def user(connection: Connection, world: World) -> Things:
    return {"id": make_user(connection, account_id=world.account)}


def key(connection: Connection, world: World) -> Things:
    owner = user(connection, world)["id"]
    make_api_key(connection, owner)
    return {"id": list_api_keys(connection, owner)[0].id}


def asset(connection: Connection, world: World) -> Things:
    return {"id": make_asset(connection, account_id=world.account), "type": make_asset_type(connection)}


def public_asset(connection: Connection, world: World) -> Things:
    place = make_asset(connection, account_id=world.account)
    asset_id = make_asset(connection, account_id=None)
    return {"id": asset_id, "type": make_asset_type(connection), "account": world.account, "place": place}


def child_asset(connection: Connection, world: World) -> Things:
    parent = make_asset(connection, account_id=world.account)
    return {"id": make_asset(connection, account_id=world.account, parent_asset_id=parent)}


def sensor(connection: Connection, world: World) -> Things:
    return sensor_on(asset(connection, world)["id"], connection)


def public_sensor(connection: Connection, world: World) -> Things:
    return sensor_on(public_asset(connection, world)["id"], connection)


def sensor_on(asset_id: int, connection: Connection) -> Things:
    sensor_id = make_sensor(connection, generic_asset_id=asset_id)
    return {"id": sensor_id, "uuid": uuid.uuid4(), "address": f"ea1.2026-03.localhost:fm1.{sensor_id}"}


def job(connection: Connection, world: World) -> Things:
    new = NewJob("scheduling", "of a test", {}, entity=("asset", asset(connection, world)["id"]))
    return {"uuid": world.api.services.jobs.enqueue(connection, new, now=NOW).id}


START = NOW.isoformat()
NEW_ASSET = {"name": "{new_name}", "generic_asset_type_id": "{type}"}
NEW_USER = {"email": "{new_email}", "username": "{new_name}", "account_id": "{account}"}
NEW_SENSOR = {"name": "new", "unit": "kW", "event_resolution": "PT15M", "generic_asset_id": "{id}"}
WINDOW = {"start": START, "duration": "PT1H", "unit": "kW"}
PLAN = {"start": START, "end": (NOW + timedelta(days=1)).isoformat()}
POSTED = WINDOW | {"values": [1, 2, 3, 4]}
NOTE = PLAN | {"content": "note"}
SERIES = PLAN | {"sensor": ["{id}"]}
POSTED_SERIES = {"series": [{"sensor": "{id}", "start": START, "resolution": "PT15M", "event_value": [1, 2]}]}

PREFERENCES = {"default_asset_view": None, "keep_legends_below_graphs": True}

TABLE = (
    Row("GET /v3_0/assets", nothing, EVERYBODY),
    Row("GET /v3_0/assets", nothing, READERS, query={"account_id": "{account}"}),
    Row("GET /v3_0/assets/types", nothing, EVERYBODY),
    Row("GET /v3_0/assets/public", nothing, EVERYBODY),
    # Naming a foreign account is a wrong field before it is forbidden.
    Row("POST /v3_0/assets", nothing, "AX", body=NEW_ASSET | {"account_id": "{account}"}, refusals=frozenset({422})),
    Row("POST /v3_0/assets", nothing, "X", body=NEW_ASSET),
    Row("POST /v3_0/assets", asset, MEMBERS, body=NEW_ASSET | {"parent_asset_id": "{id}"}),
    Row("POST /v3_0/assets", public_asset, "X", body=NEW_ASSET | {"parent_asset_id": "{id}"}),
    Row("GET /v3_0/assets/{id}", asset, READERS),
    Row("GET /v3_0/assets/{id}", public_asset, EVERYBODY),
    Row("PATCH /v3_0/assets/{id}", asset, MEMBERS, body={"latitude": 1}),
    Row("PATCH /v3_0/assets/{id}", public_asset, "X", body={"latitude": 1}),
    Row("DELETE /v3_0/assets/{id}", asset, ADMINS),
    Row("DELETE /v3_0/assets/{id}", public_asset, "X"),
    # Beside a top-level asset, and at the top of an account, is for account-admins; below an asset for members.
    Row("POST /v3_0/assets/{id}/copy", asset, ADMINS),
    Row("POST /v3_0/assets/{id}/copy", child_asset, MEMBERS),
    Row("POST /v3_0/assets/{id}/copy", public_asset, "X"),
    Row("POST /v3_0/assets/{id}/copy", public_asset, ADMINS, query={"account": "{account}"}),
    Row("POST /v3_0/assets/{id}/copy", public_asset, MEMBERS, query={"parent": "{place}"}),
    Row("GET /v3_0/assets/{id}/sensors", asset, READERS),
    Row("GET /v3_0/assets/{id}/sensors", public_asset, EVERYBODY),
    Row("GET /v3_0/assets/{id}/auditlog", asset, READERS),
    Row("GET /v3_0/assets/{id}/auditlog", public_asset, EVERYBODY),
    Row("GET /v3_0/assets/{id}/jobs", asset, READERS),
    Row("GET /v3_0/assets/{id}/jobs", public_asset, EVERYBODY),
    Row("GET /v3_0/assets/{id}/chart", asset, READERS),
    Row("GET /v3_0/assets/{id}/chart", public_asset, EVERYBODY),
    Row("GET /v3_0/assets/{id}/chart_data", asset, READERS, query={"start": START, "end": START}),
    Row("GET /v3_0/assets/{id}/chart_data", public_asset, EVERYBODY, query={"start": START, "end": START}),
    Row("GET /v3_0/assets/{id}/kpis", asset, READERS, query={"start": START, "end": START}),
    Row("GET /v3_0/assets/{id}/kpis", public_asset, EVERYBODY, query={"start": START, "end": START}),
    # What gets through lacks prices, which is found after the permission.
    Row("POST /v3_0/assets/{id}/schedules/trigger", asset, MEMBERS, body={"start": START}),
    Row("POST /v3_0/assets/{id}/schedules/trigger", public_asset, "X", body={"start": START}),
    Row("GET /v3_0/sensors", nothing, EVERYBODY),
    Row("GET /v3_0/sensors", nothing, READERS, query={"account_id": "{account}"}),
    Row("GET /v3_0/sensors", asset, READERS, query={"asset_id": "{id}"}),
    Row("POST /v3_0/sensors", asset, MEMBERS, body=NEW_SENSOR),
    Row("POST /v3_0/sensors", public_asset, "X", body=NEW_SENSOR),
    Row("GET /v3_0/sensors/{id}", sensor, READERS),
    Row("GET /v3_0/sensors/{id}", public_sensor, EVERYBODY),
    Row("PATCH /v3_0/sensors/{id}", sensor, ADMINS, body={"name": "other"}),
    Row("PATCH /v3_0/sensors/{id}", public_sensor, "X", body={"name": "other"}),
    Row("DELETE /v3_0/sensors/{id}", sensor, ADMINS),
    Row("DELETE /v3_0/sensors/{id}", public_sensor, "X"),
    Row("GET /v3_0/sensors/{id}/stats", sensor, READERS),
    Row("GET /v3_0/sensors/{id}/stats", public_sensor, EVERYBODY),
    Row("GET /v3_0/sensors/{id}/status", sensor, READERS),
    Row("GET /v3_0/sensors/{id}/status", public_sensor, EVERYBODY),
    Row("GET /v3_0/sensors/{id}/chart", sensor, READERS),
    Row("GET /v3_0/sensors/{id}/chart", public_sensor, EVERYBODY),
    Row("GET /dev/sensor/{id}/chart", sensor, READERS),
    Row("GET /dev/sensor/{id}/chart", public_sensor, EVERYBODY),
    Row("GET /v3_0/sensors/{id}/chart_data", sensor, READERS),
    Row("GET /v3_0/sensors/{id}/chart_data", public_sensor, EVERYBODY),
    Row("GET /dev/sensor/{id}/chart_data", sensor, READERS),
    Row("GET /dev/sensor/{id}/chart_data", public_sensor, EVERYBODY),
    Row("GET /dev/sensor/{id}", sensor, READERS),
    Row("GET /dev/sensor/{id}", public_sensor, EVERYBODY),
    Row("GET /dev/asset/{id}", asset, READERS),
    Row("GET /dev/asset/{id}", public_asset, EVERYBODY),
    Row("GET /v3_0/sensors/{id}/data", sensor, READERS, query=WINDOW),
    Row("GET /v3_0/sensors/{id}/data", public_sensor, EVERYBODY, query=WINDOW),
    Row("POST /v3_0/sensors/{id}/data", sensor, MEMBERS, body=POSTED),
    Row("POST /v3_0/sensors/{id}/data", public_sensor, "X", body=POSTED),
    Row("POST /v3_0/sensors/{id}/data/upload", sensor, MEMBERS),
    Row("POST /v3_0/sensors/{id}/data/upload", public_sensor, "X"),
    Row("DELETE /v3_0/sensors/{id}/data", sensor, ADMINS),
    Row("DELETE /v3_0/sensors/{id}/data", public_sensor, "X"),
    Row("GET /v3_0/sensors/data", sensor, READERS, query=WINDOW | {"sensor": "{address}"}),
    Row("GET /v3_0/sensors/data", public_sensor, EVERYBODY, query=WINDOW | {"sensor": "{address}"}),
    Row("POST /v3_0/sensors/data", sensor, MEMBERS, body=POSTED | {"sensor": "{address}"}),
    Row("POST /v3_0/sensors/data", public_sensor, "X", body=POSTED | {"sensor": "{address}"}),
    Row("POST /v3_0/sensors/{id}/schedules/trigger", sensor, MEMBERS, body={"start": START}),
    Row("POST /v3_0/sensors/{id}/schedules/trigger", public_sensor, "X", body={"start": START}),
    Row("GET /v3_0/sensors/{id}/schedules/{uuid}", sensor, READERS),
    Row("GET /v3_0/sensors/{id}/schedules/{uuid}", public_sensor, EVERYBODY),
    Row("GET /v3_0/jobs/{uuid}", job, READERS),
    Row("GET /v3_0/users", nothing, EVERYBODY),
    Row("GET /v3_0/users", nothing, READERS, query={"account_id": "{account}"}),
    Row("POST /v3_0/users", nothing, ADMINS, body=NEW_USER),
    Row("GET /v3_0/users/{id}", user, READERS),
    Row("PATCH /v3_0/users/{id}", user, ADMINS, body={"timezone": "Europe/Paris"}),
    Row("PATCH /v3_0/users/{id}/password-reset", user, ADMINS),
    Row("GET /v3_0/users/{id}/auditlog", user, "ACRX"),
    Row("GET /v3_0/accounts", nothing, EVERYBODY),
    # The role consultant is not enough: the account has to be a consultancy as well.
    Row("POST /v3_0/accounts", nothing, "X", body={"name": "{new_name}"}),
    Row("GET /v3_0/accounts/{id}", account, READERS),
    Row("PATCH /v3_0/accounts/{id}", account, ADMINS, body={"primary_color": "#1a3442"}),
    Row("GET /v3_0/accounts/{id}/auditlog", account, "ACRX"),
    Row("GET /v4/keys", user, "ACRX", query={"user": "{id}"}),
    Row("GET /v4/keys", nothing, EVERYBODY),
    Row("POST /v4/keys", nothing, EVERYBODY, body={"name": "{new_name}", "scopes": ["read"]}),
    Row("GET /v4/keys/{id}", key, "ACRX"),
    # Those who look after users end their keys, but only users name their own.
    Row("PATCH /v4/keys/{id}", key, "X", body={"name": "{new_name}"}),
    Row("DELETE /v4/keys/{id}", key, ADMINS),
    Row("GET /v4/plans", nothing, "RX"),
    Row("GET /v3_0/sources", nothing, EVERYBODY),
    Row("POST /v3_0/assets/{id}/annotations", asset, MEMBERS, body=NOTE),
    Row("POST /v3_0/assets/{id}/annotations", public_asset, "X", body=NOTE),
    Row("POST /v3_0/sensors/{id}/annotations", sensor, MEMBERS, body=NOTE),
    Row("POST /v3_0/sensors/{id}/annotations", public_sensor, "X", body=NOTE),
    Row("POST /v3_0/accounts/{id}/annotations", account, ADMINS, body=NOTE),
    Row("GET /v3_0/assets/{id}/chart_annotations", asset, READERS),
    Row("GET /v3_0/assets/{id}/chart_annotations", public_asset, EVERYBODY),
    Row("GET /v3_0/sensors/{id}/chart_annotations", sensor, READERS),
    Row("GET /v3_0/sensors/{id}/chart_annotations", public_sensor, EVERYBODY),
    Row("GET /dev/sensor/{id}/chart_annotations", sensor, READERS),
    Row("GET /dev/sensor/{id}/chart_annotations", public_sensor, EVERYBODY),
    # Each changes their own, and nobody others'.
    Row("POST /v3_0/assets/default_asset_view", nothing, EVERYBODY, body={"default_asset_view": "Graphs"}),
    Row("POST /v3_0/assets/keep_legends_below_graphs", nothing, EVERYBODY, body={}),
    Row("GET /v4/me/preferences", nothing, EVERYBODY),
    Row("PUT /v4/me/preferences", nothing, EVERYBODY, body=PREFERENCES),
    # Monitors have a token of their own; tasks have the role task-runner.
    Row("GET /ops/getLatestTaskRun", nothing, "", query={"name": "task"}),
    Row("POST /ops/postLatestTaskRun", nothing, "X", form={"name": "task"}),
    Row("GET /v4/assets/{id}/plan", asset, READERS, query=PLAN),
    Row("GET /v4/assets/{id}/plan", public_asset, EVERYBODY, query=PLAN),
    Row("GET /v4/series", sensor, READERS, query=SERIES),
    Row("GET /v4/series", public_sensor, EVERYBODY, query=SERIES),
    Row("POST /v4/series", sensor, MEMBERS, body=POSTED_SERIES),
    Row("POST /v4/series", public_sensor, "X", body=POSTED_SERIES),
    Row("POST /v4/series/query", sensor, READERS, body=SERIES),
    Row("POST /v4/series/query", public_sensor, EVERYBODY, body=SERIES),
    Row("GET /v4/series/latest", sensor, READERS, query={"sensor": "{id}"}),
    Row("GET /v4/series/latest", public_sensor, EVERYBODY, query={"sensor": "{id}"}),
    Row("POST /v4/series/latest", sensor, READERS, body={"sensor": ["{id}"]}),
    Row("POST /v4/series/latest", public_sensor, EVERYBODY, body={"sensor": ["{id}"]}),
)


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    # Nobody works the jobs off, so that waiting for them would only take time.
    api = ApiClient(make_services(database, job_wait_s=0))
    with database.write() as connection:
        consultancy = make_account(connection)
        owner = make_account(connection, consultancy_account_id=consultancy)
        callers = {
            "M": make_user(connection, account_id=owner),
            "A": make_user(connection, account_id=owner, roles=("account-admin",)),
            "C": make_user(connection, account_id=consultancy, roles=("consultant",)),
            "K": make_user(connection, account_id=consultancy),
            "S": make_user(connection, roles=("account-admin", "consultant")),
            "R": make_user(connection, roles=("admin-reader",)),
            "X": make_user(connection, roles=("admin",)),
        }
        seed_asset_types(connection)
    yield World(api, owner, callers)
    api.close()


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_only_those_in_the_table_get_through(world: World, database: Database, row: Row) -> None:
    statuses = {letter: ask(world, database, row, caller) for letter, caller in world.callers.items()}

    assert 500 not in statuses.values(), statuses
    through = [letter for letter, status in statuses.items() if status not in {401, 403, *row.refusals}]
    assert "".join(through) == row.allowed, statuses
    assert ask(world, database, row, None) == 401


def test_every_route_is_in_the_table_or_known_to_be_public(database: Database) -> None:
    paths = create_api(make_services(database)).openapi()["paths"]

    routes = {f"{method.upper()} {path}" for path, operations in paths.items() for method in operations}

    assert routes == {row.route for row in TABLE} | PUBLIC_ROUTES


@pytest.mark.parametrize("route", sorted(PUBLIC_ROUTES))
def test_public_routes_need_no_token(api: ApiClient, route: str) -> None:
    method, path = route.split()

    assert api.request(method, f"/api{path}").status_code in {200, 422}


def ask(world: World, database: Database, row: Row, caller: int | None) -> int:
    with database.write() as connection:
        things = row.make(connection, world)
    return send(world, row, things, user=caller).status_code


def send(world: World, row: Row, things: Things, **caller: Any) -> httpx.Response:
    """Ask for what was made, as the user or with the headers that are given."""
    things = things | {"new_name": f"new {uuid.uuid4()}", "new_email": f"{uuid.uuid4()}@example.com"}
    method, template = row.route.split()
    world.api.services.clock.now += timedelta(seconds=1)
    path = f"/api{template.format(**things)}"
    query, body = filled(row.query, things), filled(row.body, things)
    return world.api.request(method, path, params=query, json=body, data=row.form, **caller)


def filled(value: Any, things: Things) -> Any:
    if isinstance(value, Mapping):
        return {name: filled(part, things) for name, part in value.items()}
    if isinstance(value, list):
        return [filled(part, things) for part in value]
    if isinstance(value, str) and value.startswith("{"):
        return things[value.strip("{}")]
    return value
