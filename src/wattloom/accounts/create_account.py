"""Create accounts."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import Connection, insert, select

from wattloom.accounts.account import Account
from wattloom.accounts.audit import AuditEvent, record_audit
from wattloom.accounts.read_accounts import account_resource, get_account
from wattloom.accounts.roles import role_id
from wattloom.accounts.tables import account, account_role, roles_accounts
from wattloom.accounts.user import User
from wattloom.db import unique_or_conflict
from wattloom.errors import InputError, NotFoundError

_COLOR = re.compile(r"#?([0-9a-fA-F]{3}){1,2}")
_LOGO_SCHEMES = frozenset({"http", "https", "ftp"})
_MAX_NAME = 100
_MAX_URL = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """An account to be created; see :class:`Account` for the fields.

    Attributes:
        roles: Names of account roles that exist.
    """

    name: str
    primary_color: str | None = None
    secondary_color: str | None = None
    logo_url: str | None = None
    consultancy_account_id: int | None = None
    roles: tuple[str, ...] = ()


def create_account(connection: Connection, new: NewAccount, *, by: User | None, now: datetime) -> Account:
    """Create an account.

    Args:
        connection: A write transaction.
        new: The account.
        by: Who creates it; None for the command line.
        now: Time of the audit record.

    Raises:
        InputError: The name is blank, too long or taken, a colour or the logo's URL is none,
            or the consultancy or a role does not exist; names the field.
        ConflictError: A concurrent request took the name.
    """
    name = new.name.strip()
    if not 0 < len(name) <= _MAX_NAME:
        raise InputError(f"An account's name has 1 to {_MAX_NAME} characters.", field="name")
    if connection.execute(select(account.c.id).where(account.c.name == name)).first() is not None:
        raise InputError(f"An account with the name '{name}' already exists.", field="name")
    if new.consultancy_account_id is not None:
        check_account(connection, new.consultancy_account_id, field="consultancy_account_id")
    _check_branding(new)
    values = {
        "name": name,
        "primary_color": new.primary_color,
        "secondary_color": new.secondary_color,
        "logo_url": new.logo_url,
        "consultancy_account_id": new.consultancy_account_id,
    }
    with unique_or_conflict():
        account_id = connection.execute(insert(account).values(values).returning(account.c.id)).scalar_one()
    for role_name in dict.fromkeys(new.roles):
        link = {"account_id": account_id, "role_id": role_id(connection, account_role, role_name)}
        connection.execute(insert(roles_accounts).values(link))
    text = f"Created account '{name}' ({account_id}){' via CLI' if by is None else ''}"
    event = AuditEvent(text, "account.created", {"account": account_id, "name": name})
    record_audit(connection, event, by=by, now=now, account_id=account_id)
    return get_account(connection, account_id)


def check_account(connection: Connection, account_id: int, *, field: str) -> None:
    """Let the id of an existing account pass.

    Raises:
        InputError: There is none with this id; names the field.
    """
    try:
        account_resource(connection, account_id)
    except NotFoundError as error:
        raise InputError(error.message, field=field) from error


def _check_branding(new: NewAccount) -> None:
    for field in ("primary_color", "secondary_color"):
        color = getattr(new, field)
        if color is not None and not _COLOR.fullmatch(color):
            message = f"'{color}' is not a colour; write 3 or 6 hexadecimal digits, for example #1a3442."
            raise InputError(message, field=field)
    if new.logo_url is not None and not _is_url(new.logo_url):
        message = f"'{new.logo_url}' is not a URL of at most {_MAX_URL} characters; it starts with http, https or ftp."
        raise InputError(message, field="logo_url")


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:  # brackets that do not close
        return False
    has_blank = any(letter.isspace() for letter in text)
    return parts.scheme in _LOGO_SCHEMES and bool(parts.hostname) and not has_blank and len(text) <= _MAX_URL
