"""Add beliefs from a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wattloom.cli.options import DatabaseUrl, DataDir, load_settings
from wattloom.errors import InputError

if TYPE_CHECKING:
    from datetime import timedelta
    from zoneinfo import ZoneInfo

    from wattloom.timeseries.files import NumberStyle, ValueKind

_COLUMN = "number (from 0) or name of the column"


def add_beliefs(  # noqa: PLR0913, PLR0917 - each argument is an option
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="CSV, XLSX, XLSM or XLS.", exists=True, dir_okay=False, readable=True)
    ],
    sensor: Annotated[int, typer.Option("--sensor", help="Id of the sensor that the values are about.")],
    source: Annotated[
        str, typer.Option("--source", help="Id of the source that states them, or a name; a new name is added.")
    ],
    unit: Annotated[
        str | None,
        typer.Option(
            "--unit",
            help="Unit of the values; or datetime, 'dayfirst datetime' (times become seconds since 1970) "
            "or timedelta (lengths of time).",
            show_default="the sensor's",
        ),
    ] = None,
    horizon: Annotated[
        int | None,
        typer.Option(
            "--horizon",
            help="Minutes before the values could be known at which they were believed; negative for later.",
            show_default="believed now",
        ),
    ] = None,
    cp: Annotated[
        float | None,
        typer.Option("--cp", help="Cumulative probability of the values, between 0 and 1.", show_default="0.5"),
    ] = None,
    resample: Annotated[
        bool, typer.Option("--resample/--do-not-resample", help="Whether to bring values to the sensor's resolution.")
    ] = True,
    allow_overwrite: Annotated[
        bool, typer.Option("--allow-overwrite", help="Replace other values of the same source, event and belief time.")
    ] = False,
    skiprows: Annotated[
        int, typer.Option("--skiprows", min=0, help="Rows above the values; the last of them names the columns.")
    ] = 1,
    na_values: Annotated[
        list[str] | None, typer.Option("--na-values", help="A text that stands for no value; may be repeated.")
    ] = None,
    keep_default_na: Annotated[
        bool, typer.Option("--keep-default-na", help="Take NA, N/A, NaN, null, None and - for no value, too.")
    ] = False,
    nrows: Annotated[
        int | None, typer.Option("--nrows", min=1, help="Read so many rows of values.", show_default="all")
    ] = None,
    datecol: Annotated[str, typer.Option("--datecol", help=f"Starts of the events: {_COLUMN}.")] = "0",
    valuecol: Annotated[str, typer.Option("--valuecol", help=f"Values: {_COLUMN}.")] = "1",
    beliefcol: Annotated[
        str | None, typer.Option("--beliefcol", help=f"When the values were believed: {_COLUMN}.")
    ] = None,
    timezone: Annotated[
        str | None,
        typer.Option("--timezone", help="IANA time zone of times without an offset.", show_default="the sensor's"),
    ] = None,
    filter_column: Annotated[
        list[str] | None,
        typer.Option("--filter-column", help="Only rows count with --filter-value in this column; may be repeated."),
    ] = None,
    filter_value: Annotated[
        list[str] | None,
        typer.Option("--filter-value", help="Text that must stand in the --filter-column of the same place."),
    ] = None,
    delimiter: Annotated[
        str, typer.Option("--delimiter", help="Between the columns of a CSV file; \\t is a tab.")
    ] = ",",
    decimal: Annotated[str, typer.Option("--decimal", help="Between whole and fraction.")] = ".",
    thousands: Annotated[
        str | None, typer.Option("--thousands", help="Between groups of digits.", show_default="none")
    ] = None,
    sheet_number: Annotated[
        int, typer.Option("--sheet_number", "--sheet-number", min=0, help="Sheet of a spreadsheet, from 0.")
    ] = 0,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be new, changed and unchanged; store nothing.")
    ] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Add beliefs about a sensor from a CSV or Excel file.

    Rows may stand in any order and leave gaps. What the source has said before
    is skipped, and every 50,000 values are committed: after an interruption the
    same command goes on where it stopped.
    """
    from wattloom.cli.add.file_import import FileImport, import_file
    from wattloom.server.backend import open_backend
    from wattloom.timeseries.files import Layout

    if horizon is not None and beliefcol is not None:
        raise InputError("Give either --horizon or --beliefcol, not both.", field="--horizon")
    columns = {"event_start": _column(datecol), "event_value": _column(valuecol)}
    kind, stated_unit = _kind_and_unit(unit)
    wanted = FileImport(
        path=file,
        sensor_id=sensor,
        source=source,
        unit=stated_unit,
        zone=_zone(timezone),
        horizon=_minutes(horizon),
        cumulative_probability=_probability(cp),
        is_resampling=resample,
        is_overwriting=allow_overwrite,
        is_dry_run=dry_run,
    )
    layout = Layout(
        n_skipped=skiprows,
        columns=columns if beliefcol is None else columns | {"belief_time": _column(beliefcol)},
        filters=_filters(filter_column or [], filter_value or []),
        n_rows=nrows,
        delimiter=_character(delimiter, option="--delimiter"),
        numbers=_number_style(decimal, thousands, na_values or [], keep_default_na=keep_default_na),
        values=kind,
        sheet=sheet_number,
    )
    backend = open_backend(load_settings(data_dir=data_dir, database_url=database_url))
    try:
        import_file(backend, wanted, layout)
    finally:
        backend.close()


def _column(text: str) -> int | str:
    return int(text) if text.isdecimal() else text


def _character(text: str, *, option: str) -> str:
    character = "\t" if text in {"\\t", "tab"} else text
    if len(character) != 1 or character in '\r\n"':
        raise InputError(f"{option} must be one character; write \\t for a tab.", field=option)
    return character


def _number_style(decimal: str, thousands: str | None, na_values: list[str], *, keep_default_na: bool) -> "NumberStyle":
    from wattloom.timeseries.files import USUAL_GAPS, NumberStyle

    try:
        return NumberStyle(
            decimal=_character(decimal, option="--decimal"),
            thousands="" if thousands is None else _character(thousands, option="--thousands"),
            gaps=frozenset(na_values) | (USUAL_GAPS if keep_default_na else frozenset()),
        )
    except InputError as error:
        raise InputError(f"--thousands and --decimal: {error.message}", field="--thousands") from error


def _kind_and_unit(unit: str | None) -> "tuple[ValueKind, str | None]":
    """Return what the values are, and their unit; None is the sensor's."""
    from wattloom.timeseries.files import ValueKind
    from wattloom.units import parse_unit

    kinds = {kind.value: kind for kind in ValueKind if kind is not ValueKind.NUMBER}
    if unit in kinds:
        return kinds[unit], "s"
    return ValueKind.NUMBER, None if unit is None else parse_unit(unit, field="--unit").text


def _zone(timezone: str | None) -> "ZoneInfo | None":
    from wattloom.periods import parse_zone

    return None if timezone is None else parse_zone(timezone, field="--timezone")


def _minutes(horizon: int | None) -> "timedelta | None":
    from datetime import timedelta

    return None if horizon is None else timedelta(minutes=horizon)


def _probability(cp: float | None) -> float | None:
    if cp is not None and not 0 < cp < 1:
        raise InputError("--cp must lie between 0 and 1.", field="--cp")
    return cp


def _filters(columns: list[str], values: list[str]) -> tuple[tuple[int | str, str], ...]:
    if len(columns) != len(values):
        raise InputError("Give as many --filter-value as --filter-column.", field="--filter-value")
    return tuple((_column(column), value) for column, value in zip(columns, values, strict=True))
