"""The roles that users and accounts can have."""

from sqlalchemy import Connection, Table, insert, select

from wattloom.accounts.tables import account_role, role
from wattloom.accounts.user import ACCOUNT_ADMIN, ADMIN, ADMIN_READER, CONSULTANT
from wattloom.errors import InputError, suggestion

USER_ROLES = (
    (ADMIN, "may do everything"),
    (ADMIN_READER, "may read everything"),
    (ACCOUNT_ADMIN, "may change and delete what belongs to the own account"),
    (CONSULTANT, "looks after the clients of the own account"),
)
"""Names and descriptions in the order of the ids that clients expect."""

ACCOUNT_ROLES = (
    ("Prosumer", "consumes, and may produce as well"),
    ("MDC", "metering data company"),
    ("Supplier", "supplies energy"),
    ("Aggregator", "bundles flexibility"),
    ("ESCO", "energy service company"),
)


def seed_roles(connection: Connection) -> None:
    """Add the usual roles of users and accounts that are missing."""
    for table, seeded in ((role, USER_ROLES), (account_role, ACCOUNT_ROLES)):
        known = set(connection.scalars(select(table.c.name)))
        for name, description in seeded:
            if name not in known:
                connection.execute(insert(table).values(name=name, description=description))


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
