"""Every route, for every role and relation, against the table of expected answers."""

from collections.abc import Iterator
from itertools import product

import pytest
from sqlalchemy import Connection, update

from tests.api_client import ApiClient, make_services
from tests.factories import make_account, make_user
from tests.permission_table import TABLE, Caller, Relation, Role, Row, World, send
from wattloom.accounts import list_roles, seed_roles
from wattloom.accounts.tables import app_user
from wattloom.api.app import create_api
from wattloom.assets import seed_asset_types
from wattloom.db import Database

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

PUBLIC_ROUTES = {
    "GET /",
    "GET /ops/ping",
    "GET /v3_0",
    "GET /v3_0/health/ready",
    "GET /v4/flex-fields",
    "POST /requestAuthToken",
}
MONITORS_ROUTES = {"GET /ops/getLatestTaskRun"}
"""Routes for programs with a token of their own; test_task_runs.py says who gets through."""


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    # Nobody works the jobs off, so that waiting for them would only take time.
    api = ApiClient(make_services(database, job_wait_s=0))
    with database.write() as connection:
        seed_asset_types(connection)
        seed_roles(connection)
        accounts = related_accounts(connection)
        callers = {
            Caller(relation, role): make_user(
                connection, account_id=accounts[relation], roles=() if role is Role.PLAIN else (role.value,)
            )
            for relation, role in product(Relation, Role)
        }
        roles = {role.name: role.id for role in list_roles(connection)[0]}
    yield World(api, accounts[Relation.OWN], callers, roles)
    api.close()


def related_accounts(connection: Connection) -> dict[Relation, int]:
    above = make_account(connection, roles=("Consultancy",))
    consultancy = make_account(connection, roles=("Consultancy",), consultancy_account_id=above)
    owner = make_account(connection, consultancy_account_id=consultancy)
    return {
        Relation.OWN: owner,
        Relation.CONSULTANCY: consultancy,
        Relation.ABOVE: above,
        Relation.CLIENT: make_account(connection, consultancy_account_id=owner),
        Relation.SIBLING: make_account(connection, consultancy_account_id=consultancy),
        Relation.STRANGER: make_account(connection),
    }


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_only_those_in_the_table_get_through(world: World, database: Database, row: Row) -> None:
    statuses = {each: ask(world, database, row, user_id) for each, user_id in world.callers.items()}

    assert max(statuses.values()) < 500, statuses
    through = {each for each, status in statuses.items() if status not in {401, 403, *row.refusals}}
    assert through == row.allowed, statuses


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_nobody_gets_through_without_valid_credentials(world: World, database: Database, row: Row) -> None:
    admin = world.callers[Caller(Relation.OWN, Role.ADMIN)]
    expired = world.api.token(admin)
    world.api.services.clock.advance(seconds=world.api.services.options.token_max_age_s + 1)
    leaver = world.callers[Caller(Relation.OWN, Role.ACCOUNT_ADMIN)]
    token_of_leaver = world.api.token(leaver)
    with database.write() as connection:
        connection.execute(update(app_user).where(app_user.c.id == leaver).values(active=False))
        things = row.make(connection, world)

    tokens = {"none": {}, "expired": expired, "inactive": token_of_leaver, "made up": "abc", "no key": "wl_abc"}
    headers = {name: {"Authorization": token} if token else {} for name, token in tokens.items()}
    statuses = {name: send(world, row, things, me=admin, headers=sent).status_code for name, sent in headers.items()}

    assert statuses == dict.fromkeys(statuses, 401)


def test_every_route_is_in_the_table_or_known_to_be_public(database: Database) -> None:
    paths = create_api(make_services(database)).openapi()["paths"]

    routes = {f"{method.upper()} {path}" for path, operations in paths.items() for method in operations}

    assert routes == {row.route for row in TABLE} | PUBLIC_ROUTES | MONITORS_ROUTES


@pytest.mark.parametrize("route", sorted(PUBLIC_ROUTES))
def test_public_routes_need_no_token(api: ApiClient, route: str) -> None:
    method, path = route.split()

    assert api.request(method, f"/api{path}").status_code in {200, 422}


def ask(world: World, database: Database, row: Row, caller: int) -> int:
    with database.write() as connection:
        things = row.make(connection, world)
    return send(world, row, things, me=caller, user=caller).status_code
