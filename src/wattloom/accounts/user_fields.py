"""What the e-mail and the name of a user may be."""

import re

from sqlalchemy import ColumnElement, Connection, select

from wattloom.accounts.find_user import normalize_email
from wattloom.accounts.tables import app_user
from wattloom.errors import InputError

# What every mail server takes: neither quoted nor international names, and nothing that would make two addresses of one.
_LOCAL = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?"
_EMAIL = re.compile(rf"{_LOCAL}(\.{_LOCAL})*@{_LABEL}(\.{_LABEL})*")
_MAX_TEXT = 255


def checked_email(email: str) -> str:
    """Return an e-mail as it is stored.

    Raises:
        InputError: It is none, or too long.
    """
    normal = normalize_email(email)
    if len(normal) > _MAX_TEXT:
        raise InputError(f"Longer than maximum length {_MAX_TEXT}.", field="email")
    if not _EMAIL.fullmatch(normal):
        hint = "" if normal.isascii() else " It has only ASCII letters; international domains begin with xn--."
        raise InputError(f"Not a valid email address.{hint}", field="email")
    return normal


def checked_username(username: str) -> str:
    """Return a user name as it is stored.

    Raises:
        InputError: It is blank, too long, or holds line breaks or other signs that cannot be shown.
    """
    name = username.strip()
    if not 0 < len(name) <= _MAX_TEXT:
        raise InputError(f"A username has 1 to {_MAX_TEXT} characters.", field="username")
    if not name.isprintable():
        raise InputError("A username has no line breaks or control characters.", field="username")
    return name


def is_taken(connection: Connection, field: str, value: str, *, besides: int | None = None) -> bool:
    """Return whether a user has this ``email`` or ``username``.

    Args:
        connection: The transaction.
        field: Which of them.
        value: As it is stored.
        besides: The user who may have it.
    """
    column: ColumnElement[str] = app_user.c[field]
    having = select(app_user.c.id).where(column == value, app_user.c.id != (besides or 0))
    return connection.execute(having).first() is not None
