"""Beliefs as a CSV file that ``wattloom add beliefs`` reads again."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from wattloom.cli.show.belief_chart import Shown
from wattloom.cli.show.read_shown import Found
from wattloom.periods import from_us

# Event start and value come first, since that is where `add beliefs` looks for them.
_VALUES = ("event_start", "event_value")
_ORIGIN = ("belief_time", "source")
_SENSOR = ("sensor", "sensor_id")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_events(path: Path, series: Sequence[Shown], zone: ZoneInfo) -> int:
    """Write resampled series, one row per event; return how many rows."""
    rows = (
        (from_us(start_us, zone).isoformat(), value, shown.label, shown.sensor.id)
        for shown in series
        for start_us, value in zip(shown.events.start_us.tolist(), shown.events.value.tolist(), strict=True)
    )
    return _write(path, (*_VALUES, *_SENSOR), rows)


def write_beliefs(path: Path, series: Sequence[Shown], found: Found, zone: ZoneInfo) -> int:
    """Write beliefs, one row each, with when they were formed and who states them; return how many rows."""
    return _write(path, (*_VALUES, *_ORIGIN, *_SENSOR), _belief_rows(series, found, zone))


def _belief_rows(series: Sequence[Shown], found: Found, zone: ZoneInfo) -> Iterator[tuple[object, ...]]:
    for shown in series:
        own = found.beliefs.of_sensor(shown.sensor.id)
        columns = (own.event_start_us, own.event_value, own.belief_time_us, own.source_id)
        for start_us, value, recorded_us, source_id in zip(*(column.tolist() for column in columns), strict=True):
            start, recorded = (from_us(at_us, zone).isoformat() for at_us in (start_us, recorded_us))
            yield start, value, recorded, found.sources[source_id].name, shown.label, shown.sensor.id


def _harmless(cell: object) -> object:
    """Return a cell that no spreadsheet takes for a formula; sources and sensors bear any name."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell


def _write(path: Path, header: Sequence[str], rows: Iterator[tuple[object, ...]]) -> int:
    n_rows = 0
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for row in rows:
            writer.writerow([_harmless(cell) for cell in row])
            n_rows += 1
    return n_rows
