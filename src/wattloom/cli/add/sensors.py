"""Add sensors and data sources."""

from typing import Annotated

import typer

from wattloom.cli.change import change
from wattloom.cli.input import json_value, name_of
from wattloom.cli.options import DatabaseUrl, DataDir, id_option


def add_sensor(  # noqa: PLR0913, PLR0917 - each argument is an option
    name: Annotated[str, typer.Option("--name", help="Name of the sensor; not taken on its asset.")],
    unit: Annotated[str, typer.Option("--unit", help='Unit of its values: kW, EUR/kWh, °C …; "" for none.')],
    event_resolution: Annotated[
        str,
        typer.Option("--event-resolution", help="ISO 8601 duration of one event: PT15M, P1D; PT0M is instantaneous."),
    ],
    timezone: Annotated[str, typer.Option("--timezone", help="IANA time zone, for example Europe/Amsterdam.")],
    asset: Annotated[int, id_option("--asset", help="Id of the asset that it belongs to.")],
    attributes: Annotated[str, typer.Option("--attributes", help="Anything else, as a JSON object.")] = "{}",
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Add a sensor: the definition of one time series."""
    from wattloom.assets import add_sensor as add
    from wattloom.assets import get_asset
    from wattloom.periods import Resolution, parse_zone
    from wattloom.timeseries import NewSensor
    from wattloom.units import parse_unit

    new = NewSensor(
        name=name_of(name, kind="a sensor", max_length=120),
        unit=parse_unit(unit, field="--unit").text,
        timezone=parse_zone(timezone, field="--timezone").key,
        event_resolution=Resolution.parse(event_resolution, field="--event-resolution"),
        attributes=json_value(attributes, dict, option="--attributes", example='{"consumption_is_positive": true}'),
        asset_id=asset,
    )
    with change(data_dir, database_url) as (connection, now):
        owner = get_asset(connection, asset)
        sensor = add(connection, new, by=None, now=now)
    typer.echo(f"Added sensor '{sensor.name}' with id {sensor.id} to asset '{owner.name}'.")


def add_source(  # noqa: PLR0913, PLR0917 - each argument is an option
    name: Annotated[str, typer.Option("--name", help="Who states the beliefs.")],
    type_: Annotated[
        str, typer.Option("--type", help="market, gateway, forecaster, scheduler, reporter, or any other.")
    ],
    model: Annotated[str | None, typer.Option("--model", help="What computes them.")] = None,
    version: Annotated[str | None, typer.Option("--version", help="Version of the model, for example 1.2.")] = None,
    account: Annotated[str | None, typer.Option("--account", help="Id or name of the account it belongs to.")] = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Add a data source: who states beliefs."""
    from wattloom.accounts import find_account
    from wattloom.assets import add_source as add
    from wattloom.timeseries import NewSource

    with change(data_dir, database_url) as (connection, now):
        account_id = None if account is None else find_account(connection, account).id
        new = NewSource(name=name, type=type_, model=model, version=version, account_id=account_id)
        source = add(connection, new, by=None, now=now)
    typer.echo(f"Added source '{source.description}' with id {source.id}.")
