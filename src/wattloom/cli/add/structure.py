"""Add what every server needs."""

import typer

from wattloom.cli.change import change
from wattloom.cli.options import DatabaseUrl, DataDir


def add_initial_structure(data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Add the asset types, roles and data sources that are missing; what is there stays as it is."""
    from wattloom.accounts import seed_roles
    from wattloom.assets import seed_asset_types
    from wattloom.timeseries import seed_sources

    with change(data_dir, database_url) as (connection, _now):
        seed_asset_types(connection)
        seed_roles(connection)
        seed_sources(connection)
    typer.echo("Asset types, roles and data sources are complete.")
