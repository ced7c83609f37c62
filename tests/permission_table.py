"""Who may call what: the expected answer of every route, for every role and relation, written by hand.

The thing that a request is about belongs to one account, or to nobody where its maker says public. A caller
is a user with one role in an account that has one relation to the owner.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from itertools import product
from typing import Any, Final, NamedTuple

import httpx
from sqlalchemy import Connection

from tests.api_client import ApiClient
from tests.factories import NOW, make_annotation, make_api_key, make_asset, make_asset_type, make_sensor, make_user
from wattloom.accounts import list_api_keys
from wattloom.jobs import NewJob


class Relation(StrEnum):
    """What the caller's account is to the owner."""

    OWN = "owner"
    CONSULTANCY = "its consultancy"
    ABOVE = "consultancy of its consultancy"
    CLIENT = "its client"
    SIBLING = "other client of its consultancy"
    STRANGER = "stranger"


class Role(StrEnum):
    """The one role of a caller."""

    PLAIN = "no role"
    ACCOUNT_ADMIN = "account-admin"
    CONSULTANT = "consultant"
    ADMIN_READER = "admin-reader"
    ADMIN = "admin"


class Caller(NamedTuple):
    """Who asks."""

    relation: Relation
    role: Role


Callers = frozenset[Caller]

EVERYBODY: Final[Callers] = frozenset(Caller(*each) for each in product(Relation, Role))
NOBODY: Final[Callers] = frozenset()
ADMINS: Final[Callers] = frozenset(each for each in EVERYBODY if each.role is Role.ADMIN)
ADMIN_READERS: Final[Callers] = frozenset(each for each in EVERYBODY if each.role is Role.ADMIN_READER)
OWN: Final[Callers] = frozenset(each for each in EVERYBODY if each.relation is Relation.OWN)
OWN_ADMIN: Final[Callers] = frozenset({Caller(Relation.OWN, Role.ACCOUNT_ADMIN)})
CONSULTANT: Final[Callers] = frozenset({Caller(Relation.CONSULTANCY, Role.CONSULTANT)})
CONSULTANT_ABOVE: Final[Callers] = frozenset({Caller(Relation.ABOVE, Role.CONSULTANT)})

MEMBERS: Final = OWN | CONSULTANT | ADMINS
"""Work with what is there."""
READERS: Final = MEMBERS | ADMIN_READERS
"""Look at it."""
CARETAKERS: Final = OWN_ADMIN | CONSULTANT | ADMINS
"""Change its structure, and delete."""
LOG_READERS: Final = CARETAKERS | ADMIN_READERS
"""See what was done to accounts and users."""

ME: Final = object()
"""Stands for the id of the caller."""


@dataclass(frozen=True)
class World:
    """Accounts and callers, and how to make a fresh thing to try on.

    Attributes:
        api: Sends requests.
        account: The owner.
        callers: Ids of users.
        roles: Ids of the roles of users, by name.
    """

    api: ApiClient
    account: int
    callers: Mapping[Caller, int]
    roles: Mapping[str, int]


Things = dict[str, Any]
Make = Callable[[Connection, World], Things]


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        route: Method and template.
        make: Makes what the request is about, anew for each caller.
        allowed: Those who get through; all others get 403.
        query: Parameters; ``{name}`` stands for what was made, as in ``body``.
        body: JSON.
        form: Fields of a form, for the one route that takes one.
        refusals: Further statuses of those who do not get through.
    """

    route: str
    make: Make
    allowed: Callers
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    form: Mapping[str, str] | None = None
    refusals: frozenset[int] = frozenset()

    def __str__(self) -> str:
        return f"{self.route} {self.make.__name__}"


def send(world: World, row: Row, things: Things, *, me: int | None = None, **caller: Any) -> httpx.Response:
    """Ask for what was made, as the user or with the headers that are given."""
    new = {"new_name": f"new {uuid.uuid4()}", "new_email": f"{uuid.uuid4()}@example.com"}
    things = {name: me if value is ME else value for name, value in (things | new).items()}
    method, template = row.route.split()
    world.api.services.clock.now += timedelta(seconds=1)
    path = f"/api{template.format(**things)}"
    query, body = filled(row.query, things), filled(row.body, things)
    return world.api.request(method, path, params=query, json=body, data=row.form, **caller)


def filled(value: Any, things: Things) -> Any:
    """Return a part of a request with the things in the place of their names."""
    if isinstance(value, Mapping):
        return {name: filled(part, things) for name, part in value.items()}
    if isinstance(value, list):
        return [filled(part, things) for part in value]
    if isinstance(value, str) and value.startswith("{"):
        return things[value.strip("{}")]
    return value


def nothing(_connection: Connection, world: World) -> Things:
    return {"account": world.account, "type": 1}


def account(_connection: Connection, world: World) -> Things:
    return {"id": world.account}


def user(connection: Connection, world: World) -> Things:
    return {"id": make_user(connection, account_id=world.account)} | world.roles


def myself(_connection: Connection, _world: World) -> Things:
    return {"id": ME}


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


def failed_job(connection: Connection, world: World) -> Things:
    jobs = world.api.services.jobs
    first = job(connection, world)["uuid"]
    new = NewJob("scheduling", "of a test", {}, entity=jobs.get(connection, first).entity, depends_on=first)
    second = jobs.enqueue(connection, new, now=NOW).id
    jobs.cancel(connection, first, now=NOW)
    return {"uuid": second}


def noted_asset(connection: Connection, world: World) -> Things:
    return noted(connection, "asset", asset(connection, world))


def noted_public_asset(connection: Connection, world: World) -> Things:
    return noted(connection, "asset", public_asset(connection, world))


def noted_sensor(connection: Connection, world: World) -> Things:
    return noted(connection, "sensor", sensor(connection, world))


def noted_account(connection: Connection, world: World) -> Things:
    return noted(connection, "account", account(connection, world))


def noted(connection: Connection, kind: str, things: Things) -> Things:
    return {**things, "annotation": make_annotation(connection, **{kind: things["id"]})}


START = NOW.isoformat()
NEW_ASSET = {"name": "{new_name}", "generic_asset_type_id": "{type}"}
NEW_USER = {"email": "{new_email}", "username": "{new_name}", "account_id": "{account}"}
NEW_SENSOR = {"name": "new", "unit": "kW", "event_resolution": "PT15M", "generic_asset_id": "{id}"}
WINDOW = {"start": START, "duration": "PT1H", "unit": "kW"}
PLAN = {"start": START, "end": (NOW + timedelta(days=1)).isoformat()}
POSTED = WINDOW | {"values": [1, 2, 3, 4]}
NOTE = PLAN | {"content": "note"}
MAP = {"bbox": "-180,-90,180,90", "zoom": 3}
SERIES = PLAN | {"sensor": ["{id}"]}
POSTED_SERIES = {"series": [{"sensor": "{id}", "start": START, "resolution": "PT15M", "event_value": [1, 2]}]}

PREFERENCES = {"default_asset_view": None, "keep_legends_below_graphs": True}

TABLE = (
    Row("GET /v3_0/assets", nothing, EVERYBODY),
    Row("GET /v3_0/assets", nothing, READERS, query={"account_id": "{account}"}),
    Row("GET /v3_0/assets/types", nothing, EVERYBODY),
    Row("GET /v3_0/assets/public", nothing, EVERYBODY),
    # Naming a foreign account is a wrong field before it is forbidden.
    Row(
        "POST /v3_0/assets",
        nothing,
        OWN_ADMIN | ADMINS,
        body=NEW_ASSET | {"account_id": "{account}"},
        refusals=frozenset({422}),
    ),
    Row("POST /v3_0/assets", nothing, ADMINS, body=NEW_ASSET),
    Row("POST /v3_0/assets", asset, MEMBERS, body=NEW_ASSET | {"parent_asset_id": "{id}"}),
    Row("POST /v3_0/assets", public_asset, ADMINS, body=NEW_ASSET | {"parent_asset_id": "{id}"}),
    Row("GET /v3_0/assets/{id}", asset, READERS),
    Row("GET /v3_0/assets/{id}", public_asset, EVERYBODY),
    Row("PATCH /v3_0/assets/{id}", asset, MEMBERS, body={"latitude": 1}),
    Row("PATCH /v3_0/assets/{id}", public_asset, ADMINS, body={"latitude": 1}),
    Row("DELETE /v3_0/assets/{id}", asset, CARETAKERS),
    Row("DELETE /v3_0/assets/{id}", public_asset, ADMINS),
    # Beside a top-level asset, and at the top of an account, is for account-admins; below an asset for members.
    Row("POST /v3_0/assets/{id}/copy", asset, CARETAKERS),
    Row("POST /v3_0/assets/{id}/copy", child_asset, MEMBERS),
    Row("POST /v3_0/assets/{id}/copy", public_asset, ADMINS),
    Row("POST /v3_0/assets/{id}/copy", public_asset, CARETAKERS, query={"account": "{account}"}),
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
    Row("POST /v3_0/assets/{id}/schedules/trigger", public_asset, ADMINS, body={"start": START}),
    Row("GET /v3_0/sensors", nothing, EVERYBODY),
    Row("GET /v3_0/sensors", nothing, READERS, query={"account_id": "{account}"}),
    Row("GET /v3_0/sensors", asset, READERS, query={"asset_id": "{id}"}),
    Row("POST /v3_0/sensors", asset, MEMBERS, body=NEW_SENSOR),
    Row("POST /v3_0/sensors", public_asset, ADMINS, body=NEW_SENSOR),
    Row("GET /v3_0/sensors/{id}", sensor, READERS),
    Row("GET /v3_0/sensors/{id}", public_sensor, EVERYBODY),
    Row("PATCH /v3_0/sensors/{id}", sensor, CARETAKERS, body={"name": "other"}),
    Row("PATCH /v3_0/sensors/{id}", public_sensor, ADMINS, body={"name": "other"}),
    Row("DELETE /v3_0/sensors/{id}", sensor, CARETAKERS),
    Row("DELETE /v3_0/sensors/{id}", public_sensor, ADMINS),
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
    Row("POST /v3_0/sensors/{id}/data", public_sensor, ADMINS, body=POSTED),
    Row("POST /v3_0/sensors/{id}/data/upload", sensor, MEMBERS),
    Row("POST /v3_0/sensors/{id}/data/upload", public_sensor, ADMINS),
    Row("DELETE /v3_0/sensors/{id}/data", sensor, CARETAKERS),
    Row("DELETE /v3_0/sensors/{id}/data", public_sensor, ADMINS),
    Row("GET /v3_0/sensors/data", sensor, READERS, query=WINDOW | {"sensor": "{address}"}),
    Row("GET /v3_0/sensors/data", public_sensor, EVERYBODY, query=WINDOW | {"sensor": "{address}"}),
    Row("POST /v3_0/sensors/data", sensor, MEMBERS, body=POSTED | {"sensor": "{address}"}),
    Row("POST /v3_0/sensors/data", public_sensor, ADMINS, body=POSTED | {"sensor": "{address}"}),
    Row("POST /v3_0/sensors/{id}/schedules/trigger", sensor, MEMBERS, body={"start": START}),
    Row("POST /v3_0/sensors/{id}/schedules/trigger", public_sensor, ADMINS, body={"start": START}),
    Row("GET /v3_0/sensors/{id}/schedules/{uuid}", sensor, READERS),
    Row("GET /v3_0/sensors/{id}/schedules/{uuid}", public_sensor, EVERYBODY),
    Row("GET /v3_0/jobs/{uuid}", job, READERS),
    Row("GET /v3_0/users", nothing, EVERYBODY),
    Row("GET /v3_0/users", nothing, READERS, query={"account_id": "{account}"}),
    Row("POST /v3_0/users", nothing, CARETAKERS, body=NEW_USER),
    Row("GET /v3_0/users/{id}", user, READERS),
    Row("GET /v3_0/users/{id}", myself, EVERYBODY),
    Row("PATCH /v3_0/users/{id}", user, CARETAKERS, body={"timezone": "Europe/Paris"}),
    Row("PATCH /v3_0/users/{id}", myself, EVERYBODY, body={"timezone": "Europe/Paris"}),
    # Nobody changes the own activity or roles, and the role admin is given by command only.
    Row("PATCH /v3_0/users/{id}", myself, NOBODY, body={"active": True}),
    Row("PATCH /v3_0/users/{id}", myself, NOBODY, body={"flexmeasures_roles": []}),
    Row("PATCH /v3_0/users/{id}", user, CARETAKERS, body={"active": False}),
    Row("PATCH /v3_0/users/{id}", user, NOBODY, body={"flexmeasures_roles": ["{admin}"]}),
    Row("PATCH /v3_0/users/{id}", user, ADMINS, body={"flexmeasures_roles": ["{admin-reader}"]}),
    Row("PATCH /v3_0/users/{id}", user, CONSULTANT | ADMINS, body={"flexmeasures_roles": ["{account-admin}"]}),
    Row("PATCH /v3_0/users/{id}", user, OWN_ADMIN | ADMINS, body={"flexmeasures_roles": ["{consultant}"]}),
    Row("PATCH /v3_0/users/{id}/password-reset", user, CARETAKERS),
    Row("PATCH /v3_0/users/{id}/password-reset", myself, EVERYBODY),
    Row("GET /v3_0/users/{id}/auditlog", user, LOG_READERS),
    Row("GET /v3_0/users/{id}/auditlog", myself, EVERYBODY),
    Row("GET /v3_0/accounts", nothing, EVERYBODY),
    # Its consultancy, and the one above, have the role Consultancy; the other accounts' consultants look after nobody.
    Row("POST /v3_0/accounts", nothing, CONSULTANT | CONSULTANT_ABOVE | ADMINS, body={"name": "{new_name}"}),
    Row("GET /v3_0/accounts/{id}", account, READERS),
    Row("PATCH /v3_0/accounts/{id}", account, CARETAKERS, body={"primary_color": "#1a3442"}),
    Row("GET /v3_0/accounts/{id}/auditlog", account, LOG_READERS),
    Row("GET /v4/keys", user, LOG_READERS, query={"user": "{id}"}),
    Row("GET /v4/keys", nothing, EVERYBODY),
    Row("POST /v4/keys", nothing, EVERYBODY, body={"name": "{new_name}", "scopes": ["read"]}),
    Row("GET /v4/keys/{id}", key, LOG_READERS),
    # Those who look after users end their keys, but only users name their own.
    Row("PATCH /v4/keys/{id}", key, ADMINS, body={"name": "{new_name}"}),
    Row("DELETE /v4/keys/{id}", key, CARETAKERS),
    Row("GET /v4/plans", nothing, ADMIN_READERS | ADMINS),
    Row("GET /v3_0/sources", nothing, EVERYBODY),
    Row("POST /v3_0/assets/{id}/annotations", asset, MEMBERS, body=NOTE),
    Row("POST /v3_0/assets/{id}/annotations", public_asset, ADMINS, body=NOTE),
    Row("POST /v3_0/sensors/{id}/annotations", sensor, MEMBERS, body=NOTE),
    Row("POST /v3_0/sensors/{id}/annotations", public_sensor, ADMINS, body=NOTE),
    Row("POST /v3_0/accounts/{id}/annotations", account, CARETAKERS, body=NOTE),
    Row("GET /v4/assets/{id}/annotations", asset, READERS),
    Row("GET /v4/assets/{id}/annotations", public_asset, EVERYBODY),
    Row("GET /v4/sensors/{id}/annotations", sensor, READERS),
    Row("PATCH /v4/assets/{id}/annotations/{annotation}", noted_asset, MEMBERS, body={"content": "changed"}),
    Row("PATCH /v4/assets/{id}/annotations/{annotation}", noted_public_asset, ADMINS, body={"content": "changed"}),
    Row("PATCH /v4/sensors/{id}/annotations/{annotation}", noted_sensor, MEMBERS, body={"content": "changed"}),
    Row("PATCH /v4/accounts/{id}/annotations/{annotation}", noted_account, CARETAKERS, body={"content": "changed"}),
    Row("DELETE /v4/assets/{id}/annotations/{annotation}", noted_asset, MEMBERS),
    Row("DELETE /v4/assets/{id}/annotations/{annotation}", noted_public_asset, ADMINS),
    Row("DELETE /v4/sensors/{id}/annotations/{annotation}", noted_sensor, MEMBERS),
    Row("DELETE /v4/accounts/{id}/annotations/{annotation}", noted_account, CARETAKERS),
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
    # Only users with the role task-runner, which no caller has, and admins report of tasks.
    Row("POST /ops/postLatestTaskRun", nothing, ADMINS, form={"name": "task"}),
    Row("GET /v4/events", nothing, EVERYBODY),
    Row("GET /v4/events", asset, READERS, query={"asset": "{id}"}),
    Row("GET /v4/events", public_asset, EVERYBODY, query={"asset": "{id}"}),
    Row("GET /v4/events", sensor, READERS, query={"sensor": "{id}"}),
    Row("GET /v4/events", public_sensor, EVERYBODY, query={"sensor": "{id}"}),
    Row("GET /v4/events", job, READERS, query={"job": "{uuid}"}),
    Row("GET /v4/assets/{id}/plan", asset, READERS, query=PLAN),
    Row("GET /v4/assets/{id}/plan", public_asset, EVERYBODY, query=PLAN),
    Row("GET /v4/map", nothing, EVERYBODY, query=MAP),
    Row("GET /v4/map", asset, READERS, query=MAP | {"root": "{id}"}),
    Row("GET /v4/map", public_asset, EVERYBODY, query=MAP | {"root": "{id}"}),
    Row("GET /v4/schedules/{uuid}/explanation", job, READERS),
    Row("POST /v4/jobs/{uuid}/cancel", job, MEMBERS),
    Row("POST /v4/jobs/{uuid}/retry", failed_job, MEMBERS),
    Row("POST /v4/schedules/what-if", asset, MEMBERS, body={"asset": "{id}", "start": START}),
    Row("POST /v4/schedules/what-if", public_asset, ADMINS, body={"asset": "{id}", "start": START}),
    Row("POST /v4/schedules/what-if", sensor, MEMBERS, body={"sensor": "{id}", "start": START}),
    Row("POST /v4/schedules/what-if", public_sensor, ADMINS, body={"sensor": "{id}", "start": START}),
    Row("POST /v4/assets/{id}/check", asset, MEMBERS, body={"latitude": 1}),
    Row("POST /v4/assets/{id}/check", public_asset, ADMINS, body={"latitude": 1}),
    Row("GET /v4/sensors", nothing, EVERYBODY),
    Row("GET /v4/sensors", nothing, READERS, query={"account": "{account}"}),
    Row("GET /v4/sensors", asset, READERS, query={"asset": "{id}"}),
    Row("GET /v4/series", sensor, READERS, query=SERIES),
    Row("GET /v4/series", public_sensor, EVERYBODY, query=SERIES),
    Row("POST /v4/series", sensor, MEMBERS, body=POSTED_SERIES),
    Row("POST /v4/series", public_sensor, ADMINS, body=POSTED_SERIES),
    Row("POST /v4/series/query", sensor, READERS, body=SERIES),
    Row("POST /v4/series/query", public_sensor, EVERYBODY, body=SERIES),
    Row("GET /v4/series/latest", sensor, READERS, query={"sensor": "{id}"}),
    Row("GET /v4/series/latest", public_sensor, EVERYBODY, query={"sensor": "{id}"}),
    Row("POST /v4/series/latest", sensor, READERS, body={"sensor": ["{id}"]}),
    Row("POST /v4/series/latest", public_sensor, EVERYBODY, body={"sensor": ["{id}"]}),
)
