"""Find rows the way that people name them."""

from sqlalchemy import ColumnElement, Connection, or_, select

MAX_ID = 2**31 - 1
"""Larger numbers do not fit into the database."""


def id_of(text: str) -> int | None:
    """Return the id that a text writes; None if it writes none, or one that no row can have."""
    is_number = text.isascii() and text.isdigit() and len(text) <= len(str(MAX_ID))
    return int(text) if is_number and int(text) <= MAX_ID else None


def find_id(connection: Connection, ids: ColumnElement[int], names: ColumnElement[str], id_or_name: str) -> int | None:
    """Return the id of the row with this name, or else with this id; None if there is neither.

    Args:
        connection: Any transaction.
        ids: The key of a table.
        names: The names in the same table; the row with the smallest id counts where several agree.
        id_or_name: What was written.
    """
    text = id_or_name.strip()
    is_named = names == text
    written_id = id_of(text)
    condition = or_(is_named, ids == written_id) if written_id is not None else is_named
    return connection.scalar(select(ids).where(condition).order_by(is_named.desc(), ids).limit(1))
