"""Create users, and change their passwords."""

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from wattloom.accounts.audit import AuditEvent, record_audit
from wattloom.accounts.create_account import check_account
from wattloom.accounts.find_user import get_user, normalize_email
from wattloom.accounts.password import hash_password
from wattloom.accounts.roles import role_id
from wattloom.accounts.tables import app_user, role, roles_users
from wattloom.accounts.user import User
from wattloom.db import unique_or_conflict
from wattloom.errors import InputError
from wattloom.periods import parse_zone

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)*")
_MAX_TEXT = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """A user to be created; see :class:`User` for the fields.

    Attributes:
        username: By default the part of the e-mail before the ``@``.
        password: As typed; stored as a hash only.
    """

    email: str
    account_id: int
    password: str = field(repr=False)
    username: str = ""
    timezone: str = "Europe/Amsterdam"
    roles: tuple[str, ...] = ()


def create_user(connection: Connection, new: NewUser, *, by: User | None, now: datetime) -> User:
    """Create an active user and record that.

    Args:
        connection: A write transaction.
        new: The user.
        by: Who creates it; None for the command line.
        now: Time of the audit record.

    Raises:
        InputError: A field is wrong or taken, or a role does not exist; names it.
        PeriodError: The time zone is unknown.
        ConflictError: A concurrent request took the name.
    """
    email = normalize_email(new.email)
    username = new.username.strip() or email.partition("@")[0]
    if not _EMAIL.fullmatch(email) or len(email) > _MAX_TEXT:
        raise InputError("Not a valid email address.", field="email")
    if len(username) > _MAX_TEXT:
        raise InputError(f"Longer than maximum length {_MAX_TEXT}.", field="username")
    for column, value in ((app_user.c.email, email), (app_user.c.username, username)):
        if _is_taken(connection, column, value):
            raise InputError(f"A user with the {column.name} '{value}' already exists.", field=column.name)
    parse_zone(new.timezone)
    check_account(connection, new.account_id, field="account_id")
    values = {
        "email": email,
        "username": username,
        "password_hash": hash_password(new.password),
        "timezone": new.timezone,
        "account_id": new.account_id,
        "token_stamp": new_token_stamp(),
    }
    with unique_or_conflict():
        user_id = connection.execute(insert(app_user).values(values).returning(app_user.c.id)).scalar_one()
    for name in dict.fromkeys(new.roles):
        values = {"user_id": user_id, "role_id": role_id(connection, role, name)}
        connection.execute(insert(roles_users).values(values))
    details = {"user": user_id, "username": username, "roles": list(dict.fromkeys(new.roles))}
    event = AuditEvent(f"User {username} created", "user.created", details)
    record_audit(connection, event, by=by, now=now, user_id=user_id, account_id=new.account_id)
    return get_user(connection, user_id)


def set_password(connection: Connection, user: User, password: str, *, by: User | None, now: datetime) -> None:
    """Give a user a new password; all its tokens and sessions end.

    Raises:
        InputError: The password is too short or too long.
    """
    values = {"password_hash": hash_password(password), "token_stamp": new_token_stamp()}
    connection.execute(update(app_user).where(app_user.c.id == user.id).values(values))
    event = AuditEvent(f"Password changed for user {user.username}", "user.password-changed", {"user": user.id})
    record_audit(connection, event, by=by, now=now, user_id=user.id)


def new_token_stamp() -> str:
    """Return a fresh value for ``token_stamp``."""
    return secrets.token_urlsafe(24)


def _is_taken(connection: Connection, column: ColumnElement[str], value: str) -> bool:
    return connection.execute(select(column).where(column == value)).first() is not None
