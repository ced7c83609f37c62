"""Bring sensors and all that is recorded on them to another resolution."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from wattloom.cli.options import DatabaseUrl, DataDir, id_option, load_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wattloom.assets import Resampling
    from wattloom.periods import Period, Resolution
    from wattloom.timeseries import Beliefs, Sensor

_SHOWN_VALUES = 4


def resample_data(  # noqa: PLR0913, PLR0917 - each argument is an option
    sensor: Annotated[list[int], id_option("--sensor", help="Id of a sensor; may be repeated.")],
    event_resolution: Annotated[
        str, typer.Option("--event-resolution", help="New length of events: minutes, or an ISO 8601 duration.")
    ],
    start: Annotated[
        str | None, typer.Option("--from", help="Refuse if there are events before this ISO 8601 time.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", help="Refuse if there are events after this ISO 8601 time.")
    ] = None,
    skip_integrity_check: Annotated[
        bool, typer.Option("--skip-integrity-check", help="Do not show what will change and ask.")
    ] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Rewrite the resolution of sensors and all their beliefs, what was believed before included.

    Energy and money are summed and split, everything else is averaged and repeated.
    """
    from wattloom.assets import plan_resampling, resample_sensor
    from wattloom.server.backend import open_backend
    from wattloom.timeseries import get_sensor

    resolution, period = _resolution(event_resolution), _period(start, until)
    backend = open_backend(load_settings(data_dir=data_dir, database_url=database_url))
    # Locked in the order of their ids, as everywhere.
    sensor_ids = sorted(set(sensor))
    try:
        if not skip_integrity_check:
            with backend.database.read() as connection:
                plans = [
                    plan_resampling(
                        connection, backend.beliefs, get_sensor(connection, sensor_id), resolution, period=period
                    )
                    for sensor_id in sensor_ids
                ]
            _show(plans)
            if not typer.confirm("Rewrite them?"):
                typer.echo("Nothing has been changed.")
                return
        with backend.database.write() as connection:
            done = [
                resample_sensor(
                    connection, backend.beliefs, sensor_id, resolution, period=period, by=None, now=backend.clock()
                )
                for sensor_id in sensor_ids
            ]
    finally:
        backend.close()
    for each in done:
        typer.echo(_line(each))


def _line(done: "Resampling") -> str:
    old, new = done.before.event_resolution.iso(), done.after.event_resolution.iso()
    who = f"Sensor '{done.before.name}' with id {done.before.id}"
    if old == new:
        return f"{who} has {new} already."
    return f"{who} has now {new} instead of {old}: {len(done.beliefs_after):,} beliefs instead of {len(done.beliefs_before):,}."


def _resolution(text: str) -> "Resolution":
    from wattloom.periods import Resolution

    written = text.strip()
    if written.isascii() and written.isdigit():
        return Resolution.parse(f"PT{written}M", field="--event-resolution")
    return Resolution.parse(written, field="--event-resolution")


def _period(start: str | None, until: str | None) -> "Period":
    from wattloom.periods import ALL_TIME, Period, parse_instant

    return Period(
        parse_instant(start, field="--from") if start is not None else ALL_TIME.start,
        parse_instant(until, field="--until") if until is not None else ALL_TIME.end,
    )


def _show(plans: "Sequence[Resampling]") -> None:
    from wattloom.cli.show.output import plain_console, table_of

    rows = [
        _row(sensor, beliefs)
        for plan in plans
        for sensor, beliefs in ((plan.before, plan.beliefs_before), (plan.after, plan.beliefs_after))
    ]
    plain_console().print(table_of(rows))


def _row(sensor: "Sensor", beliefs: "Beliefs") -> dict[str, Any]:
    from wattloom.cli.show.sensors import resolution_text

    values = beliefs.event_value
    return {
        "sensor": f"{sensor.name} ({sensor.id})",
        "resolution": resolution_text(sensor),
        "beliefs": len(values),
        "unit": sensor.unit,
        "mean": float(values.mean()) if len(values) else None,
        "total": float(values.sum()) if len(values) else None,
        "first values": values[:_SHOWN_VALUES].tolist(),
    }
