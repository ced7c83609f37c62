"""Add assets and their types."""

from typing import Annotated

import typer

from wattloom.cli.change import change
from wattloom.cli.input import coordinate, name_of
from wattloom.cli.options import DatabaseUrl, DataDir, id_option


def add_asset_type(
    name: Annotated[str, typer.Option("--name", help="Name of the type; not taken yet.")],
    description: Annotated[str | None, typer.Option("--description", help="What it is.")] = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Add a type that assets can have."""
    from wattloom.assets import add_asset_type as add

    with change(data_dir, database_url) as (connection, now):
        added = add(connection, name, description, by=None, now=now)
    typer.echo(f"Added asset type '{added.name}' with id {added.id}.")


def add_asset(  # noqa: PLR0913, PLR0917 - each argument is an option
    name: Annotated[str, typer.Option("--name", help="Name of the asset; not taken among its siblings.")],
    asset_type: Annotated[str, typer.Option("--asset-type", help="Id or name of its type, for example battery.")],
    account: Annotated[
        str | None, typer.Option("--account", help="Id or name of the account that owns it.", show_default="public")
    ] = None,
    latitude: Annotated[float | None, typer.Option("--latitude", help="Degrees north, -90 to 90.")] = None,
    longitude: Annotated[float | None, typer.Option("--longitude", help="Degrees east, -180 to 180.")] = None,
    parent_asset: Annotated[
        int | None,
        id_option("--parent-asset", help="Id of the asset above; without --account its account is taken."),
    ] = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Add an asset: a site, a building, a battery; public when nobody owns it."""
    from wattloom.accounts import find_account
    from wattloom.assets import NewAsset, asset_resource, create_asset, find_asset_type

    name = name_of(name, kind="an asset", max_length=80)
    with change(data_dir, database_url) as (connection, now):
        if parent_asset is not None:
            asset_resource(connection, parent_asset)
        new = NewAsset(
            name=name,
            generic_asset_type_id=find_asset_type(connection, asset_type).id,
            account_id=None if account is None else find_account(connection, account).id,
            parent_asset_id=parent_asset,
            latitude=coordinate(latitude, option="--latitude", limit=90),
            longitude=coordinate(longitude, option="--longitude", limit=180),
        )
        asset = create_asset(connection, new, by=None, now=now)
    owner = f"to account '{asset.account_name}'" if asset.account_id is not None else "that is public"
    typer.echo(f"Added asset '{asset.name}' with id {asset.id} {owner}.")
