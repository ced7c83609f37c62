"""Above and below: the tree of assets, and what is inherited along it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import CTE, ColumnElement, Connection, bindparam, literal, select

from wattloom.assets.tables import asset
from wattloom.db import in_batches, one_at_a_time
from wattloom.errors import InputError

_FAMILIES = (
    frozenset({"inflexible-device-sensors", "inflexible-consumption", "inflexible-production"}),
    frozenset({"consumption-price", "consumption-price-sensor"}),
    frozenset({"production-price", "production-price-sensor"}),
)
"""Fields that are inherited together: the nearest context with any of them hides all of them further up."""

_MAX_DEPTH = 1000


def below(start: ColumnElement[bool], *, depth: int | None = None) -> CTE:
    """Return the ids of the assets that ``start`` selects and of all below them.

    Args:
        start: Condition on the top assets.
        depth: Generations below the top to include; None for all.
    """
    top = select(asset.c.id, literal(0).label("depth")).where(start).cte("below", recursive=True)
    deeper = (
        select(asset.c.id, top.c.depth + 1)
        .join(top, asset.c.parent_asset_id == top.c.id)
        .where(top.c.depth < (_MAX_DEPTH if depth is None else min(depth, _MAX_DEPTH)))
    )
    return top.union_all(deeper)


_BELOW_ONE = below(asset.c.id == bindparam("id"))
_SUBTREE_IDS = select(_BELOW_ONE.c.id).order_by(_BELOW_ONE.c.depth, _BELOW_ONE.c.id)
_SUBTREE_FLEX_MODELS = (
    select(asset.c.id, asset.c.flex_model)
    .join(_BELOW_ONE, _BELOW_ONE.c.id == asset.c.id)
    .order_by(_BELOW_ONE.c.depth, asset.c.id)
)


def _ancestors(start: ColumnElement[bool]) -> CTE:
    lowest = (
        select(asset.c.id, asset.c.parent_asset_id, literal(0).label("height"), asset.c.id.label("start_id"))
        .where(start)
        .cte("above", recursive=True)
    )
    higher = (
        select(asset.c.id, asset.c.parent_asset_id, lowest.c.height + 1, lowest.c.start_id)
        .join(lowest, asset.c.id == lowest.c.parent_asset_id)
        .where(lowest.c.height < _MAX_DEPTH)
    )
    return lowest.union_all(higher)


_ABOVE_ONE = _ancestors(asset.c.id == bindparam("id"))
_INHERITED = (
    select(asset.c.id, asset.c.flex_context)
    .join(_ABOVE_ONE, _ABOVE_ONE.c.id == asset.c.id)
    .order_by(_ABOVE_ONE.c.height)
)
_ABOVE_EACH = _ancestors(asset.c.id.in_(bindparam("ids", expanding=True)))
_ABOVE_SEVERAL = select(_ABOVE_EACH.c.start_id, _ABOVE_EACH.c.id)


def subtree_ids(connection: Connection, asset_id: int) -> list[int]:
    """Return the ids of an asset and all assets below it, top first; empty if there is no such asset."""
    return list(connection.scalars(_SUBTREE_IDS, {"id": asset_id}))


def ancestor_ids(connection: Connection, asset_id: int) -> list[int]:
    """Return the ids of an asset and all assets above it, nearest first."""
    return [row.id for row in connection.execute(_INHERITED, {"id": asset_id})]


def ancestors_of(connection: Connection, asset_ids: Iterable[int]) -> dict[int, set[int]]:
    """Return for each of several assets itself and all above it; unknown ones are left out."""
    found: dict[int, set[int]] = {}
    for ids in in_batches(asset_ids):
        for row in connection.execute(_ABOVE_SEVERAL, {"ids": ids}):
            found.setdefault(row.start_id, set()).add(row.id)
    return found


def check_no_circle(connection: Connection, asset_id: int, parent_id: int) -> None:
    """Let a new parent pass that is not the asset itself, nor below it; no two moves are checked at once.

    Raises:
        InputError: It is.
    """
    # Each of two moves at once may be fine, and both together close a circle.
    one_at_a_time(connection, "move assets")
    if asset_id in ancestor_ids(connection, parent_id):
        raise InputError("An asset cannot be below itself.", field="parent_asset_id")


def inherited_flex_context(connection: Connection, asset_id: int) -> dict[str, Any]:
    """Return the flex-context in force at an asset.

    Its own fields come first; each other field comes from the nearest asset
    above that has it; see :func:`merge_flex_contexts`.
    """
    rows = connection.execute(_INHERITED, {"id": asset_id})
    return merge_flex_contexts([row.flex_context for row in rows])


def merge_flex_contexts(contexts: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what contexts add up to, nearest first.

    Field by field the nearest counts. Fields that say the same thing in
    different words, as a price and its deprecated spelling, or the lists of
    inflexible devices, count as one.
    """
    merged: dict[str, Any] = {}
    for context in contexts:
        hidden = {name for family in _FAMILIES if not family.isdisjoint(merged) for name in family}
        merged |= {name: value for name, value in context.items() if name not in merged and name not in hidden}
    return merged


def collect_flex_models(connection: Connection, asset_id: int) -> dict[int, dict[str, Any]]:
    """Return the flex-models of an asset and all below it that have one, by asset id, top first."""
    rows = connection.execute(_SUBTREE_FLEX_MODELS, {"id": asset_id})
    return {row.id: dict(row.flex_model) for row in rows if row.flex_model}
