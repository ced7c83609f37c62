"""How a user wants pages to look."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from sqlalchemy import Connection, select, update

from wattloom.accounts.audit import AuditEvent, record_audit
from wattloom.accounts.tables import app_user
from wattloom.accounts.user import User

AssetView: TypeAlias = Literal["Audit Log", "Context", "Graphs", "Properties", "Status"]
"""The pages of an asset."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a user has chosen.

    Attributes:
        default_asset_view: Which page of an asset opens first; None leaves that to the system.
        keep_legends_below_graphs: Whether legends stay below graphs; otherwise those of seven sensors or
            more stand to the right.
    """

    default_asset_view: AssetView | None = None
    keep_legends_below_graphs: bool = False


def read_preferences(connection: Connection, user: User) -> Preferences:
    """Return what a user has chosen."""
    columns = (app_user.c.default_asset_view, app_user.c.keep_legends_below_graphs)
    return Preferences(*connection.execute(select(*columns).where(app_user.c.id == user.id)).one())


def store_preferences(
    connection: Connection, user: User, preferences: Preferences, *, by: User | None, now: datetime
) -> None:
    """Store what a user has chosen; each change is recorded on the user.

    Args:
        connection: A write transaction.
        user: Whose preferences they are.
        preferences: All of them.
        by: Who changes them and may do so; None for the command line.
        now: Time of the audit records.
    """
    before, after = asdict(read_preferences(connection, user)), asdict(preferences)
    if before == after:
        return
    connection.execute(update(app_user).where(app_user.c.id == user.id).values(after))
    for field, value in after.items():
        if value != before[field]:
            changes = [{"field": field, "from": before[field], "to": value}]
            event = AuditEvent(_in_words(field, value), "user.updated", {"user": user.id, "changes": changes})
            record_audit(connection, event, by=by, now=now, user_id=user.id, account_id=user.account_id)


def _in_words(field: str, value: object) -> str:
    if field == "default_asset_view":
        return f"Default asset view set to '{value}'." if value is not None else "Default asset view reset."
    return f"Legends kept below graphs set to '{value}'."
