"""The endpoint of data sources."""

from typing import Annotated

from fastapi import Query

from wattloom.api.v3_0.sources.schemas import SourceListJson, SourceListParams, source_json
from wattloom.assets import list_readable_sources
from wattloom.http import CurrentUser, JsonResponse, ReadConnection, make_router

router = make_router(prefix="/v3_0/sources", tags=["Sources"])

_USUAL_TYPES = ("user", "scheduler", "forecaster", "reporter", "demo script", "gateway", "market")


@router.get("", summary="List data sources", response_model=SourceListJson)
def index(params: Annotated[SourceListParams, Query()], connection: ReadConnection, user: CurrentUser) -> JsonResponse:
    """List the sources of the accounts that you may read, and those of the system.

    ``types`` names the usual types first, then others that occur among these sources.
    """
    sources = list_readable_sources(connection, user, only_latest=params.only_latest)
    others = {source.type for source in sources} - set(_USUAL_TYPES)
    shown: SourceListJson = {
        "types": [*_USUAL_TYPES, *sorted(others)],
        "sources": [source_json(source) for source in sources],
        "status": 200,
    }
    return JsonResponse(shown)
