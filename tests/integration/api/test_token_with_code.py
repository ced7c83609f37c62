"""Tokens for users with an authenticator app need a code; nobody else is asked."""

from datetime import timedelta
from typing import Any

import pyotp
import pytest

from tests.api_client import ApiClient, make_services
from tests.factories import NOW, PASSWORD, make_user
from wattloom.accounts import get_user, secret_of, set_up_authenticator

SECRET = secret_of("0123456789abcdef" * 4)
EMAIL = "ada@example.com"


@pytest.fixture
def recovery_codes(api: ApiClient) -> list[str]:
    """Those of a user who has set up an app an hour ago."""
    then = NOW - timedelta(hours=1)
    with api.services.database.write() as connection:
        user = get_user(connection, make_user(connection, email=EMAIL))
        code = pyotp.TOTP(SECRET).at(then)
        return set_up_authenticator(connection, user, secret=SECRET, code=code, now=then)[1]


def request_token(api: ApiClient, **fields: Any) -> tuple[int, dict[str, Any]]:
    answer = api.post("/api/requestAuthToken", json={"email": EMAIL, "password": PASSWORD} | fields)
    return answer.status_code, answer.json()


@pytest.mark.usefixtures("recovery_codes")
def test_without_a_code_the_answer_says_what_is_missing(api: ApiClient) -> None:
    status, answer = request_token(api)

    assert (status, answer["status"]) == (401, 401)
    assert "in the field 'code'" in answer["errors"][0]


@pytest.mark.usefixtures("recovery_codes")
def test_wrong_password_is_not_asked_for_a_code(api: ApiClient) -> None:
    assert request_token(api, password="wrong")[1]["errors"] == ["E-mail or password is wrong."]


@pytest.mark.usefixtures("recovery_codes")
def test_code_of_the_app_gives_a_token_once(api: ApiClient) -> None:
    code = pyotp.TOTP(SECRET).at(NOW)

    assert "auth_token" in request_token(api, code=code)[1]
    assert request_token(api, code=code)[0] == 401


def test_recovery_code_gives_a_token(api: ApiClient, recovery_codes: list[str]) -> None:
    assert request_token(api, code=recovery_codes[0])[0] == 200


@pytest.mark.usefixtures("recovery_codes")
def test_guessing_codes_is_limited(api: ApiClient) -> None:
    statuses = [request_token(api, code="000000")[0] for _guess in range(11)]

    assert statuses == [401] * 10 + [429]


@pytest.mark.parametrize("fields", [{}, {"code": ""}, {"code": "123456"}])
def test_user_without_an_app_needs_no_code(api: ApiClient, fields: dict[str, str]) -> None:
    strict = ApiClient(make_services(api.services.database, two_factor_required=True))
    with api.services.database.write() as connection:
        make_user(connection, email=EMAIL)

    status, _ = request_token(strict, **fields)

    assert status == 200
    strict.close()


def test_unknown_fields_stay_refused(api: ApiClient) -> None:
    assert request_token(api, otp="123456")[0] == 422
