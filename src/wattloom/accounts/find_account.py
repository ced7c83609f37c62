"""Find an account the way that people name it."""

from sqlalchemy import Connection, or_, select

from wattloom.accounts.account import Account
from wattloom.accounts.read_accounts import get_account
from wattloom.accounts.tables import account
from wattloom.errors import NotFoundError


def find_account(connection: Connection, id_or_name: str) -> Account:
    """Return the account with this name, or else with this id.

    Raises:
        NotFoundError: There is neither.
    """
    is_named = account.c.name == id_or_name
    is_numbered = account.c.id == int(id_or_name) if id_or_name.isdecimal() else None
    condition = is_named if is_numbered is None else or_(is_named, is_numbered)
    found = connection.scalars(select(account.c.id).where(condition).order_by(is_named.desc()).limit(1)).first()
    if found is None:
        raise NotFoundError("account", id_or_name, message=f"No account found with id or name '{id_or_name}'.")
    return get_account(connection, found)
