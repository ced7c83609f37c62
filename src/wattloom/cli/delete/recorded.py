"""Delete recorded data sensor by sensor: show what goes, ask, then part by part with a progress bar."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from sqlalchemy import Connection

from wattloom.assets import note_deleted_data
from wattloom.cli.delete.labels import sensor_labels
from wattloom.cli.delete.preview import agreed, beliefs_text
from wattloom.periods import ALL_TIME, Period
from wattloom.server.backend import open_backend
from wattloom.server.sweep import Removal, Sweep
from wattloom.timeseries import BeliefStore, RemoveOutcome, Sensor

if TYPE_CHECKING:
    from wattloom.config import Settings

_NAMED = 8


@dataclass(frozen=True, slots=True)
class Order:
    """What to delete, and how.

    Attributes:
        sensors: Finds the sensors on which it may be recorded.
        removal: Makes what deletes it on one sensor, given the store and the present.
        period: Events that lie wholly in it.
        force: Whether not to ask.
        dry_run: Whether to only show what would go.
    """

    sensors: Callable[[Connection], Sequence[Sensor]]
    removal: Callable[[BeliefStore, datetime], Removal]
    period: Period = ALL_TIME
    force: bool = False
    dry_run: bool = False


def delete_recorded(settings: "Settings", order: Order) -> None:
    """Carry out an order."""
    backend = open_backend(settings)
    try:
        sweep = Sweep(backend.database, order.removal(backend.beliefs, backend.clock()), order.period)
        with backend.database.read() as connection:
            sensors = order.sensors(connection)
            with _progress("looking", sensors) as steps:
                found = [(sensor, sweep.preview(connection, sensor)) for sensor in steps]
            found = [(sensor, outcome) for sensor, outcome in found if outcome != RemoveOutcome()]
            labels = sensor_labels(connection, [sensor.id for sensor, _ in found[:_NAMED]])
        if not found:
            typer.echo("There is nothing to delete.")
            return
        if not agreed(_lines(found, labels), force=order.force, dry_run=order.dry_run):
            return
        with _progress("deleting", [sensor for sensor, _ in found]) as steps:
            deleted = sum((sweep.carry_out(sensor) for sensor in steps), start=RemoveOutcome())
    finally:
        backend.close()
    restored = f" {deleted.n_restored:,} older beliefs are current again." if deleted.n_restored else ""
    typer.echo(f"Deleted {beliefs_text(deleted.n_current, deleted.n_superseded)}.{restored}")


def audited(removal: Removal, words: str, *, now: datetime) -> Removal:
    """Return a removal that tells the audit log, once per sensor, that data were deleted.

    Args:
        removal: What deletes.
        words: What stands behind the sensor in the record, for example ``, source: 3``.
        now: Time of the record.
    """
    told: set[int] = set()

    def remove(connection: Connection, sensor: Sensor, period: Period, *, dry_run: bool) -> RemoveOutcome:
        outcome = removal(connection, sensor, period, dry_run=dry_run)
        if not dry_run and outcome != RemoveOutcome() and sensor.id not in told:
            told.add(sensor.id)
            note_deleted_data(connection, sensor, words, by=None, now=now)
        return outcome

    return remove


def _lines(found: Sequence[tuple[Sensor, RemoveOutcome]], labels: Mapping[int, str]) -> list[str]:
    total = sum((outcome for _, outcome in found), start=RemoveOutcome())
    of_sensors = "1 sensor" if len(found) == 1 else f"{len(found):,} sensors"
    lines = [f"This deletes {beliefs_text(total.n_current, total.n_superseded)} of {of_sensors}:"]
    lines += [
        f"  {labels[sensor.id]}: {beliefs_text(outcome.n_current, outcome.n_superseded)}"
        for sensor, outcome in found[:_NAMED]
    ]
    if len(found) > _NAMED:
        lines.append(f"  {len(found) - _NAMED:,} more")
    if total.n_restored:
        lines.append(f"What was believed before becomes current again: {total.n_restored:,} older beliefs.")
    return lines


@contextmanager
def _progress(words: str, sensors: Sequence[Sensor]) -> Iterator[Iterator[Sensor]]:
    """Yield the sensors one by one, with a bar that says how many are done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(stderr=True)
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(words, total=len(sensors))

        def steps() -> Iterator[Sensor]:
            for sensor in sensors:
                progress.update(task, description=f"{words}: {sensor.name}")
                yield sensor
                progress.advance(task)

        yield steps()
