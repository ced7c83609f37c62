"""Tables that the server pages, sorts and searches: what the address asks for, and the addresses of other views.

Those with :func:`csv_answer` may also be had as a file: ``as=csv`` asks for all rows that fit the search.
"""

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final
from urllib.parse import urlencode

from fastapi import Request, Response

from wattloom.db import Listing

ROWS_PER_PAGE: Final = 20
MAX_CSV_ROWS: Final = 100_000
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Each term is a condition: databases limit how deep these may be nested, and look at all rows for each.
_MAX_TERMS: Final = 20
_MAX_FILTER: Final = 1000
_PAGE = re.compile(r"[0-9]{1,6}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableState:
    """What a table shows, and how to get to what it does not show.

    Attributes:
        path: The address of the page, without its query.
        filter: What was searched for.
        sort_by: The column that orders the rows; empty for the order of the server.
        is_descending: Whether the largest comes first.
        page: From 1.
        n_pages: At least 1.
        n_rows: On all pages together.
        kept: Further parts of the query, which all views of the table keep.
    """

    path: str
    filter: str
    sort_by: str
    is_descending: bool
    page: int
    n_pages: int
    n_rows: int
    kept: Mapping[str, str]

    def sorted_url(self, key: str) -> str:
        """Return the address of the table ordered by a column; a second time the other way round."""
        is_descending = self.sort_by == key and not self.is_descending
        return self._url({"sort_by": key, "sort_dir": "desc" if is_descending else "asc"})

    def page_url(self, page: int) -> str:
        """Return the address of another page in the same order."""
        return self._url({**self._order, "page": str(page)})

    @property
    def csv_url(self) -> str:
        """The address of all rows of the search as a file, in the same order."""
        return self._url({**self._order, "as": "csv"})

    @property
    def _order(self) -> dict[str, str]:
        direction = "desc" if self.is_descending else "asc"
        return {"sort_by": self.sort_by, "sort_dir": direction} if self.sort_by else {}

    def _url(self, query: Mapping[str, str]) -> str:
        searched = {"filter": self.filter} if self.filter else {}
        return f"{self.path}?{urlencode({**self.kept, **searched, **query})}"


def listing_of(request: Request, sortable: Collection[str]) -> Listing:
    """Return the part of a list that an address asks for; what it cannot mean is left out.

    Args:
        request: May have ``page``, ``filter``, ``sort_by`` and ``sort_dir`` in its query.
        sortable: The columns that may order the rows.
    """
    query = request.query_params
    page, sort_by = query.get("page", ""), query.get("sort_by", "")
    return Listing(
        page=max(1, int(page)) if _PAGE.fullmatch(page) else 1,
        per_page=ROWS_PER_PAGE,
        terms=tuple(query.get("filter", "")[:_MAX_FILTER].split()[:_MAX_TERMS]),
        sort_by=sort_by if sort_by in sortable else None,
        is_descending=query.get("sort_dir") == "desc",
    )


def table_state(request: Request, listing: Listing, n_rows: int, **kept: str) -> TableState:
    """Return what a table shows and how to get to the rest.

    Args:
        request: What was asked for.
        listing: As :func:`listing_of` read it.
        n_rows: How many rows fit the search, on all pages.
        kept: Further parts of the query that other views keep; empty ones are left out.
    """
    return TableState(
        path=request.url.path,
        filter=" ".join(listing.terms),
        sort_by=listing.sort_by or "",
        is_descending=listing.is_descending,
        page=listing.page or 1,
        n_pages=max(1, ceil(n_rows / listing.per_page)),
        n_rows=n_rows,
        kept={name: value for name, value in kept.items() if value},
    )


def asks_for_csv(request: Request) -> bool:
    """Return whether a table is asked for as a file."""
    return request.query_params.get("as") == "csv"


def whole(listing: Listing) -> Listing:
    """Return the listing of all rows, up to ``MAX_CSV_ROWS``, instead of a page of them."""
    return replace(listing, page=1, per_page=MAX_CSV_ROWS)


def csv_answer(name: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """Return rows as a file that spreadsheets open; what they would take for a formula is kept as text.

    Args:
        name: Of the file, without its ending.
        headings: Of the columns.
        rows: Their cells; None is empty.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(headings)
    writer.writerows([_cell(value) for value in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"', "Cache-Control": "no-store"}
    # Spreadsheets tell by the mark that it is UTF-8.
    return Response("\ufeff" + text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _cell(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value
