"""Add accounts, their roles and users."""

from typing import Annotated

import typer

from wattloom.cli.change import Password, change
from wattloom.cli.input import comma_separated
from wattloom.cli.options import DatabaseUrl, DataDir

_ROLES_OF_USERS = (
    "Of admin, admin-reader, account-admin (manages its account), consultant and task-runner; separated by commas, "
    "or repeated."
)


def add_account_role(
    name: Annotated[str, typer.Option("--name", help="Name of the role; not taken yet.")],
    description: Annotated[str | None, typer.Option("--description", help="What it means.")] = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Add a role that accounts can have."""
    from wattloom.accounts import add_account_role as add

    with change(data_dir, database_url) as (connection, now):
        role_id = add(connection, name, description, by=None, now=now)
    typer.echo(f"Added account role '{name.strip()}' with id {role_id}.")


def add_account(  # noqa: PLR0913, PLR0917 - each argument is an option
    name: Annotated[str, typer.Option("--name", help="Name of the account; not taken yet.")],
    roles: Annotated[
        str, typer.Option("--roles", help="Roles separated by commas, for example Prosumer; missing ones are added.")
    ] = "",
    primary_color: Annotated[
        str | None, typer.Option("--primary-color", help="Colour of its pages: 3 or 6 hexadecimal digits.")
    ] = None,
    secondary_color: Annotated[
        str | None, typer.Option("--secondary-color", help="Second colour, written likewise.")
    ] = None,
    logo_url: Annotated[str | None, typer.Option("--logo-url", help="Where its logo is: http, https or ftp.")] = None,
    consultancy: Annotated[
        str | None, typer.Option("--consultancy", help="Id or name of the account whose consultants look after it.")
    ] = None,
    plan: Annotated[str | None, typer.Option("--plan", help="Id or name of its plan.")] = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Add an account: an organisation, or a household."""
    from wattloom.accounts import NewAccount, create_account, ensure_account_role, find_account, find_plan

    names = comma_separated([roles])
    with change(data_dir, database_url) as (connection, now):
        new = NewAccount(
            name=name,
            primary_color=primary_color,
            secondary_color=secondary_color,
            logo_url=logo_url,
            consultancy_account_id=None if consultancy is None else find_account(connection, consultancy).id,
            plan_id=None if plan is None else find_plan(connection, plan).id,
            roles=names,
        )
        new_roles = [role for role in names if ensure_account_role(connection, role, by=None, now=now)]
        account = create_account(connection, new, by=None, now=now)
    for role in new_roles:
        typer.echo(f"Added account role '{role}'.")
    typer.echo(f"Added account '{account.name}' with id {account.id}.")


def add_user(  # noqa: PLR0913, PLR0917 - each argument is an option
    username: Annotated[str, typer.Option("--username", help="What the user is called; not taken yet.")],
    email: Annotated[str, typer.Option("--email", help="What the user logs in with; not taken yet.")],
    account: Annotated[str, typer.Option("--account", help="Id or name of the user's account.")],
    password: Password = None,
    roles: Annotated[list[str] | None, typer.Option("--roles", help=_ROLES_OF_USERS)] = None,
    timezone: Annotated[
        str, typer.Option("--timezone", help="IANA time zone in which the user reads times.")
    ] = "Europe/Amsterdam",
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Add a user to an account."""
    from wattloom.accounts import NewUser, create_user, find_account
    from wattloom.assets import source_of_user

    with change(data_dir, database_url) as (connection, now):
        owner = find_account(connection, account)
        new = NewUser(
            username=username,
            email=email,
            account_id=owner.id,
            password=password or "",
            timezone=timezone,
            roles=comma_separated(roles or []),
        )
        user = create_user(connection, new, by=None, now=now)
        # Data can be imported in the name of the user before it posts anything.
        source_of_user(connection, user)
    typer.echo(f"Added user '{user.username}' with id {user.id} to account '{owner.name}'.")
