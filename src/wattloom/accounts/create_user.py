"""Create users."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, insert

from wattloom.accounts import policy
from wattloom.accounts.account_fields import check_account
from wattloom.accounts.audit import AuditEvent, record_audit
from wattloom.accounts.find_user import get_user
from wattloom.accounts.login.change_password import new_token_stamp
from wattloom.accounts.login.password import NO_PASSWORD, hash_password
from wattloom.accounts.plans.quota import Quota, check_quota
from wattloom.accounts.roles import role_id
from wattloom.accounts.tables import app_user, role, roles_users
from wattloom.accounts.user import User
from wattloom.accounts.user_fields import checked_email, checked_username, is_taken
from wattloom.db import unique_or_conflict
from wattloom.errors import InputError
from wattloom.periods import parse_zone


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUser:
    """A user to be created; see :class:`User` for the fields.

    Attributes:
        username: By default the part of the e-mail before the ``@``.
        password: As typed, stored as a hash only; None lets nobody in until the user sets one.
    """

    email: str
    account_id: int
    password: str | None = field(default=None, repr=False)
    username: str | None = None
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
        InputError: A field is wrong or taken, a role does not exist, or the plan has no room; names the field.
        PeriodError: The time zone is unknown.
        PermissionDeniedError: API keys make no logins.
        ConflictError: A concurrent request took the name.
    """
    if by is not None:
        # Whoever found a key could stay, with a login of one's own, when the key is gone.
        policy.check_in_person(by, "create", "user")
    email = checked_email(new.email)
    username = checked_username(email.partition("@")[0] if new.username is None else new.username)
    for name, value in (("email", email), ("username", username)):
        if is_taken(connection, name, value):
            raise InputError(f"A user with the {name} '{value}' already exists.", field=name)
    parse_zone(new.timezone)
    check_account(connection, new.account_id, field="account_id")
    check_quota(connection, new.account_id, Quota.USERS)
    values = {
        "email": email,
        "username": username,
        "password_hash": NO_PASSWORD if new.password is None else hash_password(new.password),
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
