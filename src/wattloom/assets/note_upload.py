"""Tell the audit log of files that were recorded."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from wattloom.accounts import AuditEvent, User
from wattloom.assets.audit import record_asset_audit
from wattloom.timeseries import Sensor

# Characters of file names in the audit log, which leave room for the sensor.
_MAX_TOLD = 300


def note_uploaded_data(
    connection: Connection, sensor: Sensor, files: Sequence[str], *, by: User | None, now: datetime
) -> None:
    """Tell the audit log that files were recorded on a sensor.

    Args:
        connection: The transaction in which they were.
        sensor: What they are about.
        files: Their names.
        by: Who recorded them; None for the command line.
        now: When.
    """
    names = ", ".join(files)
    if len(names) > _MAX_TOLD:
        names = f"{names[:_MAX_TOLD]}…"
    text = f"Data from {names} uploaded to sensor '{sensor.name}': {sensor.id}"
    details = {"sensor": sensor.id, "name": sensor.name, "files": list(files)}
    record_asset_audit(connection, sensor.asset_id, AuditEvent(text, "data.uploaded", details), by=by, now=now)
