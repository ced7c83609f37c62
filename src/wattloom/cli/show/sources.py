"""``wattloom show`` data sources and schedulers."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from wattloom.cli.options import DatabaseUrl, DataDir, id_option
from wattloom.cli.show.output import AsJson, looking_at, names_of, show_rows

if TYPE_CHECKING:
    from wattloom.timeseries import Source

SourceId = Annotated[int | None, id_option("--id", help="Only this source.")]
ShowAttributes = Annotated[bool, typer.Option("--show-attributes", help="Also what a source was configured with.")]
ShowSensors = Annotated[bool, typer.Option("--show-sensors", help="Also on which sensors each has recorded.")]


def data_sources(
    id_: SourceId = None,
    show_attributes: ShowAttributes = False,
    show_sensors: ShowSensors = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """List who has stated something: users, schedulers, forecasters, markets and scripts."""
    from wattloom.timeseries import get_source, list_sources, sensors_of_sources

    with looking_at(data_dir, database_url) as (connection, _backend):
        sources = list_sources(connection) if id_ is None else [get_source(connection, id_)]
        sensors = sensors_of_sources(connection, [source.id for source in sources]) if show_sensors else {}
    rows = [_row(source) for source in sources]
    if show_attributes:
        rows = [row | {"attributes": source.attributes} for row, source in zip(rows, sources, strict=True)]
    if show_sensors:
        rows = [
            row | {"sensors": _sensors(sensors.get(source.id, {}), as_json=as_json)}
            for row, source in zip(rows, sources, strict=True)
        ]
    show_rows(rows, as_json=as_json, of="data sources")


def schedulers(as_json: AsJson = False, data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """List what computes schedules, and the data sources under which each has recorded some."""
    from wattloom.scheduling import STORAGE_SOURCE, source_of
    from wattloom.server.schedulers import load_schedulers
    from wattloom.timeseries import list_sources

    with looking_at(data_dir, database_url) as (connection, _backend):
        sources = list_sources(connection)
    schedulers = load_schedulers()
    rows = [
        {
            "name": each.model,
            "version": each.version,
            "author": each.name,
            "source_ids": [source.id for source in sources if source.model == each.model],
        }
        for each in (STORAGE_SOURCE, *map(source_of, schedulers.table.values()))
    ]
    show_rows(rows, as_json=as_json, of="schedulers")
    for name, reason in schedulers.broken.items():
        typer.echo(f"{name} cannot be used: {reason}", err=True)


def _row(source: "Source") -> dict[str, Any]:
    return {
        "id": source.id,
        "name": source.name,
        "type": source.type,
        "model": source.model,
        "version": source.version,
        "user_id": source.user_id,
        "account_id": source.account_id,
    }


def _sensors(sensors: dict[int, str], *, as_json: bool) -> Any:
    if as_json:
        return [{"id": sensor_id, "name": name} for sensor_id, name in sensors.items()]
    return names_of(sensors)
