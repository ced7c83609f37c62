"""Find one user, with all roles, in one statement."""

from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, select

from wattloom.accounts.tables import account_role, app_user, role, roles_accounts, roles_users
from wattloom.accounts.user import User
from wattloom.errors import NotFoundError

# A character that no role name holds.
_SEPARATOR = "\x1f"

_ROLES = (
    select(func.aggregate_strings(role.c.name, _SEPARATOR))
    .join(roles_users, roles_users.c.role_id == role.c.id)
    .where(roles_users.c.user_id == app_user.c.id)
    .scalar_subquery()
)
_ACCOUNT_ROLES = (
    select(func.aggregate_strings(account_role.c.name, _SEPARATOR))
    .join(roles_accounts, roles_accounts.c.role_id == account_role.c.id)
    .where(roles_accounts.c.account_id == app_user.c.account_id)
    .scalar_subquery()
)


USERS: Select[Any] = select(app_user, _ROLES.label("roles"), _ACCOUNT_ROLES.label("account_roles"))
"""All that :func:`to_user` needs; the list adds its conditions."""

# Statements are built once: building one costs more than running it.
_BY_ID = USERS.where(app_user.c.id == bindparam("id"))


def get_user(connection: Connection, user_id: int) -> User:
    """Return a user, active or not.

    Raises:
        NotFoundError: There is none with this id.
    """
    user = find_user(connection, user_id)
    if user is None:
        raise NotFoundError("user", user_id)
    return user


def find_user(connection: Connection, user_id: int) -> User | None:
    """Return a user, or None."""
    row = connection.execute(_BY_ID, {"id": user_id}).one_or_none()
    return None if row is None else to_user(row)


def has_users(connection: Connection) -> bool:
    """Return whether anybody exists who could log in."""
    return connection.execute(select(app_user.c.id).limit(1)).first() is not None


def normalize_email(email: str) -> str:
    """Return the spelling in which e-mails are stored and compared."""
    return email.strip().lower()


def to_user(row: Row[Any]) -> User:
    """Return the user of a row of :data:`USERS`."""
    return User(
        id=row.id,
        email=row.email,
        username=row.username,
        account_id=row.account_id,
        active=row.active,
        timezone=row.timezone,
        token_stamp=row.token_stamp,
        roles=_names(row.roles),
        account_roles=_names(row.account_roles),
        last_login_at=row.last_login_at,
        last_seen_at=row.last_seen_at,
        has_authenticator=row.totp_secret is not None,
    )


def _names(joined: str | None) -> frozenset[str]:
    return frozenset(joined.split(_SEPARATOR)) if joined else frozenset()
