"""Delete all accounts, users, assets and sensors, and the lists that they choose from."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Table, delete, func, select, table

from wattloom.accounts import AuditEvent, User, record_audit
from wattloom.accounts.tables import account, account_role, app_user, role
from wattloom.assets.tables import asset, asset_type
from wattloom.timeseries.tables import data_source, sensor

# By name only: this package knows no annotations, but they hold on to their sources.
_annotation = table("annotation")

_STRUCTURE: Sequence[tuple[str, Table]] = (
    ("account", account),
    ("user", app_user),
    ("asset", asset),
    ("sensor", sensor),
    ("data source", data_source),
    ("asset type", asset_type),
    ("user role", role),
    ("account role", account_role),
)


def count_structure(connection: Connection) -> dict[str, int]:
    """Return how many rows :func:`delete_structure` deletes, by what they are."""
    return {kind: connection.execute(select(func.count()).select_from(rows)).scalar_one() for kind, rows in _STRUCTURE}


def delete_structure(connection: Connection, *, by: User | None, now: datetime) -> None:
    """Delete everything but the audit log, the jobs and the settings: all of :func:`count_structure`.

    What was recorded on sensors and remarked about anything goes with it.

    Args:
        connection: A write transaction.
        by: Who deletes it and may do so; None for the command line.
        now: Time of the audit record.
    """
    # Assets take their sensors along, and these their beliefs; links to roles go with users and accounts.
    for rows in (asset, app_user, account, _annotation, data_source, asset_type, role, account_role):
        connection.execute(delete(rows))
    event = AuditEvent("Deleted all accounts, users, assets and sensors", "structure.deleted")
    record_audit(connection, event, by=by, now=now)
