"""What all pages of one asset share: where it stands in its tree, and the tabs."""

from dataclasses import dataclass

from wattloom.accounts import Action, policy
from wattloom.assets import Asset, ancestor_ids, assets_by_id
from wattloom.http import PageVisit
from wattloom.language import gettext as _


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the pages of an asset."""

    title: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class AssetPage:
    """What stands above the content of each page of an asset.

    Attributes:
        asset: What the page is about.
        ancestors: The assets above it that the user may read, from the root down.
        tabs: The pages of the asset.
        may_change: Whether the user may change it.
        may_extend: Whether the user may add sensors and assets below it, and schedule it.
        may_delete: Whether the user may delete it.
    """

    asset: Asset
    ancestors: tuple[Asset, ...]
    tabs: tuple[Tab, ...]
    may_change: bool
    may_extend: bool
    may_delete: bool


def asset_page(visit: PageVisit, asset: Asset) -> AssetPage:
    """Return what stands above a page of an asset."""
    ids = ancestor_ids(visit.connection, asset.id)[:0:-1]  # without the asset itself, from the root down
    known = assets_by_id(visit.connection, ids)
    readable = [known[i] for i in ids if policy.allows(visit.user, Action.READ, known[i].resource)]
    return AssetPage(
        asset=asset,
        ancestors=tuple(readable),
        tabs=tuple(_tabs(asset, visit.request.url.path)),
        may_change=policy.allows(visit.user, Action.UPDATE, asset.resource),
        may_extend=policy.allows(visit.user, Action.CREATE_CHILDREN, asset.resource),
        may_delete=policy.allows(visit.user, Action.DELETE, asset.resource),
    )


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
    return [Tab(title, url, is_current=path == url) for url, title in urls.items()]
