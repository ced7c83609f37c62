"""The first schema: accounts, users, assets, sensors, sources, beliefs, jobs, audit logs.

Revision: 0001
Follows: nothing
"""

import sqlalchemy as sa
from alembic import op

from wattloom.db.types import Json, UtcInstant, Uuid

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Beliefs have no foreign key to their sensor (see timeseries/tables.py): this takes its place.
_SQLITE_CASCADE = """
CREATE TRIGGER sensor_deletes_beliefs AFTER DELETE ON sensor FOR EACH ROW BEGIN
    DELETE FROM belief WHERE sensor_id = OLD.id;
    DELETE FROM superseded_belief WHERE sensor_id = OLD.id;
END
"""
_POSTGRESQL_CASCADE = """
CREATE FUNCTION delete_beliefs_of_sensor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM belief WHERE sensor_id = OLD.id;
    DELETE FROM superseded_belief WHERE sensor_id = OLD.id;
    RETURN OLD;
END $$;
CREATE TRIGGER sensor_deletes_beliefs AFTER DELETE ON sensor
    FOR EACH ROW EXECUTE FUNCTION delete_beliefs_of_sensor()
"""


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("primary_color", sa.String(length=7), nullable=True),
        sa.Column("secondary_color", sa.String(length=7), nullable=True),
        sa.Column("logo_url", sa.String(length=255), nullable=True),
        sa.Column("attributes", Json(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("consultancy_account_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("consultancy_account_id <> id", name=op.f("ck_account_not_own_consultancy")),
        sa.ForeignKeyConstraint(
            ["consultancy_account_id"],
            ["account.id"],
            name=op.f("fk_account_consultancy_account_id_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("name", name=op.f("uq_account_name")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_account_consultancy_account_id"),
        "account",
        ["consultancy_account_id"],
        unique=False,
    )
    op.create_table(
        "account_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("description", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_role")),
        sa.UniqueConstraint("name", name=op.f("uq_account_role_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "asset_type",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("description", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_type")),
        sa.UniqueConstraint("name", name=op.f("uq_asset_type_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_datetime", UtcInstant(), nullable=False),
        sa.Column("event", sa.String(length=500), nullable=False),
        sa.Column("active_user_name", sa.String(length=255), nullable=True),
        sa.Column("active_user_id", sa.Integer(), nullable=True),
        sa.Column("affected_user_id", sa.Integer(), nullable=True),
        sa.Column("affected_account_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_audit_log_affected_account_id_event_datetime"),
        "audit_log",
        ["affected_account_id", "event_datetime"],
        unique=False,
    )
    op.create_index(
        op.f("ix_audit_log_affected_user_id_event_datetime"),
        "audit_log",
        ["affected_user_id", "event_datetime"],
        unique=False,
    )
    op.create_table(
        "belief",
        sa.Column("sensor_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_start", UtcInstant(), nullable=False),
        sa.Column("source_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cumulative_probability", sa.Float(), nullable=False),
        sa.Column("belief_time", UtcInstant(), nullable=False),
        sa.Column("event_value", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint(
            "sensor_id",
            "event_start",
            "source_id",
            "cumulative_probability",
            name=op.f("pk_belief"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "data_source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("type", sa.String(length=80), nullable=False),
        sa.Column("model", sa.String(length=80), nullable=True),
        sa.Column("version", sa.String(length=17), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("attributes", Json(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("attributes_hash", sa.LargeBinary(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_source")),
        sa.UniqueConstraint("user_id", name=op.f("uq_data_source_user_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_data_source_system",
        "data_source",
        [
            "name",
            "type",
            sa.text("coalesce(model, '')"),
            sa.text("coalesce(version, '')"),
            sa.text("coalesce(account_id, 0)"),
            sa.text(r"coalesce(attributes_hash, '\x')"),
        ],
        unique=True,
        sqlite_where=sa.text("user_id IS NULL"),
        postgresql_where=sa.text("user_id IS NULL"),
    )
    op.create_table(
        "job",
        sa.Column("id", Uuid(length=36), nullable=False),
        sa.Column("queue", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("args", Json(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("time_limit_s", sa.Float(), nullable=False),
        sa.Column("run_at", UtcInstant(), nullable=False),
        sa.Column("lease_until", UtcInstant(), nullable=True),
        sa.Column("worker", sa.String(length=80), nullable=True),
        sa.Column("progress", Json(), nullable=True),
        sa.Column("result", Json(), nullable=True),
        sa.Column("error", Json(), nullable=True),
        sa.Column("dedupe_key", sa.String(length=80), nullable=True),
        sa.Column("depends_on", Uuid(length=36), nullable=True),
        sa.Column("entity_kind", sa.String(length=20), nullable=True),
        sa.Column("entity_id", sa.Integer(), nullable=True),
        sa.Column("belief_time", UtcInstant(), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created", UtcInstant(), nullable=False),
        sa.Column("started", UtcInstant(), nullable=True),
        sa.Column("ended", UtcInstant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["depends_on"],
            ["job.id"],
            name=op.f("fk_job_depends_on_job"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    op.create_index(
        op.f("ix_job_dedupe_key_created"),
        "job",
        ["dedupe_key", "created"],
        unique=False,
    )
    op.create_index(op.f("ix_job_depends_on"), "job", ["depends_on"], unique=False)
    op.create_index(op.f("ix_job_ended"), "job", ["ended"], unique=False)
    op.create_index(
        op.f("ix_job_entity_kind_entity_id_created"),
        "job",
        ["entity_kind", "entity_id", "created"],
        unique=False,
    )
    op.create_index(
        "ix_job_claimable",
        "job",
        ["created"],
        unique=False,
        sqlite_where=sa.text("state IN ('QUEUED', 'STARTED')"),
        postgresql_where=sa.text("state IN ('QUEUED', 'STARTED')"),
    )
    op.create_table(
        "role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("description", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "superseded_belief",
        sa.Column("sensor_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_start", UtcInstant(), nullable=False),
        sa.Column("source_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("belief_time", UtcInstant(), nullable=False),
        sa.Column("cumulative_probability", sa.Float(), nullable=False),
        sa.Column("event_value", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint(
            "sensor_id",
            "event_start",
            "source_id",
            "belief_time",
            "cumulative_probability",
            name=op.f("pk_superseded_belief"),
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "app_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("username", sa.String(length=255), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column(
            "timezone",
            sa.String(length=255),
            server_default=sa.text("'Europe/Amsterdam'"),
            nullable=False,
        ),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("token_stamp", sa.String(length=64), nullable=False),
        sa.Column("last_login_at", UtcInstant(), nullable=True),
        sa.Column("last_seen_at", UtcInstant(), nullable=True),
        sa.Column("login_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_app_user_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_user")),
        sa.UniqueConstraint("email", name=op.f("uq_app_user_email")),
        sa.UniqueConstraint("token_stamp", name=op.f("uq_app_user_token_stamp")),
        sa.UniqueConstraint("username", name=op.f("uq_app_user_username")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_app_user_account_id"), "app_user", ["account_id"], unique=False)
    op.create_table(
        "asset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("attributes", Json(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("sensors_to_show", Json(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column(
            "sensors_to_show_as_kpis",
            Json(),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("flex_context", Json(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("flex_model", Json(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("parent_asset_id", sa.Integer(), nullable=True),
        sa.Column("asset_type_id", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.String(length=80), nullable=True),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("ck_asset_latitude")),
        sa.CheckConstraint("longitude BETWEEN -180 AND 180", name=op.f("ck_asset_longitude")),
        sa.CheckConstraint("parent_asset_id <> id", name=op.f("ck_asset_not_own_parent")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_asset_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["asset_type_id"],
            ["asset_type.id"],
            name=op.f("fk_asset_asset_type_id_asset_type"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_asset_id"],
            ["asset.id"],
            name=op.f("fk_asset_parent_asset_id_asset"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_asset_account_id"), "asset", ["account_id"], unique=False)
    op.create_index(op.f("ix_asset_asset_type_id"), "asset", ["asset_type_id"], unique=False)
    op.create_index(op.f("ix_asset_parent_asset_id"), "asset", ["parent_asset_id"], unique=False)
    op.create_index(
        "uq_asset_external_id_in_account",
        "asset",
        ["external_id", "account_id"],
        unique=True,
        sqlite_where=sa.text("external_id IS NOT NULL"),
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_index(
        "uq_asset_name_among_public",
        "asset",
        ["name"],
        unique=True,
        sqlite_where=sa.text("parent_asset_id IS NULL AND account_id IS NULL"),
        postgresql_where=sa.text("parent_asset_id IS NULL AND account_id IS NULL"),
    )
    op.create_index(
        "uq_asset_name_among_siblings",
        "asset",
        ["name", "parent_asset_id"],
        unique=True,
        sqlite_where=sa.text("parent_asset_id IS NOT NULL"),
        postgresql_where=sa.text("parent_asset_id IS NOT NULL"),
    )
    op.create_index(
        "uq_asset_name_in_account",
        "asset",
        ["name", "account_id"],
        unique=True,
        sqlite_where=sa.text("parent_asset_id IS NULL AND account_id IS NOT NULL"),
        postgresql_where=sa.text("parent_asset_id IS NULL AND account_id IS NOT NULL"),
    )
    op.create_table(
        "roles_accounts",
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_roles_accounts_account_id_account"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["role_id"],
            ["account_role.id"],
            name=op.f("fk_roles_accounts_role_id_account_role"),
        ),
        sa.PrimaryKeyConstraint("role_id", "account_id", name=op.f("pk_roles_accounts")),
    )
    op.create_table(
        "asset_audit_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_datetime", UtcInstant(), nullable=False),
        sa.Column("event", sa.String(length=500), nullable=False),
        sa.Column("active_user_name", sa.String(length=255), nullable=True),
        sa.Column("active_user_id", sa.Integer(), nullable=True),
        sa.Column("affected_asset_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["active_user_id"],
            ["app_user.id"],
            name=op.f("fk_asset_audit_log_active_user_id_app_user"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["affected_asset_id"],
            ["asset.id"],
            name=op.f("fk_asset_audit_log_affected_asset_id_asset"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_audit_log")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_asset_audit_log_affected_asset_id_event_datetime"),
        "asset_audit_log",
        ["affected_asset_id", "event_datetime"],
        unique=False,
    )
    op.create_table(
        "asset_reference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("sensor_id", sa.Integer(), nullable=True),
        sa.Column("referenced_asset_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asset_id"],
            ["asset.id"],
            name=op.f("fk_asset_reference_asset_id_asset"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asset_reference")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_asset_reference_asset_id_field"),
        "asset_reference",
        ["asset_id", "field"],
        unique=False,
    )
    op.create_index(
        op.f("ix_asset_reference_referenced_asset_id"),
        "asset_reference",
        ["referenced_asset_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_asset_reference_sensor_id"),
        "asset_reference",
        ["sensor_id"],
        unique=False,
    )
    op.create_table(
        "roles_users",
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_roles_users_role_id_role")),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["app_user.id"],
            name=op.f("fk_roles_users_user_id_app_user"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("role_id", "user_id", name=op.f("pk_roles_users")),
    )
    op.create_table(
        "sensor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("unit", sa.String(length=80), nullable=False),
        sa.Column("timezone", sa.String(length=80), nullable=False),
        sa.Column("event_resolution", sa.String(length=40), nullable=False),
        sa.Column(
            "knowledge_horizon_fnc",
            sa.String(length=80),
            server_default=sa.text("'ex_post'"),
            nullable=False,
        ),
        sa.Column("knowledge_horizon_par", Json(), nullable=False),
        sa.Column("attributes", Json(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("generic_asset_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["generic_asset_id"],
            ["asset.id"],
            name=op.f("fk_sensor_generic_asset_id_asset"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sensor")),
        sa.UniqueConstraint("name", "generic_asset_id", name=op.f("uq_sensor_name_generic_asset_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_sensor_generic_asset_id"), "sensor", ["generic_asset_id"], unique=False)
    op.create_table(
        "belief_summary",
        sa.Column("sensor_id", sa.Integer(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("first_event_start", UtcInstant(), nullable=False),
        sa.Column("last_event_start", UtcInstant(), nullable=False),
        sa.Column("last_belief_time", UtcInstant(), nullable=False),
        sa.Column("n_current", sa.BigInteger(), nullable=False),
        sa.Column("n_superseded", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sensor_id"],
            ["sensor.id"],
            name=op.f("fk_belief_summary_sensor_id_sensor"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["source_id"],
            ["data_source.id"],
            name=op.f("fk_belief_summary_source_id_data_source"),
        ),
        sa.PrimaryKeyConstraint("sensor_id", "source_id", name=op.f("pk_belief_summary")),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(_SQLITE_CASCADE if is_sqlite else _POSTGRESQL_CASCADE)


def downgrade() -> None:
    op.execute(
        "DROP TRIGGER sensor_deletes_beliefs ON sensor"
        if op.get_bind().dialect.name != "sqlite"
        else "DROP TRIGGER sensor_deletes_beliefs"
    )
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION delete_beliefs_of_sensor()")
    op.drop_table("belief_summary")
    op.drop_table("sensor")
    op.drop_table("roles_users")
    op.drop_table("asset_reference")
    op.drop_table("asset_audit_log")
    op.drop_table("roles_accounts")
    op.drop_table("asset")
    op.drop_table("app_user")
    op.drop_table("superseded_belief")
    op.drop_table("role")
    op.drop_table("job")
    op.drop_table("data_source")
    op.drop_table("belief")
    op.drop_table("audit_log")
    op.drop_table("asset_type")
    op.drop_table("account_role")
    op.drop_table("account")
