"""Creating and changing accounts over the API, and reading what was done to them."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import insert, select

from tests.api_client import ApiClient, make_services
from tests.factories import NOW, make_account, make_user
from tests.statements import statements_by_size
from wattloom.accounts.tables import account_role, audit_log, plan
from wattloom.db import Database

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@dataclass(frozen=True)
class People:
    """A house whose account-admin is Ada, with the member Bob; the consultancy that looks after it; and others."""

    house: int
    advice: int
    ada: int
    bob: int
    consultant: int
    stranger: int
    admin: int


@pytest.fixture
def people(database: Database, api: ApiClient) -> People:
    del api  # has made the roles
    with database.write() as connection:
        advice = make_account(connection, name="Advice", roles=("Consultancy",))
        house = make_account(connection, name="House", consultancy_account_id=advice)
        return People(
            house=house,
            advice=advice,
            ada=make_user(connection, account_id=house, username="ada", roles=("account-admin",)),
            bob=make_user(connection, account_id=house, username="bob"),
            consultant=make_user(connection, account_id=advice, username="cleo", roles=("consultant",)),
            stranger=make_user(connection, username="eve", roles=("account-admin", "consultant")),
            admin=make_user(connection, username="root", roles=("admin",)),
        )


@pytest.fixture
def plans(database: Database) -> dict[str, int]:
    """Ids of plans: one that can be had, and one that is retired."""
    with database.write() as connection:
        rows = [{"name": "new", "legacy": False}, {"name": "retired", "legacy": True}]
        made = connection.execute(insert(plan).returning(plan.c.name, plan.c.id), rows)
        return {row.name: row.id for row in made}


def role_id(database: Database, name: str) -> int:
    with database.read() as connection:
        found: int = connection.execute(select(account_role.c.id).where(account_role.c.name == name)).scalar_one()
        return found


def events_of(database: Database, account: int) -> list[str]:
    with database.read() as connection:
        of_account = select(audit_log.c.event).where(audit_log.c.affected_account_id == account)
        return list(connection.scalars(of_account.order_by(audit_log.c.id)))


def messages(response: Any) -> Any:
    assert response.status_code == 422, response.text
    return response.json()["message"]["json"]


# Creating


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "House"}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name": None}, "name"),
        ({"name": ["a"]}, "name"),
        ({"name": "New", "consultancy_account_id": 987}, "consultancy_account_id"),
        ({"name": "New", "consultancy_account_id": "first"}, "consultancy_account_id"),
        ({"name": "New", "plan_id": 1}, "plan_id"),
        ({"name": "New", "id": 1}, "id"),
    ],
)
def test_wrong_new_accounts_are_refused(api: ApiClient, people: People, body: dict[str, Any], named: str) -> None:
    assert messages(api.post("/accounts", user=people.admin, json=body)).keys() == {named}


def test_created_account_is_recorded(api: ApiClient, people: People, database: Database) -> None:
    created = api.post("/accounts", user=people.consultant, json={"name": " Client "}).json()

    assert (created["name"], created["consultancy_account_id"], created["plan_id"]) == ("Client", people.advice, None)
    assert events_of(database, created["id"]) == [f"Created account 'Client' ({created['id']})"]


@pytest.mark.parametrize("caller", ["bob", "ada", "stranger"])
def test_others_create_no_accounts(api: ApiClient, people: People, caller: str) -> None:
    assert api.post("/accounts", user=getattr(people, caller), json={"name": "New"}).status_code == 403


# Changing


def test_account_admin_changes_its_account(api: ApiClient, people: People, database: Database) -> None:
    prosumer = role_id(database, "Prosumer")
    body = {
        "name": " Home ",
        "primary_color": "#1a3442",
        "secondary_color": "fff",
        "logo_url": "https://example.com/logo.png",
        "attributes": '{"floor": 2}',
        "account_roles": [prosumer],
    }

    response = api.patch(f"/accounts/{people.house}", user=people.ada, json=body)

    assert response.status_code == 200
    assert response.json() == {
        "id": people.house,
        "name": "Home",
        "primary_color": "#1a3442",
        "secondary_color": "fff",
        "logo_url": "https://example.com/logo.png",
        "attributes": '{"floor":2}',
        "account_roles": [{"id": prosumer, "name": "Prosumer"}],
        "consultancy_account_id": people.advice,
        "plan_id": None,
        "status": 200,
    }
    assert events_of(database, people.house) == [
        "Account Updated, Field: name, primary_color, secondary_color, logo_url, attributes, account_roles"
    ]


def test_only_what_changed_is_recorded(api: ApiClient, people: People) -> None:
    body = {"name": "House", "primary_color": "#123", "consultancy_account_id": people.advice, "plan_id": None}
    api.patch(f"/accounts/{people.house}", user=people.ada, json=body)
    api.patch(f"/accounts/{people.house}", user=people.ada, json=body)

    (record,) = api.get(f"/accounts/{people.house}/auditlog", user=people.ada).json()

    assert (record["event"], record["action"]) == ("Account Updated, Field: primary_color", "account.updated")
    assert record["details"] == {
        "account": people.house,
        "changes": [{"field": "primary_color", "from": None, "to": "#123"}],
    }


def test_null_takes_colours_and_logo_away(api: ApiClient, people: People) -> None:
    set_ = {"primary_color": "#123", "secondary_color": "#456", "logo_url": "ftp://example.com/logo"}
    api.patch(f"/accounts/{people.house}", user=people.ada, json=set_)

    cleared = api.patch(f"/accounts/{people.house}", user=people.ada, json=dict.fromkeys(set_)).json()

    assert [cleared[field] for field in set_] == [None, None, None]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"id": 7}, "id"),
        ({"secrets": {}}, "secrets"),
        ({"name": ""}, "name"),
        ({"name": "Advice"}, "name"),
        ({"name": None}, "name"),
        ({"name": "x" * 100_000}, "name"),
        ({"primary_color": "red"}, "primary_color"),
        ({"primary_color": "#12345"}, "primary_color"),
        ({"secondary_color": 7}, "secondary_color"),
        ({"logo_url": "javascript:alert(1)"}, "logo_url"),
        ({"logo_url": "/logo.png"}, "logo_url"),
        ({"logo_url": f"https://example.com/{'x' * 240}"}, "logo_url"),
        ({"attributes": None}, "attributes"),
        ({"attributes": "[1]"}, "attributes"),
        ({"attributes": "{"}, "attributes"),
        ({"account_roles": [987]}, "account_roles"),
        ({"account_roles": "Prosumer"}, "account_roles"),
        ({"account_roles": None}, "account_roles"),
        ({"plan_id": 987}, "plan_id"),
        ({"plan_id": "large"}, "plan_id"),
        ({"consultancy_account_id": 987}, "consultancy_account_id"),
    ],
)
def test_wrong_changes_are_named(
    api: ApiClient, people: People, body: dict[str, Any], named: str, database: Database
) -> None:
    response = api.patch(f"/accounts/{people.house}", user=people.admin, json={"primary_color": "#123"} | body)

    assert messages(response).keys() == {named}
    assert events_of(database, people.house) == []


def test_account_is_not_its_own_consultancy(api: ApiClient, people: People) -> None:
    body = {"consultancy_account_id": people.house}

    found = messages(api.patch(f"/accounts/{people.house}", user=people.admin, json=body))

    assert found == {"consultancy_account_id": ["An account cannot be its own consultancy."]}


def test_unknown_account(api: ApiClient, people: People) -> None:
    assert api.patch("/accounts/987", user=people.admin, json={"name": "x"}).status_code == 404
    assert api.get("/accounts/987/auditlog", user=people.admin).status_code == 404


def test_admin_gives_and_takes_a_plan(api: ApiClient, people: People, plans: dict[str, int]) -> None:
    given = api.patch(f"/accounts/{people.house}", user=people.admin, json={"plan_id": plans["new"]})
    taken = api.patch(f"/accounts/{people.house}", user=people.admin, json={"plan_id": None})

    assert (given.json()["plan_id"], taken.json()["plan_id"]) == (plans["new"], None)


def test_retired_plan_is_kept_but_not_given(api: ApiClient, people: People, plans: dict[str, int]) -> None:
    path = f"/accounts/{people.house}"
    assert messages(api.patch(path, user=people.admin, json={"plan_id": plans["retired"]})).keys() == {"plan_id"}

    with api.services.database.write() as connection:
        kept = make_account(connection, plan_id=plans["retired"])

    changed = api.patch(f"/accounts/{kept}", user=people.admin, json={"name": "Old", "plan_id": plans["retired"]})
    assert (changed.status_code, changed.json()["plan_id"]) == (200, plans["retired"])


@pytest.mark.parametrize("caller", ["ada", "consultant"])
def test_only_admins_change_plans(api: ApiClient, people: People, plans: dict[str, int], caller: str) -> None:
    response = api.patch(f"/accounts/{people.house}", user=getattr(people, caller), json={"plan_id": plans["new"]})

    assert response.status_code == 403


@pytest.mark.parametrize("caller", ["ada", "consultant"])
def test_only_admins_make_consultancies(api: ApiClient, people: People, caller: str, database: Database) -> None:
    roles = {"account_roles": [role_id(database, "Consultancy")]}

    refused = api.patch(f"/accounts/{people.house}", user=getattr(people, caller), json=roles)
    done = api.patch(f"/accounts/{people.house}", user=people.admin, json=roles)

    assert (refused.status_code, done.status_code) == (403, 200)


# Consultancies


def test_consultant_takes_a_client_of_its_own_only(api: ApiClient, people: People, database: Database) -> None:
    with database.write() as connection:
        other = make_account(connection, roles=("Consultancy",))

    elsewhere = api.patch(f"/accounts/{people.house}", user=people.consultant, json={"consultancy_account_id": other})
    let_go = api.patch(f"/accounts/{people.house}", user=people.consultant, json={"consultancy_account_id": None})

    assert (elsewhere.status_code, let_go.status_code) == (403, 200)
    assert let_go.json()["consultancy_account_id"] is None
    assert api.get(f"/accounts/{people.house}", user=people.consultant).status_code == 403


def test_client_does_not_leave_its_consultancy_by_itself(api: ApiClient, people: People) -> None:
    response = api.patch(f"/accounts/{people.house}", user=people.ada, json={"consultancy_account_id": None})

    assert response.status_code == 403


def test_consultant_of_an_account_without_the_role_changes_no_consultancy(api: ApiClient, database: Database) -> None:
    with database.write() as connection:
        plain = make_account(connection)
        client = make_account(connection, consultancy_account_id=plain)
        consultant = make_user(connection, account_id=plain, roles=("consultant",))

    response = api.patch(f"/accounts/{client}", user=consultant, json={"consultancy_account_id": None})

    assert response.status_code == 403


# Who may


def test_members_may_change_the_account_if_the_setting_says_so(database: Database, people: People) -> None:
    shared = ApiClient(make_services(database, members_may_update_account=True))

    by_member = shared.patch(f"/accounts/{people.house}", user=people.bob, json={"name": "Ours"})
    by_stranger = shared.patch(f"/accounts/{people.house}", user=people.stranger, json={"name": "Mine"})

    shared.close()
    assert (by_member.status_code, by_stranger.status_code) == (200, 403)
    assert by_stranger.json()["message"] == "You have no permission to update this account."


@pytest.mark.parametrize("caller", ["bob", "stranger"])
def test_others_neither_change_an_account_nor_read_its_log(api: ApiClient, people: People, caller: str) -> None:
    path = f"/accounts/{people.house}"

    assert api.patch(path, user=getattr(people, caller), json={"name": "Mine"}).status_code == 403
    assert api.get(f"{path}/auditlog", user=getattr(people, caller)).status_code == 403


# Reading what was done


def test_log_of_an_account_is_an_array_of_everything_newest_first(
    api: ApiClient, people: People, database: Database
) -> None:
    values = {"event_datetime": NOW, "active_user_id": 5, "affected_account_id": people.house}
    with database.write() as connection:
        connection.execute(insert(audit_log), [values | {"event": f"Event {number}"} for number in range(12)])

    found = api.get(f"/accounts/{people.house}/auditlog?page=2&per_page=3", user=people.consultant).json()

    assert [record["event"] for record in found] == [f"Event {number}" for number in reversed(range(12))]
    assert {"event", "event_datetime", "active_user_id"} <= found[0].keys()
    assert found[0]["event_datetime"] == NOW.replace(tzinfo=None).isoformat()


# Listing


@pytest.mark.parametrize("query", ["", "?page=1&per_page=200&sort_by=assets&sort_dir=desc&filter=account"])
def test_list_takes_as_many_statements_however_long_it_is(
    api: ApiClient, people: People, query: str, database: Database
) -> None:
    def add(number: int) -> None:
        with database.write() as connection:
            for _ in range(number):
                make_account(connection, roles=("Prosumer",))

    counts = statements_by_size(database, add, lambda: api.get(f"/accounts{query}", user=people.admin))

    assert len(set(counts.values())) == 1, counts
