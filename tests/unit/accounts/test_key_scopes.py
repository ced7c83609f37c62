"""Scopes × actions: an API key narrows what its user may do, whoever that is, and widens nothing."""

import itertools
from dataclasses import replace

import pytest
from sqlalchemy import false

from wattloom.accounts import Action, Kind, Resource, User, policy
from wattloom.accounts.tables import account
from wattloom.errors import PermissionDeniedError

ACTIONS = tuple(Action)
SCOPES = [frozenset(some) for n in range(len(ACTIONS) + 1) for some in itertools.combinations(ACTIONS, n)]
USERS = [
    User(1, "ada@example.com", "ada", 1, True, "UTC", "stamp", roles)
    for roles in (frozenset(), frozenset({"account-admin"}), frozenset({"admin-reader"}), frozenset({"admin"}))
]
RESOURCES = [Resource(kind, owner, user_id=1) for kind in Kind for owner in (1, 2, None)]
COLUMNS = policy.Columns(Kind.ASSET, account.c.id, account.c.consultancy_account_id)


@pytest.mark.parametrize("scopes", SCOPES, ids=lambda scopes: "+".join(sorted(scopes)) or "none")
def test_a_key_may_what_both_its_user_and_its_scopes_allow(scopes: frozenset[Action]) -> None:
    for user, action, resource in itertools.product(USERS, ACTIONS, RESOURCES):
        with_key = replace(user, scopes=scopes, key_id=7)
        expected = action in scopes and policy.allows(user, action, resource)
        assert policy.allows(with_key, action, resource) == expected, (user.roles, action, resource)


@pytest.mark.parametrize("user", USERS, ids=lambda user: "+".join(user.roles) or "member")
@pytest.mark.parametrize("action", ACTIONS)
def test_lists_are_narrowed_alike(user: User, action: Action) -> None:
    within, beyond = (replace(user, scopes=scopes) for scopes in (frozenset({action}), frozenset(ACTIONS) - {action}))

    full = policy.permitted(user, action, COLUMNS)
    assert policy.permitted(within, action, COLUMNS).compare(full)
    assert policy.permitted(beyond, action, COLUMNS).compare(false())


def test_a_refusal_names_the_scope_that_is_missing() -> None:
    with_key = replace(USERS[-1], scopes=frozenset({Action.READ}))

    with pytest.raises(PermissionDeniedError, match="The API key lacks the scope 'delete'"):
        policy.check(with_key, Action.DELETE, Resource(Kind.ASSET, 1))


def test_what_needs_a_person_is_closed_to_keys() -> None:
    policy.check_in_person(USERS[0], "change", "password")
    with pytest.raises(PermissionDeniedError, match="You have no permission to change this password"):
        policy.check_in_person(replace(USERS[0], scopes=frozenset(ACTIONS), key_id=7), "change", "password")
