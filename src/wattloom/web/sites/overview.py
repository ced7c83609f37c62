"""The front page of a site: what happens now, is it good, what comes next."""

from datetime import timedelta

from fastapi import APIRouter, Response

from wattloom.accounts import Action, policy
from wattloom.assets import Asset
from wattloom.http import PageVisit, ReadableAsset, Visit, make_router
from wattloom.periods import DAY, Period
from wattloom.sites import STAY, day_figures, find_site, local_day, read_last_runs, read_now, read_plans, silent_sensors
from wattloom.web.assets.asset_page import asset_page
from wattloom.web.rendering import Pages
from wattloom.web.sites.cards import Cards, SiteFacts, make_cards
from wattloom.web.sites.first_plan import first_plan

DAYS_SHOWN = 7
_AHEAD = timedelta(hours=49)
"""Two days, and the step in which the stock at their end stands."""


def overview_routes(pages: Pages) -> APIRouter:
    """Return the routes of ``/assets/<id>/overview``."""
    router = make_router()

    @router.get("/assets/{id}/overview")
    def show_overview(asset: ReadableAsset, visit: Visit) -> Response:
        context = {
            "page": asset_page(visit, asset),
            "site": asset,
            "cards": _cards(visit, asset),
            "is_part": False,
            "first_plan": first_plan(asset, visit.now, visit.request.query_params),
        }
        return pages.show("sites/overview.html", visit, context)

    @router.get("/assets/{id}/overview/cards")
    def show_cards(asset: ReadableAsset, visit: Visit) -> Response:
        context = {"site": asset, "cards": _cards(visit, asset), "is_part": True}
        return pages.html("sites/parts.html", context=context)

    return router


def _cards(visit: PageVisit, asset: Asset) -> Cards:
    connection, beliefs, now = visit.connection, visit.services.beliefs, visit.now
    site = find_site(connection, visit.user, asset)
    today = now.astimezone(site.zone).date()
    days = [today - n * DAY for n in reversed(range(DAYS_SHOWN))]
    end = max(local_day(today, site.zone).end + STAY, now + _AHEAD)
    [plan] = read_plans(connection, beliefs, [site], Period(local_day(days[0], site.zone).start - STAY, end), now=now)
    [readings] = read_now(connection, beliefs, [site], now=now)
    [silent] = silent_sensors(connection, beliefs, [site], now=now)
    [run] = read_last_runs(connection, visit.services.jobs, [site])
    facts = SiteFacts(plan=plan, readings=readings, costs=day_figures(plan, days), run=run, silent=silent)
    return make_cards(facts, may_run=policy.allows(visit.user, Action.CREATE_CHILDREN, asset.resource))
