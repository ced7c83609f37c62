"""Users and accounts as clients read them."""

import pytest

from tests.api_client import ApiClient
from tests.factories import make_account, make_asset, make_user
from wattloom.db import Database


@pytest.fixture
def dockside(database: Database) -> int:
    with database.write() as connection:
        account = make_account(connection, name="Dockside", roles=("Prosumer",), attributes={"a": 1})
        make_asset(connection, account_id=account)
        return account


@pytest.fixture
def ada(database: Database, dockside: int) -> int:
    with database.write() as connection:
        return make_user(
            connection, email="ada@dockside.example", username="ada", account_id=dockside, roles=("account-admin",)
        )


def account_fields(account: int, role: int) -> dict[str, object]:
    return {
        "id": account,
        "name": "Dockside",
        "primary_color": None,
        "secondary_color": None,
        "logo_url": None,
        "attributes": '{"a":1}',
        "account_roles": [{"id": role, "name": "Prosumer"}],
        "consultancy_account_id": None,
        "plan_id": None,
    }


def user_fields(user: int, account: int) -> dict[str, object]:
    return {
        "id": user,
        "email": "ada@dockside.example",
        "username": "ada",
        "account_id": account,
        "active": True,
        "timezone": "Europe/Amsterdam",
        "last_login_at": None,
        "last_seen_at": None,
    }


def test_listed_user_has_role_names_and_the_whole_account(api: ApiClient, ada: int, dockside: int) -> None:
    (listed,) = api.get("/users", user=ada).json()

    assert listed == user_fields(ada, dockside) | {
        "flexmeasures_roles": ["account-admin"],
        "account": account_fields(dockside, role=1),
    }


def test_single_user_has_role_ids(api: ApiClient, ada: int, dockside: int) -> None:
    assert api.get(f"/users/{ada}", user=ada).json() == user_fields(ada, dockside) | {
        "flexmeasures_roles": [3],
        "status": 200,
    }


def test_users_are_searched_sorted_and_paged(api: ApiClient, ada: int, dockside: int, database: Database) -> None:
    with database.write() as connection:
        for name in ("bob", "Cleo"):
            make_user(connection, email=f"{name}@else.example", username=name, account_id=dockside)

    page = api.get("/users?page=1&per_page=2&sort_by=username&sort_dir=desc&filter=else", user=ada).json()
    nobody = api.get("/users?filter=else%20dockside%20bob", user=ada).json()

    assert [user["username"] for user in page["data"]] == ["Cleo", "bob"]
    assert (page["num-records"], page["filtered-records"], page["status"]) == (3, 2, 200)
    assert [user["username"] for user in nobody] == ["bob"]


def test_inactive_users_are_listed_on_request(api: ApiClient, ada: int, dockside: int, database: Database) -> None:
    with database.write() as connection:
        make_user(connection, account_id=dockside, active=False)

    assert len(api.get("/users", user=ada).json()) == 1
    assert len(api.get("/users?include_inactive=True", user=ada).json()) == 2


def test_users_of_unknown_and_foreign_accounts(api: ApiClient, ada: int, database: Database) -> None:
    with database.write() as connection:
        foreign = make_account(connection)

    assert api.get("/users?account_id=987", user=ada).status_code == 404
    assert api.get(f"/users?account={foreign}", user=ada).status_code == 403


def test_consultant_sees_the_users_and_accounts_of_clients(api: ApiClient, database: Database) -> None:
    with database.write() as connection:
        own = make_account(connection, name="Advice")
        client = make_account(connection, name="Client", consultancy_account_id=own)
        consultant = make_user(connection, account_id=own, roles=("consultant",))
        customer = make_user(connection, account_id=client)
        make_user(connection)

    assert [user["id"] for user in api.get("/users", user=consultant).json()] == [consultant, customer]
    assert [account["id"] for account in api.get("/accounts", user=consultant).json()] == [own, client]
    assert [account["id"] for account in api.get("/accounts", user=customer).json()] == [client]


def test_single_account(api: ApiClient, ada: int, dockside: int) -> None:
    assert api.get(f"/accounts/{dockside}", user=ada).json() == account_fields(dockside, role=1) | {"status": 200}


def test_page_of_accounts_counts_users_and_assets(api: ApiClient, ada: int, dockside: int) -> None:
    page = api.get("/accounts?page=1", user=ada).json()

    assert page == {
        "data": [account_fields(dockside, role=1) | {"user_count": 1, "asset_count": 1}],
        "num-records": 1,
        "filtered-records": 1,
        "status": 200,
    }


def test_admin_creates_an_account(api: ApiClient, dockside: int, database: Database) -> None:
    with database.write() as connection:
        admin = make_user(connection, roles=("admin",))

    created = api.post("/accounts", user=admin, json={"name": "New", "consultancy_account_id": dockside})
    again = api.post("/accounts", user=admin, json={"name": "New"})

    assert created.status_code == created.json()["status"] == 201
    assert (created.json()["name"], created.json()["consultancy_account_id"]) == ("New", dockside)
    assert again.json()["message"]["json"].keys() == {"name"}


def test_account_of_a_consultancys_consultant_becomes_its_client(
    api: ApiClient, dockside: int, database: Database
) -> None:
    with database.write() as connection:
        own = make_account(connection, roles=("Consultancy",))
        consultant = make_user(connection, account_id=own, roles=("consultant",))

    created = api.post("/accounts", user=consultant, json={"name": "Client"})
    elsewhere = api.post("/accounts", user=consultant, json={"name": "Other", "consultancy_account_id": dockside})

    assert created.json()["consultancy_account_id"] == own
    assert elsewhere.status_code == 403


def test_accounts_are_found_by_role_and_by_any_word(api: ApiClient, database: Database) -> None:
    with database.write() as connection:
        make_account(connection, name="North Sea", roles=("Supplier",))
        make_account(connection, name="South Sea")
        admin = make_user(connection, account_id=make_account(connection, name="Host"), roles=("admin",))

    def names(query: str) -> list[str]:
        return [account["name"] for account in api.get(f"/accounts?{query}", user=admin).json()]

    assert names("role=Supplier") == ["North Sea"]
    assert names("filter='north host'&sort_by=name&sort_dir=asc") == ["Host", "North Sea"]
    assert names("sort_by=users&sort_dir=desc")[0] == "Host"
    page = api.get("/accounts?page=1&role=Supplier", user=admin).json()
    assert (page["num-records"], page["filtered-records"]) == (3, 1)


@pytest.mark.parametrize(
    ("query", "field"),
    [("accounts?role=nonsense", "role"), ("accounts?sort_by=x", "sort-by"), ("users?sort_by=x", "sort-by")],
)
def test_wrong_parameters_are_named(api: ApiClient, ada: int, query: str, field: str) -> None:
    response = api.get(f"/{query}", user=ada)

    assert response.status_code == 422
    assert response.json()["message"]["query"].keys() == {field}


@pytest.mark.parametrize("kind", ["user", "account"])
def test_unknown_ids_get_404(api: ApiClient, ada: int, kind: str) -> None:
    assert api.get(f"/{kind}s/987", user=ada).json() == {"message": f"No {kind} found with ID 987.", "status": 404}
