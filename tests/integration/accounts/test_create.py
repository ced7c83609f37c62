"""Creating accounts and users."""

from typing import Any

import pytest
from sqlalchemy import Connection, select

from tests.factories import NOW, PASSWORD, make_account, make_user
from wattloom.accounts import (
    NewAccount,
    NewUser,
    create_account,
    create_user,
    find_login,
    get_user,
    seed_roles,
    verified,
)
from wattloom.accounts.tables import account_role, audit_log, role
from wattloom.errors import InputError


def test_account_is_created_with_its_roles(connection: Connection) -> None:
    consultancy = make_account(connection)

    new = NewAccount(name=" ACME ", consultancy_account_id=consultancy, roles=("Prosumer", "ESCO"))

    created = create_account(connection, new, by=None, now=NOW)

    assert (created.name, created.consultancy_account_id) == ("ACME", consultancy)
    assert [name for _, name in created.roles] == ["Prosumer", "ESCO"]
    assert list(connection.scalars(select(audit_log.c.event))) == [f"Created account 'ACME' ({created.id}) via CLI"]


@pytest.mark.parametrize(("name", "consultancy"), [(" ", None), ("x" * 101, None), ("taken", None), ("new", 987)])
def test_wrong_accounts_are_refused(connection: Connection, name: str, consultancy: int | None) -> None:
    make_account(connection, name="taken")

    with pytest.raises(InputError):
        create_account(connection, NewAccount(name=name, consultancy_account_id=consultancy), by=None, now=NOW)


def test_user_is_created_and_can_log_in(connection: Connection) -> None:
    new = NewUser(email=" Ada@Example.com", account_id=make_account(connection), password=PASSWORD, roles=("admin",))

    created = create_user(connection, new, by=None, now=NOW)

    assert (created.email, created.username, created.roles) == ("ada@example.com", "ada", {"admin"})
    assert verified(find_login(connection, "ADA@example.com"), PASSWORD) == created
    assert list(connection.scalars(select(audit_log.c.event))) == ["User ada created"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": "bob@example.com"}, "email"),
        ({"username": "bob"}, "username"),
        ({"username": "x" * 256}, "username"),
        ({"password": "short"}, "password"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"account_id": 987}, "account_id"),
        ({"roles": ("acount-admin",)}, "roles"),
    ],
)
def test_wrong_fields_of_users_are_named(connection: Connection, change: dict[str, Any], field: str) -> None:
    make_user(connection, email="bob@example.com", username="bob")
    fields = {"email": "ada@example.com", "account_id": make_account(connection), "password": PASSWORD}

    with pytest.raises(InputError) as caught:
        create_user(connection, NewUser(**fields | change), by=None, now=NOW)

    assert caught.value.problems[0].path == (field,)


def test_roles_are_seeded_once_in_the_order_that_clients_expect(connection: Connection) -> None:
    seed_roles(connection)
    seed_roles(connection)

    assert list(connection.scalars(select(role.c.name).order_by(role.c.id))) == [
        "admin",
        "admin-reader",
        "account-admin",
        "consultant",
        "task-runner",
    ]
    assert len(connection.execute(select(account_role)).all()) == 5


def test_user_knows_its_own_and_its_accounts_roles(connection: Connection) -> None:
    owner = make_account(connection, roles=("Consultancy", "ESCO"))
    user = get_user(connection, make_user(connection, account_id=owner, roles=("admin", "consultant")))

    assert user.roles == {"admin", "consultant"}
    assert user.account_roles == {"Consultancy", "ESCO"}
