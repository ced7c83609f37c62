"""Record what a file states: batch by batch, so that an interrupted import goes on where it stopped."""

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import typer
from sqlalchemy import Connection

from wattloom.assets import note_uploaded_data
from wattloom.cli.row_progress import row_bar
from wattloom.db import id_of
from wattloom.errors import InputError
from wattloom.periods import MICROSECOND, Microseconds, from_us, to_us
from wattloom.server.backend import Backend
from wattloom.timeseries import (
    Beliefs,
    NewSource,
    RecordOutcome,
    RowEvents,
    Sensor,
    Source,
    events_of_rows,
    get_or_create_source,
    get_sensor,
    get_source,
    list_sources,
    record_beliefs,
)
from wattloom.timeseries.recording.files import Layout, read_file

BATCH = 50_000
"""Values that one transaction commits."""

_SOURCE_TYPE = "CLI script"
_MAX_NAME = 120
# States what a new source will, until something is stored.
_NOBODY = 0
_MAX_EVENTS = 50_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FileImport:
    """What to record.

    Attributes:
        path: The file.
        sensor_id: What its values are about.
        source: Id or name of who states them.
        unit: Of the values; None is the sensor's.
        zone: Of times without an offset; None is the sensor's.
        horizon: How long before they could be known the values were believed; None: believed now.
        cumulative_probability: Of all values; None leaves them points.
        is_resampling: Whether events may have another length than the sensor's.
        is_overwriting: Whether values may replace others of equal event, source and belief time.
        is_dry_run: Whether to store nothing.
    """

    path: Path
    sensor_id: int
    source: str
    unit: str | None
    zone: ZoneInfo | None
    horizon: timedelta | None
    cumulative_probability: float | None
    is_resampling: bool
    is_overwriting: bool
    is_dry_run: bool


def import_file(backend: Backend, wanted: FileImport, layout: Layout) -> None:
    """Record a file and say how much of it was new.

    Raises:
        InputError: The file cannot be read or does not fit the sensor, or several sources have the name; nothing is stored.
        NotFoundError: There is no such sensor or source.
        ReplacementError: The source states something else at the same belief time; earlier batches are stored.
    """
    with backend.database.read() as connection:
        sensor = get_sensor(connection, wanted.sensor_id)
        known = _known_source(connection, wanted.source)
    n_rows, found = _events(sensor, wanted, layout)
    source_id = known.id if known is not None else _NOBODY
    beliefs = found.beliefs(sensor, source_id, _unstated_us(backend, sensor, wanted, found))
    source, outcome = _record(backend, sensor, beliefs, known, wanted)
    name = known.name if known is not None else wanted.source
    if known is None and len(beliefs):
        became = "would be added" if source is None else f"with id {source.id}"
        typer.echo(f"New source '{name}' {became}.")
    typer.echo(f"Read {n_rows:,} row{'' if n_rows == 1 else 's'}{_span(sensor, found)}.")
    counts = f"{outcome.n_new:,} new, {outcome.n_changed:,} changed, {outcome.n_unchanged:,} unchanged."
    about = f"beliefs of source '{name}' about sensor '{sensor.name}'"
    typer.echo(f"{'Dry run, nothing is stored' if wanted.is_dry_run else 'Recorded'}: {about}: {counts}")


def _known_source(connection: Connection, text: str) -> Source | None:
    """Return the source with this id, or else with this name; None for a new name."""
    if (source_id := id_of(text)) is not None:
        return get_source(connection, source_id)
    if not 0 < len(text.strip()) <= _MAX_NAME:
        raise InputError(f"Must be an id, or a name of 1 to {_MAX_NAME} characters.", field="--source")
    named = [each for each in list_sources(connection) if each.name == text]
    # What an earlier import made goes on, whoever else has got the name since.
    named = [each for each in named if each.type == _SOURCE_TYPE] or named
    if len(named) > 1:
        ids = ", ".join(f"{each.id} ({each.type})" for each in named)
        raise InputError(f"Several sources are called '{text}'; give the id of one of them: {ids}.", field="--source")
    return named[0] if named else None


def _events(sensor: Sensor, wanted: FileImport, layout: Layout) -> tuple[int, RowEvents]:
    """Return how many rows there are, with a value or without, and what they say."""
    try:
        rows = read_file(wanted.path.read_bytes(), wanted.zone or sensor.zone, layout)
        if wanted.cumulative_probability is not None:
            rows.cumulative_probability[:] = wanted.cumulative_probability
        return len(rows), events_of_rows(
            sensor,
            rows,
            sensor.unit if wanted.unit is None else wanted.unit,
            max_events=_MAX_EVENTS,
            is_resampling=wanted.is_resampling,
        )
    except InputError as error:
        raise InputError(f"{wanted.path.name}: {error.message}", field=str(wanted.path)) from error


def _unstated_us(backend: Backend, sensor: Sensor, wanted: FileImport, found: RowEvents) -> int | Microseconds:
    if wanted.horizon is None:
        return to_us(backend.clock())
    return sensor.knowledge_times_us(found.events.start_us) - wanted.horizon // MICROSECOND


def _span(sensor: Sensor, found: RowEvents) -> str:
    """Return from when until when the events are, on the sensor's clock."""
    if not len(found):
        return ""
    first, last = (
        from_us(int(us), sensor.zone).isoformat() for us in (found.events.start_us[0], found.events.end_us[-1])
    )
    return f": events from {first} until {last}"


def _record(
    backend: Backend, sensor: Sensor, beliefs: Beliefs, source: Source | None, wanted: FileImport
) -> tuple[Source | None, RecordOutcome]:
    """Record the beliefs in transactions of their own; a source that is missing is made with the first of them."""
    n_batches = n_new = n_changed = n_unchanged = 0
    with row_bar() as bar:
        bar.start("Comparing" if wanted.is_dry_run else "Recording", len(beliefs))
        for batch in _batches(beliefs):
            opened = backend.database.read() if wanted.is_dry_run else backend.database.write()
            with opened as connection:
                if source is None and not wanted.is_dry_run:
                    source = get_or_create_source(connection, NewSource(wanted.source, _SOURCE_TYPE))
                outcome = record_beliefs(
                    connection,
                    backend.beliefs,
                    sensor,
                    batch if source is None else replace(batch, source_id=np.full(len(batch), source.id)),
                    replace=wanted.is_overwriting,
                    dry_run=wanted.is_dry_run,
                )
                if not n_batches and not wanted.is_dry_run:
                    note_uploaded_data(connection, sensor, [wanted.path.name], by=None, now=backend.clock())
            n_batches += 1
            n_new += outcome.n_new
            n_changed += outcome.n_changed
            n_unchanged += outcome.n_unchanged
            bar.advance(len(batch))
    return source, RecordOutcome(n_new, n_changed, n_unchanged)


def _batches(beliefs: Beliefs) -> list[Beliefs]:
    """Return the beliefs in parts that keep all beliefs about one event together."""
    starts_us = beliefs.event_start_us
    edges = np.searchsorted(starts_us, starts_us[BATCH::BATCH], side="left")
    bounds = np.unique(np.concatenate([[0], edges, [len(beliefs)]]))
    return [beliefs.take(slice(first, last)) for first, last in pairwise(bounds.tolist())]
