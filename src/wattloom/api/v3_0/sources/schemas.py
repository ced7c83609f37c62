"""Data sources as clients see them."""

from typing import NotRequired

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from wattloom.timeseries import Source


class SourceListParams(BaseModel):
    """Which sources to list."""

    # compat: unknown parameters of lists are ignored (tests/integration/api/test_sources.py).
    model_config = ConfigDict(extra="ignore")

    only_latest: bool = Field(True, description="Of versions of one source only the latest.")


class SourceJson(TypedDict):
    """A source; what it does not have is left out."""

    id: int
    name: str
    type: str
    description: str
    model: NotRequired[str]
    version: NotRequired[str]
    account_id: NotRequired[int]
    user_id: NotRequired[int]


class SourceListJson(TypedDict):
    """The types that sources have, and the sources."""

    types: list[str]
    sources: list[SourceJson]
    status: int


def source_json(source: Source) -> SourceJson:
    """Return a source as clients see it."""
    shown: SourceJson = {
        "id": source.id,
        "name": source.name,
        "type": source.type,
        "description": source.description,
    }
    if source.model is not None:
        shown["model"] = source.model
    if source.version is not None:
        shown["version"] = source.version
    if source.account_id is not None:
        shown["account_id"] = source.account_id
    if source.user_id is not None:
        shown["user_id"] = source.user_id
    return shown
