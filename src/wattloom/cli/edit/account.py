"""Change accounts."""

from typing import Annotated, Any

import typer

from wattloom.cli.change import change
from wattloom.cli.input import comma_separated
from wattloom.cli.options import DatabaseUrl, DataDir
from wattloom.errors import InputError

_NONE = "none"


def edit_account(  # noqa: PLR0913, PLR0917 - each argument is an option
    account: Annotated[str, typer.Option("--account", help="Id or name of the account.")],
    name: Annotated[str | None, typer.Option("--name", help="What it is called from now on; not taken yet.")] = None,
    roles: Annotated[
        str | None,
        typer.Option("--roles", help="All its roles from now on, separated by commas; missing ones are added."),
    ] = None,
    primary_color: Annotated[
        str | None, typer.Option("--primary-color", help="3 or 6 hexadecimal digits, or none.")
    ] = None,
    secondary_color: Annotated[
        str | None, typer.Option("--secondary-color", help="Second colour, written likewise, or none.")
    ] = None,
    logo_url: Annotated[
        str | None, typer.Option("--logo-url", help="Where its logo is: http, https or ftp; or none.")
    ] = None,
    consultancy: Annotated[
        str | None, typer.Option("--consultancy", help="Id or name of the account that looks after it, or none.")
    ] = None,
    plan: Annotated[str | None, typer.Option("--plan", help="Id or name of its plan, or none.")] = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Change an account: its name, roles, looks, consultancy and plan."""
    from wattloom.accounts import ensure_account_role, find_account, find_plan, list_roles, update_account

    texts = {"name": name, "primary_color": primary_color, "secondary_color": secondary_color, "logo_url": logo_url}
    changes: dict[str, Any] = {
        field: None if text == _NONE and field != "name" else text for field, text in texts.items() if text is not None
    }
    if not changes and roles is consultancy is plan is None:
        raise InputError("Say what to change, for example with --name.", field="--name")
    with change(data_dir, database_url) as (connection, now):
        found = find_account(connection, account)
        if consultancy is not None:
            changes["consultancy_account_id"] = (
                None if consultancy == _NONE else find_account(connection, consultancy).id
            )
        if plan is not None:
            changes["plan_id"] = None if plan == _NONE else find_plan(connection, plan).id
        if roles is not None:
            names = comma_separated([roles])
            for role in names:
                ensure_account_role(connection, role, by=None, now=now)
            _, known = list_roles(connection)
            changes["account_roles"] = tuple(role.id for role in known if role.name in names)
        changed = update_account(connection, found, changes, by=None, now=now)
    typer.echo(f"Changed account '{changed.name}' ({changed.id}): {', '.join(changes)}.")
