"""Records of what was done to accounts and users."""

from datetime import datetime

from sqlalchemy import Connection, insert

from wattloom.accounts.tables import audit_log
from wattloom.accounts.user import User

MAX_EVENT = 500
_HALF = 247


def record_audit(
    connection: Connection,
    event: str,
    *,
    by: User | None,
    now: datetime,
    user_id: int | None = None,
    account_id: int | None = None,
) -> None:
    """Record that something was done to a user, an account, or both.

    Args:
        connection: The transaction in which it was done.
        event: What was done, in words.
        by: Who did it; None for the command line.
        now: When.
        user_id: The user concerned.
        account_id: The account concerned.
    """
    connection.execute(
        insert(audit_log).values(
            event_datetime=now,
            event=shortened(event),
            active_user_name=by.username if by is not None else None,
            active_user_id=by.id if by is not None else None,
            affected_user_id=user_id,
            affected_account_id=account_id,
        )
    )


def shortened(event: str) -> str:
    """Return the beginning and the end of texts that are longer than the log takes."""
    return event if len(event) <= MAX_EVENT else f"{event[:_HALF]} ... {event[-_HALF:]}"
