"""``wattloom delete history``: forget what something newer has replaced long ago."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from wattloom.cli.delete.preview import DryRun, Force
from wattloom.cli.options import DatabaseUrl, DataDir, id_option, load_settings
from wattloom.errors import InputError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from wattloom.periods import Period
    from wattloom.server.sweep import Removal
    from wattloom.timeseries import BeliefStore, RemoveOutcome, Retention, Sensor

KeepDays = Annotated[
    list[str],
    typer.Option(
        "--keep-days",
        metavar="[TYPE=]DAYS",
        help="Keep what was formed in the last so many days, of all sources or of one type: scheduler=7; "
        "may be repeated.",
    ),
]
SourceTypes = Annotated[
    list[str] | None, typer.Option("--source-type", help="Only of sources of this type; may be repeated.")
]
SensorIds = Annotated[list[int] | None, id_option("--sensor", help="Only on this sensor; its id; may be repeated.")]

_MAX_DAYS = 36_500


def history(  # noqa: PLR0913, PLR0917 - each argument is an option
    keep_days: KeepDays,
    source_type: SourceTypes = None,
    sensor: SensorIds = None,
    force: Force = False,
    dry_run: DryRun = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Delete superseded beliefs that were formed long ago; everything that is currently believed stays."""
    from wattloom.cli.delete.recorded import Order, delete_recorded
    from wattloom.cli.source_types import hint_at_unknown_types
    from wattloom.timeseries import get_sensors, sensors_with_history

    def sensors(connection: "Connection") -> "list[Sensor]":
        hint_at_unknown_types(connection, [*retention.by_source_type, *(source_type or [])])
        chosen = get_sensors(connection, sensor or [])
        return [each for each in sensors_with_history(connection) if not sensor or each.id in chosen]

    retention = retention_of(keep_days, source_type or [])
    order = Order(sensors, _forgetting(retention), force=force, dry_run=dry_run)
    delete_recorded(load_settings(data_dir=data_dir, database_url=database_url), order)


def retention_of(keep_days: list[str], source_types: list[str]) -> "Retention":
    """Return the rule that options state.

    Raises:
        InputError: A number of days is none, or is given twice for the same sources.
    """
    from wattloom.timeseries import Retention

    kept: dict[str, timedelta] = {}
    for text in keep_days:
        source_type, _, days = text.rpartition("=")
        if not (days.isascii() and days.isdigit() and int(days) <= _MAX_DAYS):
            message = f"'{text}' is no number of days; write for example --keep-days 365 or --keep-days scheduler=7."
            raise InputError(message, field="--keep-days")
        if source_type in kept:
            whose = f"sources of type {source_type}" if source_type else "all sources"
            raise InputError(f"--keep-days is given twice for {whose}.", field="--keep-days")
        kept[source_type] = timedelta(days=int(days))
    others = kept.pop("", None)
    return Retention(kept, others, frozenset(source_types) if source_types else None)


def _forgetting(retention: "Retention") -> "Callable[[BeliefStore, datetime], Removal]":
    from wattloom.cli.delete.recorded import audited
    from wattloom.timeseries import forget_history

    def removal(store: "BeliefStore", now: datetime) -> "Removal":
        def remove(connection: "Connection", sensor: "Sensor", period: "Period", *, dry_run: bool) -> "RemoveOutcome":
            return forget_history(connection, store, sensor, retention, period, now=now, dry_run=dry_run)

        return audited(remove, ", history only", now=now)

    return removal
