"""The table of rules says the same about one thing and about a list of things."""

import itertools

import pytest
from sqlalchemy import Connection, select, true

from tests.factories import make_account, make_asset, make_user
from wattloom.accounts import Action, Kind, Resource, User, account_resource, get_user, policy
from wattloom.accounts.tables import account, app_user
from wattloom.assets.tables import asset

ROLES = ((), ("account-admin",), ("consultant",), ("admin-reader",), ("admin",))


@pytest.fixture
def world(connection: Connection) -> tuple[list[User], list[Resource]]:
    """Users of every role in three accounts, one of which looks after another; and things of each account."""
    consultancy = make_account(connection, roles=("Consultancy",))
    client = make_account(connection, consultancy_account_id=consultancy)
    other = make_account(connection)
    accounts = (consultancy, client, other)
    ids = [make_user(connection, account_id=owner, roles=roles) for owner in accounts for roles in ROLES]
    users = [get_user(connection, user_id) for user_id in ids]
    for owner in (*accounts, None):
        make_asset(connection, account_id=owner)
    owners = {owner: account_resource(connection, owner).consultancy_account_id for owner in accounts}
    resources = [Resource(Kind.ACCOUNT, owner, looks_after) for owner, looks_after in owners.items()]
    resources += [Resource(Kind.ASSET, owner, looks_after) for owner, looks_after in owners.items()]
    resources += [Resource(Kind.ASSET)]
    resources += [Resource(Kind.USER, user.account_id, owners[user.account_id], user.id) for user in users]
    return users, resources


@pytest.mark.parametrize("action", list(Action))
def test_check_and_predicate_agree(
    connection: Connection, world: tuple[list[User], list[Resource]], action: Action
) -> None:
    users, resources = world
    looks_after = account.c.consultancy_account_id
    of_accounts = select(account.c.id)
    of_users = select(app_user.c.id).join(account, account.c.id == app_user.c.account_id)
    of_assets = select(asset.c.account_id).outerjoin(account, account.c.id == asset.c.account_id)
    lists = (
        (policy.Columns(Kind.ACCOUNT, account.c.id, looks_after), of_accounts, "account_id"),
        (policy.Columns(Kind.USER, app_user.c.account_id, looks_after, app_user.c.id), of_users, "user_id"),
        (policy.Columns(Kind.ASSET, asset.c.account_id, looks_after), of_assets, "account_id"),
    )

    for user, (columns, statement, key) in itertools.product(users, lists):
        listed = set(connection.scalars(statement.where(policy.permitted(user, action, columns))))
        one_by_one = {
            getattr(resource, key)
            for resource in resources
            if resource.kind is columns.kind and policy.allows(user, action, resource)
        }
        assert listed == one_by_one, (user, columns.kind)


def test_only_consultants_of_a_consultancy_create_accounts(world: tuple[list[User], list[Resource]]) -> None:
    users, _ = world

    allowed = [user for user in users if policy.allows(user, Action.CREATE_CHILDREN, Resource(Kind.PLATFORM))]

    assert {(frozenset(user.account_roles), user.roles) for user in allowed} == {
        (frozenset({"Consultancy"}), frozenset({"consultant"})),
        (frozenset({"Consultancy"}), frozenset({"admin"})),
        (frozenset(), frozenset({"admin"})),
    }


def test_predicate_of_admins_is_no_condition(world: tuple[list[User], list[Resource]]) -> None:
    admin = next(user for user in world[0] if user.is_admin)
    columns = policy.Columns(Kind.ACCOUNT, account.c.id, account.c.consultancy_account_id)

    assert policy.permitted(admin, Action.DELETE, columns) is true()
