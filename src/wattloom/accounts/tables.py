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
    CheckConstraint("consultancy_account_id <> id", name="not_own_consultancy"),
    Index(None, "consultancy_account_id"),
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

# No foreign keys: records outlive the users and accounts that they name.
audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event_datetime", UtcInstant, nullable=False),
    Column("event", String(500), nullable=False),
    Column("active_user_name", String(255)),
    Column("active_user_id", Integer),
    Column("affected_user_id", Integer),
    Column("affected_account_id", Integer),
    Index(None, "affected_user_id", "event_datetime"),
    Index(None, "affected_account_id", "event_datetime"),
    sqlite_autoincrement=True,
)
