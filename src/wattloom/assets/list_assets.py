"""List the assets of an account, of all readable accounts, or of subtrees."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, or_, select

from wattloom.accounts import Action, Kind, User, policy
from wattloom.accounts.tables import account
from wattloom.assets.asset import Asset
from wattloom.assets.read import ASSETS, to_asset
from wattloom.assets.tables import asset, asset_type
from wattloom.assets.tree import below
from wattloom.db import Listing, Page, contains, in_batches

_COLUMNS = policy.Columns(Kind.ASSET, asset.c.account_id, account.c.consultancy_account_id)
_TREE = (
    select(asset.c.id, asset.c.id.label("root_id"))
    .where(asset.c.id.in_(bindparam("ids", expanding=True)))
    .cte("tree", recursive=True)
)
# A circle of parents cannot be stored.
_BELOW = _TREE.union_all(select(asset.c.id, _TREE.c.root_id).join(_TREE, asset.c.parent_asset_id == _TREE.c.id))
_BELOW_EACH = ASSETS.add_columns(_BELOW.c.root_id).join(_BELOW, _BELOW.c.id == asset.c.id).order_by(asset.c.id)
_ORDERS: dict[str, ColumnElement[Any]] = {
    "id": asset.c.id,
    "name": func.lower(asset.c.name),
    "owner": func.lower(account.c.name),
    "type": func.lower(asset_type.c.name),
}


@dataclass(frozen=True, slots=True)
class AssetScope:
    """Which assets a list is about, before searching.

    Attributes:
        account_id: Those of this account; the caller has checked that it may be read.
        all_accessible: All that the user may read, public ones included.
        include_public: Public ones as well.
        only_owned: No public ones.
        root_id: This asset and all below it, of those that the user may read.
        depth: At most so many generations below the root, or below the top-level assets.
        asset_type_id: Those of this type.
    """

    account_id: int | None = None
    all_accessible: bool = False
    include_public: bool = False
    only_owned: bool = False
    root_id: int | None = None
    depth: int | None = None
    asset_type_id: int | None = None


def list_assets(connection: Connection, user: User, scope: AssetScope, listing: Listing) -> Page[Asset]:
    """Return the wanted part of the assets in scope; without an account or more, the user's own account's."""
    in_scope = _condition(user, scope)
    found = and_(in_scope, *(contains(term, asset.c.name, account.c.name, key=asset.c.id) for term in listing.terms))
    rows = connection.execute(listing.arrange(ASSETS.where(found), _ORDERS, asset.c.id))
    assets = [to_asset(row) for row in rows]
    if listing.page is None:
        return Page(assets, len(assets), len(assets))
    n_total = _count(connection, in_scope)
    return Page(assets, n_total, _count(connection, found) if listing.terms else n_total)


def list_assets_below(connection: Connection, user: User, root_ids: Sequence[int]) -> dict[int, list[Asset]]:
    """Return for each of several assets itself and all below it, by id, as far as the user may read them."""
    found: dict[int, list[Asset]] = {root_id: [] for root_id in root_ids}
    readable = policy.permitted(user, Action.READ, _COLUMNS)
    for ids in in_batches(root_ids):
        for *columns, root_id in connection.execute(_BELOW_EACH.where(readable), {"ids": ids}):
            found[root_id].append(to_asset(columns))
    return found


def list_public_assets(connection: Connection) -> list[Asset]:
    """Return all assets without an owner."""
    rows = connection.execute(ASSETS.where(asset.c.account_id.is_(None)).order_by(asset.c.id))
    return [to_asset(row) for row in rows]


def _condition(user: User, scope: AssetScope) -> ColumnElement[bool]:
    if scope.account_id is None and (scope.all_accessible or scope.root_id is not None):
        condition = policy.permitted(user, Action.READ, _COLUMNS)
    else:
        account_id = user.account_id if scope.account_id is None else scope.account_id
        condition = asset.c.account_id == account_id
        if scope.include_public:
            condition = or_(condition, asset.c.account_id.is_(None))
    if scope.root_id is not None or scope.depth is not None:
        is_top = asset.c.parent_asset_id.is_(None) if scope.root_id is None else asset.c.id == scope.root_id
        condition = and_(condition, asset.c.id.in_(select(below(is_top, depth=scope.depth).c.id)))
    if scope.only_owned:
        condition = and_(condition, asset.c.account_id.is_not(None))
    if scope.asset_type_id is not None:
        condition = and_(condition, asset.c.asset_type_id == scope.asset_type_id)
    return condition


def _count(connection: Connection, condition: ColumnElement[bool]) -> int:
    statement = (
        select(func.count()).select_from(asset).outerjoin(account, account.c.id == asset.c.account_id).where(condition)
    )
    return connection.execute(statement).scalar_one()
