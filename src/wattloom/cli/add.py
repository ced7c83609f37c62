"""``wattloom add``: accounts, users, and what every server needs."""

from typing import Annotated

import typer

from wattloom.cli.change import Password, change
from wattloom.cli.options import DatabaseUrl, DataDir

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Add accounts, users and what they need.")

AccountName = Annotated[str, typer.Option("--name", help="Name of the account; not taken yet.")]
Username = Annotated[str, typer.Option("--username", help="What the user is called; not taken yet.")]
Email = Annotated[str, typer.Option("--email", help="What the user logs in with; not taken yet.")]
AccountOfUser = Annotated[str, typer.Option("--account", help="Id or name of the user's account.")]
Roles = Annotated[
    str,
    typer.Option(
        "--roles",
        help="Of admin, admin-reader, account-admin (manages its account) and consultant, separated by commas.",
    ),
]


@app.command("initial-structure", epilog="Example: wattloom add initial-structure")
def initial_structure(data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Add the asset types and roles that are missing; what is there stays as it is."""
    from wattloom.accounts import seed_roles
    from wattloom.assets import seed_asset_types

    with change(data_dir, database_url) as (connection, _now):
        seed_asset_types(connection)
        seed_roles(connection)
    typer.echo("Asset types and roles are complete.")


@app.command("account", epilog='Example: wattloom add account --name "Our house"')
def add_account(name: AccountName, data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Add an account: an organisation, or a household."""
    from wattloom.accounts import create_account

    with change(data_dir, database_url) as (connection, now):
        account = create_account(connection, name, by=None, now=now)
    typer.echo(f"Added account '{account.name}' with id {account.id}.")


@app.command(
    "user",
    epilog="Example: wattloom add user --username ada --email ada@example.com "
    '--account "Our house" --roles account-admin',
)
def add_user(  # noqa: PLR0913, PLR0917 - each argument is an option
    username: Username,
    email: Email,
    account: AccountOfUser,
    password: Password = None,
    roles: Roles = "",
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Add a user to an account."""
    from wattloom.accounts import NewUser, create_user, find_account

    names = tuple(name.strip() for name in roles.split(",") if name.strip())
    with change(data_dir, database_url) as (connection, now):
        owner = find_account(connection, account)
        new = NewUser(username=username, email=email, account_id=owner.id, password=password or "", roles=names)
        user = create_user(connection, new, by=None, now=now)
    typer.echo(f"Added user '{user.username}' with id {user.id} to account '{owner.name}'.")
