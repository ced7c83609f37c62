"""Change the passwords of users."""

import secrets
from datetime import datetime

from sqlalchemy import Connection, update

from wattloom.accounts import policy
from wattloom.accounts.action import Action
from wattloom.accounts.audit import AuditEvent, record_audit
from wattloom.accounts.login.api_key import list_api_keys, revoke_api_keys
from wattloom.accounts.login.password import NO_PASSWORD, hash_password
from wattloom.accounts.tables import app_user
from wattloom.accounts.user import ADMIN, ADMIN_READER, User
from wattloom.errors import PermissionDeniedError

_PLATFORM_ROLES = frozenset({ADMIN, ADMIN_READER})


def set_password(connection: Connection, user: User, password: str, *, by: User | None, now: datetime) -> None:
    """Give a user a new password; all its tokens and sessions end, and its API keys stay.

    Raises:
        InputError: The password is too short or too long.
        PermissionDeniedError: Whoever changes it came with an API key.
    """
    _check_in_person(by)
    _store(connection, user, hash_password(password))
    event = AuditEvent(f"Password changed for user {user.username}", "user.password-changed", {"user": user.id})
    record_audit(connection, event, by=by, now=now, user_id=user.id)


def reset_password(connection: Connection, user: User, *, by: User | None, now: datetime) -> None:
    """Take a user's password away until the user sets a new one; all tokens, sessions and API keys end.

    Raises:
        PermissionDeniedError: Whoever resets it came with an API key, or may not change the login of the user.
    """
    _check_in_person(by)
    if by is not None:
        check_may_change_login(user, by)
    _store(connection, user, NO_PASSWORD)
    event = AuditEvent(f"Password reset for user {user.username}", "user.password-reset", {"user": user.id})
    record_audit(connection, event, by=by, now=now, user_id=user.id)
    revoke_api_keys(connection, user, list_api_keys(connection, user.id), by=by, now=now)


def check_may_change_login(user: User, by: User) -> None:
    """Let somebody pass who may update a user, and its login as well: that of an admin is left to admins.

    Raises:
        PermissionDeniedError: The user is an admin or admin-reader, and ``by`` is neither an admin nor the user itself.
    """
    if by.id != user.id and not by.is_admin and _PLATFORM_ROLES & user.roles:
        advice = "Only admins change the login of an admin or admin-reader."
        raise PermissionDeniedError(Action.UPDATE, policy.Kind.USER, advice=advice)


def new_token_stamp() -> str:
    """Return a fresh value for ``token_stamp``."""
    return secrets.token_urlsafe(24)


def _check_in_person(by: User | None) -> None:
    if by is not None:
        policy.check_in_person(by, "change", "password")


def _store(connection: Connection, user: User, password_hash: str) -> None:
    values = {"password_hash": password_hash, "token_stamp": new_token_stamp()}
    connection.execute(update(app_user).where(app_user.c.id == user.id).values(values))
