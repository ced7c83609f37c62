"""Change users."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from wattloom.cli.change import change
from wattloom.cli.input import comma_separated
from wattloom.cli.options import DatabaseUrl, DataDir

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wattloom.accounts import User

Email = Annotated[str, typer.Option("--email", help="What the user logs in with.")]
NewPassword = Annotated[
    str | None,
    typer.Option(
        "--password",
        help="At least 8 characters; asked for when nothing else is to change, which keeps it out of the shell's history.",
    ),
]
SecondFactorOff = Annotated[
    bool,
    typer.Option(
        "--second-factor-off",
        help="For a user who lost the authenticator app and the recovery codes: the password alone is enough again.",
    ),
]
AddRoles = Annotated[
    list[str] | None,
    typer.Option("--add-roles", help="Roles to give, separated by commas, or repeated; nobody else gives admin."),
]
RemoveRoles = Annotated[
    list[str] | None, typer.Option("--remove-roles", help="Roles to take away, separated by commas, or repeated.")
]
Active = Annotated[
    bool | None, typer.Option("--active/--inactive", help="Let the user log in, or end all its logins and tokens.")
]


def edit_user(  # noqa: PLR0913, PLR0917 - each argument is an option
    email: Email,
    password: NewPassword = None,
    second_factor_off: SecondFactorOff = False,
    add_roles: AddRoles = None,
    remove_roles: RemoveRoles = None,
    active: Active = None,
    new_email: Annotated[
        str | None, typer.Option("--new-email", help="What the user logs in with from now on.")
    ] = None,
    username: Annotated[str | None, typer.Option("--username", help="What the user is called from now on.")] = None,
    timezone: Annotated[
        str | None, typer.Option("--timezone", help="IANA time zone in which the user reads times.")
    ] = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Give a user a new password, which ends all its logins and tokens; or change what else it is and may do."""
    from wattloom.accounts import find_login, remove_authenticator, set_password, update_user
    from wattloom.errors import NotFoundError

    given = {"email": new_email, "username": username, "timezone": timezone, "active": active}
    fields: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    added, removed = comma_separated(add_roles or []), comma_separated(remove_roles or [])
    if password is None and not (second_factor_off or fields or added or removed):
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    with change(data_dir, database_url) as (connection, now):
        login = find_login(connection, email)
        if login is None:
            raise NotFoundError("user", email, message=f"No user found with e-mail '{email}'.")
        if second_factor_off:
            remove_authenticator(connection, login.user, by=None, now=now)
        if password is not None:
            set_password(connection, login.user, password, by=None, now=now)
        if added or removed:
            fields["roles"] = _roles(login.user, added, removed)
        user = update_user(connection, login.user, fields, by=None, now=now)
    if second_factor_off:
        typer.echo(
            f"User '{user.username}' logs in without an authenticator app; tell the user that you switched it off."
        )
    if password is not None:
        typer.echo(f"User '{user.username}' has a new password; logins and tokens from before have ended.")
    if fields:
        _say(user)


def _roles(user: "User", added: "Sequence[str]", removed: "Sequence[str]") -> frozenset[str]:
    from wattloom.errors import InputError, suggestion

    missing = [name for name in removed if name not in user.roles]
    if missing:
        hint = suggestion(missing[0], user.roles)
        raise InputError(f"User '{user.username}' does not have the role '{missing[0]}'.{hint}", field="--remove-roles")
    return user.roles.union(added) - set(removed)


def _say(user: "User") -> None:
    may = "can log in" if user.active else "cannot log in; its logins and tokens have ended"
    roles = ", ".join(sorted(user.roles)) or "none"
    typer.echo(f"User '{user.username}' <{user.email}> {may}. Roles: {roles}. Time zone: {user.timezone}.")
