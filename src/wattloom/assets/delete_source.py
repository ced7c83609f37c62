"""Delete a data source that nothing refers to."""

from datetime import datetime

from sqlalchemy import Connection, column, delete, func, select, table

from wattloom.accounts import AuditEvent, User, record_audit
from wattloom.accounts.tables import app_user
from wattloom.db import unique_or_conflict
from wattloom.errors import ConflictError
from wattloom.timeseries import Source, get_source, sensors_of_sources
from wattloom.timeseries.tables import data_source

# By name only: this package knows no annotations, but they hold on to their sources.
_annotation = table("annotation", column("source_id"))
_NAMED = 5


def check_source_is_free(connection: Connection, source_id: int) -> Source:
    """Return a data source that belongs to no user and has stated nothing that is still there.

    Raises:
        NotFoundError: There is no such source.
        ConflictError: It is that of a user, or beliefs or annotations are its own; says what to do about it.
    """
    source = get_source(connection, source_id)
    named = f"Source '{source.name}' ({source.id})"
    email = connection.scalar(select(app_user.c.email).where(app_user.c.id == source.user_id))
    if email is not None:
        raise ConflictError(f"{named} is that of a user. Delete the user first: wattloom delete user --email {email}")
    sensors = sensors_of_sources(connection, [source_id]).get(source_id, {})
    if sensors:
        names = [f"'{name}' ({sensor_id})" for sensor_id, name in sensors.items()]
        more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
        raise ConflictError(
            f"{named} has recorded on {len(names):,} sensor{'' if len(names) == 1 else 's'}: "
            f"{', '.join(names[:_NAMED])}{more}. "
            f"Delete that first: wattloom delete beliefs --source {source_id}"
        )
    remarks = select(func.count()).select_from(_annotation).where(_annotation.c.source_id == source_id)
    n_remarks = connection.execute(remarks).scalar_one()
    if n_remarks:
        raise ConflictError(
            f"{named} has made {n_remarks:,} annotation{'' if n_remarks == 1 else 's'}, and stays as long as they do."
        )
    return source


def delete_source(connection: Connection, source_id: int, *, by: User | None, now: datetime) -> None:
    """Delete a data source that nothing refers to.

    Args:
        connection: A write transaction.
        source_id: Its id.
        by: Who deletes it and may do so; None for the command line.
        now: Time of the audit record.

    Raises:
        NotFoundError: There is no such source.
        ConflictError: It is that of a user, or beliefs or annotations are its own.
    """
    source = check_source_is_free(connection, source_id)
    with unique_or_conflict():
        connection.execute(delete(data_source).where(data_source.c.id == source_id))
    text = f"Deleted data source '{source.name}' ({source_id})"
    event = AuditEvent(text, "source.deleted", {"source": source_id, "name": source.name})
    record_audit(connection, event, by=by, now=now)
