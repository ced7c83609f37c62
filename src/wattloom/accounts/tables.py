"""Tables of accounts, users, their roles, and what was done to them."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)

from wattloom.db import Json, UtcInstant, metadata

account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("primary_color", String(7)),
    Column("secondary_color", String(7)),
    Column("logo_url", String(255)),
    Column("attributes", Json, nullable=False, server_default=text("'{}'")),
    Column("consultancy_account_id", Integer, ForeignKey("account.id")),
    Column("plan_id", Integer, ForeignKey("plan.id")),
    CheckConstraint("consultancy_account_id <> id", name="not_own_consultancy"),
    Index(None, "consultancy_account_id"),
    Index(None, "plan_id"),
    sqlite_autoincrement=True,
)

# What an account may use; none of the limits is set unless it is given.
plan = Table(
    "plan",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    # Limits in words, for example "500 per minute"; or "unlimited".
    Column("default_rate_limit", String(80)),
    Column("trigger_rate_limit", String(80)),
    # account+asset, account or user
    Column("rate_limit_key", String(20)),
    Column("max_users", Integer),
    Column("max_assets", Integer),
    Column("max_clients", Integer),
    # Keeps holding for the accounts that have it, and is given to no others.
    Column("legacy", Boolean, nullable=False, server_default=text("false")),
    sqlite_autoincrement=True,
)

account_role = Table(
    "account_role",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("description", String(255)),
    sqlite_autoincrement=True,
)

roles_accounts = Table(
    "roles_accounts",
    metadata,
    Column("role_id", Integer, ForeignKey("account_role.id"), primary_key=True),
    Column(
        "account_id",
        Integer,
        ForeignKey("account.id", ondelete="CASCADE"),
        primary_key=True,
    ),
)

# "user" is a reserved word of PostgreSQL.
app_user = Table(
    "app_user",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("email", String(255), nullable=False, unique=True),
    Column("username", String(255), nullable=False, unique=True),
    Column("password_hash", String(255), nullable=False),
    Column("active", Boolean, nullable=False, server_default=text("true")),
    Column(
        "timezone",
        String(255),
        nullable=False,
        server_default=text("'Europe/Amsterdam'"),
    ),
    Column("account_id", Integer, ForeignKey("account.id"), nullable=False),
    # Part of every token and session of the user: a new value revokes them all.
    Column("token_stamp", String(64), nullable=False, unique=True),
    Column("last_login_at", UtcInstant),
    Column("last_seen_at", UtcInstant),
    Column("login_count", Integer, nullable=False, server_default=text("0")),
    # Of the authenticator app; with it a password alone is not enough to log in.
    Column("totp_secret", String(64)),
    # The step of the last accepted code: each is accepted once.
    Column("totp_last_step", Integer),
    # Which page of an asset opens first; which side legends stand on.
    Column("default_asset_view", String(20)),
    Column("keep_legends_below_graphs", Boolean, nullable=False, server_default=text("false")),
    Index(None, "account_id"),
    sqlite_autoincrement=True,
)

role = Table(
    "role",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("description", String(255)),
    sqlite_autoincrement=True,
)

roles_users = Table(
    "roles_users",
    metadata,
    Column("role_id", Integer, ForeignKey("role.id"), primary_key=True),
    Column(
        "user_id",
        Integer,
        ForeignKey("app_user.id", ondelete="CASCADE"),
        primary_key=True,
    ),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("user_id", Integer, ForeignKey("app_user.id", ondelete="CASCADE"), primary_key=True),
    # SHA-256 of a random code that stands in for the authenticator app, once.
    Column("code_hash", String(64), primary_key=True),
)

api_key = Table(
    "api_key",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("user_id", Integer, ForeignKey("app_user.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(80), nullable=False),
    # The beginning of the key, by which people recognise it; the rest is known to its owner alone.
    Column("prefix", String(20), nullable=False),
    Column("key_hash", String(64), nullable=False, unique=True),
    # What it may be used for: read, create-children, update, delete.
    Column("scopes", Json, nullable=False),
    Column("created_at", UtcInstant, nullable=False),
    Column("expires_at", UtcInstant),
    Column("last_used_at", UtcInstant),
    UniqueConstraint("user_id", "name"),
    sqlite_autoincrement=True,
)

latest_task_run = Table(
    "latest_task_run",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("datetime", UtcInstant, nullable=False),
    Column("status", Boolean, nullable=False),
)

# No foreign keys: records outlive the users and accounts that they name.
audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event_datetime", UtcInstant, nullable=False),
    Column("event", String(500), nullable=False),
    # What kind of event it is, and its facts; null for records that came from elsewhere.
    Column("action", String(60)),
    Column("details", Json),
    Column("active_user_name", String(255)),
    Column("active_user_id", Integer),
    Column("affected_user_id", Integer),
    Column("affected_account_id", Integer),
    Index(None, "affected_user_id", "event_datetime"),
    Index(None, "affected_account_id", "event_datetime"),
    sqlite_autoincrement=True,
)
