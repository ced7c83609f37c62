"""A new asset: made from scratch, or copied from one that is there."""

from dataclasses import dataclass

from fastapi import APIRouter, Response

from wattloom.accounts import Account, Action, Kind, Resource, get_account, list_accounts, policy
from wattloom.assets import (
    Asset,
    AssetScope,
    get_asset,
    list_asset_types,
    list_assets,
    list_public_assets,
    read_relations,
)
from wattloom.db import Listing
from wattloom.errors import PermissionDeniedError
from wattloom.http import Id, PageVisit, Visit, make_router
from wattloom.language import gettext as _
from wattloom.sites import Box
from wattloom.web.asset_types import type_explanation, type_name
from wattloom.web.assets.list import may_add_assets
from wattloom.web.assets.map_bounds import map_bounds
from wattloom.web.rendering import Pages
from wattloom.web.tables import listing_of, table_state

MAX_PARENTS = 500


@dataclass(frozen=True, slots=True)
class Place:
    """Where a new asset is to stand.

    Attributes:
        account: Its owner; None for public assets.
        parent: What it is below, where the address says so.
        parents: What it may be put below, where the address does not.
        accounts: The owners that an admin may choose from.
    """

    account: Account | None
    parent: Asset | None
    parents: tuple[Asset, ...]
    accounts: tuple[Account, ...]

    @property
    def parent_options(self) -> list[tuple[str, str]]:
        """What may be chosen as parent: ids and names."""
        return [("", _("nothing: it is a site")), *((str(each.id), each.name) for each in self.parents)]

    @property
    def query(self) -> dict[str, str]:
        """The parts of the address that say so."""
        if self.parent is not None:
            return {"parent_asset_id": str(self.parent.id)}
        return {"account_id": str(self.account.id)} if self.account is not None else {"public": "true"}

    @property
    def may_copy(self) -> bool:
        """Whether assets may be copied to here; a copy without owner and parent would stand beside the original."""
        return self.parent is not None or self.account is not None

    @property
    def copy_query(self) -> str:
        """The query that copies an asset to here."""
        if self.parent is not None:
            return f"?parent={self.parent.id}"
        assert self.account is not None, "nothing is copied to the top of what is public"
        return f"?account={self.account.id}"

    @property
    def bounds(self) -> Box:
        """What the map shows on which its location is chosen."""
        return map_bounds([self.parent] if self.parent is not None else [])


def new_asset_routes(pages: Pages) -> APIRouter:
    """Return the routes of ``/assets/new``."""
    router = make_router()

    @router.get("/assets/new")
    def show_new(
        visit: Visit,
        parent_asset_id: Id | None = None,
        account_id: Id | None = None,
        public: bool = False,  # noqa: FBT001, FBT002 - a part of the query
        tab: str = "create",
    ) -> Response:
        place = _public_place(visit) if public else _place(visit, parent_asset_id, account_id)
        types = sorted(list_asset_types(visit.connection), key=type_name)
        context: dict[str, object] = {
            "place": place,
            "types": [(kind, type_explanation(kind)) for kind in types],
            "tab": "copy" if tab == "copy" and place.may_copy else "create",
        }
        return pages.show("assets/new.html", visit, context | _originals(visit, place))

    return router


def _place(visit: PageVisit, parent_id: int | None, account_id: int | None) -> Place:
    """Return where the new asset is to stand.

    Raises:
        NotFoundError: The parent or account does not exist.
        PermissionDeniedError: The user may not add assets there.
    """
    if parent_id is not None:
        parent = get_asset(visit.connection, parent_id)
        policy.check(visit.user, Action.CREATE_CHILDREN, parent.resource)
        owner = None if parent.account_id is None else get_account(visit.connection, parent.account_id)
        return Place(owner, parent, (), ())
    account = get_account(visit.connection, visit.user.account_id if account_id is None else account_id)
    if not may_add_assets(visit, account.id):
        raise PermissionDeniedError(Action.CREATE_CHILDREN, account.resource.kind)
    scope, listing = AssetScope(account_id=account.id), Listing(page=1, per_page=MAX_PARENTS, sort_by="name")
    parents = list_assets(visit.connection, visit.user, scope, listing).items
    return Place(account, None, tuple(parents), _accounts(visit))


def _public_place(visit: PageVisit) -> Place:
    """Return where a new public asset is to stand; only admins make some."""
    policy.check(visit.user, Action.CREATE_CHILDREN, Resource(Kind.ASSET))
    return Place(None, None, tuple(list_public_assets(visit.connection)), _accounts(visit))


def _accounts(visit: PageVisit) -> tuple[Account, ...]:
    if not visit.user.is_admin:
        return ()
    return tuple(list_accounts(visit.connection, visit.user, Listing(sort_by="name")).items)


def _originals(visit: PageVisit, place: Place) -> dict[str, object]:
    """Return what may be copied."""
    listing = listing_of(visit.request, {"name", "owner", "type"})
    found = list_assets(visit.connection, visit.user, AssetScope(all_accessible=True), listing)
    return {
        "originals": found.items,
        "relations": read_relations(visit.connection, visit.user, [each.id for each in found.items]),
        "table": table_state(visit.request, listing, found.n_filtered, tab="copy", **place.query),
    }
