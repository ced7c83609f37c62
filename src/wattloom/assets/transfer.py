"""Give assets to another account, or put them below another asset."""

from datetime import datetime

from sqlalchemy import Connection, update

from wattloom.accounts import Account, AuditEvent, User
from wattloom.assets.asset import Asset
from wattloom.assets.audit import record_asset_audit
from wattloom.assets.fields import check_names
from wattloom.assets.read import get_asset
from wattloom.assets.tables import asset as table
from wattloom.assets.tree import check_no_circle, subtree_ids
from wattloom.db import unique_or_conflict


def transfer_ownership(
    connection: Connection, asset: Asset, owner: Account, *, by: User | None, now: datetime
) -> list[Asset]:
    """Give an asset and all below it to an account, and record that.

    Args:
        connection: A write transaction.
        asset: The top one; it stays below the asset that it is below.
        owner: Whom they are to belong to.
        by: Who does it and may do so; None for the command line.
        now: Time of the audit records.

    Returns:
        The assets that had another owner, as they were.

    Raises:
        InputError: The account has an asset of the same name or external id.
        ConflictError: A concurrent request made one.
    """
    subtree = (get_asset(connection, asset_id) for asset_id in subtree_ids(connection, asset.id))
    transferred = [each for each in subtree if each.account_id != owner.id]
    for each in transferred:
        _check_names(connection, each, account_id=owner.id, parent_id=each.parent_asset_id)
        with unique_or_conflict():
            connection.execute(update(table).where(table.c.id == each.id).values(account_id=owner.id))
        to = f"to '{owner.name}': {owner.id}"
        text = (
            f"Assign ownership to public asset '{each.name}': {each.id} {to}"
            if each.account_id is None
            else f"Transferred ownership for asset '{each.name}': {each.id} "
            f"from '{each.account_name}': {each.account_id} {to}"
        )
        change = {"field": "account_id", "from": each.account_id, "to": owner.id}
        event = AuditEvent(text, "asset.updated", {"asset": each.id, "changes": [change]})
        record_asset_audit(connection, each.id, event, by=by, now=now)
    return transferred


def transfer_parenthood(
    connection: Connection, asset: Asset, parent: Asset | None, *, by: User | None, now: datetime
) -> bool:
    """Put an asset, with all below it, below another asset, and record that.

    Args:
        connection: A write transaction.
        asset: What to move; it stays with its owner.
        parent: What it is to be below; None makes it a top-level asset.
        by: Who does it and may do so; None for the command line.
        now: Time of the audit record.

    Returns:
        Whether that changes anything.

    Raises:
        InputError: An asset of this name is there already, or the parent is below the asset.
        ConflictError: A concurrent request put one there.
    """
    parent_id = parent.id if parent is not None else None
    if parent_id == asset.parent_asset_id:
        return False
    if parent_id is not None:
        check_no_circle(connection, asset.id, parent_id)
    _check_names(connection, asset, account_id=asset.account_id, parent_id=parent_id)
    with unique_or_conflict():
        connection.execute(update(table).where(table.c.id == asset.id).values(parent_asset_id=parent_id))
    old = get_asset(connection, asset.parent_asset_id) if asset.parent_asset_id is not None else None
    what, source = f"asset '{asset.name}' (ID: {asset.id})", f"from {_named(old)}"
    text = f"Orphaned {what}: {source} to no parent"
    if parent is not None:
        text = f"Parent changed for {what}: {source} to {_named(parent)}"
    change = {"field": "parent_asset_id", "from": asset.parent_asset_id, "to": parent_id}
    event = AuditEvent(text, "asset.updated", {"asset": asset.id, "changes": [change]})
    record_asset_audit(connection, asset.id, event, by=by, now=now)
    return True


def _check_names(connection: Connection, asset: Asset, *, account_id: int | None, parent_id: int | None) -> None:
    values = {
        "name": asset.name,
        "external_id": asset.external_id,
        "account_id": account_id,
        "parent_asset_id": parent_id,
    }
    check_names(connection, values, asset_id=asset.id)


def _named(asset: Asset | None) -> str:
    return f"'{asset.name}' (ID: {asset.id})" if asset is not None else "no parent"
