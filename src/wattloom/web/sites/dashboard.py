"""The dashboard: all sites that somebody may see; and where people begin."""

from dataclasses import replace

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from wattloom.assets import AssetScope, list_assets
from wattloom.db import Listing
from wattloom.http import Id, Visit, make_router
from wattloom.sites import count_sites, read_map_extent
from wattloom.web.assets.list import may_add_assets
from wattloom.web.rendering import Pages
from wattloom.web.sites.site_rows import read_rows_of_sites, totals_of
from wattloom.web.tables import listing_of, table_state

_SORTABLE = frozenset({"id", "name", "owner"})
_SITES = AssetScope(all_accessible=True, only_owned=True, depth=0)
"""A site is an asset without a parent that somebody owns: public assets hold what everybody uses, such as prices."""


def dashboard_routes(pages: Pages) -> APIRouter:
    """Return the routes of ``/`` and ``/dashboard``."""
    router = make_router()

    @router.get("/")
    def show_start(visit: Visit) -> Response:
        found = list_assets(visit.connection, visit.user, _SITES, Listing(page=1, per_page=2))
        return (
            _to_overview(found.items[0].id) if found.n_total == 1 else RedirectResponse("/dashboard", status_code=302)
        )

    @router.get("/dashboard")
    def show_dashboard(visit: Visit, site: Id | None = None) -> Response:
        if site is not None:
            return _to_overview(site)
        asked = listing_of(visit.request, _SORTABLE)
        listing = replace(asked, sort_by=asked.sort_by or "name")
        found = list_assets(visit.connection, visit.user, _SITES, listing)
        rows = read_rows_of_sites(visit, found.items)
        context = {
            "rows": rows,
            "totals": totals_of(rows),
            "shows_all": len(found.items) == found.n_total,
            "counts": count_sites(visit.connection, visit.user),
            "table": table_state(visit.request, listing, found.n_filtered),
            "extent": read_map_extent(visit.connection, visit.user),
            "may_add": may_add_assets(visit),
        }
        return pages.show("sites/dashboard.html", visit, context)

    return router


def _to_overview(asset_id: int) -> Response:
    return RedirectResponse(f"/assets/{asset_id}/overview", status_code=302)
