"""What was done to an asset; and the page that asks before one is deleted."""

from dataclasses import replace

from fastapi import APIRouter, Response

from wattloom.assets import gone_with_asset, list_asset_audit
from wattloom.http import DeletableAsset, ReadableAsset, Visit, make_router
from wattloom.web.assets.asset_page import asset_page
from wattloom.web.rendering import Pages
from wattloom.web.tables import listing_of, table_state
from wattloom.web.times import reading_times


def log_routes(pages: Pages) -> APIRouter:
    """Return the routes of ``/assets/<id>/auditlog`` and ``/assets/delete_with_data/<id>``."""
    router = make_router()

    @router.get("/assets/delete_with_data/{id}")
    def confirm_deletion(asset: DeletableAsset, visit: Visit) -> Response:
        gone = gone_with_asset(visit.connection, asset.id)
        above = f"/assets/{asset.parent_asset_id}" if asset.parent_asset_id is not None else "/assets"
        context = {
            "page": asset_page(visit, asset),
            "n_assets": len(gone.assets) - 1,
            "n_sensors": len(gone.sensors),
            "then": above,
        }
        return pages.show("assets/delete.html", visit, context)

    @router.get("/assets/{id}/auditlog")
    def show_log(asset: ReadableAsset, visit: Visit) -> Response:
        listing = listing_of(visit.request, {"event_datetime"})
        # The log is searched for the words of the first term.
        searched = replace(listing, terms=(" ".join(listing.terms),) if listing.terms else ())
        found = list_asset_audit(visit.connection, asset.id, searched)
        context = {
            "page": asset_page(visit, asset),
            "records": found.items,
            "table": table_state(visit.request, listing, found.n_filtered),
            **reading_times(visit),
        }
        return pages.show("assets/log.html", visit, context)

    return router
