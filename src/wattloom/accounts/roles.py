"""The roles that users and accounts can have."""

from sqlalchemy import Connection, Table, insert, select

from wattloom.accounts.tables import account_role, role
from wattloom.accounts.user import ACCOUNT_ADMIN, ADMIN, ADMIN_READER, CONSULTANT

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


def get_or_create_role(connection: Connection, table: Table, name: str) -> int:
    """Return the id of a role of users or of accounts, by the table it stands in."""
    role_id: int | None = connection.execute(select(table.c.id).where(table.c.name == name)).scalar_one_or_none()
    if role_id is None:
        role_id = connection.execute(insert(table).values(name=name).returning(table.c.id)).scalar_one()
    return role_id
