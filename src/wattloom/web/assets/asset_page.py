"""What all pages of one asset share: where it stands in its tree, the tabs, and which of them opens first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wattloom.accounts import Account, Action, AssetView, get_account, policy, read_preferences
from wattloom.assets import Asset, AssetScope, ancestor_ids, assets_by_id, list_assets, read_relations
from wattloom.db import Listing
from wattloom.http import PageVisit
from wattloom.language import gettext as _

MAX_SIBLINGS: Final = 50
_VIEWS: Final[Mapping[str, AssetView]] = {
    "graphs": "Graphs",
    "context": "Context",
    "properties": "Properties",
    "status": "Status",
    "auditlog": "Audit Log",
}
"""The pages that users may choose to open first, by the last part of their address."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the pages of an asset."""

    title: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Crumb:
    """A place above an asset, or beside it; without an address it is only a name."""

    title: str
    url: str | None


@dataclass(frozen=True, slots=True)
class AssetPage:
    """What stands above the content of each page of an asset.

    Attributes:
        asset: What the page is about.
        account: Its owner if the user may read it.
        ancestors: The assets above it that the user may read, from the root down.
        crumbs: What leads to it: account (for who has several) and ancestors, or what its attribute ``breadcrumb_ancestry`` says.
        siblings: What stands beside it, or what its attribute ``breadcrumb_siblings`` says; the asset left out.
        tabs: The pages of the asset.
        view: What the present page is called among those that may open first; None for the others.
        is_default_view: Whether it is the one that the user chose to open first.
        may_change: Whether the user may change it.
        may_extend: Whether the user may add sensors and assets below it, and schedule it.
        may_delete: Whether the user may delete it.
    """

    asset: Asset
    account: Account | None
    ancestors: tuple[Asset, ...]
    crumbs: tuple[Crumb, ...]
    siblings: tuple[Crumb, ...]
    tabs: tuple[Tab, ...]
    view: AssetView | None
    is_default_view: bool
    may_change: bool
    may_extend: bool
    may_delete: bool


def asset_page(visit: PageVisit, asset: Asset) -> AssetPage:
    """Return what stands above a page of an asset."""
    account, ancestors = _account(visit, asset), _ancestors(visit, asset)
    path = visit.request.url.path
    view = _VIEWS.get(path.rpartition("/")[2])
    return AssetPage(
        asset=asset,
        account=account,
        ancestors=ancestors,
        crumbs=_stated(asset, "breadcrumb_ancestry") or _crumbs(visit, account, ancestors),
        siblings=_stated(asset, "breadcrumb_siblings") or _siblings(visit, asset, ancestors),
        tabs=tuple(_tabs(asset, path)),
        view=view,
        is_default_view=view is not None and read_preferences(visit.connection, visit.user).default_asset_view == view,
        may_change=policy.allows(visit.user, Action.UPDATE, asset.resource),
        may_extend=policy.allows(visit.user, Action.CREATE_CHILDREN, asset.resource),
        may_delete=policy.allows(visit.user, Action.DELETE, asset.resource),
    )


def default_page(visit: PageVisit, asset: Asset) -> str:
    """Return the address of the page that opens first: the user's choice, else what suits the asset.

    A site that holds devices opens with its overview, everything else with its structure.
    """
    chosen = read_preferences(visit.connection, visit.user).default_asset_view
    name = next((name for name, view in _VIEWS.items() if view == chosen), None)
    if name is None:
        has_devices = bool(read_relations(visit.connection, visit.user, [asset.id])[asset.id].children)
        is_site = has_devices and asset.account_id is not None and asset.parent_asset_id is None
        name = "overview" if is_site else "context"
    return f"/assets/{asset.id}/{name}"


def _account(visit: PageVisit, asset: Asset) -> Account | None:
    if asset.account_id is None:
        return None
    account = get_account(visit.connection, asset.account_id)
    return account if policy.allows(visit.user, Action.READ, account.resource) else None


def _ancestors(visit: PageVisit, asset: Asset) -> tuple[Asset, ...]:
    ids = ancestor_ids(visit.connection, asset.id)[:0:-1]  # without the asset itself, from the root down
    known = assets_by_id(visit.connection, ids)
    return tuple(known[i] for i in ids if policy.allows(visit.user, Action.READ, known[i].resource))


def _crumbs(visit: PageVisit, account: Account | None, ancestors: Sequence[Asset]) -> tuple[Crumb, ...]:
    if account is None:
        top = [Crumb(_("Assets"), "/assets")]
    else:
        # Who has one account only knows whose it is, and often it is called like the site.
        top = [Crumb(account.name, f"/accounts/{account.id}")] if visit.user.has_several_accounts else []
    return (*top, *(Crumb(above.name, f"/assets/{above.id}") for above in ancestors))


def _siblings(visit: PageVisit, asset: Asset, ancestors: Sequence[Asset]) -> tuple[Crumb, ...]:
    if asset.parent_asset_id is None:
        top = AssetScope(account_id=asset.account_id, all_accessible=asset.account_id is None, depth=0)
        found = list_assets(visit.connection, visit.user, top, Listing(page=1, per_page=MAX_SIBLINGS, sort_by="name"))
        beside = [(each.id, each.name) for each in found.items if each.account_id == asset.account_id]
    elif ancestors and ancestors[-1].id == asset.parent_asset_id:
        related = read_relations(visit.connection, visit.user, [asset.parent_asset_id])[asset.parent_asset_id]
        beside = sorted(((each.id, each.name) for each in related.children), key=lambda each: each[1].lower())
    else:
        beside = []
    return tuple(Crumb(name, f"/assets/{i}") for i, name in beside[:MAX_SIBLINGS] if i != asset.id)


def _stated(asset: Asset, attribute: str) -> tuple[Crumb, ...]:
    """Return what an attribute says, in the form of FlexMeasures: objects with a name and an address.

    Only addresses of the web are followed: others could be scripts.
    """
    stated = asset.attributes.get(attribute)
    items = stated if isinstance(stated, list) else []
    return tuple(
        Crumb(str(item.get("name")), url if isinstance(url := item.get("url"), str) and _is_address(url) else None)
        for item in items
        if isinstance(item, Mapping) and item.get("name")
    )


def _is_address(url: str) -> bool:
    return url.startswith(("/", "https://", "http://"))


def _tabs(asset: Asset, path: str) -> list[Tab]:
    names = {
        "overview": _("Overview"),
        "graphs": _("Graphs"),
        "context": _("Structure"),
        "properties": _("Properties"),
        "status": _("Status"),
        "auditlog": _("Log"),
    }
    urls = {f"/assets/{asset.id}/{name}": title for name, title in names.items()}
    return [Tab(title, url, is_current=path == url or path.startswith(f"{url}/")) for url, title in urls.items()]
