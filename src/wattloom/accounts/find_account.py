"""Find an account the way that people name it."""

from sqlalchemy import Connection, select

from wattloom.accounts.account import Account
from wattloom.accounts.read_accounts import get_account
from wattloom.accounts.tables import account
from wattloom.db import find_id
from wattloom.errors import NotFoundError, suggestion


def find_account(connection: Connection, id_or_name: str) -> Account:
    """Return the account with this name, or else with this id.

    Raises:
        NotFoundError: There is neither; the message suggests the closest name.
    """
    found = find_id(connection, account.c.id, account.c.name, id_or_name)
    if found is None:
        hint = suggestion(id_or_name, list(connection.scalars(select(account.c.name))))
        raise NotFoundError("account", id_or_name, message=f"No account found with id or name '{id_or_name}'.{hint}")
    return get_account(connection, found)
