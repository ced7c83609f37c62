"""How many statements something sends to the database: the same number, however long a list is.

with counted_statements(database) as statements:
    api.get("/users", user=admin)
assert len(statements) == 6
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from wattloom.db import Database

SIZES = (2, 20, 200)
"""Lengths that a list is tried with."""


@contextmanager
def counted_statements(database: Database) -> Iterator[list[str]]:
    """Collect the statements that are sent inside of the block, of all threads."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def statements_by_size(
    database: Database, grow: Callable[[int], Any], act: Callable[[], Any], sizes: tuple[int, ...] = SIZES
) -> dict[int, int]:
    """Return how many statements ``act`` sends at each size.

    Args:
        database: Where the statements go.
        grow: Adds so many things to the list.
        act: Asks for the list; called once before it is counted, so that caches are warm.
        sizes: How many things there are each time, in ascending order.
    """
    counts, present = {}, 0
    for size in sizes:
        grow(size - present)
        present = size
        act()
        with counted_statements(database) as statements:
            act()
        counts[size] = len(statements)
    return counts
