"""Copy an asset with all below it: assets, sensors and flex-config, and nothing that was recorded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count, groupby
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from wattloom.accounts import Action, AuditEvent, Quota, User, account_resource, check_quota, policy
from wattloom.assets.asset import Asset
from wattloom.assets.audit import record_asset_audit
from wattloom.assets.create_asset import root_of
from wattloom.assets.fields import siblings_at
from wattloom.assets.read import ASSETS, asset_resource, get_asset, to_asset
from wattloom.assets.references import REFERRING_FIELDS, add_references, repointed
from wattloom.assets.tables import asset as table
from wattloom.assets.tables import asset_reference
from wattloom.assets.tree import below
from wattloom.db import in_batches, one_at_a_time, unique_or_conflict
from wattloom.errors import InputError, NotFoundError
from wattloom.timeseries.tables import sensor as sensor_table

MAX_ASSETS = 10_000
"""Largest tree that is copied."""

_MAX_NAME = 80
_BELOW = below(table.c.id == bindparam("id"))
_TREE = (
    ASSETS.add_columns(_BELOW.c.depth)
    .join(_BELOW, _BELOW.c.id == table.c.id)
    .order_by(_BELOW.c.depth, table.c.id)
    .limit(MAX_ASSETS + 1)
)
# Nothing is copied that another system knows by an id of its own.
_COPIED = ("description", "latitude", "longitude", "attributes")
_NO_FLEX_CONFIG: Mapping[str, Any] = {
    "flex_context": {},
    "flex_model": {},
    "sensors_to_show": [],
    "sensors_to_show_as_kpis": [],
}


@dataclass(frozen=True, slots=True)
class CopyTarget:
    """Where a copy is to stand.

    Attributes:
        account_id: Owner of all copies; None for that of the parent.
        parent_id: What the copy of the topmost asset is below; None for the top of the account. Without
            an account either, the copy becomes a sibling of the original.
    """

    account_id: int | None = None
    parent_id: int | None = None


def copy_asset(connection: Connection, source: Asset, target: CopyTarget, *, by: User | None, now: datetime) -> Asset:
    """Copy an asset, the assets below it and their sensors, and record that.

    What refers to copied sensors and assets refers to their copies then. Other
    references are kept when all may read what they lead to, else taken out.
    Assets below that the user may not read are left out, with all below them.

    Args:
        connection: A write transaction.
        source: The topmost asset; the user may read it.
        target: Where to.
        by: Who copies it; None for the command line, which may do everything.
        now: Time of the audit record.

    Returns:
        The copy, called like the original and `` (Copy)``, or `` (Copy 2)`` and so on.

    Raises:
        NotFoundError: There is no such account.
        InputError: There is no such parent, or it is among what is copied; or that is too much, also for the plan.
        PermissionDeniedError: The user may not add assets there.
        ConflictError: A concurrent request took the name.
    """
    place = _settled(connection, source, target)
    tree = _read_tree(connection, source, by)
    if target.parent_id is not None and any(each.id == target.parent_id for each, _ in tree):
        raise InputError("An asset cannot be copied below itself.", field="parent")
    if by is not None:
        _check_may_create(connection, by, place)
    check_quota(connection, place.account_id, Quota.ASSETS, n_more=len(tree), field="account")
    one_at_a_time(connection, f"copies below {place}")
    name = _free_name(connection, source.name, place)
    assets = _copy_assets(connection, tree, place, name)
    sensors = _copy_sensors(connection, assets)
    _copy_flex_config(connection, [each for each, _ in tree], assets, sensors)
    copy_id = assets[source.id]
    event = AuditEvent(
        f"Copied asset '{source.name}': {source.id} to '{name}': {copy_id}",
        "asset.copied",
        {"asset": copy_id, "name": name, "from": source.id, "assets": len(assets), "sensors": len(sensors)},
    )
    record_asset_audit(connection, copy_id, event, by=by, now=now)
    return get_asset(connection, copy_id)


def _settled(connection: Connection, source: Asset, target: CopyTarget) -> CopyTarget:
    if target.account_id is not None:
        account_resource(connection, target.account_id)
    if target.parent_id is None:
        return CopyTarget(source.account_id, source.parent_asset_id) if target.account_id is None else target
    try:
        parent = asset_resource(connection, target.parent_id)
    except NotFoundError as error:
        raise InputError(error.message, field="parent") from error
    return CopyTarget(parent.account_id if target.account_id is None else target.account_id, target.parent_id)


def _check_may_create(connection: Connection, by: User, place: CopyTarget) -> None:
    if place.parent_id is not None:
        parent = asset_resource(connection, place.parent_id)
        policy.check(by, Action.CREATE_CHILDREN, parent)
        if parent.account_id == place.account_id:
            return
    policy.check(by, Action.CREATE_CHILDREN, root_of(connection, place.account_id))


def _read_tree(connection: Connection, source: Asset, by: User | None) -> list[tuple[Asset, int]]:
    """Return the asset and those below it that may be read, each with its depth, top first."""
    rows = connection.execute(_TREE, {"id": source.id}).all()
    if len(rows) > MAX_ASSETS:
        raise InputError(f"More than {MAX_ASSETS} assets are too many to copy at once.", field="id")
    tree: dict[int, tuple[Asset, int]] = {}
    for *row, depth in rows:
        found = to_asset(row)
        is_reached = found.id == source.id or found.parent_asset_id in tree
        if is_reached and (by is None or policy.allows(by, Action.READ, found.resource)):
            tree[found.id] = (found, depth)
    return list(tree.values())


def _free_name(connection: Connection, name: str, place: CopyTarget) -> str:
    siblings = siblings_at(place.parent_id, place.account_id)
    taken = set(connection.scalars(select(table.c.name).where(siblings, table.c.name.contains(" (Copy"))))
    suffixes = (" (Copy)" if n == 1 else f" (Copy {n})" for n in count(1))
    names = (f"{name[: _MAX_NAME - len(suffix)]}{suffix}" for suffix in suffixes)
    return next(free for free in names if free not in taken)


def _copy_assets(
    connection: Connection, tree: Iterable[tuple[Asset, int]], place: CopyTarget, name: str
) -> dict[int, int]:
    """Insert the copies, one generation at a time, and return their ids by those of the originals."""
    ids: dict[int, int] = {}
    for depth, generation in groupby(tree, key=lambda found: found[1]):
        rows = {}
        for asset, _ in generation:
            where = {
                "name": asset.name if depth else name,
                "parent_asset_id": ids[asset.parent_asset_id or 0] if depth else place.parent_id,
                "account_id": place.account_id,
                "asset_type_id": asset.asset_type.id,
            }
            rows[asset.id] = where | {column: getattr(asset, column) for column in _COPIED}
        statement = insert(table).returning(table.c.id, table.c.parent_asset_id, table.c.name)
        with unique_or_conflict():
            inserted = connection.execute(statement, list(rows.values()))
        new = {(row.parent_asset_id, row.name): row.id for row in inserted}
        ids |= {old: new[row["parent_asset_id"], row["name"]] for old, row in rows.items()}
    return ids


def _copy_sensors(connection: Connection, assets: Mapping[int, int]) -> dict[int, int]:
    """Insert copies of the sensors of assets, and return their ids by those of the originals."""
    columns = [column for column in sensor_table.c if column.name not in {"id", "generic_asset_id"}]
    ids: dict[int, int] = {}
    for batch in in_batches(assets):
        owned = select(sensor_table).where(sensor_table.c.generic_asset_id.in_(batch)).order_by(sensor_table.c.id)
        rows = {
            row.id: {column.name: getattr(row, column.name) for column in columns}
            | {"generic_asset_id": assets[row.generic_asset_id]}
            for row in connection.execute(owned)
        }
        if rows:
            statement = insert(sensor_table).returning(
                sensor_table.c.id, sensor_table.c.generic_asset_id, sensor_table.c.name
            )
            inserted = connection.execute(statement, list(rows.values()))
            new = {(row.generic_asset_id, row.name): row.id for row in inserted}
            ids |= {old: new[row["generic_asset_id"], row["name"]] for old, row in rows.items()}
    return ids


def _copy_flex_config(
    connection: Connection, originals: Iterable[Asset], assets: Mapping[int, int], sensors: Mapping[int, int]
) -> None:
    public = _public_references(connection, assets)
    targets: dict[str, dict[int, int]] = {
        "asset": {**public["asset"], **assets},
        "sensor": {**public["sensor"], **sensors},
    }

    def target(kind: str, item_id: int) -> int | None:
        return targets[kind].get(item_id)

    copies = {}
    for asset in originals:
        shown = {name: getattr(asset, name) for name in REFERRING_FIELDS}
        if shown != _NO_FLEX_CONFIG:
            copies[assets[asset.id]] = {name: repointed(name, value, target) for name, value in shown.items()}
    if copies:
        statement = update(table).where(table.c.id == bindparam("copy_id"))
        connection.execute(
            statement.values({name: bindparam(name) for name in REFERRING_FIELDS}),
            [{"copy_id": copy_id, **values} for copy_id, values in copies.items()],
        )
        add_references(connection, copies)


def _public_references(connection: Connection, assets: Iterable[int]) -> dict[str, dict[int, int]]:
    """Return the public sensors and assets that assets refer to, each standing for itself."""
    found: dict[str, dict[int, int]] = {"asset": {}, "sensor": {}}
    for batch in in_batches(assets):
        refers = asset_reference.c.asset_id.in_(batch)
        is_public = table.c.account_id.is_(None)
        sensors = (
            select(sensor_table.c.id)
            .join(table, table.c.id == sensor_table.c.generic_asset_id)
            .where(is_public, sensor_table.c.id.in_(select(asset_reference.c.sensor_id).where(refers)))
        )
        referenced = select(asset_reference.c.referenced_asset_id).where(refers)
        found["sensor"] |= {key: key for key in connection.scalars(sensors)}
        found["asset"] |= {
            key: key for key in connection.scalars(select(table.c.id).where(is_public, table.c.id.in_(referenced)))
        }
    return found
