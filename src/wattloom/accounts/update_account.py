"""Change an account."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, update

from wattloom.accounts.account import Account
from wattloom.accounts.account_fields import checked_account_fields
from wattloom.accounts.action import Action
from wattloom.accounts.audit import AuditEvent, record_audit
from wattloom.accounts.plans.quota import Quota, check_quota
from wattloom.accounts.policy import Kind
from wattloom.accounts.read_accounts import get_account
from wattloom.accounts.roles import role_names
from wattloom.accounts.tables import account as table
from wattloom.accounts.tables import roles_accounts
from wattloom.accounts.user import ACCOUNT_ADMIN, CONSULTANCY, User
from wattloom.db import unique_or_conflict
from wattloom.errors import PermissionDeniedError

_COLUMNS = (
    "name", "primary_color", "secondary_color", "logo_url", "attributes", "consultancy_account_id", "plan_id",
)  # fmt: skip


def update_account(
    connection: Connection, account: Account, changes: Mapping[str, Any], *, by: User | None, now: datetime
) -> Account:
    """Change fields of an account and record which.

    Args:
        connection: A write transaction.
        account: The account as it is.
        changes: New values by field of :class:`Account`; ``account_roles`` are the ids of all its roles.
        by: Who changes it and may update it; None for the command line, which may do everything.
        now: Time of the audit record.

    Raises:
        InputError: A field is wrong; names it.
        PermissionDeniedError: The plan and the role Consultancy, which only admins change; the consultancy, which
            becomes the own account or none, and only for consultants and account-admins of a consultancy.
        ConflictError: A concurrent request took the name.
    """
    old = {name: getattr(account, name) for name in _COLUMNS}
    old["account_roles"] = dict(account.roles)
    new = dict(changes)
    if "account_roles" in new:
        new["account_roles"] = role_names(connection, new["account_roles"], field="account_roles", of_accounts=True)
    changed = {name: value for name, value in new.items() if value != old[name]}
    if by is not None and not by.is_admin:
        _check_rights(old, changed, by)
    roles = changed.pop("account_roles", None)
    columns = checked_account_fields(connection, changed, account_id=account.id)
    changed = {name: value for name, value in columns.items() if value != old[name]}
    if "consultancy_account_id" in changed:
        check_quota(connection, columns["consultancy_account_id"], Quota.CLIENTS, field="consultancy_account_id")
    with unique_or_conflict():
        if changed:
            connection.execute(update(table).where(table.c.id == account.id).values(changed))
        if roles is not None:
            _store_roles(connection, account.id, roles)
            changed["account_roles"] = roles
    if changed:
        record_audit(connection, _event(account.id, old, changed), by=by, now=now, account_id=account.id)
    return get_account(connection, account.id)


def _check_rights(old: Mapping[str, Any], changed: Mapping[str, Any], by: User) -> None:
    if "plan_id" in changed:
        raise _denied("Only admins change its plan.")
    gained_or_lost = changed.get("account_roles", old["account_roles"]).items() ^ old["account_roles"].items()
    if any(name == CONSULTANCY for _, name in gained_or_lost):
        raise _denied(f"Only admins give and take the role {CONSULTANCY}.")
    if "consultancy_account_id" in changed:
        may_look_after = CONSULTANCY in by.account_roles and (by.is_consultant or ACCOUNT_ADMIN in by.roles)
        if not may_look_after or changed["consultancy_account_id"] not in {None, by.account_id}:
            raise _denied("Consultants put only their own consultancy in charge of an account, or none.")


def _denied(advice: str) -> PermissionDeniedError:
    return PermissionDeniedError(Action.UPDATE, Kind.ACCOUNT, advice=advice)


def _store_roles(connection: Connection, account_id: int, roles: Mapping[int, str]) -> None:
    links = roles_accounts.c
    connection.execute(delete(roles_accounts).where(links.account_id == account_id))
    if roles:
        connection.execute(
            insert(roles_accounts), [{"account_id": account_id, "role_id": role_id} for role_id in roles]
        )


def _event(account_id: int, old: Mapping[str, Any], changed: Mapping[str, Any]) -> AuditEvent:
    changes = [{"field": name, "from": _plain(old[name], name), "to": _plain(v, name)} for name, v in changed.items()]
    details = {"account": account_id, "changes": changes}
    return AuditEvent(f"Account Updated, Field: {', '.join(changed)}", "account.updated", details)


def _plain(value: Any, field: str) -> Any:
    return list(value.values()) if field == "account_roles" else value
