"""The dashboard: the sites that somebody may see, and the plan of one of them."""

from datetime import datetime, timedelta

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from wattloom.accounts import Action, User, policy
from wattloom.assets import Asset, AssetScope, get_asset, list_assets
from wattloom.charts import read_last_run, read_site_plan
from wattloom.db import Listing
from wattloom.http import CurrentUser, Id, ReadConnection, Services, ServicesDep, csrf_token, make_router
from wattloom.periods import Period
from wattloom.web.cards import HORIZON, Cards, make_cards
from wattloom.web.rendering import Pages

MAX_SITES = 100


def dashboard_routes(pages: Pages) -> APIRouter:
    """Return the routes of ``/dashboard``."""
    router = make_router()

    @router.get("/dashboard")
    def show_dashboard(
        request: Request,
        services: ServicesDep,
        connection: ReadConnection,
        user: CurrentUser,
        site: Id | None = None,
    ) -> Response:
        sites = _sites(connection, user)
        chosen = _site(connection, user, site) if site is not None else None
        if chosen is None and len(sites) == 1:
            chosen = sites[0]
        cards = _cards(connection, services, user, chosen) if chosen is not None else None
        csrf = csrf_token(request, services)
        context = {"user": user, "csrf_token": csrf, "sites": sites, "site": chosen, "cards": cards}
        return pages.html("dashboard.html", context=context)

    @router.get("/dashboard/cards")
    def show_cards(services: ServicesDep, connection: ReadConnection, user: CurrentUser, site: Id) -> Response:
        cards = _cards(connection, services, user, _site(connection, user, site))
        return pages.html("cards.html", context={"cards": cards})

    return router


def _sites(connection: Connection, user: User) -> list[Asset]:
    """Return the first sites that the user may see, by name.

    A site is an asset without a parent that somebody owns: public assets hold
    what everybody uses, such as market prices.
    """
    sites = AssetScope(all_accessible=True, only_owned=True, depth=0)
    return list_assets(connection, user, sites, Listing(page=1, per_page=MAX_SITES, sort_by="name")).items


def _site(connection: Connection, user: User, asset_id: int) -> Asset:
    asset = get_asset(connection, asset_id)
    policy.check(user, Action.READ, asset.resource)
    return asset


def _cards(connection: Connection, services: Services, user: User, site: Asset) -> Cards:
    now: datetime = services.clock()
    # One hour more than the cards tell of: the stock at the end of the last step stands in the next one.
    period = Period(now - timedelta(minutes=30), now + HORIZON + timedelta(hours=1))
    plan = read_site_plan(connection, services.beliefs, user, site, period, now=now)
    run = read_last_run(connection, services.jobs, user, site)
    return make_cards(plan, run)
