"""Options of ``wattloom add beliefs``."""

from pathlib import Path
from typing import Annotated

import typer

from wattloom.cli.options import id_option

_MOST_ROWS = 1_000_000_000
_CENTURY_MINUTES = 36_525 * 24 * 60
_COLUMN = "number (from 0) or name of the column"

DataFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="CSV, XLSX, XLSM or XLS.", exists=True, dir_okay=False, readable=True)
]
SensorId = Annotated[int, id_option("--sensor", help="Id of the sensor that the values are about.")]
SourceKey = Annotated[
    str, typer.Option("--source", help="Id of the source that states them, or a name; a new name is added.")
]
UnitOfValues = Annotated[
    str | None,
    typer.Option(
        "--unit",
        help="Unit of the values; or datetime, 'dayfirst datetime' (times become seconds since 1970) "
        "or timedelta (lengths of time).",
        show_default="the sensor's",
    ),
]
Horizon = Annotated[
    int | None,
    typer.Option(
        "--horizon",
        min=-_CENTURY_MINUTES,
        max=_CENTURY_MINUTES,
        help="Minutes before the values could be known at which they were believed; negative for later.",
        show_default="believed now",
    ),
]
Probability = Annotated[
    float | None,
    typer.Option("--cp", help="Cumulative probability of the values, between 0 and 1.", show_default="0.5"),
]
Resampling = Annotated[
    bool, typer.Option("--resample/--do-not-resample", help="Whether to bring values to the sensor's resolution.")
]
Overwriting = Annotated[
    bool, typer.Option("--allow-overwrite", help="Replace other values of the same source, event and belief time.")
]
SkippedRows = Annotated[
    int | None,
    typer.Option(
        "--skiprows",
        min=0,
        max=_MOST_ROWS,
        help="Rows above the values; the last of them names the columns.",
        show_default="1, or 0 if the first row begins with a time",
    ),
]
Gaps = Annotated[
    list[str] | None, typer.Option("--na-values", help="A text that stands for no value; may be repeated.")
]
UsualGaps = Annotated[
    bool, typer.Option("--keep-default-na", help="Take NA, N/A, NaN, null, None and - for no value, too.")
]
RowCount = Annotated[
    int | None, typer.Option("--nrows", min=1, max=_MOST_ROWS, help="Read so many rows of values.", show_default="all")
]
StartColumn = Annotated[str, typer.Option("--datecol", help=f"Starts of the events: {_COLUMN}.")]
ValueColumn = Annotated[str, typer.Option("--valuecol", help=f"Values: {_COLUMN}.")]
BeliefColumn = Annotated[str | None, typer.Option("--beliefcol", help=f"When the values were believed: {_COLUMN}.")]
Zone = Annotated[
    str | None,
    typer.Option("--timezone", help="IANA time zone of times without an offset.", show_default="the sensor's"),
]
DayFirst = Annotated[
    bool | None,
    typer.Option(
        "--dayfirst/--monthfirst",
        help="What stands first in times like 01/03/2026 and 01-03-2026; 01.03.2026 has the day first anyway.",
        show_default="such times are refused",
    ),
]
FilterColumns = Annotated[
    list[str] | None,
    typer.Option("--filter-column", help="Only rows count with --filter-value in this column; may be repeated."),
]
FilterValues = Annotated[
    list[str] | None,
    typer.Option("--filter-value", help="Text that must stand in the --filter-column of the same place."),
]
Delimiter = Annotated[
    str | None,
    typer.Option(
        "--delimiter",
        help="Between the columns of a CSV file; \\t is a tab.",
        show_default="; tab | or , whichever stands in all of the first lines",
    ),
]
Decimal = Annotated[str, typer.Option("--decimal", help="Between whole and fraction.")]
Thousands = Annotated[str | None, typer.Option("--thousands", help="Between groups of digits.", show_default="none")]
SheetNumber = Annotated[
    int, typer.Option("--sheet_number", "--sheet-number", min=0, help="Sheet of a spreadsheet, from 0.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be new, changed and unchanged; store nothing.")]
