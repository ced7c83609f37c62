"""Change users."""

from typing import Annotated

import typer

from wattloom.cli.change import Password, change
from wattloom.cli.options import DatabaseUrl, DataDir

Email = Annotated[str, typer.Option("--email", help="What the user logs in with.")]


def edit_user(
    email: Email,
    password: Password = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
) -> None:
    """Give a user a new password; all its logins and tokens end."""
    from wattloom.accounts import find_login, set_password
    from wattloom.errors import NotFoundError

    with change(data_dir, database_url) as (connection, now):
        login = find_login(connection, email)
        if login is None:
            raise NotFoundError("user", email, message=f"No user found with e-mail '{email}'.")
        set_password(connection, login.user, password or "", by=None, now=now)
    typer.echo(f"User '{login.user.username}' has a new password; logins and tokens from before have ended.")
