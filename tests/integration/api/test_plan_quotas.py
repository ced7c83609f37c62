"""How much an account may have, as its plan says."""

from typing import Any

import httpx
import pytest
from sqlalchemy import insert, select, update

from tests.api_client import ApiClient
from tests.factories import NOW, make_account, make_asset, make_asset_type, make_user
from wattloom.accounts import NewUser, create_user
from wattloom.accounts.tables import account, plan
from wattloom.assets.tables import asset
from wattloom.db import Database
from wattloom.errors import InputError


@pytest.fixture
def admin(database: Database) -> int:
    with database.write() as connection:
        return make_user(connection, roles=("admin",))


def account_with(database: Database, **limits: int) -> int:
    with database.write() as connection:
        plan_id = connection.execute(insert(plan).values(name="Small", **limits).returning(plan.c.id)).scalar_one()
        return make_account(connection, plan_id=plan_id)


def add_asset(api: ApiClient, admin: int, owner: int, name: str) -> httpx.Response:
    body = {"name": name, "generic_asset_type_id": 1, "account_id": owner}
    return api.post("/assets", user=admin, json=body)


def problem(response: httpx.Response) -> Any:
    return response.status_code, response.json()["message"]["json"]


def test_assets_are_added_while_the_plan_has_room(api: ApiClient, admin: int, database: Database) -> None:
    owner = account_with(database, max_assets=2, max_users=0)

    added = [add_asset(api, admin, owner, name) for name in "abc"]

    assert [each.status_code for each in added[:2]] == [201, 201]
    expected = {"account_id": ["The plan 'Small' limits the assets of this account to 2; it has 2."]}
    assert problem(added[2]) == (422, expected)
    with database.read() as connection:
        assert len(connection.execute(select(asset.c.id)).all()) == 2


def test_a_copy_counts_with_all_below_it(api: ApiClient, admin: int, database: Database) -> None:
    owner = account_with(database, max_assets=1)
    with database.write() as connection:
        site = make_asset(connection)
        make_asset(connection, parent_asset_id=site)

    response = api.post(f"/assets/{site}/copy", user=admin, params={"account": owner})

    assert response.status_code == 422
    assert "limits the assets of this account to 1; it has 0." in response.text


def test_users_are_added_while_the_plan_has_room(database: Database) -> None:
    owner = account_with(database, max_users=1)
    new = [NewUser(email=f"{name}@example.com", account_id=owner, password="long enough") for name in "ab"]

    with database.write() as connection:
        create_user(connection, new[0], by=None, now=NOW)
        with pytest.raises(InputError, match="limits the users of this account to 1"):
            create_user(connection, new[1], by=None, now=NOW)


def test_a_consultancy_takes_clients_while_its_plan_has_room(api: ApiClient, admin: int, database: Database) -> None:
    consultancy = account_with(database, max_clients=1)
    bodies = [{"name": name, "consultancy_account_id": consultancy} for name in ("one", "two")]

    created = [api.post("/accounts", user=admin, json=body) for body in bodies]
    with database.write() as connection:
        other = make_account(connection)
    changed = api.patch(f"/accounts/{other}", user=admin, json={"consultancy_account_id": consultancy})

    expected = {"consultancy_account_id": ["The plan 'Small' limits the clients of this account to 1; it has 1."]}
    assert created[0].status_code == 201
    assert [problem(each) for each in (created[1], changed)] == [(422, expected)] * 2


def test_what_is_there_stays_when_the_plan_shrinks(api: ApiClient, admin: int, database: Database) -> None:
    owner = account_with(database)
    with database.write() as connection:
        make_asset_type(connection)
        kept = [make_asset(connection, account_id=owner) for _ in range(3)]
        connection.execute(update(plan).values(max_assets=1))

    assert add_asset(api, admin, owner, "more").status_code == 422
    assert {api.patch(f"/assets/{each}", user=admin, json={"latitude": 1}).status_code for each in kept} == {200}
    with database.write() as connection:
        connection.execute(update(account).values(plan_id=None))
    assert add_asset(api, admin, owner, "more").status_code == 201
