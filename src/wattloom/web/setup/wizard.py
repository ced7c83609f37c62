"""The steps from an empty account to a site with its first plan: site, devices, prices, plan.

Each step is a page of its own and shows what is there already, so that the
wizard can be left and resumed. What it makes, it makes through the API.
"""

from dataclasses import dataclass
from typing import Final

from fastapi import APIRouter, Response
from fastapi.responses import RedirectResponse

from wattloom.accounts import Action, policy
from wattloom.assets import Asset, children_of, list_asset_types
from wattloom.http import ExtensibleAsset, PageVisit, Visit, make_router
from wattloom.language import gettext as _
from wattloom.web.rendering import Pages

SITE_TYPE: Final = "building"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the wizard.

    Attributes:
        title: What it is called.
        url: Where it is; empty while it cannot be entered.
        state: ``done``, ``current`` or ``ahead``.
    """

    title: str
    url: str
    state: str


def wizard_routes(pages: Pages) -> APIRouter:
    """Return the routes of ``/setup``."""
    router = make_router()

    @router.get("/setup")
    def begin(visit: Visit) -> Response:  # noqa: ARG001 - who is not logged in is asked to
        return RedirectResponse("/setup/site", status_code=302)

    @router.get("/setup/site")
    def show_site(visit: Visit) -> Response:
        types = {known.name: known.id for known in list_asset_types(visit.connection)}
        context = {"steps": _steps("site", None), "type_id": types[SITE_TYPE]}
        return pages.show("setup/site.html", visit, context)

    @router.get("/setup/{id}/devices")
    def show_devices(asset: ExtensibleAsset, visit: Visit) -> Response:
        types = {known.name: known.id for known in list_asset_types(visit.connection)}
        context = _context(visit, asset, "devices") | {"types": types}
        return pages.show("setup/devices.html", visit, context)

    @router.get("/setup/{id}/prices")
    def show_prices(asset: ExtensibleAsset, visit: Visit) -> Response:
        return pages.show("setup/prices.html", visit, _context(visit, asset, "prices"))

    @router.get("/setup/{id}/plan")
    def show_plan(asset: ExtensibleAsset, visit: Visit) -> Response:
        return pages.show("setup/plan.html", visit, _context(visit, asset, "plan"))

    return router


def _context(visit: PageVisit, site: Asset, step: str) -> dict[str, object]:
    children = children_of(visit.connection, site)
    readable = [child for child in children if policy.allows(visit.user, Action.READ, child.resource)]
    return {"site": site, "devices": readable, "steps": _steps(step, site)}


def _steps(current: str, site: Asset | None) -> list[Step]:
    titles = {
        "account": _("Account"),
        "site": _("Site"),
        "devices": _("Devices"),
        "prices": _("Prices"),
        "plan": _("First plan"),
    }
    names = list(titles)
    steps = []
    for number, (name, title) in enumerate(titles.items()):
        is_done = number < names.index(current)
        url = f"/setup/{site.id}/{name}" if site is not None and name not in {"account", "site"} else ""
        state = "current" if name == current else "done" if is_done else "ahead"
        steps.append(Step(title, url, state))
    return steps
