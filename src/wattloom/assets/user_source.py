"""The data source as which a user records."""

from sqlalchemy import Connection

from wattloom.accounts import User
from wattloom.timeseries import NewSource, Source, get_or_create_source


def source_of_user(connection: Connection, user: User) -> Source:
    """Return the one source of a user, made when it is needed first.

    Args:
        connection: A write transaction.
        user: Who states something.
    """
    new = NewSource(name=user.username, type="user", user_id=user.id, account_id=user.account_id)
    return get_or_create_source(connection, new)
