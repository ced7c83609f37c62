"""``wattloom show beliefs``: a chart, a table and a file of what is believed."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from wattloom.cli.options import DatabaseUrl, DataDir, id_option
from wattloom.cli.show.output import AsJson, looking_at, plain_console, show_json, table_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wattloom.cli.show.belief_chart import Shown
    from wattloom.periods import Period, Resolution
    from wattloom.timeseries import BeliefFilter, Sensor

SensorIds = Annotated[list[int], id_option("--sensor", help="Id of a sensor; may be repeated.")]
Start = Annotated[str, typer.Option("--start", help="From when on: ISO 8601 with offset.")]
Length = Annotated[str, typer.Option("--duration", help="For how long: ISO 8601, for example P1D or PT6H.")]
BelievedBefore = Annotated[
    str | None,
    typer.Option("--belief-time-before", help="What was believed at this moment: ISO 8601 with offset."),
]
SourceIds = Annotated[
    list[int] | None, id_option("--source", help="Only what this source states; its id; may be repeated.")
]
SourceTypes = Annotated[
    list[str] | None,
    typer.Option(
        "--source-type", help="Only what sources of this type state, for example forecaster; may be repeated."
    ),
]
Resampled = Annotated[
    str | None, typer.Option("--resolution", help="Resample to this, for example PT1H or P1D, by the kind of unit.")
]
Timezone = Annotated[
    str | None, typer.Option("--timezone", help="Clock of the time axis.", show_default="that of the first sensor")
]
ToFile = Annotated[
    Path | None,
    typer.Option("--to-file", help="Also write a CSV file, which 'wattloom add beliefs' reads.", dir_okay=False),
]
IncludeIds = Annotated[bool, typer.Option("--include-ids", help="Show the ids of sensors with their names.")]
ReducedPaths = Annotated[
    bool,
    typer.Option(
        "--reduced-paths/--full-paths", help="Leave out of names what all have in common, or name account and assets."
    ),
]


def beliefs(  # noqa: PLR0913, PLR0917 - each argument is an option
    sensor: SensorIds,
    start: Start,
    duration: Length,
    belief_time_before: BelievedBefore = None,
    source: SourceIds = None,
    source_type: SourceTypes = None,
    resolution: Resampled = None,
    timezone: Timezone = None,
    to_file: ToFile = None,
    include_ids: IncludeIds = False,
    reduced_paths: ReducedPaths = True,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Draw what is believed about sensors, show it as a table, and write it to a file.

    Of several sources one counts per event, as in the API: the highest version, then the latest belief.
    """
    from wattloom.cli.show.belief_file import write_beliefs, write_events
    from wattloom.cli.show.read_shown import find_beliefs, labels_of, shown_series
    from wattloom.cli.source_types import hint_at_unknown_types
    from wattloom.timeseries import get_sensors

    with looking_at(data_dir, database_url) as (connection, backend):
        known = get_sensors(connection, sensor)
        sensors = [known[sensor_id] for sensor_id in dict.fromkeys(sensor)]
        span = _span(sensors, start, duration, timezone, resolution)
        wanted = _filter(belief_time_before, source, source_type)
        hint_at_unknown_types(connection, source_type or [])
        found = find_beliefs(connection, backend.beliefs, sensors, span.period, wanted)
        labels = labels_of(connection, sensors, are_reduced=reduced_paths, with_ids=include_ids)
    series = shown_series(sensors, labels, found, span.period, span.resolution)
    if as_json:
        show_json([_json(shown, span.zone) for shown in series])
    else:
        _show(series, span.period, span.zone)
    if to_file is not None:
        if span.resolution is None:
            n = write_beliefs(to_file, series, found, span.zone)
        else:
            n = write_events(to_file, series, span.zone)
        typer.echo(f"Wrote {n} rows to {to_file}.", err=True)


@dataclass(frozen=True, slots=True)
class _Span:
    """The window, the zone whose clock is shown, and the resolution asked for."""

    period: "Period"
    zone: ZoneInfo
    resolution: "Resolution | None"


def _span(
    sensors: "Sequence[Sensor]", start: str, duration: str, timezone: str | None, resolution: str | None
) -> _Span:
    from wattloom.errors import PeriodError
    from wattloom.periods import Period, Resolution, parse_duration, parse_instant, parse_zone

    zone = sensors[0].zone if timezone is None else parse_zone(timezone, field="--timezone")
    first, length = parse_instant(start, field="--start"), parse_duration(duration, field="--duration")
    if not length.is_positive:
        raise PeriodError("--duration must be longer than nothing, for example P1D.", field="--duration")
    wanted = None if resolution is None else Resolution.parse(resolution, field="--resolution")
    if wanted is not None and wanted.is_instantaneous:
        raise PeriodError("--resolution must be longer than nothing, for example PT1H.", field="--resolution")
    return _Span(Period(first, length.after(first, calendar_zone=zone)), zone, wanted)


def _filter(belief_time_before: str | None, source: list[int] | None, source_type: list[str] | None) -> "BeliefFilter":
    from wattloom.periods import parse_instant
    from wattloom.timeseries import BeliefFilter

    before: datetime | None = None
    if belief_time_before is not None:
        before = parse_instant(belief_time_before, field="--belief-time-before")
    return BeliefFilter(
        beliefs_before=before,
        source_ids=frozenset(source) if source else None,
        source_types=frozenset(source_type) if source_type else None,
    )


def _show(series: "Sequence[Shown]", period: "Period", zone: ZoneInfo) -> None:
    from wattloom.cli.show.belief_chart import BeliefChart
    from wattloom.cli.show.belief_tables import figures, side_by_side, values_over_time

    if not any(len(shown.events) for shown in series):
        typer.echo("Nothing is believed about this time that the options let through.")
        return
    chart = plain_console()
    if not chart.is_terminal:
        chart.width = 80
    chart.print(BeliefChart(series, period, zone))
    chart.print()
    plain_console().print(table_of(figures(series)))
    typer.echo()
    title, rows = values_over_time(series, period, zone)
    tables = plain_console()
    tables.print(title, style="bold", markup=False)
    for k, part in enumerate(side_by_side(rows, tables.width)):
        if k:
            tables.print()
        tables.print(table_of(part))


def _json(shown: "Shown", zone: ZoneInfo) -> dict[str, Any]:
    from wattloom.periods import from_us

    events, sensor = shown.events, shown.sensor
    return {
        "sensor": {"id": sensor.id, "name": sensor.name, "path": shown.label, "unit": sensor.unit},
        "timezone": zone.key,
        "event_start": [from_us(start_us, zone) for start_us in events.start_us.tolist()],
        "event_end": [from_us(end_us, zone) for end_us in events.end_us.tolist()],
        "event_value": events.value.tolist(),
    }
