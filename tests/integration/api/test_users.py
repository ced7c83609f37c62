"""Creating and changing users over the API, and reading what was done to them."""

from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from tests.api_client import ApiClient
from tests.factories import NOW, PASSWORD, make_account, make_user
from tests.mails import queued_mails
from tests.statements import statements_by_size
from wattloom.accounts.tables import audit_log
from wattloom.db import Database
from wattloom.jobs.tables import job
from wattloom.timeseries.tables import data_source

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

ADMIN, ADMIN_READER, ACCOUNT_ADMIN, CONSULTANT = 1, 2, 3, 4


@dataclass(frozen=True)
class People:
    """A house whose account-admin is Ada, with the member Bob, looked after by a consultant; and others."""

    house: int
    ada: int
    bob: int
    consultant: int
    stranger: int
    admin: int


@pytest.fixture
def people(database: Database, api: ApiClient) -> People:
    del api  # has made the roles
    with database.write() as connection:
        consultancy = make_account(connection, name="Advice")
        house = make_account(connection, name="House", consultancy_account_id=consultancy)
        return People(
            house=house,
            ada=make_user(connection, account_id=house, username="ada", roles=("account-admin",)),
            bob=make_user(connection, account_id=house, username="bob", email="bob@house.example"),
            consultant=make_user(connection, account_id=consultancy, username="cleo", roles=("consultant",)),
            stranger=make_user(connection, username="eve", roles=("account-admin", "consultant")),
            admin=make_user(connection, username="root", roles=("admin",)),
        )


def new_user(people: People, **fields: Any) -> dict[str, Any]:
    return {"email": "Dan@House.example", "username": "dan", "account_id": people.house} | fields


def messages(response: Any) -> Any:
    assert response.status_code == 422, response.text
    return response.json()["message"]["json"]


def events_of(database: Database, user: int) -> list[str]:
    with database.read() as connection:
        of_user = select(audit_log.c.event).where(audit_log.c.affected_user_id == user)
        return list(connection.scalars(of_user.order_by(audit_log.c.id)))


# Creating


def test_the_name_that_other_programs_use_for_roles_leads_to_ours(api: ApiClient, people: People) -> None:
    answer = api.patch(f"/users/{people.bob}", user=people.admin, json={"roles": []})

    assert messages(answer) == {"roles": ["Unknown field. Did you mean 'flexmeasures_roles'?"]}


def test_account_admin_creates_a_user_who_gets_a_mail(api: ApiClient, people: People, database: Database) -> None:
    response = api.post("/users", user=people.ada, json=new_user(people))

    created = response.json()
    assert response.status_code == 201
    assert created == {
        "id": created["id"],
        "email": "dan@house.example",
        "username": "dan",
        "account_id": people.house,
        "active": True,
        "timezone": "Europe/Amsterdam",
        "flexmeasures_roles": [],
        "last_login_at": None,
        "last_seen_at": None,
    }
    with database.read() as connection:
        (mail,) = connection.scalars(select(job.c.args).where(job.c.kind == "send-mail"))
        source = connection.execute(select(data_source).where(data_source.c.user_id == created["id"])).one()
    assert mail["to"] == "dan@house.example"
    assert "ada made a login for you" in mail["text"]
    assert (source.name, source.type, source.account_id) == ("dan", "user", people.house)
    assert events_of(database, created["id"]) == [
        "User dan created",
        "Reset password instructions sent for user dan",
    ]


def test_new_user_cannot_log_in_before_setting_a_password(api: ApiClient, people: People) -> None:
    api.post("/users", user=people.ada, json=new_user(people))

    login = {"email": "dan@house.example", "password": PASSWORD}
    assert api.post("/api/requestAuthToken", json=login).status_code == 401


@pytest.mark.parametrize("caller", ["consultant", "admin"])
def test_consultants_and_admins_create_users(api: ApiClient, people: People, caller: str) -> None:
    assert api.post("/users", user=getattr(people, caller), json=new_user(people)).status_code == 201


@pytest.mark.parametrize("caller", ["bob", "stranger"])
def test_others_create_no_users(api: ApiClient, people: People, caller: str, database: Database) -> None:
    response = api.post("/users", user=getattr(people, caller), json=new_user(people))

    assert response.status_code == 403
    assert response.json()["status"] == "INVALID_SENDER"
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(job)) == 0


def test_user_of_an_unknown_account(api: ApiClient, people: People) -> None:
    response = api.post("/users", user=people.admin, json=new_user(people, account_id=987))

    assert (response.status_code, response.json()["message"]) == (404, "No account found with ID 987.")


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"email": "no address"}, "email"),
        ({"email": "a@b.example, c@d.example"}, "email"),
        ({"email": "a@b.example\nBcc: c@d.example"}, "email"),
        ({"email": f"{'x' * 250}@b.example"}, "email"),
        ({"email": 7}, "email"),
        ({"email": "BOB@house.example"}, "email"),
        ({"username": "bob"}, "username"),
        ({"username": " "}, "username"),
        ({"username": "x" * 256}, "username"),
        ({"username": "two\nlines"}, "username"),
        ({"username": None}, "username"),
        ({"account_id": "first"}, "account_id"),
        ({"account_id": True}, "account_id"),
        ({"password": "chosen by somebody else"}, "password"),
        ({"flexmeasures_roles": [1]}, "flexmeasures_roles"),
    ],
)
def test_wrong_fields_of_new_users_are_named(
    api: ApiClient, people: People, fields: dict[str, Any], named: str
) -> None:
    assert messages(api.post("/users", user=people.ada, json=new_user(people, **fields))).keys() == {named}


def test_all_fields_of_a_new_user_are_required(api: ApiClient, people: People) -> None:
    found = messages(api.post("/users", user=people.ada, json={}))

    assert found == {name: ["Missing data for required field."] for name in ("email", "username", "account_id")}


# Changing


def test_user_changes_the_own_name_and_time_zone(api: ApiClient, people: People, database: Database) -> None:
    body = {"username": "robert", "timezone": "Europe/Paris", "last_login_at": None, "last_seen_at": "never"}

    response = api.patch(f"/users/{people.bob}", user=people.bob, json=body)

    changed = response.json()
    assert (response.status_code, changed["status"]) == (200, 200)
    assert (changed["username"], changed["timezone"], changed["flexmeasures_roles"]) == ("robert", "Europe/Paris", [])
    assert (changed["last_login_at"], changed["last_seen_at"]) == (None, None)
    assert events_of(database, people.bob) == [
        "Updated: username, From: bob, To: robert. Updated: timezone, From: Europe/Amsterdam, To: Europe/Paris."
    ]


def test_user_changes_the_own_email_and_logs_in_with_it(api: ApiClient, people: People) -> None:
    changed = api.patch(f"/users/{people.bob}", user=people.bob, json={"email": "Robert@House.example"})

    login = {"email": "robert@house.example", "password": PASSWORD}
    assert changed.json()["email"] == "robert@house.example"
    assert api.post("/api/requestAuthToken", json=login).status_code == 200


def test_nothing_changed_is_not_recorded(api: ApiClient, people: People, database: Database) -> None:
    response = api.patch(f"/users/{people.bob}", user=people.ada, json={"username": "bob", "active": True})

    assert response.status_code == 200
    assert events_of(database, people.bob) == []


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"id": 9}, "id"),
        ({"account_id": 1}, "account_id"),
        ({"password": PASSWORD}, "password"),
        ({"token_stamp": "x"}, "token_stamp"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"timezone": "x" * 100_000}, "timezone"),
        ({"email": "nobody"}, "email"),
        ({"email": None}, "email"),
        ({"username": ""}, "username"),
        ({"username": "x" * 100_000}, "username"),
        ({"active": "perhaps"}, "active"),
        ({"active": None}, "active"),
        ({"flexmeasures_roles": "admin"}, "flexmeasures_roles"),
        ({"flexmeasures_roles": [987]}, "flexmeasures_roles"),
        ({"flexmeasures_roles": [True]}, "flexmeasures_roles"),
        ({"flexmeasures_roles": [2**40]}, "flexmeasures_roles"),
        ({"flexmeasures_roles": [[1]]}, "flexmeasures_roles"),
        ({"flexmeasures_roles": ["account-admin"]}, "flexmeasures_roles"),
    ],
)
def test_wrong_changes_are_named(
    api: ApiClient, people: People, body: dict[str, Any], named: str, database: Database
) -> None:
    response = api.patch(f"/users/{people.bob}", user=people.admin, json={"timezone": "Europe/Paris"} | body)

    assert messages(response).keys() == {named}
    assert events_of(database, people.bob) == []


@pytest.mark.parametrize("body", [[], "x", 7, None])
def test_changes_are_an_object(api: ApiClient, people: People, body: Any) -> None:
    assert messages(api.patch(f"/users/{people.bob}", user=people.bob, json=body)).keys() == {"_schema"}


@pytest.mark.parametrize(("field", "value"), [("email", "Bob@house.example"), ("username", "bob")])
def test_taken_names_are_refused_in_the_words_of_flexmeasures(
    api: ApiClient, people: People, field: str, value: str
) -> None:
    response = api.patch(f"/users/{people.ada}", user=people.ada, json={field: value})

    body = response.json()
    assert (response.status_code, body["status"]) == (400, 400)
    assert body.keys() == {"message", "detail", "status"}
    assert field in body["message"]


def test_ids_of_roles_are_told_to_whoever_sends_one_that_is_none(api: ApiClient, people: People) -> None:
    answer = api.patch(f"/users/{people.bob}", user=people.ada, json={"flexmeasures_roles": [987]})

    [message] = answer.json()["message"]["json"]["flexmeasures_roles"]["0"]
    assert message.startswith(
        "No role found with ID 987. The roles are: admin (1), admin-reader (2), account-admin (3)"
    )


@pytest.mark.parametrize("caller", ["bob", "ada", "admin", "consultant"])
@pytest.mark.parametrize(
    "body", [{"active": False}, {"flexmeasures_roles": []}, {"flexmeasures_roles": [ADMIN_READER]}]
)
def test_nobody_changes_the_own_roles_or_activity(
    api: ApiClient, people: People, caller: str, body: dict[str, Any], database: Database
) -> None:
    own = getattr(people, caller)

    response = api.patch(f"/users/{own}", user=own, json=body | {"timezone": "Europe/Paris"})

    assert response.status_code == 403
    assert events_of(database, own) == []


@pytest.mark.parametrize("caller", ["stranger", "bob"])
@pytest.mark.parametrize("body", [{"email": "mine@evil.example"}, {"active": False}, {"username": "x"}, {}])
def test_neither_colleagues_nor_strangers_change_a_user(
    api: ApiClient, people: People, caller: str, body: dict[str, Any]
) -> None:
    assert api.patch(f"/users/{people.ada}", user=getattr(people, caller), json=body).status_code == 403


WHO_ASSIGNS = {
    "admin": "",
    "admin-reader": "admin",
    "account-admin": "admin consultant",
    "consultant": "admin ada",
    "task-runner": "",
    "role of a plugin": "",
}


@pytest.mark.parametrize("caller", ["ada", "consultant", "admin"])
@pytest.mark.parametrize("role", WHO_ASSIGNS)
def test_who_gives_and_takes_which_role(
    api: ApiClient, people: People, role: str, caller: str, database: Database
) -> None:
    with database.write() as connection:
        holder = make_user(connection, account_id=people.house, roles=(role,))
    role_ids = api.get(f"/users/{holder}", user=people.admin).json()["flexmeasures_roles"]

    given = api.patch(f"/users/{people.bob}", user=getattr(people, caller), json={"flexmeasures_roles": role_ids})
    taken = api.patch(f"/users/{holder}", user=getattr(people, caller), json={"flexmeasures_roles": []})

    status = 200 if caller in WHO_ASSIGNS[role].split() else 403
    assert (given.status_code, taken.status_code) == (status, status)


def test_one_role_that_cannot_be_given_keeps_all_as_they_were(api: ApiClient, people: People) -> None:
    body = {"username": "robert", "flexmeasures_roles": [CONSULTANT, ADMIN_READER]}

    refused = api.patch(f"/users/{people.bob}", user=people.ada, json=body)

    assert (refused.status_code, refused.json()["result"]) == (403, "Rejected")
    unchanged = api.get(f"/users/{people.bob}", user=people.ada).json()
    assert (unchanged["username"], unchanged["flexmeasures_roles"]) == ("bob", [])


def test_api_key_changes_names_but_neither_emails_nor_roles(api: ApiClient, people: People) -> None:
    made = api.post("/api/v4/keys", user=people.ada, json={"name": "sync", "scopes": ["read", "update"]}).json()
    key = {"Authorization": made["key"]}

    def status(user: int, **body: Any) -> int:
        return api.patch(f"/users/{user}", headers=key, json=body).status_code

    assert status(people.bob, username="robert") == 200
    assert status(people.ada, email="mine@evil.example") == 403
    assert status(people.bob, email="mine@evil.example") == 403
    assert status(people.bob, flexmeasures_roles=[CONSULTANT]) == 403
    assert status(people.bob, active=False) == 200
    assert status(people.bob, active=True) == 403


def test_api_key_makes_no_logins(api: ApiClient, people: People, database: Database) -> None:
    made = api.post("/api/v4/keys", user=people.ada, json={"name": "sync", "scopes": ["create-children"]}).json()

    refused = api.post("/users", headers={"Authorization": made["key"]}, json=new_user(people))

    assert refused.status_code == 403
    assert queued_mails(database) == []


def test_role_of_account_admin_is_not_given_elsewhere(api: ApiClient, people: People, database: Database) -> None:
    with database.write() as connection:
        other_client = make_account(connection, consultancy_account_id=make_account(connection))
        user = make_user(connection, account_id=other_client)

    response = api.patch(f"/users/{user}", user=people.consultant, json={"flexmeasures_roles": [ACCOUNT_ADMIN]})

    assert response.status_code == 403


@pytest.mark.parametrize("role", ["admin", "admin-reader"])
@pytest.mark.parametrize(
    ("below", "body"), [("", {"email": "mine@evil.example"}), ("", {"active": False}), ("/password-reset", {})]
)
def test_only_admins_change_the_logins_of_those_who_see_everything(
    api: ApiClient, people: People, role: str, below: str, body: dict[str, Any], database: Database
) -> None:
    with database.write() as connection:
        operator = make_user(connection, account_id=people.house, roles=(role,))

    by_account_admin = api.patch(f"/users/{operator}{below}", user=people.ada, json=body)
    by_consultant = api.patch(f"/users/{operator}{below}", user=people.consultant, json=body)
    by_admin = api.patch(f"/users/{operator}{below}", user=people.admin, json=body)

    assert [by_account_admin.status_code, by_consultant.status_code, by_admin.status_code] == [403, 403, 200]


def test_changes_of_roles_and_activity_are_recorded_together(
    api: ApiClient, people: People, database: Database
) -> None:
    path = f"/users/{people.bob}"
    api.patch(path, user=people.ada, json={"flexmeasures_roles": [CONSULTANT]})
    api.patch(path, user=people.consultant, json={"flexmeasures_roles": [ACCOUNT_ADMIN, CONSULTANT]})
    api.patch(path, user=people.admin, json={"flexmeasures_roles": [ADMIN_READER], "active": False})

    newest, *_ = api.get(f"{path}/auditlog", user=people.admin).json()
    assert events_of(database, people.bob) == [
        "Added role(s): [consultant].",
        "Added role(s): [account-admin].",
        "Removed role(s): [account-admin,consultant]. Added role(s): [admin-reader]. Active status set to 'False'.",
    ]
    assert (newest["action"], newest["active_user_id"]) == ("user.updated", people.admin)
    assert newest["details"] == {
        "user": people.bob,
        "changes": [
            {"field": "active", "from": True, "to": False},
            {"field": "roles", "from": ["account-admin", "consultant"], "to": ["admin-reader"]},
        ],
    }


def test_new_email_ends_logins_and_links_from_before(api: ApiClient, people: People) -> None:
    token = api.token(people.bob)

    api.patch(f"/users/{people.bob}", json={"email": "robert@house.example"}, user=people.ada)

    assert api.get("/users", headers={"Authorization": token}).status_code == 401


def test_new_email_is_told_to_the_old_address(api: ApiClient, people: People, database: Database) -> None:
    api.patch(f"/users/{people.bob}", json={"email": "robert@house.example"}, user=people.bob)

    [mail] = queued_mails(database)
    assert mail.to == "bob@house.example"
    assert "robert@house.example" in mail.text


def test_nobody_is_flooded_with_mails_that_others_ask_for(api: ApiClient, people: People) -> None:
    path = f"/users/{people.bob}/password-reset"
    statuses = [api.patch(path, user=people.ada).status_code for _ in range(30)]

    assert statuses[0] == 200
    assert statuses[-1] == 429


def test_deactivated_user_is_out_at_once_and_for_good(api: ApiClient, people: People) -> None:
    old = {"Authorization": api.token(people.bob)}
    api.patch(f"/users/{people.bob}", user=people.ada, json={"active": False})

    assert api.get("/users", headers=old).status_code == 401
    login = {"email": "bob@house.example", "password": PASSWORD}
    assert api.post("/api/requestAuthToken", json=login).status_code == 401

    api.patch(f"/users/{people.bob}", user=people.ada, json={"active": True})

    assert api.get("/users", headers=old).status_code == 401
    assert api.post("/api/requestAuthToken", json=login).status_code == 200


# Resetting passwords


@pytest.mark.parametrize("caller", ["bob", "ada", "consultant", "admin"])
def test_reset_password_ends_tokens_and_is_mailed(
    api: ApiClient, people: People, caller: str, database: Database
) -> None:
    old = {"Authorization": api.token(people.bob)}

    response = api.patch(f"/users/{people.bob}/password-reset", user=getattr(people, caller))

    assert (response.status_code, response.json()) == (200, {"status": 200})
    assert api.get("/users", headers=old).status_code == 401
    login = {"email": "bob@house.example", "password": PASSWORD}
    assert api.post("/api/requestAuthToken", json=login).status_code == 401
    with database.read() as connection:
        (mail,) = connection.scalars(select(job.c.args).where(job.c.kind == "send-mail"))
    assert mail["to"] == "bob@house.example"
    assert events_of(database, people.bob) == [
        "Password reset for user bob",
        "Reset password instructions sent for user bob",
    ]


def test_others_reset_no_passwords(api: ApiClient, people: People) -> None:
    assert api.patch(f"/users/{people.ada}/password-reset", user=people.bob).status_code == 403
    assert api.patch(f"/users/{people.ada}/password-reset", user=people.stranger).status_code == 403
    assert api.patch("/users/987/password-reset", user=people.admin).status_code == 404


# Reading what was done


@pytest.fixture
def bobs_log(people: People, database: Database) -> None:
    events = (("Password changed for user bob", "ada"), ("Active status set to 'True'.", "ada"), ("Other", "root"))
    with database.write() as connection:
        for text, name in events:
            values = {"event_datetime": NOW, "event": text, "active_user_name": name, "affected_user_id": people.bob}
            connection.execute(insert(audit_log).values(values))


@pytest.mark.usefixtures("bobs_log")
@pytest.mark.parametrize("caller", ["bob", "ada", "consultant", "admin"])
def test_who_reads_what_was_done_to_a_user(api: ApiClient, people: People, caller: str) -> None:
    found = api.get(f"/users/{people.bob}/auditlog", user=getattr(people, caller)).json()

    assert [record["event"] for record in found] == [
        "Other",
        "Active status set to 'True'.",
        "Password changed for user bob",
    ]
    assert found[0] == {
        "event": "Other",
        "event_datetime": NOW.replace(tzinfo=None).isoformat(),
        "active_user_name": "root",
        "active_user_id": None,
        "action": None,
        "details": None,
    }


def test_colleagues_and_strangers_do_not_read_what_was_done(api: ApiClient, people: People) -> None:
    assert api.get(f"/users/{people.ada}/auditlog", user=people.bob).status_code == 403
    assert api.get(f"/users/{people.ada}/auditlog", user=people.stranger).status_code == 403


@pytest.mark.usefixtures("bobs_log")
def test_audit_log_is_searched_sorted_and_paged(api: ApiClient, people: People) -> None:
    query = "page=1&per-page=1&filter=ADA&sort-by=event_datetime&sort-dir=asc"

    page = api.get(f"/users/{people.bob}/auditlog?{query}", user=people.bob).json()

    assert [record["event"] for record in page["data"]] == ["Password changed for user bob"]
    assert (page["num-records"], page["filtered-records"], page["status"]) == (3, 2, 200)
    assert api.get(f"/users/{people.bob}/auditlog?page=9", user=people.bob).status_code == 404


@pytest.mark.usefixtures("bobs_log")
@pytest.mark.parametrize("order", ["username", "email", "lastLogin", "lastSeen"])
def test_other_orders_of_the_audit_log_are_accepted(api: ApiClient, people: People, order: str) -> None:
    found = api.get(f"/users/{people.bob}/auditlog?sort_by={order}&sort_dir=asc", user=people.bob)

    assert (found.status_code, found.json()[0]["event"]) == (200, "Other")


def test_wrong_parameters_of_the_audit_log_are_named(api: ApiClient, people: People) -> None:
    response = api.get(f"/users/{people.bob}/auditlog?sort_by=id&filter='", user=people.bob)

    assert response.json()["message"]["query"].keys() == {"sort-by"}


# Listing


@pytest.mark.parametrize("query", ["", "?page=1&per_page=200&sort_by=lastSeen&sort_dir=desc&filter=user"])
def test_list_takes_as_many_statements_however_long_it_is(
    api: ApiClient, people: People, query: str, database: Database
) -> None:
    def add(number: int) -> None:
        with database.write() as connection:
            for _ in range(number):
                make_user(connection, roles=("consultant",))

    counts = statements_by_size(database, add, lambda: api.get(f"/users{query}", user=people.admin))

    assert len(set(counts.values())) == 1, counts


@pytest.mark.parametrize(
    ("direction", "expected"), [("asc", ["bob", "early", "late"]), ("desc", ["late", "early", "bob"])]
)
def test_who_never_logged_in_comes_first(
    api: ApiClient, people: People, direction: str, expected: list[str], database: Database
) -> None:
    with database.write() as connection:
        for name, day in (("late", 9), ("early", 2)):
            make_user(connection, account_id=people.house, username=name, last_login_at=NOW.replace(day=day))

    listed = api.get(f"/users?sort_by=lastLogin&sort_dir={direction}", user=people.bob).json()

    assert [user["username"] for user in listed if user["username"] != "ada"] == expected
