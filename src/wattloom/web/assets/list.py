"""The list of assets: all that somebody may see, or those of one account."""

from collections.abc import Iterator, Mapping, Sequence

from fastapi import APIRouter, Response

from wattloom.accounts import Account, Action, account_resource, policy
from wattloom.assets import Asset, AssetScope, Relations, list_asset_types, list_assets, read_relations
from wattloom.http import PageVisit, ReadableAccount, Visit, make_router
from wattloom.language import gettext as _
from wattloom.web.asset_types import type_name
from wattloom.web.rendering import Pages
from wattloom.web.tables import asks_for_csv, csv_answer, listing_of, table_state, whole

_SORTABLE = frozenset({"id", "name", "type", "owner"})


def list_routes(pages: Pages) -> APIRouter:
    """Return the routes of ``/assets`` and ``/assets/owned_by/<account>``."""
    router = make_router()

    @router.get("/assets")
    def show_assets(visit: Visit, asset_type: str = "") -> Response:
        return _show(pages, visit, None, asset_type)

    @router.get("/assets/owned_by/{id}")
    def show_owned(account: ReadableAccount, visit: Visit, asset_type: str = "") -> Response:
        return _show(pages, visit, account, asset_type)

    return router


def may_add_assets(visit: PageVisit, account_id: int | None = None) -> bool:
    """Return whether the user may add top-level assets: to an account, by default the own one."""
    own = visit.user.account_id
    if account_id not in {None, own} and not visit.user.is_admin:
        return False
    return policy.allows(visit.user, Action.CREATE_CHILDREN, account_resource(visit.connection, account_id or own))


def _show(pages: Pages, visit: PageVisit, account: Account | None, asset_type: str) -> Response:
    types = sorted(list_asset_types(visit.connection), key=type_name)
    chosen = next((kind for kind in types if kind.name == asset_type), None)
    scope = AssetScope(
        account_id=None if account is None else account.id,
        all_accessible=account is None,
        asset_type_id=None if chosen is None else chosen.id,
    )
    listing = listing_of(visit.request, _SORTABLE)
    wants_file = asks_for_csv(visit.request)
    found = list_assets(visit.connection, visit.user, scope, whole(listing) if wants_file else listing)
    relations = read_relations(visit.connection, visit.user, [asset.id for asset in found.items])
    if wants_file:
        return csv_answer(_("assets"), _csv_headings(), _csv_rows(found.items, relations))
    context = {
        "account": account,
        "assets": found.items,
        "relations": relations,
        "table": table_state(
            visit.request, listing, found.n_filtered, asset_type="" if chosen is None else chosen.name
        ),
        "types": types,
        "chosen": chosen,
        "may_add": may_add_assets(visit, None if account is None else account.id),
    }
    return pages.show("assets/list.html", visit, context)


def _csv_headings() -> list[str]:
    names = (_("ID"), _("Name"), _("Type"), _("Account"), _("Latitude"), _("Longitude"), _("Sensors"), _("Children"))
    return [*names, _("Parent ID")]


def _csv_rows(assets: Sequence[Asset], relations: Mapping[int, Relations]) -> Iterator[Sequence[object]]:
    for asset in assets:
        related = relations[asset.id]
        yield (
            asset.id,
            asset.name,
            type_name(asset.asset_type),
            asset.account_name,
            asset.latitude,
            asset.longitude,
            len(related.sensors),
            len(related.children),
            asset.parent_asset_id,
        )
