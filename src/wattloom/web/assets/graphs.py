"""The graphs of an asset: what its sensors say, over any time and as known at any time."""

from fastapi import APIRouter, Response

from wattloom.http import ReadableAsset, Visit, make_router
from wattloom.web.assets.asset_page import asset_page
from wattloom.web.assets.graph_setup import graphs_of_asset
from wattloom.web.rendering import Pages


def graphs_routes(pages: Pages) -> APIRouter:
    """Return the routes of ``/assets/<id>/graphs``."""
    router = make_router()

    @router.get("/assets/{id}/graphs")
    def show_graphs(asset: ReadableAsset, visit: Visit) -> Response:
        context = {"page": asset_page(visit, asset), "graphs": graphs_of_asset(visit, asset)}
        return pages.show("assets/graphs.html", visit, context)

    return router
