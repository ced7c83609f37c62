"""Ids on the wire."""

from typing import Annotated, Any

from fastapi import Path
from pydantic import BeforeValidator, Field

from wattloom.db import MAX_ID


def _no_boolean(value: Any) -> Any:
    # Python counts true as 1, which is the id of somebody.
    if isinstance(value, bool):
        raise ValueError("Not a valid integer.")  # noqa: TRY004 - Pydantic reports ValueError under the field
    return value


Id = Annotated[int, Field(ge=-MAX_ID, le=MAX_ID), BeforeValidator(_no_boolean)]
"""An id in a query or body."""

PathId = Annotated[int, Path(alias="id", ge=-MAX_ID, le=MAX_ID)]
"""The id in a path that ends with or goes through ``{id}``."""
