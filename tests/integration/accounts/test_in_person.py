"""What somebody with an API key cannot do, whatever its scopes: what would lead to a login."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, select

from tests.factories import NOW, make_user
from wattloom.accounts import (
    Action,
    User,
    get_user,
    remove_authenticator,
    renew_recovery_codes,
    reset_password,
    set_password,
    set_up_authenticator,
    update_user,
)
from wattloom.accounts.tables import app_user, audit_log, recovery_code
from wattloom.errors import PermissionDeniedError

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
Change = Callable[[Connection, User], Any]

CHANGES: dict[str, Change] = {
    "set password": lambda c, user: set_password(c, user, "another password", by=user, now=NOW),
    "reset password": lambda c, user: reset_password(c, user, by=user, now=NOW),
    "set up app": lambda c, user: set_up_authenticator(c, user, secret="A" * 32, code="000000", now=NOW),
    "remove app": lambda c, user: remove_authenticator(c, user, by=user, now=NOW),
    "recovery codes": lambda c, user: renew_recovery_codes(c, user, now=NOW),
    "e-mail": lambda c, user: update_user(c, user, {"email": "mine@example.com"}, by=user, now=NOW),
}


@ON_SQLITE
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_key_is_not_enough(connection: Connection, change: Change) -> None:
    user = get_user(connection, make_user(connection, roles=("admin",), totp_secret="A" * 32))
    tables = app_user, recovery_code, audit_log
    before = [connection.execute(select(table)).all() for table in tables]

    with pytest.raises(PermissionDeniedError, match="API keys cannot do that"):
        change(connection, replace(user, key_id=1, scopes=frozenset(Action)))

    assert [connection.execute(select(table)).all() for table in tables] == before
