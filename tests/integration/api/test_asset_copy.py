"""Copying assets over HTTP."""

import pytest

from tests.api_client import ApiClient
from tests.factories import make_account, make_asset, make_user
from wattloom.db import Database


@pytest.fixture
def admin(database: Database) -> int:
    with database.write() as connection:
        return make_user(connection, roles=("admin",))


@pytest.fixture
def site(database: Database) -> int:
    with database.write() as connection:
        return make_asset(connection, name="site")


def test_a_copy_is_told_by_its_id(api: ApiClient, admin: int, site: int) -> None:
    answer = api.post(f"/assets/{site}/copy", user=admin)

    assert answer.status_code == 201
    copy = answer.json()["asset"]
    assert answer.json() == {
        "message": f"Asset 'site' ({site}) has been copied to 'site (Copy)' ({copy}).",
        "asset": copy,
        "status": 201,
    }
    assert api.get(f"/assets/{copy}", user=admin).json()["name"] == "site (Copy)"


def test_account_and_parent_stand_in_the_query_and_a_body_says_nothing(
    api: ApiClient, database: Database, admin: int, site: int
) -> None:
    with database.write() as connection:
        account = make_account(connection)
        parent = make_asset(connection)

    answer = api.post(f"/assets/{site}/copy", user=admin, params={"account": account}, json={"parent": parent})

    copy = api.get(f"/assets/{answer.json()['asset']}", user=admin).json()
    assert (copy["account_id"], copy["parent_asset_id"]) == (account, None)


@pytest.mark.parametrize(
    ("query", "status", "field"),
    [
        ({"parent": "{site}"}, 422, "parent"),
        ({"parent": "9999"}, 422, "parent"),
        ({"parent": "x"}, 422, "parent"),
        ({"account": "x"}, 422, "account"),
    ],
)
def test_wrong_targets_are_named(
    api: ApiClient, admin: int, site: int, query: dict[str, str], status: int, field: str
) -> None:
    params = {name: value.format(site=site) for name, value in query.items()}

    answer = api.post(f"/assets/{site}/copy", user=admin, params=params)

    assert (answer.status_code, list(answer.json()["message"]["query"])) == (status, [field])


def test_what_does_not_exist_is_not_found(api: ApiClient, admin: int, site: int) -> None:
    assert api.post("/assets/9999/copy", user=admin).json()["message"] == "No asset found with ID 9999."
    answer = api.post(f"/assets/{site}/copy", user=admin, params={"account": 9999})
    assert (answer.status_code, answer.json()["message"]) == (404, "No account found with ID 9999.")
