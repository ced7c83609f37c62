"""Find a user the way that people name one on the command line."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from wattloom.accounts import User


def user_with_email(connection: "Connection", email: str) -> "User":
    """Return the user, active or not.

    Raises:
        NotFoundError: Nobody has this e-mail.
    """
    from wattloom.accounts import find_login
    from wattloom.errors import NotFoundError

    login = find_login(connection, email)
    if login is None:
        raise NotFoundError("user", email, message=f"No user found with e-mail '{email}'.")
    return login.user
