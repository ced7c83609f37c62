"""What an asset is and holds, to be read, and to be edited by those who may."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Response

from wattloom.accounts import Action, policy
from wattloom.assets import (
    AssetScope,
    canonical_graphs,
    list_asset_sensors,
    list_asset_types,
    list_assets,
    read_relations,
    subtree_ids,
)
from wattloom.db import Listing
from wattloom.http import PageVisit, ReadableAsset, Visit, make_router
from wattloom.language import gettext as _
from wattloom.web.asset_types import type_name
from wattloom.web.assets.asset_page import AssetPage, Tab, asset_page
from wattloom.web.assets.flex_config import flex_rows, inherited_fields
from wattloom.web.assets.list import may_add_assets
from wattloom.web.assets.map_bounds import map_bounds
from wattloom.web.json_text import indented
from wattloom.web.rendering import Pages
from wattloom.web.tables import listing_of, table_state

MAX_ASSETS = 500


@dataclass(frozen=True, slots=True)
class Copying:
    """Where an asset may be copied to: the queries of the API, None where the user may not.

    Attributes:
        beside: For a copy beside it.
        own: For a copy in the user's account.
    """

    beside: str | None
    own: str | None


def properties_routes(pages: Pages) -> APIRouter:
    """Return the routes of ``/assets/<id>/properties`` and below."""
    router = make_router()

    @router.get("/assets/{id}/properties")
    def show_properties(asset: ReadableAsset, visit: Visit) -> Response:
        page = asset_page(visit, asset)
        listing = listing_of(visit.request, {"name", "resolution"})
        sensors = list_asset_sensors(visit.connection, asset.id, listing)
        context = {
            "sensors": sensors.items,
            "table": table_state(visit.request, listing, sensors.n_filtered),
            "children": read_relations(visit.connection, visit.user, [asset.id])[asset.id].children,
            "attributes": indented(asset.attributes),
            "types": [(kind.id, type_name(kind)) for kind in sorted(list_asset_types(visit.connection), key=type_name)],
            "parents": _parents(visit, page) if page.may_change else [],
            "copying": _copying(visit, page),
            "bounds": map_bounds((page.asset, *reversed(page.ancestors))),
        }
        return pages.show("assets/properties.html", visit, {**_framed(visit, page), **context})

    @router.get("/assets/{id}/properties/flex-context")
    def show_flex_context(asset: ReadableAsset, visit: Visit) -> Response:
        page = asset_page(visit, asset)
        inherited = inherited_fields(page.ancestors)
        context = {
            "field": "flex_context",
            "own": asset.flex_context,
            "inherited": {
                name: {"value": value, "asset": above.id, "name": above.name}
                for name, (above, value) in inherited.items()
            },
            "rows": flex_rows(visit, "flex-context", asset.flex_context, inherited),
            "assets": _site_assets(visit, page),
        }
        return pages.show("assets/properties_flex.html", visit, {**_framed(visit, page), **context})

    @router.get("/assets/{id}/properties/flex-model")
    def show_flex_model(asset: ReadableAsset, visit: Visit) -> Response:
        page = asset_page(visit, asset)
        context = {
            "field": "flex_model",
            "own": asset.flex_model,
            "inherited": {},
            "rows": flex_rows(visit, "flex-model", asset.flex_model, {}),
            "assets": _site_assets(visit, page),
        }
        return pages.show("assets/properties_flex.html", visit, {**_framed(visit, page), **context})

    @router.get("/assets/{id}/properties/shown-graphs")
    def show_graphs(asset: ReadableAsset, visit: Visit) -> Response:
        page = asset_page(visit, asset)
        rows = [
            {"title": graph.title, "y-axis": graph.y_axis, "plots": graph.plots}
            for graph in canonical_graphs(asset.sensors_to_show)
        ]
        context = {"rows": rows, "assets": _site_assets(visit, page)}
        return pages.show("assets/properties_graphs.html", visit, {**_framed(visit, page), **context})

    @router.get("/assets/{id}/properties/key-figures")
    def show_key_figures(asset: ReadableAsset, visit: Visit) -> Response:
        page = asset_page(visit, asset)
        context = {"rows": asset.sensors_to_show_as_kpis}
        return pages.show("assets/properties_kpis.html", visit, {**_framed(visit, page), **context})

    return router


def _framed(visit: PageVisit, page: AssetPage) -> dict[str, object]:
    """Return what all these pages share: what stands above them, and the ways between them."""
    top = f"/assets/{page.asset.id}/properties"
    names = {
        "": _("General"),
        "/flex-context": _("Site and prices"),
        "/flex-model": _("Device"),
        "/shown-graphs": _("Graphs"),
        "/key-figures": _("Key figures"),
    }
    path = visit.request.url.path
    parts = [Tab(title, f"{top}{end}", is_current=path == f"{top}{end}") for end, title in names.items()]
    return {"page": page, "parts": parts}


def _parents(visit: PageVisit, page: AssetPage) -> list[tuple[str, str]]:
    """Return what the asset may be put below, as pairs of id and name, with the present parent."""
    asset = page.asset
    scope = AssetScope(account_id=asset.account_id, all_accessible=asset.account_id is None)
    listing = Listing(page=1, per_page=MAX_ASSETS, sort_by="name")
    below = set(subtree_ids(visit.connection, asset.id))
    found = list_assets(visit.connection, visit.user, scope, listing).items
    known = {each.id: each.name for each in found if each.account_id == asset.account_id and each.id not in below}
    if asset.parent_asset_id is not None:
        names = {above.id: above.name for above in page.ancestors}
        unseen = _("an asset that you may not see")
        known.setdefault(asset.parent_asset_id, names.get(asset.parent_asset_id, unseen))
    return [("", _("nothing: it is a site")), *((str(parent_id), name) for parent_id, name in known.items())]


def _copying(visit: PageVisit, page: AssetPage) -> Copying:
    asset, own = page.asset, visit.user.account_id
    parent = next((above for above in page.ancestors if above.id == asset.parent_asset_id), None)
    if parent is not None:
        may_stand_beside = policy.allows(visit.user, Action.CREATE_CHILDREN, parent.resource)
    elif asset.account_id is None:
        may_stand_beside = visit.user.is_admin
    else:
        may_stand_beside = asset.parent_asset_id is None and may_add_assets(visit, asset.account_id)
    is_foreign = asset.account_id != own
    return Copying(
        beside="" if may_stand_beside else None,
        own=f"?account={own}" if is_foreign and may_add_assets(visit, own) else None,
    )


def _site_assets(visit: PageVisit, page: AssetPage) -> Sequence[Mapping[str, Any]]:
    """Return the assets of the site that the user may read, with the fields that their flex-configs hold."""
    root = page.ancestors[0] if page.ancestors else page.asset
    scope = AssetScope(root_id=root.id, all_accessible=True)
    found = list_assets(visit.connection, visit.user, scope, Listing(page=1, per_page=MAX_ASSETS)).items
    return [
        {
            "id": each.id,
            "name": each.name,
            "flex-context": sorted(each.flex_context),
            "flex-model": sorted(each.flex_model),
        }
        for each in found
    ]
