"""The dashboard: all sites that somebody may see; and where people begin."""

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from wattloom.assets import Asset, AssetScope, list_assets
from wattloom.db import Listing
from wattloom.http import Id, PageVisit, Visit, make_router
from wattloom.web.rendering import Pages

MAX_SITES = 100


def dashboard_routes(pages: Pages) -> APIRouter:
    """Return the routes of ``/`` and ``/dashboard``."""
    router = make_router()

    @router.get("/")
    def show_start(visit: Visit) -> Response:
        sites = _sites(visit)
        return _to_overview(sites[0].id) if len(sites) == 1 else RedirectResponse("/dashboard", status_code=302)

    @router.get("/dashboard")
    def show_dashboard(visit: Visit, site: Id | None = None) -> Response:
        if site is not None:
            return _to_overview(site)
        return pages.show("sites/dashboard.html", visit, {"sites": _sites(visit)})

    return router


def _to_overview(asset_id: int) -> Response:
    return RedirectResponse(f"/assets/{asset_id}/overview", status_code=302)


def _sites(visit: PageVisit) -> list[Asset]:
    """Return the first sites that the user may see, by name.

    A site is an asset without a parent that somebody owns: public assets hold
    what everybody uses, such as market prices.
    """
    sites = AssetScope(all_accessible=True, only_owned=True, depth=0)
    return list_assets(visit.connection, visit.user, sites, Listing(page=1, per_page=MAX_SITES, sort_by="name")).items
