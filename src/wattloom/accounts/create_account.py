"""Create accounts."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import Connection, insert

from wattloom.accounts.account import Account
from wattloom.accounts.account_fields import checked_account_fields
from wattloom.accounts.audit import AuditEvent, record_audit
from wattloom.accounts.plans.quota import Quota, check_quota
from wattloom.accounts.read_accounts import get_account
from wattloom.accounts.roles import role_id
from wattloom.accounts.tables import account, account_role, roles_accounts
from wattloom.accounts.user import User
from wattloom.db import unique_or_conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """An account to be created; see :class:`Account` for the fields.

    Attributes:
        roles: Names of account roles that exist.
    """

    name: str
    primary_color: str | None = None
    secondary_color: str | None = None
    logo_url: str | None = None
    consultancy_account_id: int | None = None
    plan_id: int | None = None
    roles: tuple[str, ...] = ()


def create_account(connection: Connection, new: NewAccount, *, by: User | None, now: datetime) -> Account:
    """Create an account.

    Args:
        connection: A write transaction.
        new: The account.
        by: Who creates it; None for the command line.
        now: Time of the audit record.

    Raises:
        InputError: The name is blank, too long or taken, a colour or the logo's URL is none,
            the consultancy or a role does not exist, the plan cannot be had, or the consultancy's plan has no room;
            names the field.
        ConflictError: A concurrent request took the name.
    """
    values = checked_account_fields(connection, {name: v for name, v in asdict(new).items() if name != "roles"})
    name = values["name"]
    check_quota(connection, new.consultancy_account_id, Quota.CLIENTS, field="consultancy_account_id")
    with unique_or_conflict():
        account_id = connection.execute(insert(account).values(values).returning(account.c.id)).scalar_one()
    for role_name in dict.fromkeys(new.roles):
        link = {"account_id": account_id, "role_id": role_id(connection, account_role, role_name)}
        connection.execute(insert(roles_accounts).values(link))
    text = f"Created account '{name}' ({account_id}){' via CLI' if by is None else ''}"
    event = AuditEvent(text, "account.created", {"account": account_id, "name": name})
    record_audit(connection, event, by=by, now=now, account_id=account_id)
    return get_account(connection, account_id)
