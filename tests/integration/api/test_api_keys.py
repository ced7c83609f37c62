"""Making, using and revoking API keys."""

import hashlib
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update
from structlog.testing import capture_logs

from tests.api_client import ApiClient
from tests.factories import NOW, make_account, make_api_key, make_asset, make_sensor, make_user
from wattloom.accounts import Action, delete_user, get_user, set_password
from wattloom.accounts.tables import api_key, app_user, audit_log
from wattloom.db import Database

KEYS = "/api/v4/keys"
GATEWAY = {"name": "gateway", "scopes": ["create-children", "read"]}


@pytest.fixture
def account(database: Database) -> int:
    with database.write() as connection:
        return make_account(connection)


@pytest.fixture
def ada(database: Database, account: int) -> int:
    with database.write() as connection:
        return make_user(connection, account_id=account, username="ada")


def issue(api: ApiClient, user: int, **body: Any) -> dict[str, Any]:
    response = api.post(KEYS, user=user, json=GATEWAY | body)
    assert response.status_code == 201, response.text
    return response.json()


def with_key(api: ApiClient, key: str, method: str = "GET", path: str = "/assets", **more: Any) -> httpx.Response:
    return api.request(method, path, headers={"Authorization": key}, **more)


def events(database: Database) -> list[tuple[str, str, Any]]:
    columns = audit_log.c.event, audit_log.c.action, audit_log.c.details
    with database.read() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(audit_log.c.id))]


def test_a_new_key_is_shown_once_and_opens_the_api(api: ApiClient, ada: int) -> None:
    made = issue(api, ada)

    key = made.pop("key")
    assert made == {
        "id": 1,
        "user_id": ada,
        "name": "gateway",
        "prefix": key[:9],
        "scopes": ["read", "create-children"],
        "created": "2026-03-01T12:00:00+00:00",
        "expires": "2027-03-01T12:00:00+00:00",
        "last_used": None,
    }
    assert (key[:3], len(key)) == ("wl_", 46)
    for header in (key, f"Bearer {key}", f"bearer  {key} "):
        assert with_key(api, header, path=f"/users/{ada}").json()["username"] == "ada"
    assert api.get(KEYS, user=ada).json() == {"keys": [made]}
    assert api.get(f"{KEYS}/1", user=ada).json() == made


def test_the_database_holds_only_the_hash_of_a_key(api: ApiClient, ada: int, database: Database) -> None:
    key = issue(api, ada)["key"]

    with database.read() as connection:
        stored = connection.execute(select(api_key)).one()
        said = str(connection.execute(select(audit_log)).all())
    assert stored.key_hash == hashlib.sha256(key.encode()).hexdigest()
    assert key[9:] not in str(stored) + said


def test_keys_of_equal_beginning_are_different_keys(api: ApiClient, ada: int) -> None:
    key = issue(api, ada)["key"]

    others = (key[:9], key[:-1], f"{key}A", key[:-1] + ("A" if key[-1] != "A" else "B"), key.swapcase(), "wl_")
    assert {with_key(api, other).status_code for other in others} == {401}


def test_keys_in_the_address_do_not_count(api: ApiClient, ada: int) -> None:
    key = issue(api, ada)["key"]

    names = ("api_key", "key", "token", "auth_token", "access_token", "Authorization")
    assert {api.get("/assets", params={name: key}).status_code for name in names} == {401}


def test_logs_hold_no_key(api: ApiClient, ada: int) -> None:
    with capture_logs() as lines:
        key = issue(api, ada)["key"]
        with_key(api, key)
        with_key(api, f"{key}x")
        with_key(api, key, "POST", "/assets", json={"name": key})
        api.get(f"/assets?token={key}")

    assert len(lines) >= 5
    assert key not in str(lines)


@pytest.mark.parametrize(
    ("expires", "status"), [("2026-03-01T13:00:00+01:00", 401), ("2026-03-02T13:00:00+01:00", 200)]
)
def test_a_key_is_refused_once_it_has_expired(api: ApiClient, ada: int, expires: str, status: int) -> None:
    api.services.clock.advance(days=-1)
    key = issue(api, ada, expires=expires)["key"]
    before = with_key(api, key).status_code

    api.services.clock.advance(days=1)

    assert (before, with_key(api, key).status_code) == (200, status)


def test_a_key_can_last_for_ever(api: ApiClient, ada: int) -> None:
    made = issue(api, ada, expires=None)

    api.services.clock.advance(days=36_500)

    assert (made["expires"], with_key(api, made["key"]).status_code) == (None, 200)


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        ({"expires": "2026-03-01T12:00:00"}, "expires", "offset"),
        ({"expires": NOW.isoformat()}, "expires", "future"),
        ({"expires": 7}, "expires", ""),
        ({"scopes": []}, "scopes", "1"),
        ({"scopes": ["write"]}, "scopes", "read"),
        ({"scopes": "read"}, "scopes", ""),
        ({"scopes": [["read"]]}, "scopes", ""),
        ({"name": " "}, "name", "1 to 80"),
        ({"name": "x" * 81}, "name", "80"),
        ({"scope": ["read"]}, "scope", "Did you mean 'scopes'?"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    api: ApiClient, ada: int, body: dict[str, Any], field: str, says: str
) -> None:
    response = api.post(KEYS, user=ada, json=GATEWAY | body)

    assert response.status_code == 422, response.text
    assert says in str(response.json()["message"]["json"][field])
    assert api.get(KEYS, user=ada).json() == {"keys": []}


def test_names_are_unique_for_each_user(api: ApiClient, ada: int, database: Database) -> None:
    with database.write() as connection:
        bob = make_user(connection)
    issue(api, ada)
    issue(api, bob)

    response = api.post(KEYS, user=ada, json=GATEWAY | {"name": " gateway "})

    expected = {"json": {"name": ["There is an API key with the name 'gateway' already."]}}
    assert (response.status_code, response.json()["message"]) == (422, expected)


def test_a_key_gets_another_name(api: ApiClient, ada: int, database: Database) -> None:
    made = issue(api, ada)
    issue(api, ada, name="other")

    renamed = api.patch(f"{KEYS}/1", user=ada, json={"name": " inverter"})
    taken = api.patch(f"{KEYS}/1", user=ada, json={"name": "other"})

    assert renamed.json() == {name: made[name] for name in made if name != "key"} | {"name": "inverter"}
    assert taken.status_code == 422
    assert with_key(api, made["key"]).status_code == 200
    facts = {"user": ada, "key": 1, "changes": [{"field": "name", "from": "gateway", "to": "inverter"}]}
    assert events(database)[-1] == ("API key 'gateway' renamed to 'inverter'", "api-key.updated", facts)


def test_a_revoked_key_is_refused(api: ApiClient, ada: int, database: Database) -> None:
    key = issue(api, ada)["key"]

    response = api.delete(f"{KEYS}/1", user=ada)

    assert (response.status_code, response.content, with_key(api, key).status_code) == (204, b"", 401)
    assert api.delete(f"{KEYS}/1", user=ada).status_code == 404
    facts = {"user": ada, "key": 1, "name": "gateway", "prefix": key[:9], "scopes": ["create-children", "read"]}
    assert events(database) == [
        ("API key 'gateway' created for user ada", "api-key.created", facts),
        ("API key 'gateway' revoked for user ada", "api-key.revoked", facts),
    ]


def test_account_admins_end_the_keys_of_their_users(api: ApiClient, ada: int, account: int, database: Database) -> None:
    with database.write() as connection:
        boss = make_user(connection, account_id=account, roles=("account-admin",))
        colleague = make_user(connection, account_id=account)
    key = issue(api, ada)["key"]

    listed = api.get(KEYS, user=boss, params={"user": ada}).json()["keys"]
    refused = (
        api.get(KEYS, user=colleague, params={"user": ada}).status_code,
        api.delete(f"{KEYS}/1", user=colleague).status_code,
    )
    ended = api.delete(f"{KEYS}/1", user=boss).status_code

    assert [each["name"] for each in listed] == ["gateway"]
    assert (refused, ended, with_key(api, key).status_code) == ((403, 403), 204, 401)


def test_keys_of_a_deactivated_user_are_refused_until_it_is_active_again(
    api: ApiClient, ada: int, database: Database
) -> None:
    key = issue(api, ada)["key"]

    statuses = []
    for active in (False, True):
        with database.write() as connection:
            connection.execute(update(app_user).where(app_user.c.id == ada).values(active=active))
        statuses.append(with_key(api, key).status_code)

    assert statuses == [401, 200]


def test_keys_go_with_their_user(api: ApiClient, ada: int, database: Database) -> None:
    key = issue(api, ada)["key"]

    with database.write() as connection:
        delete_user(connection, get_user(connection, ada), by=None, now=NOW)

    with database.read() as connection:
        assert connection.execute(select(api_key)).all() == []
    assert with_key(api, key).status_code == 401


def test_refusals_do_not_tell_what_is_wrong_with_a_key(api: ApiClient, ada: int, database: Database) -> None:
    with database.write() as connection:
        inactive = make_api_key(connection, make_user(connection, active=False))
        expired = make_api_key(connection, ada, expires_at=NOW + timedelta(seconds=1))
    revoked = issue(api, ada)
    api.delete(f"{KEYS}/{revoked['id']}", user=ada)
    api.services.clock.advance(minutes=1)

    answers = {with_key(api, key).text for key in (inactive, expired, revoked["key"], "wl_unknown")}

    assert len(answers) == 1


def test_keys_outlive_a_new_password(api: ApiClient, ada: int, database: Database) -> None:
    key = issue(api, ada)["key"]

    with database.write() as connection:
        set_password(connection, get_user(connection, ada), "another password", by=None, now=NOW)

    assert with_key(api, key).status_code == 200


def test_a_reset_by_somebody_else_ends_all_keys(api: ApiClient, ada: int, database: Database) -> None:
    with database.write() as connection:
        admin = make_user(connection, roles=("admin",))
    keys = [issue(api, ada, name=name)["key"] for name in ("gateway", "inverter")]

    assert api.patch(f"/users/{ada}/password-reset", user=admin).status_code == 200

    assert {with_key(api, key).status_code for key in keys} == {401}
    assert [event for event, *_ in events(database) if "revoked" in event] == [
        "API key 'gateway' revoked for user ada",
        "API key 'inverter' revoked for user ada",
    ]


@pytest.mark.parametrize(
    ("path", "changes"),
    [("/password-reset", None), ("", {"email": "mine@example.com"}), ("", {"flexmeasures_roles": []})],
)
def test_a_key_does_not_lead_to_a_login(api: ApiClient, database: Database, path: str, changes: Any) -> None:
    with database.write() as connection:
        admin, ada = make_user(connection, roles=("admin",)), make_user(connection, roles=("account-admin",))
        key = make_api_key(connection, admin)
        before = connection.execute(select(app_user)).all()

    statuses = {with_key(api, key, "PATCH", f"/users/{user}{path}", json=changes).status_code for user in (admin, ada)}

    assert statuses == {403}
    with database.read() as connection:
        assert connection.execute(select(app_user)).all() == before


def test_the_last_use_is_noted_beside_the_requests(api: ApiClient, ada: int) -> None:
    key = issue(api, ada)["key"]
    api.services.clock.advance(minutes=5)
    with_key(api, key)

    before = api.get(f"{KEYS}/1", user=ada).json()["last_used"]
    api.services.last_seen.flush()

    after = api.get(f"{KEYS}/1", user=ada).json()["last_used"]
    assert (before, after) == (None, (NOW + timedelta(minutes=5)).isoformat())


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", KEYS, GATEWAY | {"name": "other"}),
        ("PATCH", f"{KEYS}/1", {"name": "other"}),
        ("DELETE", f"{KEYS}/1", None),
    ],
)
def test_a_key_neither_makes_nor_changes_nor_ends_keys(
    api: ApiClient, database: Database, method: str, path: str, body: Any
) -> None:
    with database.write() as connection:
        key = make_api_key(connection, make_user(connection, roles=("admin",)))
        before = connection.execute(select(api_key)).all()

    response = with_key(api, key, method, path, json=body)

    assert response.status_code == 403
    assert response.json()["message"].endswith("API keys cannot do that: log in with your password.")
    with database.read() as connection:
        assert connection.execute(select(api_key)).all() == before


@pytest.mark.parametrize("scope", list(Action))
def test_a_key_of_an_admin_does_what_its_scope_says_and_nothing_else(
    api: ApiClient, database: Database, scope: Action
) -> None:
    with database.write() as connection:
        key = make_api_key(connection, make_user(connection, roles=("admin",)), scope)
        sensor = make_sensor(connection, generic_asset_id=make_asset(connection))
    data = {"start": NOW.isoformat(), "duration": "PT1H", "unit": "kW"}
    requests = {
        Action.READ: with_key(api, key, path=f"/sensors/{sensor}/data", params=data),
        Action.CREATE_CHILDREN: with_key(
            api, key, "POST", f"/sensors/{sensor}/data", json=data | {"values": [1.0] * 4}
        ),
        Action.UPDATE: with_key(api, key, "PATCH", f"/sensors/{sensor}", json={"name": "other"}),
        Action.DELETE: with_key(api, key, "DELETE", f"/sensors/{sensor}"),
    }

    assert {action for action, response in requests.items() if response.status_code < 300} == {scope}
    refused = [response for action, response in requests.items() if action is not scope]
    assert {response.status_code for response in refused} == {403}
    assert all("The API key lacks the scope" in response.json()["message"] for response in refused)


@pytest.mark.parametrize("path", ["/assets", "/assets/public", "/assets/types", "/users", "/accounts", KEYS])
def test_a_key_that_may_not_read_gets_no_list_either(api: ApiClient, ada: int, database: Database, path: str) -> None:
    with database.write() as connection:
        blind, seeing = make_api_key(connection, ada, Action.UPDATE), make_api_key(connection, ada, Action.READ)

    assert [with_key(api, key, path=path).status_code for key in (blind, seeing)] == [403, 200]
