"""What a map shows: the sites in view, put together on a grid where they stand close."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import numpy as np
from sqlalchemy import ColumnElement, Connection, ScalarSelect, and_, func, or_, select

from wattloom.accounts import Action, Kind, User, policy
from wattloom.accounts.tables import account
from wattloom.assets import Asset, asset_names, assets_by_id, subtree_ids
from wattloom.assets.tables import asset
from wattloom.errors import UnitError
from wattloom.jobs import JobState
from wattloom.jobs.tables import job
from wattloom.units import convert, is_convertible, parse_quantity

SiteState: TypeAlias = Literal["good", "busy", "bad", "none"]
"""How the newest schedule of a site, or of what a device is below, ended: well, not yet, badly; or there is none."""

MAX_ZOOM: Final = 20
N_NAMED: Final = 10
"""So many members of a cluster are named."""
_CELL_PX = 64
_TILE_PX = 256
_FARTHEST_NORTH = 85.0511
STATES: Mapping[str | None, SiteState] = {
    JobState.FINISHED: "good",
    JobState.FAILED: "bad",
    JobState.QUEUED: "busy",
    JobState.DEFERRED: "busy",
    JobState.STARTED: "busy",
}
_FROM_WORST: Sequence[SiteState] = ("bad", "none", "busy", "good")
_CAPACITIES = (("flex_context", "site-power-capacity"), ("flex_model", "power-capacity"))

_OWNERS = policy.Columns(Kind.ASSET, asset.c.account_id, account.c.consultancy_account_id)
_parent = asset.alias()


def newest_state(asset_id: ColumnElement[Any]) -> ScalarSelect[Any]:
    """Return the state of the newest scheduling job of an asset."""
    return (
        select(job.c.state)
        .where(job.c.entity_kind == "asset", job.c.entity_id == asset_id, job.c.queue == "scheduling")
        .order_by(job.c.created.desc())
        .limit(1)
        .scalar_subquery()
    )


# Devices are planned with their site.
_NEWEST_STATE = func.coalesce(newest_state(asset.c.id), newest_state(asset.c.parent_asset_id))
# What stands where its parent stands would hide it.
_STANDS_ALONE = or_(
    _parent.c.latitude.is_(None),
    _parent.c.longitude.is_(None),
    _parent.c.latitude != asset.c.latitude,
    _parent.c.longitude != asset.c.longitude,
)


class Box(NamedTuple):
    """A part of the world between parallels and meridians [°]."""

    west: float
    south: float
    east: float
    north: float


@dataclass(frozen=True, slots=True)
class MapSite:
    """A site on the map.

    Attributes:
        asset: The site; has a location.
        state: How its newest schedule ended.
        power_kw: Capacity of its connection, or of the device itself [kW]; None where it is not stated.
    """

    asset: Asset
    state: SiteState
    power_kw: float | None


@dataclass(frozen=True, slots=True)
class MapMember:
    """A site in a cluster."""

    id: int
    name: str
    state: SiteState


@dataclass(frozen=True, slots=True)
class MapCluster:
    """Sites that stand close together.

    Attributes:
        latitude: Of their middle [°].
        longitude: Of their middle [°].
        n: How many.
        state: The worst of theirs.
        box: What holds them all.
        members: Some of them, the worst first.
    """

    latitude: float
    longitude: float
    n: int
    state: SiteState
    box: Box
    members: tuple[MapMember, ...]


@dataclass(frozen=True, slots=True)
class SiteMap:
    """What a part of the map shows."""

    sites: tuple[MapSite, ...]
    clusters: tuple[MapCluster, ...]


class _Located(NamedTuple):
    id: int
    latitude: float
    longitude: float
    state: SiteState


def read_map_extent(connection: Connection, user: User, root_id: int | None = None) -> Box | None:
    """Return what holds all sites that the user may see on a map; None where none has a location.

    Args:
        connection: Any transaction.
        user: Who asks.
        root_id: Only this asset and those below it.
    """
    columns, shown = asset.c, _shown(connection, user, root_id)
    limits = (
        func.min(columns.longitude),
        func.min(columns.latitude),
        func.max(columns.longitude),
        func.max(columns.latitude),
    )
    statement = select(*limits).select_from(_with_owners()).where(shown)
    found = connection.execute(statement).one()
    return None if found[0] is None else Box(*found)


def read_site_map(connection: Connection, user: User, box: Box, *, zoom: int, root_id: int | None = None) -> SiteMap:
    """Return the sites in a part of the map, those close together as one.

    An asset at the place of its parent is not shown apart from it. The number
    of queries does not depend on the number of sites.

    Args:
        connection: Any transaction.
        user: Who asks; sees what may be read.
        box: The part in view.
        zoom: Of web maps: the world is 256 pixels wide at 0, and twice as wide with each step.
        root_id: Only this asset and those below it.
    """
    located = _located(connection, user, box, root_id)
    groups = list(_grouped(located, zoom))
    alone = [group[0] for group in groups if len(group) == 1]
    assets = assets_by_id(connection, [one.id for one in alone])
    together = [sorted(group, key=_from_worst) for group in groups if len(group) > 1]
    names = asset_names(connection, [one.id for group in together for one in group[:N_NAMED]])
    return SiteMap(
        sites=tuple(MapSite(assets[one.id], one.state, capacity_kw(assets[one.id])) for one in alone),
        clusters=tuple(_cluster(group, names) for group in together),
    )


def capacity_kw(site: Asset) -> float | None:
    """Return the power that a site or device is good for as its flex-config states it [kW]; None if it does not."""
    for config, field in _CAPACITIES:
        stated = getattr(site, config).get(field)
        if isinstance(stated, str):
            try:
                quantity = parse_quantity(stated, field=field)
            except UnitError:
                continue
            if is_convertible(quantity.unit, "kW"):
                return float(convert(np.array([quantity.magnitude]), quantity.unit, "kW")[0])
    return None


def _with_owners() -> Any:
    return asset.outerjoin(account, account.c.id == asset.c.account_id).outerjoin(
        _parent, _parent.c.id == asset.c.parent_asset_id
    )


def _shown(connection: Connection, user: User, root_id: int | None) -> ColumnElement[bool]:
    is_located = and_(asset.c.latitude.is_not(None), asset.c.longitude.is_not(None))
    readable = policy.permitted(user, Action.READ, _OWNERS)
    if root_id is None:
        return and_(is_located, readable, _STANDS_ALONE)
    in_tree = asset.c.id.in_(subtree_ids(connection, root_id))
    return and_(is_located, readable, in_tree, or_(asset.c.id == root_id, _STANDS_ALONE))


def _located(connection: Connection, user: User, box: Box, root_id: int | None) -> list[_Located]:
    in_view = and_(asset.c.longitude.between(box.west, box.east), asset.c.latitude.between(box.south, box.north))
    statement = (
        select(asset.c.id, asset.c.latitude, asset.c.longitude, _NEWEST_STATE)
        .select_from(_with_owners())
        .where(in_view, _shown(connection, user, root_id))
        .order_by(asset.c.id)
    )
    rows = connection.execute(statement)
    return [_Located(number, north, east, STATES.get(state, "none")) for number, north, east, state in rows]


def _grouped(located: Sequence[_Located], zoom: int) -> Iterator[list[_Located]]:
    """Yield the sites in each cell of a grid that stays where it is when the map moves."""
    cells: dict[tuple[int, int], list[_Located]] = {}
    width_px = _TILE_PX * 2**zoom
    for one in located:
        latitude = math.radians(min(_FARTHEST_NORTH, max(-_FARTHEST_NORTH, one.latitude)))
        x = (one.longitude + 180) / 360 * width_px
        y = (1 - math.asinh(math.tan(latitude)) / math.pi) / 2 * width_px
        cells.setdefault((int(x // _CELL_PX), int(y // _CELL_PX)), []).append(one)
    yield from cells.values()


def _from_worst(one: _Located) -> tuple[int, int]:
    return _FROM_WORST.index(one.state), one.id


def _cluster(group: Sequence[_Located], names: Mapping[int, str]) -> MapCluster:
    latitudes, longitudes = [one.latitude for one in group], [one.longitude for one in group]
    return MapCluster(
        latitude=sum(latitudes) / len(group),
        longitude=sum(longitudes) / len(group),
        n=len(group),
        state=group[0].state,
        box=Box(min(longitudes), min(latitudes), max(longitudes), max(latitudes)),
        members=tuple(MapMember(one.id, names[one.id], one.state) for one in group[:N_NAMED]),
    )
