"""What two requests at once can do to each other."""

from collections.abc import Iterator
from contextlib import contextmanager

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
