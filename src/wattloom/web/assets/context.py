"""The structure of an asset: what is above and below it, its sensors with their latest values, and where it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Response

from wattloom.assets import Asset, ChildAsset, inherited_flex_context, read_relations, sensors_of_assets
from wattloom.http import PageVisit, ReadableAsset, Visit, make_router
from wattloom.sites import read_map_extent
from wattloom.timeseries import Sensor
from wattloom.web.assets.asset_page import asset_page, default_page
from wattloom.web.assets.flex_config import flex_rows
from wattloom.web.assets.latest_values import LatestValue, latest_values
from wattloom.web.rendering import Pages
from wattloom.web.times import reading_times

LEVELS_SHOWN: Final = 2
"""Generations above and below that are shown at once."""


@dataclass(frozen=True, slots=True)
class TreeNode:
    """An asset in the tree.

    Attributes:
        asset: The asset.
        sensors: Its own, each with its latest reading, None where nothing is recorded.
        children: Those below it; empty at the last generation that is shown.
        n_hidden: How many are below it that are not shown.
    """

    asset: Asset | ChildAsset
    sensors: tuple[tuple[Sensor, LatestValue | None], ...]
    children: tuple["TreeNode", ...]
    n_hidden: int


def context_routes(pages: Pages) -> APIRouter:
    """Return the routes of ``/assets/<id>``, which leads to the page that opens first, and of its structure."""
    router = make_router()

    @router.get("/assets/{id}")
    def show_asset(asset: ReadableAsset, visit: Visit) -> Response:
        return Response(status_code=302, headers={"Location": default_page(visit, asset), "Cache-Control": "no-store"})

    @router.get("/assets/{id}/context")
    def show_context(asset: ReadableAsset, visit: Visit) -> Response:
        page = asset_page(visit, asset)
        in_force = inherited_flex_context(visit.connection, asset.id)
        context = {
            "page": page,
            "above": page.ancestors[-LEVELS_SHOWN:],
            "n_further_above": max(0, len(page.ancestors) - LEVELS_SHOWN),
            "tree": _tree(visit, asset),
            "flex_context": flex_rows(visit, "flex-context", asset.flex_context, {}),
            "flex_model": flex_rows(visit, "flex-model", asset.flex_model, {}),
            "n_inherited": len(in_force.keys() - asset.flex_context.keys()),
            "extent": read_map_extent(visit.connection, visit.user, asset.id),
            "root": asset.id,
            **reading_times(visit),
        }
        return pages.show("assets/context.html", visit, context)

    @router.get("/assets/{id}/context/branch")
    def show_branch(asset: ReadableAsset, visit: Visit) -> Response:
        context = {"node": _tree(visit, asset), **reading_times(visit)}
        return pages.html("assets/branch.html", context=context)

    return router


def _tree(visit: PageVisit, asset: Asset) -> TreeNode:
    """Return an asset and the generations below it that are shown; the same queries however many there are."""
    children: dict[int, tuple[ChildAsset, ...]] = {}
    generation = [asset.id]
    for _level in range(LEVELS_SHOWN + 1):
        relations = read_relations(visit.connection, visit.user, generation)
        children |= {asset_id: relations[asset_id].children for asset_id in generation}
        generation = [child.id for asset_id in generation for child in relations[asset_id].children]
    shown = [asset.id, *(child.id for child in children[asset.id])]
    shown += [grandchild.id for child in children[asset.id] for grandchild in children[child.id]]
    sensors = sensors_of_assets(visit.connection, shown)
    readings = latest_values(visit, sensors)
    by_asset: dict[int, list[tuple[Sensor, LatestValue | None]]] = {}
    for sensor in sensors:
        by_asset.setdefault(sensor.asset_id, []).append((sensor, readings.get(sensor.id)))
    return _node(asset, LEVELS_SHOWN, children, by_asset)


def _node(
    asset: Asset | ChildAsset,
    levels: int,
    children: Mapping[int, Sequence[ChildAsset]],
    sensors: Mapping[int, Sequence[tuple[Sensor, LatestValue | None]]],
) -> TreeNode:
    below = children.get(asset.id, ())
    shown = tuple(_node(child, levels - 1, children, sensors) for child in below) if levels else ()
    return TreeNode(asset, tuple(sensors.get(asset.id, ())), shown, 0 if levels else len(below))
