"""Ids on the wire."""

from typing import Annotated

from fastapi import Path
from pydantic import Field

from wattloom.db import MAX_ID

Id = Annotated[int, Field(ge=-MAX_ID, le=MAX_ID)]
"""An id in a query or body."""

PathId = Annotated[int, Path(alias="id", ge=-MAX_ID, le=MAX_ID)]
"""The id in a path that ends with or goes through ``{id}``."""
