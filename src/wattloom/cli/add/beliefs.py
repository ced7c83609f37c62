"""Add beliefs from a file."""

from typing import TYPE_CHECKING

from wattloom.cli.add import belief_options as options
from wattloom.cli.options import DatabaseUrl, DataDir, load_settings
from wattloom.errors import InputError

if TYPE_CHECKING:
    from datetime import timedelta
    from zoneinfo import ZoneInfo

    from wattloom.timeseries.recording.files import NumberStyle, ValueKind


def add_beliefs(  # noqa: PLR0913, PLR0917 - each argument is an option
    file: options.DataFile,
    sensor: options.SensorId,
    source: options.SourceKey,
    unit: options.UnitOfValues = None,
    horizon: options.Horizon = None,
    cp: options.Probability = None,
    resample: options.Resampling = True,
    allow_overwrite: options.Overwriting = False,
    skiprows: options.SkippedRows = None,
    na_values: options.Gaps = None,
    keep_default_na: options.UsualGaps = False,
    nrows: options.RowCount = None,
    datecol: options.StartColumn = "0",
    valuecol: options.ValueColumn = "1",
    beliefcol: options.BeliefColumn = None,
    timezone: options.Zone = None,
    dayfirst: options.DayFirst = None,
    filter_column: options.FilterColumns = None,
    filter_value: options.FilterValues = None,
    delimiter: options.Delimiter = None,
    decimal: options.Decimal = ".",
    thousands: options.Thousands = None,
    sheet_number: options.SheetNumber = 0,
    dry_run: options.DryRun = False,
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
    from wattloom.timeseries.recording.files import Layout

    if horizon is not None and beliefcol is not None:
        raise InputError("Give either --horizon or --beliefcol, not both.", field="--horizon")
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
        columns=_columns(datecol, valuecol, beliefcol),
        filters=_filters(filter_column or [], filter_value or []),
        n_rows=nrows,
        delimiter="" if delimiter is None else _character(delimiter, option="--delimiter"),
        numbers=_number_style(decimal, thousands, na_values or [], keep_default_na=keep_default_na),
        is_dayfirst=dayfirst,
        values=kind,
        sheet=sheet_number,
    )
    backend = open_backend(load_settings(data_dir=data_dir, database_url=database_url))
    try:
        import_file(backend, wanted, layout)
    finally:
        backend.close()


def _columns(datecol: str, valuecol: str, beliefcol: str | None) -> dict[str, int | str]:
    columns = {"event_start": _column(datecol), "event_value": _column(valuecol)}
    return columns if beliefcol is None else columns | {"belief_time": _column(beliefcol)}


def _column(text: str) -> int | str:
    return int(text) if text.isdecimal() else text


def _character(text: str, *, option: str) -> str:
    character = "\t" if text in {"\\t", "tab"} else text
    if len(character) != 1 or character in '\r\n"':
        raise InputError(f"{option} must be one character; write \\t for a tab.", field=option)
    return character


def _number_style(decimal: str, thousands: str | None, na_values: list[str], *, keep_default_na: bool) -> "NumberStyle":
    from wattloom.timeseries.recording.files import USUAL_GAPS, NumberStyle

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
    from wattloom.timeseries.recording.files import ValueKind
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
