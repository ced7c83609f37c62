"""Delete an account with everything that belongs to it."""

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from wattloom.accounts import (
    OPERATOR,
    Account,
    AuditEvent,
    User,
    clients_of_account,
    delete_user,
    list_users,
    record_audit,
)
from wattloom.accounts.tables import account as table
from wattloom.assets.audit import record_asset_audit
from wattloom.assets.delete_asset import deletion_of, gone_with
from wattloom.assets.references import Gone, prune_references
from wattloom.assets.tables import asset
from wattloom.db import Listing, unique_or_conflict


def delete_account(connection: Connection, account: Account, *, by: User | None, now: datetime) -> None:
    """Delete an account, its users, its assets, all below these, their sensors and all that was recorded for them.

    Accounts that it looked after stay, without consultancy. Data sources, what
    its users recorded on sensors of others, and audit records stay. References
    to what goes are taken out of other assets.

    Args:
        connection: A write transaction.
        account: What to delete.
        by: Who deletes it and may do so; None for the command line.
        now: Time of the audit records.
    """
    gone = gone_with_account(connection, account.id)
    prune_references(connection, gone, by=by, now=now, except_in=gone.assets.keys())
    owned = select(asset.c.id, asset.c.name).where(asset.c.account_id == account.id)
    for asset_id, name in connection.execute(owned).all():
        record_asset_audit(connection, asset_id, deletion_of(asset_id, name), by=by, now=now)
    for user in list_users(connection, OPERATOR, Listing(), account_id=account.id, include_inactive=True).items:
        delete_user(connection, user, by=by, now=now)
    for client_id in clients_of_account(connection, account.id):
        connection.execute(update(table).where(table.c.id == client_id).values(consultancy_account_id=None))
        event = AuditEvent(
            "Account Updated, Field: consultancy_account_id",
            "account.updated",
            {"changes": [{"field": "consultancy_account_id", "from": account.id, "to": None}]},
        )
        record_audit(connection, event, by=by, now=now, account_id=client_id)
    # The database deletes its assets and roles.
    with unique_or_conflict():
        connection.execute(delete(table).where(table.c.id == account.id))
    text = f"Deleted account '{account.name}' ({account.id}){' via CLI' if by is None else ''}"
    event = AuditEvent(text, "account.deleted", {"account": account.id, "name": account.name})
    record_audit(connection, event, by=by, now=now, account_id=account.id)


def gone_with_account(connection: Connection, account_id: int) -> Gone:
    """Return what goes when an account is deleted: its assets, all assets below these, and their sensors."""
    return gone_with(connection, asset.c.account_id == account_id)
