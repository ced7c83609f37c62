"""The types that assets can have."""

from sqlalchemy import Connection, insert, select

from wattloom.assets.asset import AssetType
from wattloom.assets.tables import asset_type

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
