"""Delete what is recorded on a sensor, with what the audit log says about it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from wattloom.accounts import AuditEvent, User
from wattloom.assets.audit import record_asset_audit
from wattloom.errors import InputError, PeriodError
from wattloom.periods import ALL_TIME, Period, to_us
from wattloom.timeseries import BeliefFilter, BeliefStore, RemoveOutcome, Sensor, get_sources, remove_beliefs


@dataclass(frozen=True, slots=True)
class DataSelection:
    """Which data of a sensor are meant; None means any.

    Attributes:
        source_id: What this source stated.
        start: Events that start here or later.
        until: Events that end here or earlier.
    """

    source_id: int | None = None
    start: datetime | None = None
    until: datetime | None = None


def delete_data(
    connection: Connection,
    store: BeliefStore,
    sensor: Sensor,
    selection: DataSelection,
    *,
    by: User | None,
    now: datetime,
) -> RemoveOutcome:
    """Delete data of a sensor, with all that was believed about the same events before.

    Args:
        connection: A write transaction.
        store: The store of this database.
        sensor: Whose data.
        selection: Which of them.
        by: Who deletes them and may do so; None for the command line.
        now: Time of the audit record.

    Raises:
        PeriodError: No event of the sensor fits between start and until.
        InputError: There is no such source.
        NotFoundError: The sensor has been deleted.
    """
    period = _period(sensor, selection)
    sources = None if selection.source_id is None else frozenset({selection.source_id})
    if sources is not None and not get_sources(connection, sources):
        raise InputError(f"No source found with ID {selection.source_id}.", field="source")
    outcome = remove_beliefs(connection, store, sensor, period, BeliefFilter(source_ids=sources))
    note_deleted_data(connection, sensor, _words(selection), by=by, now=now)
    return outcome


def note_deleted_data(connection: Connection, sensor: Sensor, which: str, *, by: User | None, now: datetime) -> None:
    """Tell the audit log that data of a sensor were deleted.

    Args:
        connection: A write transaction.
        sensor: Whose data.
        which: Which of them, for example ``, source: 3``; empty for all.
        by: Who deleted them; None for the command line.
        now: Time of the record.
    """
    text = f"Deleted data for sensor '{sensor.name}': {sensor.id}{which}"
    event = AuditEvent(text, "data.deleted", {"sensor": sensor.id, "name": sensor.name, "which": which.lstrip(", ")})
    record_asset_audit(connection, sensor.asset_id, event, by=by, now=now)


def _period(sensor: Sensor, selection: DataSelection) -> Period:
    start, until = selection.start or ALL_TIME.start, selection.until or ALL_TIME.end
    if until < start:
        raise PeriodError("Must not lie before start.", field="until")
    if selection.start is not None and to_us(until) < _end_us(sensor, selection.start):
        raise PeriodError(
            f"Must lie at least one resolution of the sensor ({sensor.event_resolution.iso()}) after start.",
            field="until",
        )
    return Period(start, until)


def _end_us(sensor: Sensor, start: datetime) -> int:
    resolution = sensor.event_resolution
    if resolution.is_instantaneous:
        return to_us(start)
    return int(resolution.starts_us(start, 2, sensor.zone)[1])


def _words(selection: DataSelection) -> str:
    parts = (
        f", source: {selection.source_id}" if selection.source_id is not None else "",
        f", from: {selection.start}" if selection.start is not None else "",
        f", until: {selection.until}" if selection.until is not None else "",
    )
    return "".join(parts)
