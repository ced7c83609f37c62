"""Change a user."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from wattloom.accounts import policy
from wattloom.accounts.action import Action
from wattloom.accounts.audit import AuditEvent, record_audit
from wattloom.accounts.find_user import get_user
from wattloom.accounts.list_users import user_resource
from wattloom.accounts.login.change_password import check_may_change_login, new_token_stamp
from wattloom.accounts.policy import Kind, Resource
from wattloom.accounts.roles import role_id
from wattloom.accounts.tables import app_user, role, roles_users
from wattloom.accounts.user import User
from wattloom.accounts.user_fields import checked_email, checked_username, is_taken
from wattloom.db import unique_or_conflict
from wattloom.errors import DuplicateError, PermissionDeniedError
from wattloom.periods import parse_zone

USER_FIELDS = ("email", "username", "active", "timezone", "roles")
"""What can change of a user."""

_NOT_OWN = ("active", "roles")
# Who controls these controls the login.
_LOGIN_FIELDS = ("email", "active")
# With these somebody who found an API key could stay when the key is gone.
_IN_PERSON = frozenset({"email", "roles"})


def update_user(
    connection: Connection, user: User, changes: Mapping[str, Any], *, by: User | None, now: datetime
) -> User:
    """Change fields of a user and record what changed.

    The tokens, sessions and mailed links of a user end with its activity, and with its e-mail.

    Args:
        connection: A write transaction.
        user: The user as it is.
        changes: New values by field, of :data:`USER_FIELDS`; ``roles`` are names, and replace all from before.
        by: Who changes it and may update it; None for the command line, which may do everything.
        now: Time of the audit record.

    Raises:
        InputError: A field is wrong; names it.
        DuplicateError: Another user has the e-mail or the user name.
        PermissionDeniedError: One's own roles and activity, other people's roles that ``by`` cannot give, and the
            logins of admins and admin-readers, which only admins change.
        ConflictError: A concurrent request took the name.
    """
    old = {name: getattr(user, name) for name in USER_FIELDS}
    changed = {name: value for name, value in _checked(changes).items() if value != old[name]}
    if by is not None:
        _check_rights(user_resource(connection, user), user, changes.keys(), changed, by)
    for name in ("email", "username"):
        if name in changed and is_taken(connection, name, changed[name], besides=user.id):
            message = f"A user with the {name} '{changed[name]}' already exists."
            raise DuplicateError(message, detail=f"Send another {name}.")
    if changed:
        _store(connection, user, changed)
        record_audit(connection, _event(user, changed), by=by, now=now, user_id=user.id, account_id=user.account_id)
    return get_user(connection, user.id)


def _checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    checked = dict(changes)
    if "email" in checked:
        checked["email"] = checked_email(checked["email"])
    if "username" in checked:
        checked["username"] = checked_username(checked["username"])
    if "timezone" in checked:
        parse_zone(checked["timezone"])
    if "roles" in checked:
        checked["roles"] = frozenset(checked["roles"])
    return checked


def _check_rights(resource: Resource, user: User, sent: Collection[str], changed: Mapping[str, Any], by: User) -> None:
    if by.id == user.id and any(name in sent for name in _NOT_OWN):
        raise _denied("Nobody changes their own roles or activity.")
    if any(name in changed for name in _LOGIN_FIELDS):
        check_may_change_login(user, by)
    if changed.keys() & _IN_PERSON or changed.get("active"):
        policy.check_in_person(by, "change", "e-mail, roles or activity")
    for name in sorted(changed.get("roles", user.roles) ^ user.roles):
        if not policy.may_assign(by, name, resource):
            raise _denied(f"You cannot give or take the role '{name}'.")


def _denied(advice: str) -> PermissionDeniedError:
    return PermissionDeniedError(Action.UPDATE, Kind.USER, advice=advice)


def _store(connection: Connection, user: User, changed: Mapping[str, Any]) -> None:
    values = {name: value for name, value in changed.items() if name != "roles"}
    # Links to set a password, which lie in the mailbox from before, end as well.
    if values.get("active") is False or "email" in values:
        values["token_stamp"] = new_token_stamp()
    with unique_or_conflict():
        if values:
            connection.execute(update(app_user).where(app_user.c.id == user.id).values(values))
        roles = changed.get("roles", user.roles)
        if gone := user.roles - roles:
            ids = select(role.c.id).where(role.c.name.in_(sorted(gone)))
            connection.execute(
                delete(roles_users).where(roles_users.c.user_id == user.id, roles_users.c.role_id.in_(ids))
            )
        for name in sorted(roles - user.roles):
            link = {"user_id": user.id, "role_id": role_id(connection, role, name)}
            connection.execute(insert(roles_users).values(link))


def _event(user: User, changed: Mapping[str, Any]) -> AuditEvent:
    roles = changed.get("roles", user.roles)
    texts = []
    if user.roles - roles:
        texts.append(f"Removed role(s): [{','.join(sorted(user.roles - roles))}].")
    if roles - user.roles:
        texts.append(f"Added role(s): [{','.join(sorted(roles - user.roles))}].")
    if "active" in changed:
        texts.append(f"Active status set to '{changed['active']}'.")
    texts += [
        f"Updated: {name}, From: {getattr(user, name)}, To: {changed[name]}."
        for name in ("email", "username", "timezone")
        if name in changed
    ]
    changes = [
        {"field": name, "from": _plain(getattr(user, name)), "to": _plain(value)} for name, value in changed.items()
    ]
    return AuditEvent(" ".join(texts), "user.updated", {"user": user.id, "changes": changes})


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else value
