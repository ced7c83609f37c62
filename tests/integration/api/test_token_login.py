"""Getting a token, and what it is good for."""

import pytest

from tests.api_client import ApiClient, make_services
from tests.factories import PASSWORD, make_account, make_user
from wattloom.accounts import get_user, set_password
from wattloom.db import Database

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def ada(database: Database) -> int:
    with database.write() as connection:
        return make_user(connection, email="ada@example.com")


def request_token(api: ApiClient, **body: str) -> tuple[int, dict]:
    response = api.post("/api/requestAuthToken", json=body)
    return response.status_code, response.json()


def test_token_names_the_user_and_opens_the_api(api: ApiClient, ada: int) -> None:
    status, body = request_token(api, email="Ada@Example.com", password=PASSWORD)

    assert (status, body["user_id"], body["status"]) == (200, ada, 200)
    for header in (body["auth_token"], f"Bearer {body['auth_token']}", f"bearer  {body['auth_token']}"):
        assert api.get(f"/users/{ada}", headers={"Authorization": header}).status_code == 200


def test_login_is_noted(api: ApiClient, ada: int) -> None:
    request_token(api, email="ada@example.com", password=PASSWORD)

    assert api.get(f"/users/{ada}", user=ada).json()["last_login_at"] == "2026-03-01T12:00:00+00:00"


@pytest.mark.parametrize(
    ("email", "password"),
    [("ada@example.com", "wrong"), ("nobody@example.com", PASSWORD), ("ada@example.com", "")],
)
def test_wrong_credentials_get_401_with_a_list_of_errors(api: ApiClient, ada: int, email: str, password: str) -> None:
    assert ada
    assert request_token(api, email=email, password=password) == (
        401,
        {"errors": ["E-mail or password is wrong."], "status": 401},
    )


@ON_SQLITE
def test_unknown_email_can_get_404_as_in_flexmeasures(database: Database) -> None:
    api = ApiClient(make_services(database, unknown_email_status=404))

    status, body = request_token(api, email="nobody@example.com", password="x")

    assert (status, body["status"]) == (404, 404)
    api.close()


def test_inactive_user_gets_no_token(api: ApiClient, database: Database) -> None:
    with database.write() as connection:
        make_user(connection, email="bob@example.com", active=False)

    assert request_token(api, email="bob@example.com", password=PASSWORD)[0] == 401


def test_fields_are_checked(api: ApiClient) -> None:
    status, body = request_token(api, email="ada@example.com", pass_word="x")

    assert status == 422
    assert body["message"] == {
        "json": {
            "password": ["Missing data for required field."],
            "pass_word": ["Unknown field. Did you mean 'password'?"],
        }
    }


def test_eleventh_failure_in_a_row_is_refused_before_the_password_is_looked_at(api: ApiClient, ada: int) -> None:
    assert ada
    for _ in range(10):
        assert request_token(api, email="ada@example.com", password="guess")[0] == 401

    response = api.post("/api/requestAuthToken", json={"email": "ADA@example.com ", "password": PASSWORD})

    assert response.status_code == 429
    assert response.json()["status"] == "TOO_MANY_REQUESTS"
    assert 0 < int(response.headers["retry-after"]) <= 300
    assert response.json()["message"] == f"Too many failed logins. Try again in {response.headers['retry-after']} s."


def test_failures_of_one_email_do_not_lock_out_another(api: ApiClient, ada: int) -> None:
    assert ada
    for _ in range(11):
        request_token(api, email="bob@example.com", password="guess")

    assert request_token(api, email="ada@example.com", password=PASSWORD)[0] == 200


def test_token_expires(api: ApiClient, ada: int) -> None:
    token = api.token(ada)

    api.services.clock.advance(hours=6, seconds=2)

    assert api.get("/assets", headers={"Authorization": token}).status_code == 401


def test_token_ends_with_a_new_password(api: ApiClient, ada: int, database: Database) -> None:
    token = api.token(ada)

    with database.write() as connection:
        set_password(connection, get_user(connection, ada), "another password", by=None, now=api.services.clock())

    assert api.get("/assets", headers={"Authorization": token}).status_code == 401
    assert request_token(api, email="ada@example.com", password="another password")[0] == 200


def test_token_of_a_deactivated_user_is_refused(api: ApiClient, database: Database) -> None:
    with database.write() as connection:
        bob = make_user(connection, active=False)

    response = api.get("/assets", user=bob)

    assert response.status_code == 401
    assert response.json()["status"] == "UNAUTHORIZED"


@pytest.mark.parametrize("token", ["", "Bearer", "nonsense", "1.stamp.abc.def", "é", "1"])
def test_foreign_and_broken_tokens_are_refused(api: ApiClient, ada: int, token: str) -> None:
    assert ada
    assert api.get("/assets", headers={"Authorization": token.encode()}).status_code == 401


def test_session_token_is_no_api_token(api: ApiClient, ada: int, database: Database) -> None:
    with database.read() as connection:
        session = api.services.sessions.issue(get_user(connection, ada))

    assert api.get("/assets", headers={"Authorization": session}).status_code == 401


def test_users_see_who_was_seen_once_that_is_stored(api: ApiClient, database: Database) -> None:
    with database.write() as connection:
        account = make_account(connection)
        ada, bob = make_user(connection, account_id=account), make_user(connection, account_id=account)

    def seen() -> list[str | None]:
        return [user["last_seen_at"] for user in api.get("/users", user=ada).json()]

    before = seen()
    api.services.clock.advance(seconds=30)
    api.get("/assets", user=bob)
    api.services.last_seen.flush()

    assert (before, seen()) == ([None, None], ["2026-03-01T12:00:00+00:00", "2026-03-01T12:00:30+00:00"])
