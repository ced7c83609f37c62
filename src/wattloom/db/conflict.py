"""What two requests at once can do to each other, and how to keep them apart."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import IntegrityError

from wattloom.errors import ConflictError


@contextmanager
def unique_or_conflict() -> Iterator[None]:
    """Turn what a concurrent request made wrong since it was checked into ConflictError.

    The transaction has to be rolled back then.
    """
    try:
        yield
    except IntegrityError as error:
        raise ConflictError("Another request has just changed what this one depends on. Try again.") from error


def one_at_a_time(connection: Connection, what: str) -> None:
    """Wait until no other transaction that writes is past this line for the same ``what``, until this one ends.

    SQLite has one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(what, 0))))
