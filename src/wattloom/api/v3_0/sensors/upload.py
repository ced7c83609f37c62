"""Upload data: values of a sensor from files."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from starlette.datastructures import UploadFile

from wattloom.accounts import User
from wattloom.api.v3_0.sensors.upload_form import UploadForm, name_of
from wattloom.assets import note_uploaded_data, source_of_user
from wattloom.errors import InputError, UnitError
from wattloom.http import Services
from wattloom.periods import Microseconds, from_us, to_us
from wattloom.timeseries import (
    RecordOutcome,
    RowEvents,
    Sensor,
    events_of_rows,
    most_events,
    record_beliefs,
)
from wattloom.timeseries.recording.files import Layout, read_file
from wattloom.units import is_convertible

_MAX_ROWS = 250_000


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What a file says.

    Attributes:
        name: Of the file.
        n_rows: With an event, whether they have a value or not.
        events: As events of the sensor.
    """

    name: str
    n_rows: int
    events: RowEvents


@dataclass(frozen=True, slots=True)
class UploadOutcome:
    """What became of one file: how much of it is new, changed and unchanged."""

    file: ReadFile
    outcome: RecordOutcome


def read_upload(sensor: Sensor, form: UploadForm) -> list[ReadFile]:
    """Return what the files of a form say about a sensor; needs no transaction, and a second for a large spreadsheet.

    Raises:
        InputError: A file cannot be read, or does not fit the sensor; names file, row and column.
    """
    unit = sensor.unit if form.unit is None else form.unit
    if not is_convertible(unit, sensor.unit, event_h=1.0):
        raise UnitError(f"Required unit for this sensor is {sensor.unit}, got: {unit}.", field="_schema")
    return [_read(sensor, file, unit, Layout(max_rows=_MAX_ROWS, is_dayfirst=form.is_dayfirst)) for file in form.files]


def record_upload(
    connection: Connection, services: Services, sensor: Sensor, form: UploadForm, files: list[ReadFile], *, user: User
) -> list[UploadOutcome]:
    """Record what is in the files as beliefs of the user, or say what would become of it.

    Args:
        connection: A write transaction.
        services: The store, the clock, and whether values may be overwritten.
        sensor: Whose events; the user may add to it.
        form: Says whether this is a dry run, and when values were believed.
        files: What was read.
        user: Who states the values.

    Raises:
        ReplacementError: The user states something else about these events at this belief time already.
        NotFoundError: The sensor has been deleted.
    """
    with connection.begin_nested() as savepoint:
        source = source_of_user(connection, user)
        outcomes = []
        for file in files:
            beliefs = file.events.beliefs(sensor, source.id, _unstated_us(services, sensor, form, file.events))
            outcome = record_beliefs(
                connection,
                services.beliefs,
                sensor,
                beliefs,
                replace=services.options.allow_data_overwrite,
                dry_run=form.is_dry_run,
            )
            outcomes.append(UploadOutcome(file, outcome))
        if form.is_dry_run:
            savepoint.rollback()
            return outcomes
    note_uploaded_data(connection, sensor, [file.name for file in files], by=user, now=services.clock())
    return outcomes


def total_of(outcomes: list[UploadOutcome]) -> RecordOutcome:
    """Return what became of all files together."""
    return RecordOutcome(
        n_new=sum(each.outcome.n_new for each in outcomes),
        n_changed=sum(each.outcome.n_changed for each in outcomes),
        n_unchanged=sum(each.outcome.n_unchanged for each in outcomes),
    )


def preview_json(outcomes: list[UploadOutcome], sensor: Sensor) -> dict[str, Any]:
    """Return what would become of the files, together and one by one."""
    files = [{"name": each.file.name} | _counts([each], sensor) for each in outcomes]
    return _counts(outcomes, sensor) | {"files": files}


def _read(sensor: Sensor, file: UploadFile, unit: str, layout: Layout) -> ReadFile:
    name = name_of(file)
    try:
        rows = read_file(file.file.read(), sensor.zone, layout)
        return ReadFile(name, len(rows), events_of_rows(sensor, rows, unit, max_events=most_events(len(rows))))
    except InputError as error:
        raise InputError(f"File '{name}': {error.message}") from error


def _unstated_us(services: Services, sensor: Sensor, form: UploadForm, found: RowEvents) -> int | Microseconds:
    """Return when the events were believed whose rows do not say it [µs]."""
    if form.is_measured_instantly:
        return sensor.knowledge_times_us(found.events.start_us)
    return to_us(services.clock())


def _counts(outcomes: list[UploadOutcome], sensor: Sensor) -> dict[str, Any]:
    total = total_of(outcomes)
    found = [each.file.events.events for each in outcomes if len(each.file.events)]
    starts_us = [int(events.start_us[0]) for events in found]
    ends_us = [int(events.end_us[-1]) for events in found]
    return {
        "rows": sum(each.file.n_rows for each in outcomes),
        "new": total.n_new,
        "changed": total.n_changed,
        "unchanged": total.n_unchanged,
        "first_event_start": from_us(min(starts_us), sensor.zone).isoformat() if starts_us else None,
        "last_event_end": from_us(max(ends_us), sensor.zone).isoformat() if ends_us else None,
    }
