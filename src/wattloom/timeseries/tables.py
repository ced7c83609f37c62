"""Tables of sensors, data sources and beliefs."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    false,
    text,
)

from wattloom.db import Json, UtcInstant, metadata

sensor = Table(
    "sensor",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(120), nullable=False),
    Column("unit", String(80), nullable=False),
    Column("timezone", String(80), nullable=False),
    # Canonical ISO 8601 text: P0D (instantaneous), PT15M, P1D, P1M …
    Column("event_resolution", String(40), nullable=False),
    Column(
        "knowledge_horizon_fnc",
        String(80),
        nullable=False,
        server_default=text("'ex_post'"),
    ),
    Column("knowledge_horizon_par", Json, nullable=False),
    Column("attributes", Json, nullable=False, server_default=text("'{}'")),
    Column(
        "generic_asset_id",
        Integer,
        ForeignKey("asset.id", ondelete="CASCADE"),
        nullable=False,
    ),
    UniqueConstraint("name", "generic_asset_id"),
    Index(None, "generic_asset_id"),
    sqlite_autoincrement=True,
)

# No foreign keys to users and accounts: what was recorded keeps its source when they go.
data_source = Table(
    "data_source",
    metadata,
    Column("id", Integer, primary_key=True),
    # As long as the name of a user may be.
    Column("name", String(255), nullable=False),
    Column("type", String(80), nullable=False),
    Column("model", String(80)),
    Column("version", String(17)),
    Column("user_id", Integer, unique=True),
    Column("account_id", Integer),
    Column("attributes", Json, nullable=False, server_default=text("'{}'")),
    Column("attributes_hash", LargeBinary(32)),
    # NULLs differ from each other in a unique index, so they are replaced.
    Index(
        "uq_data_source_system",
        "name",
        "type",
        text("coalesce(model, '')"),
        text("coalesce(version, '')"),
        text("coalesce(account_id, 0)"),
        text(r"coalesce(attributes_hash, '\x')"),
        unique=True,
        sqlite_where=text("user_id IS NULL"),
        postgresql_where=text("user_id IS NULL"),
    ),
    sqlite_autoincrement=True,
)

# Beliefs carry no foreign keys: checking them row by row would dominate bulk inserts.
# record() holds the sensor row while it writes, and triggers remove the beliefs of a deleted sensor.

belief = Table(
    "belief",
    metadata,
    Column("sensor_id", Integer, primary_key=True, autoincrement=False),
    Column("event_start", UtcInstant, primary_key=True),
    Column("source_id", Integer, primary_key=True, autoincrement=False),
    Column("cumulative_probability", Float, primary_key=True),
    Column("belief_time", UtcInstant, nullable=False),
    Column("event_value", Float, nullable=False),
    sqlite_with_rowid=False,
)
"""What is currently believed: all rows of the newest belief time per sensor, event and source."""

superseded_belief = Table(
    "superseded_belief",
    metadata,
    Column("sensor_id", Integer, primary_key=True, autoincrement=False),
    Column("event_start", UtcInstant, primary_key=True),
    Column("source_id", Integer, primary_key=True, autoincrement=False),
    Column("belief_time", UtcInstant, primary_key=True),
    Column("cumulative_probability", Float, primary_key=True),
    Column("event_value", Float, nullable=False),
    sqlite_with_rowid=False,
)
"""What was believed before something newer replaced it."""

belief_summary = Table(
    "belief_summary",
    metadata,
    Column(
        "sensor_id",
        Integer,
        ForeignKey("sensor.id", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("source_id", Integer, ForeignKey("data_source.id"), primary_key=True),
    Column("first_event_start", UtcInstant, nullable=False),
    Column("last_event_start", UtcInstant, nullable=False),
    Column("last_belief_time", UtcInstant, nullable=False),
    Column("n_current", BigInteger, nullable=False),
    Column("n_superseded", BigInteger, nullable=False),
    # Of all values, superseded ones included.
    Column("smallest", Float, nullable=False, server_default=text("0")),
    Column("largest", Float, nullable=False, server_default=text("0")),
    Column("total", Float, nullable=False, server_default=text("0")),
    # Whether any belief was ever a distribution.
    Column("is_probabilistic", Boolean, nullable=False, server_default=false()),
)
"""One row per sensor and source, so that "has data", status and statistics need no scan."""
