"""Add data sources on purpose; those of users and of the system come into being when they state something."""

from datetime import datetime

from sqlalchemy import Connection

from wattloom.accounts import AuditEvent, User, record_audit
from wattloom.timeseries import NewSource, Source, create_source


def add_source(connection: Connection, new: NewSource, *, by: User | None, now: datetime) -> Source:
    """Add a source that belongs to no user and has no attributes.

    Args:
        connection: A write transaction.
        new: The source.
        by: Who adds it and may do so; None for the command line.
        now: Time of the audit record.

    Raises:
        InputError: A text is blank, too long or no version, or there is such a source; names the field.
        ConflictError: A concurrent request made one.
    """
    source = create_source(connection, new)
    text = f"Created data source '{source.name}' ({source.id})"
    event = AuditEvent(text, "source.created", {"source": source.id, "name": source.name, "type": source.type})
    record_audit(connection, event, by=by, now=now, account_id=source.account_id)
    return source
