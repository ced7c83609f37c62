"""Change an asset."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, update

from wattloom.accounts import Action, AuditEvent, User, policy
from wattloom.assets.asset import Asset
from wattloom.assets.audit import record_asset_audit
from wattloom.assets.create_asset import root_of
from wattloom.assets.describe_changes import (
    describe_attribute_changes,
    describe_flex_changes,
    describe_graph_changes,
)
from wattloom.assets.fields import check_names, check_references
from wattloom.assets.read import asset_resource, get_asset
from wattloom.assets.references import store_references
from wattloom.assets.tables import asset as table
from wattloom.assets.tree import check_no_circle
from wattloom.db import unique_or_conflict
from wattloom.errors import InputError


def update_asset(
    connection: Connection, asset: Asset, changes: Mapping[str, Any], *, by: User | None, now: datetime
) -> Asset:
    """Change fields of an asset and record what changed.

    Args:
        connection: A write transaction.
        asset: The asset as it is.
        changes: New values by field, with the names of :class:`NewAsset`; a flex-context
            or flex-model among them has been validated. The account cannot change.
        by: Who changes it and may update it; None for the command line.
        now: Time of the audit records.

    Raises:
        InputError: A field is wrong; names it.
        PermissionDeniedError: The user may not add assets to the new parent.
        ConflictError: A concurrent request took the name.
    """
    assert "account_id" not in changes
    old = _values_of(asset)
    changed = {name: value for name, value in changes.items() if value != old[name]}
    check_references(connection, changed)
    if "parent_asset_id" in changed:
        _check_new_parent(connection, asset, changed["parent_asset_id"], by)
    check_names(connection, old | changed, asset_id=asset.id)
    if changed:
        columns = {"asset_type_id" if name == "generic_asset_type_id" else name: v for name, v in changed.items()}
        with unique_or_conflict():
            connection.execute(update(table).where(table.c.id == asset.id).values(columns))
        store_references(connection, asset.id, changed)
        record_asset_audit(connection, asset.id, *_events(asset.id, old, changed), by=by, now=now)
    return get_asset(connection, asset.id)


def _values_of(asset: Asset) -> dict[str, Any]:
    names = (
        "name", "description", "latitude", "longitude", "account_id", "parent_asset_id", "external_id", "attributes",
        "flex_context", "flex_model", "sensors_to_show", "sensors_to_show_as_kpis",
    )  # fmt: skip
    return {name: getattr(asset, name) for name in names} | {"generic_asset_type_id": asset.asset_type.id}


def _check_new_parent(connection: Connection, asset: Asset, parent_id: int | None, by: User | None) -> None:
    if parent_id is None:
        target = root_of(connection, asset.account_id)
    else:
        target = asset_resource(connection, parent_id)
        if target.account_id != asset.account_id:
            raise InputError("The parent must belong to the same account.", field="parent_asset_id")
        check_no_circle(connection, asset.id, parent_id)
    if by is not None:
        policy.check(by, Action.CREATE_CHILDREN, target)


def _events(asset_id: int, old: Mapping[str, Any], changed: Mapping[str, Any]) -> Iterator[AuditEvent]:
    for name, value in changed.items():
        change = {"field": name, "from": old[name], "to": value}
        for text in _texts(name, old[name], value):
            yield AuditEvent(text, "asset.updated", {"asset": asset_id, "changes": [change]})


def _texts(name: str, old: Any, new: Any) -> list[str]:
    match name:
        case "attributes":
            return describe_attribute_changes(old, new)
        case "flex_context" | "flex_model":
            return [describe_flex_changes(name, old, new)]
        case "sensors_to_show":
            return [describe_graph_changes(old, new)]
        case _:
            return [f"Updated: {name}, From: {old}, To: {new}"]
