"""Create an asset."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from wattloom.accounts import Action, AuditEvent, Kind, Quota, Resource, User, check_quota, policy
from wattloom.accounts.tables import account
from wattloom.assets.asset import Asset
from wattloom.assets.audit import record_asset_audit
from wattloom.assets.deprecated_attributes import upgrade_attributes
from wattloom.assets.fields import check_names, check_references
from wattloom.assets.read import asset_resource, get_asset
from wattloom.assets.references import store_references
from wattloom.assets.tables import asset
from wattloom.db import unique_or_conflict
from wattloom.errors import InputError, PermissionDeniedError

_FOREIGN = (
    "You may only create top-level assets of your own account. For a client, add the asset below one that is there"
    " (parent_asset_id, without account_id), or copy one to its account."
)
_PUBLIC = Resource(Kind.ASSET)
"""What top-level assets without an account are created in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAsset:
    """An asset to be created; see :class:`wattloom.assets.Asset` for the fields.

    A child without an account belongs to the account of its parent. Attributes
    with old names of flex-model fields become these fields.
    """

    name: str
    generic_asset_type_id: int
    account_id: int | None = None
    parent_asset_id: int | None = None
    description: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    external_id: str | None = None
    attributes: Mapping[str, Any] = field(default_factory=dict)
    flex_context: Mapping[str, Any] = field(default_factory=dict)
    flex_model: Mapping[str, Any] = field(default_factory=dict)
    sensors_to_show: list[Any] = field(default_factory=list)
    sensors_to_show_as_kpis: list[Any] = field(default_factory=list)


def create_asset(connection: Connection, new: NewAsset, *, by: User | None, now: datetime) -> Asset:
    """Create an asset and record that.

    Args:
        connection: A write transaction.
        new: The asset; its flex-context and flex-model have been validated.
        by: Who creates it; None for the command line, which may do everything.
        now: Time of the audit record.

    Raises:
        InputError: A field is wrong, or the plan has no room; names the field.
        PermissionDeniedError: The user may not add an asset there.
        ConflictError: A concurrent request took the name.
    """
    upgraded = upgrade_attributes(new.attributes, new.flex_model)
    values = {**asdict(new), "attributes": upgraded.attributes, "flex_model": upgraded.flex_model}
    check_references(connection, values)
    parent = asset_resource(connection, new.parent_asset_id) if new.parent_asset_id is not None else None
    if by is not None and not by.is_admin and new.account_id not in {None, by.account_id}:
        raise InputError(_FOREIGN, field="account_id")
    if parent is not None and new.account_id is None:
        values["account_id"] = parent.account_id
    if by is not None:
        _check_may_create(by, parent or root_of(connection, new.account_id))
    check_names(connection, values)
    check_quota(connection, values["account_id"], Quota.ASSETS)
    values["asset_type_id"] = values.pop("generic_asset_type_id")
    with unique_or_conflict():
        asset_id = connection.execute(insert(asset).values(values).returning(asset.c.id)).scalar_one()
    store_references(connection, asset_id, values)
    via = f": {asset_id}" if by is not None else f" ({asset_id}) via CLI."
    event = AuditEvent(f"Created asset '{new.name}'{via}", "asset.created", {"asset": asset_id, "name": new.name})
    record_asset_audit(connection, asset_id, event, by=by, now=now)
    return get_asset(connection, asset_id)


def _check_may_create(by: User, place: Resource) -> None:
    if place == _PUBLIC and not policy.allows(by, Action.CREATE_CHILDREN, place):
        advice = "Without account_id an asset is public, which only admins may create; "
        advice += f'add "account_id": {by.account_id}.'
        raise PermissionDeniedError(Action.CREATE_CHILDREN, place.kind, advice=advice)
    policy.check(by, Action.CREATE_CHILDREN, place)


def root_of(connection: Connection, account_id: int | None) -> Resource:
    """Return what a top-level asset is created in: its account, or what is public."""
    if account_id is None:
        return _PUBLIC
    statement = select(account.c.consultancy_account_id).where(account.c.id == account_id)
    return Resource(Kind.ACCOUNT, account_id, connection.execute(statement).scalar_one())
