"""Searching, sorting and paging a list, the same way for every kind of thing."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, String, cast, false, func, or_

_Item = TypeVar("_Item")
# Databases limit the number of parameters of a statement.
_IDS_AT_ONCE = 10_000
_Select = TypeVar("_Select", bound=Select[Any])


@dataclass(frozen=True, slots=True)
class Listing:
    """Which part of a list is wanted, and in which order.

    Attributes:
        page: From 1 on; None for everything.
        per_page: Rows on a page.
        terms: Texts to search for; which columns hold them is up to the list.
        sort_by: Name of a sort order that the list offers; None for the order of ids.
        is_descending: Largest first.
    """

    page: int | None = None
    per_page: int = 10
    terms: tuple[str, ...] = ()
    sort_by: str | None = None
    is_descending: bool = False

    def arrange(self, statement: _Select, orders: Mapping[str, ColumnElement[Any]], key: ColumnElement[int]) -> _Select:
        """Return the statement with its order and limits.

        Args:
            statement: Selects the rows of the list.
            orders: What to sort by, by the names that ``sort_by`` may have.
            key: Decides between equal rows; the order when none is asked for.
        """
        if self.sort_by is not None:
            order = orders[self.sort_by]
            statement = statement.order_by(order.desc() if self.is_descending else order.asc())
        statement = statement.order_by(key)
        if self.page is not None:
            statement = statement.limit(self.per_page).offset((self.page - 1) * self.per_page)
        return statement


@dataclass(frozen=True, slots=True)
class Page(Generic[_Item]):
    """The wanted part of a list.

    Attributes:
        items: The rows.
        n_total: Rows before searching.
        n_filtered: Rows that match the search, on all pages.
    """

    items: list[_Item]
    n_total: int
    n_filtered: int


def contains(term: str, *columns: ColumnElement[Any], key: ColumnElement[int] | None = None) -> ColumnElement[bool]:
    """Return whether any column holds the term, whatever the case, or the key starts with it.

    ``12`` finds the keys 12, 120 and 1234; ``012`` finds none, ``0`` only 0.
    """
    found: list[ColumnElement[bool]] = [
        func.coalesce(column.icontains(term, autoescape=True), false()) for column in columns
    ]
    if key is not None and term.isascii() and term.isdigit():
        found.append(cast(key, String).startswith(term))
    return or_(false(), *found)


def in_batches(ids: Iterable[int]) -> Iterator[list[int]]:
    """Return the ids in ascending order, as many at once as a statement takes."""
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), _IDS_AT_ONCE):
        yield ordered[start : start + _IDS_AT_ONCE]
