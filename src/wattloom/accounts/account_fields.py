"""What the fields of an account may be."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import Connection, select

from wattloom.accounts.plans.plan import get_plan
from wattloom.accounts.read_accounts import account_resource
from wattloom.accounts.tables import account
from wattloom.errors import InputError, NotFoundError

_COLOR = re.compile(r"#?([0-9a-fA-F]{3}){1,2}")
_LOGO_SCHEMES = frozenset({"http", "https", "ftp"})
_MAX_NAME = 100
_MAX_URL = 255


def checked_account_fields(
    connection: Connection, values: Mapping[str, Any], *, account_id: int | None = None
) -> dict[str, Any]:
    """Return the columns to store of the fields that are given.

    Args:
        connection: The transaction.
        values: Fields of :class:`Account` besides its roles.
        account_id: The account that has some of them already.

    Raises:
        InputError: The name is blank, too long or taken, a colour or the logo's URL is none, the consultancy
            does not exist or is the account itself, or the plan cannot be had; names the field.
    """
    checked = dict(values)
    if "name" in checked:
        checked["name"] = _checked_name(connection, checked["name"], account_id)
    for field in ("primary_color", "secondary_color"):
        color = checked.get(field)
        if color is not None and not _COLOR.fullmatch(color):
            message = f"'{color}' is not a colour; write 3 or 6 hexadecimal digits, for example #1a3442."
            raise InputError(message, field=field)
    logo = checked.get("logo_url")
    if logo is not None and not _is_url(logo):
        message = f"'{logo}' is not a URL of at most {_MAX_URL} characters; it starts with http, https or ftp."
        raise InputError(message, field="logo_url")
    consultancy_id = checked.get("consultancy_account_id")
    if consultancy_id is not None:
        check_account(connection, consultancy_id, field="consultancy_account_id")
        if consultancy_id == account_id:
            raise InputError("An account cannot be its own consultancy.", field="consultancy_account_id")
    if checked.get("plan_id") is not None:
        _check_plan(connection, checked["plan_id"])
    return checked


def check_account(connection: Connection, account_id: int, *, field: str) -> None:
    """Let the id of an existing account pass.

    Raises:
        InputError: There is none with this id; names the field.
    """
    try:
        account_resource(connection, account_id)
    except NotFoundError as error:
        raise InputError(error.message, field=field) from error


def _checked_name(connection: Connection, name: str, account_id: int | None) -> str:
    name = name.strip()
    if not 0 < len(name) <= _MAX_NAME:
        raise InputError(f"An account's name has 1 to {_MAX_NAME} characters.", field="name")
    having = select(account.c.id).where(account.c.name == name, account.c.id != (account_id or 0))
    if connection.execute(having).first() is not None:
        raise InputError(f"An account with the name '{name}' already exists.", field="name")
    return name


def _check_plan(connection: Connection, plan_id: int) -> None:
    try:
        terms = get_plan(connection, plan_id).terms
    except NotFoundError as error:
        raise InputError(error.message, field="plan_id") from error
    if terms.is_legacy:
        raise InputError(f"The plan '{terms.name}' is retired; it is given to no more accounts.", field="plan_id")


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:  # brackets that do not close
        return False
    has_blank = any(letter.isspace() for letter in text)
    return parts.scheme in _LOGO_SCHEMES and bool(parts.hostname) and not has_blank and len(text) <= _MAX_URL
