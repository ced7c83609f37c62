"""The front page of a site: what happens now, what is planned, what needs attention."""

from datetime import timedelta

from fastapi import APIRouter, Response

from wattloom.assets import Asset
from wattloom.charts import read_last_run, read_site_plan
from wattloom.http import PageVisit, Visit, make_router
from wattloom.http.subjects import ReadableAsset
from wattloom.periods import Period
from wattloom.web.assets.asset_page import asset_page
from wattloom.web.rendering import Pages
from wattloom.web.sites.cards import HORIZON, Cards, make_cards
from wattloom.web.sites.first_plan import first_plan


def overview_routes(pages: Pages) -> APIRouter:
    """Return the routes of ``/assets/<id>/overview``."""
    router = make_router()

    @router.get("/assets/{id}/overview")
    def show_overview(asset: ReadableAsset, visit: Visit) -> Response:
        context = {
            "page": asset_page(visit, asset),
            "site": asset,
            "cards": _cards(visit, asset),
            "first_plan": first_plan(asset, visit.now),
        }
        return pages.show("sites/overview.html", visit, context)

    @router.get("/assets/{id}/overview/cards")
    def show_cards(asset: ReadableAsset, visit: Visit) -> Response:
        return pages.html("sites/cards.html", context={"cards": _cards(visit, asset)})

    return router


def _cards(visit: PageVisit, site: Asset) -> Cards:
    # One hour more than the cards tell of: the stock at the end of the last step stands in the next one.
    period = Period(visit.now - timedelta(minutes=30), visit.now + HORIZON + timedelta(hours=1))
    beliefs = visit.services.beliefs
    plan = read_site_plan(visit.connection, beliefs, visit.user, site, period, now=visit.now)
    return make_cards(plan, read_last_run(visit.connection, visit.services.jobs, visit.user, site))
