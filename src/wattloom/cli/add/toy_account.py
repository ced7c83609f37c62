"""Add the account of FlexMeasures' tutorials."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from wattloom.cli.options import DatabaseUrl, DataDir, load_settings

if TYPE_CHECKING:
    from rich.tree import Tree

    from wattloom.demo import ToyAccount


def add_toy_account(
    kind: Annotated[
        Literal["battery", "process", "reporter"], typer.Option("--kind", help="What the account is to try out.")
    ] = "battery",
    name: Annotated[str, typer.Option("--name", help="Name of the account.")] = "Toy Account",
    shell_vars: Annotated[
        bool, typer.Option("--shell-vars", help="Print only NAME=id lines, for a shell to read.")
    ] = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Add the account of the tutorials: a building with a battery and solar panels, or with a process.

    Running it again adds what is missing, for example of another kind.
    """
    from wattloom.demo import ToyKind
    from wattloom.demo import add_toy_account as add
    from wattloom.server.backend import open_backend

    backend = open_backend(load_settings(data_dir=data_dir, database_url=database_url))
    try:
        with backend.database.write() as connection:
            toy = add(connection, backend.beliefs, ToyKind(kind), name=name, now=backend.clock())
    finally:
        backend.close()
    if shell_vars:
        for variable, row_id in toy.shell_variables().items():
            typer.echo(f"{variable}={row_id}")
    else:
        _show(toy)
    if toy.is_new_user:
        typer.echo(
            f"The password of {toy.user.email} is in every copy of this program; before others can reach the server: "
            f"wattloom edit user --email {toy.user.email}",
            err=True,
        )


def _show(toy: "ToyAccount") -> None:
    from rich.console import Console

    from wattloom.demo import TOY_PASSWORD

    Console(highlight=False).print(_tree(toy), soft_wrap=True)
    typer.echo(f"email: {toy.user.email}")
    if toy.is_new_user:
        typer.echo(f"password: {TOY_PASSWORD}")


def _tree(toy: "ToyAccount") -> "Tree":
    """Return the account with all that belongs to it, and the public assets, below one root."""
    from rich.tree import Tree

    root = Tree(f"{toy.account.name} (account {toy.account.id})")
    branches: dict[int, Tree] = {}
    for asset in toy.assets.values():
        place = branches.get(asset.parent_asset_id or 0, root)
        public = ", public" if asset.account_id is None else ""
        branches[asset.id] = place.add(f"{asset.name} (asset {asset.id}, {asset.asset_type.name}{public})")
    for sensor in toy.sensors.values():
        text = f"{sensor.name} (sensor {sensor.id}, {sensor.unit}, {sensor.event_resolution.iso()})"
        branches[sensor.asset_id].add(text)
    if toy.reporter is not None:
        root.add(f"{toy.reporter.description} (source {toy.reporter.id})")
    elsewhere = f", of account {toy.user.account_id}" if toy.user.account_id != toy.account.id else ""
    root.add(f"{toy.user.username} (user {toy.user.id}{elsewhere})")
    return root
