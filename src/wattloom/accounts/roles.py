"""The roles that users and accounts can have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Table, delete, insert, select

from wattloom.accounts.audit import AuditEvent, record_audit
from wattloom.accounts.tables import account, account_role, role, roles_accounts
from wattloom.accounts.user import ACCOUNT_ADMIN, ADMIN, ADMIN_READER, CONSULTANT, TASK_RUNNER, User
from wattloom.db import unique_or_conflict
from wattloom.errors import ConflictError, FieldProblem, InputError, NotFoundError, suggestion
from wattloom.language import translatable

_MAX_NAME = 80
_MAX_DESCRIPTION = 255

USER_ROLES = (
    (ADMIN, translatable("may do everything")),
    (ADMIN_READER, translatable("may read everything")),
    (ACCOUNT_ADMIN, translatable("may change and delete what belongs to the own account")),
    (CONSULTANT, translatable("looks after the clients of the own account")),
    (TASK_RUNNER, translatable("reports when tasks have run")),
)
"""Names and descriptions in the order of the ids that clients expect."""

ACCOUNT_ROLES = (
    ("Prosumer", "consumes, and may produce as well"),
    ("MDC", "metering data company"),
    ("Supplier", "supplies energy"),
    ("Aggregator", "bundles flexibility"),
    ("ESCO", "energy service company"),
)

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Role:
    """What a user or an account may be, or is called."""

    id: int
    name: str
    description: str | None


def seed_roles(connection: Connection) -> None:
    """Add the usual roles of users and accounts that are missing."""
    for table, seeded in ((role, USER_ROLES), (account_role, ACCOUNT_ROLES)):
        known = set(connection.scalars(select(table.c.name)))
        for name, description in seeded:
            if name not in known:
                connection.execute(insert(table).values(name=name, description=description))


def add_account_role(
    connection: Connection, name: str, description: str | None, *, by: User | None, now: datetime
) -> int:
    """Add a role of accounts and return its id.

    Args:
        connection: A write transaction.
        name: Name of the role.
        description: What it means.
        by: Who adds it and may do so; None for the command line.
        now: Time of the audit record.

    Raises:
        InputError: The name is blank, too long, taken, or holds a comma, which separates roles.
    """
    name = name.strip()
    if not 0 < len(name) <= _MAX_NAME or "," in name:
        raise InputError(f"A role's name has 1 to {_MAX_NAME} characters and no comma.", field="name")
    if description is not None and len(description) > _MAX_DESCRIPTION:
        message = f"A role's description has at most {_MAX_DESCRIPTION} characters."
        raise InputError(message, field="description")
    values = {"name": name, "description": description}
    if connection.scalar(select(account_role.c.id).where(account_role.c.name == name)) is not None:
        raise InputError(f"An account role with the name '{name}' already exists.", field="name")
    with unique_or_conflict():
        added: int = connection.execute(insert(account_role).values(values).returning(account_role.c.id)).scalar_one()
    event = AuditEvent(f"Created account role '{name}' ({added})", "account-role.created", {"name": name})
    record_audit(connection, event, by=by, now=now)
    return added


def ensure_account_role(connection: Connection, name: str, *, by: User | None, now: datetime) -> bool:
    """Add a role of accounts unless there is one of this name; return whether it was missing.

    See :func:`add_account_role` for the arguments.
    """
    if name in {usual for usual, _ in ACCOUNT_ROLES}:
        seed_roles(connection)
    if connection.scalar(select(account_role.c.id).where(account_role.c.name == name)) is not None:
        return False
    add_account_role(connection, name, None, by=by, now=now)
    return True


def role_id(connection: Connection, table: Table, name: str, *, field: str = "roles") -> int:
    """Return the id of a role of users or of accounts, by the table it stands in; the usual roles exist when needed.

    Raises:
        InputError: There is no such role; the message lists those that there are.
    """
    statement = select(table.c.id).where(table.c.name == name)
    found: int | None = connection.scalar(statement)
    if found is None:
        seed_roles(connection)
        found = connection.scalar(statement)
    if found is None:
        names = list(connection.scalars(select(table.c.name).order_by(table.c.id)))
        hint = suggestion(name, names)
        raise InputError(f"There is no role '{name}'.{hint} The roles are: {', '.join(names)}.", field=field)
    return found


def role_names(
    connection: Connection, role_ids: Sequence[int], *, field: str, of_accounts: bool = False
) -> dict[int, str]:
    """Return the names of roles of users, or of accounts, by id and in its order.

    Raises:
        InputError: There is no role with one of the ids; names its place in ``field``, and the ids that there are.
    """
    table, what = (account_role, "account role") if of_accounts else (role, "role")
    known = {row.id: row.name for row in connection.execute(select(table.c.id, table.c.name).order_by(table.c.id))}
    choices = ", ".join(f"{name} ({role_id})" for role_id, name in known.items())
    unknown = [
        FieldProblem((field, at), f"No {what} found with ID {role_id}. The roles are: {choices}.")
        for at, role_id in enumerate(role_ids)
        if role_id not in known
    ]
    if unknown:
        raise InputError(unknown[0].message, problems=unknown)
    return {role_id: known[role_id] for role_id in sorted(set(role_ids))}


def list_roles(connection: Connection) -> tuple[list[Role], list[Role]]:
    """Return the roles that users can have, and those that accounts can have, each by id."""
    users, accounts = (
        [
            Role(*row)
            for row in connection.execute(select(table.c.id, table.c.name, table.c.description).order_by(table.c.id))
        ]
        for table in (role, account_role)
    )
    return users, accounts


def check_account_role_is_free(connection: Connection, name: str) -> int:
    """Return the id of a role that no account has.

    Raises:
        NotFoundError: There is no such role.
        ConflictError: Accounts have it; names some of them.
    """
    found: int | None = connection.scalar(select(account_role.c.id).where(account_role.c.name == name))
    if found is None:
        names = list(connection.scalars(select(account_role.c.name).order_by(account_role.c.id)))
        raise NotFoundError("role", name, message=f"There is no account role '{name}'.{suggestion(name, names)}")
    holders = (
        select(account.c.name)
        .join(roles_accounts, roles_accounts.c.account_id == account.c.id)
        .where(roles_accounts.c.role_id == found)
        .order_by(account.c.id)
    )
    having = list(connection.scalars(holders))
    if having:
        more = f" and {len(having) - _NAMED} more" if len(having) > _NAMED else ""
        raise ConflictError(f"Accounts have the role '{name}': {', '.join(having[:_NAMED])}{more}.")
    return found


def delete_account_role(connection: Connection, name: str, *, by: User | None, now: datetime) -> None:
    """Delete a role that no account has.

    Args:
        connection: A write transaction.
        name: Name of the role.
        by: Who deletes it and may do so; None for the command line.
        now: Time of the audit record.

    Raises:
        NotFoundError: There is no such role.
        ConflictError: Accounts have it.
    """
    found = check_account_role_is_free(connection, name)
    with unique_or_conflict():
        connection.execute(delete(account_role).where(account_role.c.id == found))
    event = AuditEvent(f"Deleted account role '{name}' ({found})", "account-role.deleted", {"name": name})
    record_audit(connection, event, by=by, now=now)
