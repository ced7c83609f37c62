"""Change users."""

from typing import Annotated

import typer

from wattloom.cli.change import change
from wattloom.cli.options import DatabaseUrl, DataDir

Email = Annotated[str, typer.Option("--email", help="What the user logs in with.")]
NewPassword = Annotated[
    str | None,
    typer.Option(
        "--password",
        help="At least 8 characters; asked for when not given, which keeps it out of the shell's history.",
    ),
]
SecondFactorOff = Annotated[
    bool,
    typer.Option(
        "--second-factor-off",
        help="For a user who lost the authenticator app and the recovery codes: the password alone is enough again.",
    ),
]


def edit_user(
    email: Email,
    password: NewPassword = None,
    second_factor_off: SecondFactorOff = False,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Give a user a new password, which ends all its logins and tokens; or switch its second factor off."""
    from wattloom.accounts import find_login, remove_authenticator, set_password
    from wattloom.errors import NotFoundError

    if password is None and not second_factor_off:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    with change(data_dir, database_url) as (connection, now):
        login = find_login(connection, email)
        if login is None:
            raise NotFoundError("user", email, message=f"No user found with e-mail '{email}'.")
        if second_factor_off:
            remove_authenticator(connection, login.user, by=None, now=now)
        if password is not None:
            set_password(connection, login.user, password, by=None, now=now)
    username = login.user.username
    if second_factor_off:
        typer.echo(f"User '{username}' logs in without an authenticator app; tell the user that you switched it off.")
    if password is not None:
        typer.echo(f"User '{username}' has a new password; logins and tokens from before have ended.")
