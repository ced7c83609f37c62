"""List users, and say which facts decide about one."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, literal, select, true

from wattloom.accounts import policy
from wattloom.accounts.action import Action
from wattloom.accounts.find_user import USERS, to_user
from wattloom.accounts.policy import Kind, Resource
from wattloom.accounts.read_accounts import account_resource
from wattloom.accounts.tables import account, app_user, roles_users
from wattloom.accounts.user import User
from wattloom.db import Listing, Page, UtcInstant, contains

_COLUMNS = policy.Columns(Kind.USER, app_user.c.account_id, account.c.consultancy_account_id, app_user.c.id)
# Databases disagree on where nulls are sorted: who was never here comes before everybody else.
_NEVER = literal(datetime(1970, 1, 1, tzinfo=UTC), UtcInstant)
_ORDERS: dict[str, ColumnElement[Any]] = {
    "username": func.lower(app_user.c.username),
    "email": app_user.c.email,
    "lastLogin": func.coalesce(app_user.c.last_login_at, _NEVER),
    "lastSeen": func.coalesce(app_user.c.last_seen_at, _NEVER),
}


def list_users(
    connection: Connection,
    user: User,
    listing: Listing,
    *,
    account_id: int | None = None,
    include_inactive: bool = False,
) -> Page[User]:
    """Return the wanted part of the users that somebody may read.

    Args:
        connection: The transaction.
        user: Who asks.
        listing: Each search term occurs in the e-mail, the user name or the account's name.
        account_id: Only users of this account.
        include_inactive: Those who cannot log in as well.
    """
    in_scope = and_(
        policy.permitted(user, Action.READ, _COLUMNS),
        app_user.c.account_id == account_id if account_id is not None else true(),
        true() if include_inactive else app_user.c.active,
    )
    terms = (contains(term, app_user.c.email, app_user.c.username, account.c.name) for term in listing.terms)
    found = and_(in_scope, *terms)
    of_account = account.c.id == app_user.c.account_id
    statement = USERS.join(account, of_account).where(found)
    users = [to_user(row) for row in connection.execute(listing.arrange(statement, _ORDERS, app_user.c.id))]
    n_total, n_filtered = (
        connection.execute(
            select(func.count()).select_from(app_user).join(account, of_account).where(condition)
        ).scalar_one()
        for condition in (in_scope, found)
    )
    return Page(users, n_total, n_filtered)


def user_resource(connection: Connection, user: User) -> Resource:
    """Return the facts that decide who may do what to a user."""
    owner = account_resource(connection, user.account_id)
    return Resource(Kind.USER, user.account_id, owner.consultancy_account_id, user.id)


def role_ids(connection: Connection, user_id: int) -> Sequence[int]:
    """Return the ids of a user's roles."""
    statement = select(roles_users.c.role_id).where(roles_users.c.user_id == user_id).order_by(roles_users.c.role_id)
    return connection.scalars(statement).all()
