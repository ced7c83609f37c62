"""Changing users and accounts, on both databases."""

import pytest
from sqlalchemy import Connection, select

from tests.factories import NOW, PASSWORD, make_account, make_user
from wattloom.accounts import (
    find_login,
    get_account,
    get_user,
    list_account_audit,
    list_user_audit,
    reset_password,
    role_names,
    seed_roles,
    update_account,
    update_user,
    verified,
)
from wattloom.accounts.tables import account_role
from wattloom.db import Listing
from wattloom.errors import AuthenticationError, DuplicateError, InputError


def test_user_is_changed_and_that_is_recorded(connection: Connection) -> None:
    seed_roles(connection)
    user = get_user(connection, make_user(connection, username="ada", roles=("consultant",)))

    changes = {"email": " Ada@New.example", "active": False, "roles": ["admin"], "timezone": "UTC", "username": "ada"}
    changed = update_user(connection, user, changes, by=None, now=NOW)

    assert (changed.email, changed.active, sorted(changed.roles), changed.timezone) == (
        "ada@new.example",
        False,
        ["admin"],
        "UTC",
    )
    assert changed.token_stamp != user.token_stamp
    (record,) = list_user_audit(connection, user.id, Listing()).items
    assert record.user_name is None
    assert record.event == (
        "Removed role(s): [consultant]. Added role(s): [admin]. Active status set to 'False'. "
        f"Updated: email, From: {user.email}, To: ada@new.example. "
        "Updated: timezone, From: Europe/Amsterdam, To: UTC."
    )
    assert list_account_audit(connection, user.account_id) == [record]


def test_names_of_others_are_taken(connection: Connection) -> None:
    make_user(connection, email="bob@example.com", username="bob")
    user = get_user(connection, make_user(connection))

    with pytest.raises(DuplicateError):
        update_user(connection, user, {"email": "BOB@example.com"}, by=None, now=NOW)
    with pytest.raises(DuplicateError):
        update_user(connection, user, {"username": " bob "}, by=None, now=NOW)


def test_unknown_roles_are_named_by_their_place(connection: Connection) -> None:
    seed_roles(connection)

    with pytest.raises(InputError) as caught:
        role_names(connection, [1, 987], field="roles")

    assert [problem.path for problem in caught.value.problems] == [("roles", 1)]


def test_reset_password_lets_nobody_in(connection: Connection) -> None:
    user = get_user(connection, make_user(connection))

    reset_password(connection, user, by=None, now=NOW)

    with pytest.raises(AuthenticationError):
        verified(find_login(connection, user.email), PASSWORD)
    assert get_user(connection, user.id).token_stamp != user.token_stamp


def test_account_is_changed_and_that_is_recorded(connection: Connection) -> None:
    account = get_account(connection, make_account(connection, roles=("Prosumer", "ESCO"), attributes={"a": 1}))
    esco = connection.execute(select(account_role.c.id).where(account_role.c.name == "ESCO")).scalar_one()

    changes = {"attributes": {"a": [2]}, "account_roles": (esco, esco), "name": account.name, "logo_url": None}
    changed = update_account(connection, account, changes, by=None, now=NOW)

    assert (changed.attributes, changed.roles) == ({"a": [2]}, ((esco, "ESCO"),))
    (record,) = list_account_audit(connection, account.id)
    assert record.event == "Account Updated, Field: attributes, account_roles"
    assert record.details == {
        "account": account.id,
        "changes": [
            {"field": "attributes", "from": {"a": 1}, "to": {"a": [2]}},
            {"field": "account_roles", "from": ["Prosumer", "ESCO"], "to": ["ESCO"]},
        ],
    }
