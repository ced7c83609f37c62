"""``wattloom delete`` beliefs, measurements, prognoses, repetitions and NaN."""

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from wattloom.cli.delete.preview import DryRun, Force
from wattloom.cli.options import DatabaseUrl, DataDir, id_option, load_settings
from wattloom.errors import InputError

if TYPE_CHECKING:
    from wattloom.config import Settings
    from wattloom.timeseries import BeliefFilter

AssetIds = Annotated[list[int] | None, id_option("--asset", help="On sensors of this asset; may be repeated.")]
SensorIds = Annotated[list[int] | None, id_option("--sensor", help="On this sensor; its id; may be repeated.")]
OneSensor = Annotated[int | None, id_option("--sensor", help="Only on this sensor; its id.")]
SourceIds = Annotated[
    list[int] | None, id_option("--source", help="What this data source stated; its id; may be repeated.")
]
Start = Annotated[str | None, typer.Option("--start", help="About events that start then or later: ISO 8601.")]
End = Annotated[str | None, typer.Option("--end", help="About events that end then or earlier: ISO 8601.")]
Offspring = Annotated[bool, typer.Option("--offspring", help="Also on sensors of the assets below --asset.")]
RecordedAfter = Annotated[
    str | None,
    typer.Option("--recorded-after", help="Formed then or later (ISO 8601): takes back what was recorded since."),
]
RecordedBefore = Annotated[str | None, typer.Option("--recorded-before", help="Formed then or earlier: ISO 8601.")]
DeleteForecasts = Annotated[
    bool, typer.Option("--delete-forecasts/--keep-forecasts", help="Those formed before the event could be known.")
]
DeleteMeasurements = Annotated[
    bool, typer.Option("--delete-measurements/--keep-measurements", help="Those formed once it could be known.")
]

_MEASURED = timedelta(0)
_EXPECTED = timedelta(microseconds=1)


def beliefs(  # noqa: PLR0913, PLR0917 - each argument is an option
    asset: AssetIds = None,
    sensor: SensorIds = None,
    source: SourceIds = None,
    start: Start = None,
    end: End = None,
    offspring: Offspring = False,
    recorded_after: RecordedAfter = None,
    recorded_before: RecordedBefore = None,
    force: Force = False,
    dry_run: DryRun = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Delete what is recorded, measurements and forecasts alike, where all options hold.

    An older belief about the same event is current again. To undo a recording, give --recorded-after.
    """
    from wattloom.cli.delete.recorded import Order, delete_recorded
    from wattloom.cli.delete.selection import chosen, moment, period_between, removing, words_for
    from wattloom.timeseries import BeliefFilter

    if not any((asset, sensor, source, start, end, recorded_after, recorded_before)):
        raise InputError("Say what to delete, for example with --sensor.", field="--sensor")
    if offspring and not asset:
        raise InputError("--offspring needs an --asset.", field="--offspring")
    wanted = BeliefFilter(
        beliefs_after=moment(recorded_after, "--recorded-after"),
        beliefs_before=moment(recorded_before, "--recorded-before"),
        source_ids=frozenset(source) if source else None,
    )
    words = words_for(
        source=source or [],
        **{"from": start},
        until=end,
        recorded_after=recorded_after,
        recorded_before=recorded_before,
    )
    order = Order(
        chosen(asset or [], sensor or [], source or [], offspring=offspring),
        removing(wanted, words),
        period=period_between(start, end),
        force=force,
        dry_run=dry_run,
    )
    delete_recorded(load_settings(data_dir=data_dir, database_url=database_url), order)


def measurements(
    sensor: OneSensor = None,
    force: Force = False,
    dry_run: DryRun = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Delete what was recorded once the event could be known; what was forecast by the same source counts again."""
    from wattloom.timeseries import BeliefFilter

    settings = load_settings(data_dir=data_dir, database_url=database_url)
    removal = (BeliefFilter(horizons_at_most=_MEASURED), ", measurements only")
    _delete_of_one(settings, sensor, removal, force=force, dry_run=dry_run)


def prognoses(
    sensor: OneSensor = None,
    force: Force = False,
    dry_run: DryRun = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Delete what was recorded before the event could be known: forecasts, schedules, prices."""
    from wattloom.timeseries import BeliefFilter

    settings = load_settings(data_dir=data_dir, database_url=database_url)
    removal = (BeliefFilter(horizons_at_least=_EXPECTED), ", prognoses only")
    _delete_of_one(settings, sensor, removal, force=force, dry_run=dry_run)


def _delete_of_one(
    settings: "Settings", sensor: int | None, removal: "tuple[BeliefFilter, str]", *, force: bool, dry_run: bool
) -> None:
    """Delete what a filter accepts on one sensor, or on all."""
    from wattloom.cli.delete.recorded import Order, delete_recorded
    from wattloom.cli.delete.selection import chosen, removing

    order = Order(chosen([], _listed(sensor), []), removing(*removal), force=force, dry_run=dry_run)
    delete_recorded(settings, order)


def unchanged_beliefs(  # noqa: PLR0913, PLR0917 - each argument is an option
    sensor: OneSensor = None,
    source: SourceIds = None,
    delete_forecasts: DeleteForecasts = True,
    delete_measurements: DeleteMeasurements = True,
    start: Start = None,
    end: End = None,
    force: Force = False,
    dry_run: DryRun = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Delete beliefs that only repeat what the same source said just before about the same event.

    Recording skips them; they arise when older beliefs arrive late. Values stay as they are believed.
    """
    from wattloom.cli.delete.recorded import Order, delete_recorded
    from wattloom.cli.delete.selection import chosen, period_between, removing, words_for
    from wattloom.timeseries import BeliefFilter

    if not delete_forecasts and not delete_measurements:
        raise InputError(
            "Nothing is left to delete: keep forecasts or measurements, not both.", field="--keep-forecasts"
        )
    wanted = BeliefFilter(
        source_ids=frozenset(source) if source else None,
        horizons_at_most=None if delete_forecasts else _MEASURED,
        horizons_at_least=None if delete_measurements else _EXPECTED,
    )
    words = ", repetitions only" + words_for(source=source or [], **{"from": start}, until=end)
    order = Order(
        chosen([], _listed(sensor), source or []),
        removing(wanted, words, only_repetitions=True),
        period=period_between(start, end),
        force=force,
        dry_run=dry_run,
    )
    delete_recorded(load_settings(data_dir=data_dir, database_url=database_url), order)


def nan_beliefs(
    sensor: OneSensor = None,
    source: SourceIds = None,
    force: Force = False,
    dry_run: DryRun = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Do nothing: values that are no numbers are never recorded, so that there are none to delete."""
    del sensor, source, force, dry_run, data_dir, database_url
    typer.echo("There is nothing to delete: values that are no numbers are never recorded.")


def _listed(sensor: int | None) -> list[int]:
    return [] if sensor is None else [sensor]
