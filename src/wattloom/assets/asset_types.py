"""The types that assets can have."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from wattloom.accounts import AuditEvent, User, record_audit
from wattloom.assets.asset import AssetType
from wattloom.assets.tables import asset, asset_type
from wattloom.db import find_id, unique_or_conflict
from wattloom.errors import ConflictError, InputError, NotFoundError, suggestion

_MAX_TEXT = 80
_NAMED = 5

SEEDED = (
    ("solar", "solar panel(s)"),
    ("wind", "wind turbine"),
    ("one-way_evse", "uni-directional EV supply equipment"),
    ("two-way_evse", "bi-directional EV supply equipment"),
    ("battery", "stationary battery"),
    ("building", "building"),
    ("process", "process"),
    ("heat-storage", "thermal storage / buffer"),
)
"""Names and descriptions in the order of the ids that clients expect."""


def seed_asset_types(connection: Connection) -> None:
    """Add the usual types that are missing."""
    known = set(connection.scalars(select(asset_type.c.name)))
    for name, description in SEEDED:
        if name not in known:
            connection.execute(insert(asset_type).values(name=name, description=description))


def list_asset_types(connection: Connection) -> list[AssetType]:
    """Return all types by id."""
    rows = connection.execute(select(asset_type).order_by(asset_type.c.id))
    return [AssetType(row.id, row.name, row.description) for row in rows]


def add_asset_type(
    connection: Connection, name: str, description: str | None, *, by: User | None, now: datetime
) -> AssetType:
    """Add a type that assets can have.

    Args:
        connection: A write transaction.
        name: Name of the type.
        description: What it is.
        by: Who adds it and may do so; None for the command line.
        now: Time of the audit record.

    Raises:
        InputError: The name is blank, too long or taken, or the description is too long.
    """
    name = name.strip()
    if not 0 < len(name) <= _MAX_TEXT:
        raise InputError(f"An asset type's name has 1 to {_MAX_TEXT} characters.", field="name")
    if description is not None and len(description) > _MAX_TEXT:
        raise InputError(f"An asset type's description has at most {_MAX_TEXT} characters.", field="description")
    if any(name == known.name for known in list_asset_types(connection)):
        raise InputError(f"An asset type with the name '{name}' already exists.", field="name")
    values = {"name": name, "description": description}
    with unique_or_conflict():
        type_id = connection.execute(insert(asset_type).values(values).returning(asset_type.c.id)).scalar_one()
    details = {"asset_type": type_id, "name": name}
    event = AuditEvent(f"Created asset type '{name}' ({type_id})", "asset-type.created", details)
    record_audit(connection, event, by=by, now=now)
    return AssetType(type_id, name, description)


def find_asset_type(connection: Connection, id_or_name: str) -> AssetType:
    """Return the type with this name, or else with this id; the usual types exist when needed.

    Raises:
        NotFoundError: There is neither; the message names the types that there are.
    """
    type_id = _find_id(connection, id_or_name)
    if type_id is None:
        seed_asset_types(connection)
        type_id = _find_id(connection, id_or_name)
    known = list_asset_types(connection)
    if type_id is None:
        names = [each.name for each in known]
        hint = suggestion(id_or_name, names)
        message = f"There is no asset type '{id_or_name}'.{hint} The types are: {', '.join(names)}."
        raise NotFoundError("asset type", id_or_name, message=message)
    return next(each for each in known if each.id == type_id)


def check_asset_type_is_free(connection: Connection, name: str) -> AssetType:
    """Return the type with this name, which no asset has.

    Raises:
        NotFoundError: There is no such type.
        ConflictError: Assets have it; names some of them.
    """
    known = {each.name: each for each in list_asset_types(connection)}
    if name not in known:
        message = f"There is no asset type '{name}'.{suggestion(name, known)}"
        raise NotFoundError("asset type", name, message=message)
    holders = select(asset.c.id, asset.c.name).where(asset.c.asset_type_id == known[name].id).order_by(asset.c.id)
    having = [f"'{row.name}' ({row.id})" for row in connection.execute(holders)]
    if having:
        more = f" and {len(having) - _NAMED:,} more" if len(having) > _NAMED else ""
        raise ConflictError(
            f"Assets have the type '{name}': {', '.join(having[:_NAMED])}{more}. "
            "Give them another type or delete them first: wattloom delete asset --id ID"
        )
    return known[name]


def delete_asset_type(connection: Connection, name: str, *, by: User | None, now: datetime) -> None:
    """Delete a type that no asset has.

    Args:
        connection: A write transaction.
        name: Name of the type.
        by: Who deletes it and may do so; None for the command line.
        now: Time of the audit record.

    Raises:
        NotFoundError: There is no such type.
        ConflictError: Assets have it.
    """
    found = check_asset_type_is_free(connection, name)
    with unique_or_conflict():
        connection.execute(delete(asset_type).where(asset_type.c.id == found.id))
    details = {"asset_type": found.id, "name": name}
    event = AuditEvent(f"Deleted asset type '{name}' ({found.id})", "asset-type.deleted", details)
    record_audit(connection, event, by=by, now=now)


def _find_id(connection: Connection, id_or_name: str) -> int | None:
    return find_id(connection, asset_type.c.id, asset_type.c.name, id_or_name)
