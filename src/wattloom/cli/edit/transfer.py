"""Give assets to another account, or put them below another asset."""

from typing import Annotated

import typer

from wattloom.cli.change import change
from wattloom.cli.options import DatabaseUrl, DataDir, id_option
from wattloom.errors import InputError


def transfer_ownership(
    asset: Annotated[int, id_option("--asset", help="Id of the asset; all below it go with it.")],
    new_owner: Annotated[str, typer.Option("--new-owner", help="Id or name of the account that gets it.")],
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Give an asset and all below it to another account."""
    from wattloom.accounts import find_account
    from wattloom.assets import get_asset
    from wattloom.assets import transfer_ownership as transfer

    with change(data_dir, database_url) as (connection, now):
        owner = find_account(connection, new_owner)
        transferred = transfer(connection, get_asset(connection, asset), owner, by=None, now=now)
    for each in transferred:
        old = f"account '{each.account_name}'" if each.account_id is not None else "the public"
        typer.echo(f"Asset '{each.name}' with id {each.id} went from {old} to account '{owner.name}'.")
    if not transferred:
        typer.echo(f"Account '{owner.name}' owns asset {asset} and all below it already.")


def transfer_parenthood(
    asset: Annotated[int | None, id_option("--asset", help="Id of the asset to move.")] = None,
    old_parent: Annotated[
        int | None, id_option("--old-parent", help="Id of an asset, all of whose children are to move.")
    ] = None,
    new_parent: Annotated[
        int | None,
        id_option("--new-parent", help="Id of the asset to put them below.", show_default="none, top-level"),
    ] = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Put an asset, or all children of an asset, below another one, or below none."""
    from wattloom.assets import children_of, get_asset
    from wattloom.assets import transfer_parenthood as transfer

    if (asset is None) == (old_parent is None):
        raise InputError("Say what to move with either --asset or --old-parent.", field="--asset")
    with change(data_dir, database_url) as (connection, now):
        parent = get_asset(connection, new_parent) if new_parent is not None else None
        if asset is not None:
            moving = [get_asset(connection, asset)]
        else:
            moving = children_of(connection, get_asset(connection, old_parent or 0))
        moved = [each for each in moving if transfer(connection, each, parent, by=None, now=now)]
    where = f"is now below asset '{parent.name}'" if parent is not None else "is now below no other"
    for each in moved:
        typer.echo(f"Asset '{each.name}' with id {each.id} {where}.")
    if not moved:
        typer.echo("Nothing has to move.")
