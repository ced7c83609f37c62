"""Tables of assets, their types, what refers to them, and what was done to them."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from wattloom.db import Json, UtcInstant, metadata

asset_type = Table(
    "asset_type",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("description", String(80)),
    sqlite_autoincrement=True,
)

asset = Table(
    "asset",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False),
    Column("description", Text),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("attributes", Json, nullable=False, server_default=text("'{}'")),
    Column("sensors_to_show", Json, nullable=False, server_default=text("'[]'")),
    Column("sensors_to_show_as_kpis", Json, nullable=False, server_default=text("'[]'")),
    Column("flex_context", Json, nullable=False, server_default=text("'{}'")),
    Column("flex_model", Json, nullable=False, server_default=text("'{}'")),
    # No account: a public asset, readable by every logged-in user.
    Column("account_id", Integer, ForeignKey("account.id", ondelete="CASCADE")),
    Column("parent_asset_id", Integer, ForeignKey("asset.id", ondelete="CASCADE")),
    Column("asset_type_id", Integer, ForeignKey("asset_type.id"), nullable=False),
    Column("external_id", String(80)),
    CheckConstraint("parent_asset_id <> id", name="not_own_parent"),
    CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
    CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
    Index(None, "account_id"),
    Index(None, "parent_asset_id"),
    Index(None, "asset_type_id"),
    sqlite_autoincrement=True,
)

_IS_CHILD = "parent_asset_id IS NOT NULL"
_IS_OWNED_ROOT = "parent_asset_id IS NULL AND account_id IS NOT NULL"
_IS_PUBLIC_ROOT = "parent_asset_id IS NULL AND account_id IS NULL"

for _name, _columns, _condition in (
    ("uq_asset_name_among_siblings", ("name", "parent_asset_id"), _IS_CHILD),
    ("uq_asset_name_in_account", ("name", "account_id"), _IS_OWNED_ROOT),
    ("uq_asset_name_among_public", ("name",), _IS_PUBLIC_ROOT),
    (
        "uq_asset_external_id_in_account",
        ("external_id", "account_id"),
        "external_id IS NOT NULL",
    ),
):
    Index(
        _name,
        *(asset.c[column] for column in _columns),
        unique=True,
        sqlite_where=text(_condition),
        postgresql_where=text(_condition),
    )

# What the JSON columns of assets refer to, so that deletes can prune them on both databases.
asset_reference = Table(
    "asset_reference",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("asset_id", Integer, ForeignKey("asset.id", ondelete="CASCADE"), nullable=False),
    # flex_context, flex_model, sensors_to_show or sensors_to_show_as_kpis
    Column("field", String(40), nullable=False),
    # No foreign keys: the pruning reads these rows after the sensor or asset is gone.
    Column("sensor_id", Integer),
    Column("referenced_asset_id", Integer),
    Index(None, "asset_id", "field"),
    Index(None, "sensor_id"),
    Index(None, "referenced_asset_id"),
    sqlite_autoincrement=True,
)

asset_audit_log = Table(
    "asset_audit_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event_datetime", UtcInstant, nullable=False),
    Column("event", String(500), nullable=False),
    # What kind of event it is, and its facts; null for records that came from elsewhere.
    Column("action", String(60)),
    Column("details", Json),
    Column("active_user_name", String(255)),
    Column("active_user_id", Integer, ForeignKey("app_user.id", ondelete="SET NULL")),
    Column("affected_asset_id", Integer, ForeignKey("asset.id", ondelete="SET NULL")),
    Index(None, "affected_asset_id", "event_datetime"),
    sqlite_autoincrement=True,
)
