"""The sites in a part of a map, put together where they stand close."""

from typing import Annotated

from fastapi import Query
from typing_extensions import TypedDict

from wattloom.accounts import Action, policy
from wattloom.assets import asset_resource
from wattloom.errors import FilterError, NotFoundError
from wattloom.http import CurrentUser, Id, JsonResponse, ReadConnection, make_router
from wattloom.sites import MAX_ZOOM, Box, MapCluster, MapSite, read_site_map

router = make_router(prefix="/v4", tags=["Assets"])

_WORLD = Box(-180, -90, 180, 90)
_DECIMALS = 6


class MapSiteJson(TypedDict):
    """A site by itself; ``state`` is good, busy, bad or none: how its newest schedule ended."""

    id: int
    name: str
    type: str
    account: str | None
    latitude: float
    longitude: float
    state: str
    power_kw: float | None


class MapMemberJson(TypedDict):
    """A site in a cluster."""

    id: int
    name: str
    state: str


class MapClusterJson(TypedDict):
    """Sites close together: how many, the worst of their states, what holds them, and some of them."""

    latitude: float
    longitude: float
    n: int
    state: str
    bounds: list[float]
    members: list[MapMemberJson]


class SiteMapJson(TypedDict):
    """What a part of the map shows."""

    sites: list[MapSiteJson]
    clusters: list[MapClusterJson]


@router.get("/map", summary="The sites in a part of the map", response_model=SiteMapJson)
def get_map(
    connection: ReadConnection,
    user: CurrentUser,
    bbox: Annotated[str, Query(description="West, south, east, north [°].", examples=["3.3,50.7,7.3,53.6"])],
    zoom: Annotated[int, Query(ge=0, le=MAX_ZOOM, description="Of web maps: 0 shows the world in 256 pixels.")],
    root: Annotated[Id | None, Query(description="Only this asset and all below it.")] = None,
) -> JsonResponse:
    """Return the located assets that you may read in a part of the map; those that would overlap as clusters.

    An asset at the place of its parent is not shown apart from it. Each comes with the state of its
    newest schedule, and with its power capacity as the flex-config states it.
    """
    box = _box(bbox)
    if root is not None:
        try:
            policy.check(user, Action.READ, asset_resource(connection, root))
        except NotFoundError as error:
            raise FilterError(error.message, field="root") from error
    found = read_site_map(connection, user, box, zoom=zoom, root_id=root)
    answer: SiteMapJson = {
        "sites": [_site_json(site) for site in found.sites],
        "clusters": [_cluster_json(cluster) for cluster in found.clusters],
    }
    return JsonResponse(answer)


def _box(text: str) -> Box:
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise FilterError("Expected west,south,east,north in degrees.", field="bbox") from error
    if not (_WORLD.west <= west <= east <= _WORLD.east and _WORLD.south <= south <= north <= _WORLD.north):
        raise FilterError("Expected west,south,east,north in degrees, west before east.", field="bbox")
    return Box(west, south, east, north)


def _site_json(site: MapSite) -> MapSiteJson:
    asset = site.asset
    assert asset.latitude is not None
    assert asset.longitude is not None
    return {
        "id": asset.id,
        "name": asset.name,
        "type": asset.asset_type.name,
        "account": asset.account_name,
        "latitude": asset.latitude,
        "longitude": asset.longitude,
        "state": site.state,
        "power_kw": site.power_kw,
    }


def _cluster_json(cluster: MapCluster) -> MapClusterJson:
    return {
        "latitude": round(cluster.latitude, _DECIMALS),
        "longitude": round(cluster.longitude, _DECIMALS),
        "n": cluster.n,
        "state": cluster.state,
        "bounds": list(cluster.box),
        "members": [{"id": one.id, "name": one.name, "state": one.state} for one in cluster.members],
    }
