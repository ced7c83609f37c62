"""Searching, sorting and paging on the wire."""

import shlex
from collections.abc import Callable, Sequence
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from wattloom.db import MAX_ID, Listing, Page
from wattloom.errors import FilterError
from wattloom.http import JsonResponse

LIST_ALIASES = {"per_page": "per-page", "sort_by": "sort-by", "sort_dir": "sort-dir"}
"""Further names of the parameters of lists, for ``query_aliases``."""

# Each term is a condition, and databases limit how deep these may be nested.
_MAX_TERMS = 20
_Item = TypeVar("_Item")


class ListParams(BaseModel):
    """The query parameters of every list; lists add their own and say what can be sorted by."""

    # compat: unknown parameters of lists are ignored (tests/integration/api/test_asset_lists.py).
    model_config = ConfigDict(extra="ignore", populate_by_name=False)

    page: int | None = Field(None, ge=1, le=MAX_ID, description="From 1 on; without it everything is returned.")
    per_page: int = Field(10, alias="per-page", ge=1, le=10_000, description="Rows on a page.")
    filter: str | None = Field(
        None, max_length=1000, description='Terms to search for, for example: solar "ACME corp".'
    )
    sort_by: str | None = Field(None, alias="sort-by", description="What to sort by.")
    sort_dir: Literal["asc", "desc"] | None = Field(None, alias="sort-dir", description="Direction to sort in.")

    def listing(self) -> Listing:
        """Return the part of the list that is asked for; sorting needs both of its parameters.

        Raises:
            FilterError: The filter's quotes are not balanced, or it has too many terms.
        """
        is_sorted = self.sort_by is not None and self.sort_dir is not None
        return Listing(
            page=self.page,
            per_page=self.per_page,
            terms=self.terms(),
            sort_by=self.sort_by if is_sorted else None,
            is_descending=self.sort_dir == "desc",
        )

    def terms(self) -> tuple[str, ...]:
        """Return the terms of the filter, split like words of a shell."""
        try:
            terms = tuple(shlex.split(self.filter or ""))
        except ValueError as error:
            raise FilterError(f"Not a valid filter: {error}.", field="filter") from error
        if len(terms) > _MAX_TERMS:
            raise FilterError(f"Has {len(terms)} terms; at most {_MAX_TERMS} are possible.", field="filter")
        return terms


def list_response(page: Page[_Item], params: ListParams, to_json: Callable[[_Item], Any]) -> JsonResponse:
    """Return a bare array without ``page``, else a page with its counts."""
    if params.page is None:
        return JsonResponse([to_json(item) for item in page.items])
    return page_response([to_json(item) for item in page.items], page, params.page)


def page_response(data: Sequence[Any], page: Page[_Item], number: int = 1, **further: Any) -> JsonResponse:
    """Return a page with its counts, also for lists that are never bare.

    Raises:
        HTTPException: 404 for pages beyond the end; the first page may be empty.
    """
    if not data and number > 1:
        raise HTTPException(404, f"There is no page {number}.")
    counts = {"num-records": page.n_total, "filtered-records": page.n_filtered}
    return JsonResponse({"data": data, **counts, **further, "status": 200})
