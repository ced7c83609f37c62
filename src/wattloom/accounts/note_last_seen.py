"""Store when users were last seen."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, update

from wattloom.accounts.tables import app_user

_STATEMENT = update(app_user).where(app_user.c.id == bindparam("user_id")).values(last_seen_at=bindparam("seen_at"))


def note_last_seen(connection: Connection, seen: Mapping[int, datetime]) -> None:
    """Store the moments by user id; users that are gone are passed over."""
    if seen:
        connection.execute(_STATEMENT, [{"user_id": user_id, "seen_at": at} for user_id, at in sorted(seen.items())])
