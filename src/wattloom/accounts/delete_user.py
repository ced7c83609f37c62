"""Delete a user."""

from datetime import datetime

from sqlalchemy import Connection, delete

from wattloom.accounts.audit import AuditEvent, record_audit
from wattloom.accounts.tables import app_user
from wattloom.accounts.user import User
from wattloom.errors import ConflictError


def delete_user(connection: Connection, user: User, *, by: User | None, now: datetime) -> None:
    """Delete a user and its roles; its data source, what it recorded and the audit records stay.

    Args:
        connection: A write transaction.
        user: Whom to delete.
        by: Who deletes it and may do so; None for the command line.
        now: Time of the audit record.

    Raises:
        ConflictError: Nobody can delete oneself.
    """
    if by is not None and by.id == user.id:
        raise ConflictError("You cannot delete yourself.")
    connection.execute(delete(app_user).where(app_user.c.id == user.id))
    details = {"user": user.id, "username": user.username}
    event = AuditEvent(f"User {user.username} deleted", "user.deleted", details)
    record_audit(connection, event, by=by, now=now, user_id=user.id, account_id=user.account_id)
