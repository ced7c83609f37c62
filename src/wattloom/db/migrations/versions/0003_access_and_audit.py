"""Plans, API keys, second factors, preferences, task runs; facts in the audit logs.

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op

from wattloom.db.types import Json, UtcInstant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_LOGS = ("audit_log", "asset_audit_log")
_LINKS = ("annotations_accounts", "annotations_assets", "annotations_sensors")
# A remark goes with the last thing that it is attached to; it would hold on to its source otherwise.
_DELETE_UNATTACHED = """
DELETE FROM annotation WHERE id = OLD.annotation_id
    AND NOT EXISTS (SELECT 1 FROM annotations_accounts AS link WHERE link.annotation_id = OLD.annotation_id)
    AND NOT EXISTS (SELECT 1 FROM annotations_assets AS link WHERE link.annotation_id = OLD.annotation_id)
    AND NOT EXISTS (SELECT 1 FROM annotations_sensors AS link WHERE link.annotation_id = OLD.annotation_id)
"""
_POSTGRESQL_FUNCTION = f"""
CREATE FUNCTION delete_unattached_annotation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {_DELETE_UNATTACHED};
    RETURN OLD;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("default_rate_limit", sa.String(length=80)),
        sa.Column("trigger_rate_limit", sa.String(length=80)),
        sa.Column("rate_limit_key", sa.String(length=20)),
        sa.Column("max_users", sa.Integer()),
        sa.Column("max_assets", sa.Integer()),
        sa.Column("max_clients", sa.Integer()),
        sa.Column("legacy", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("name", name=op.f("uq_plan_name")),
        sqlite_autoincrement=True,
    )
    # As text, since Alembic would make the table of SQLite anew, and dropping the old one deletes what refers to it.
    op.execute("ALTER TABLE account ADD COLUMN plan_id INTEGER CONSTRAINT fk_account_plan_id_plan REFERENCES plan (id)")
    op.create_index(op.f("ix_account_plan_id"), "account", ["plan_id"])
    for column in (
        sa.Column("totp_secret", sa.String(length=64)),
        sa.Column("totp_last_step", sa.Integer()),
        sa.Column("default_asset_view", sa.String(length=20)),
        sa.Column("keep_legends_below_graphs", sa.Boolean(), nullable=False, server_default=sa.text("false")),
    ):
        op.add_column("app_user", column)
    op.create_table(
        "recovery_code",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("fk_recovery_code_user_id_app_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "code_hash", name=op.f("pk_recovery_code")),
    )
    op.create_table(
        "api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("prefix", sa.String(length=20), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", Json(), nullable=False),
        sa.Column("created_at", UtcInstant(), nullable=False),
        sa.Column("expires_at", UtcInstant()),
        sa.Column("last_used_at", UtcInstant()),
        sa.ForeignKeyConstraint(
            ["user_id"], ["app_user.id"], name=op.f("fk_api_key_user_id_app_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_key_key_hash")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_api_key_user_id_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "latest_task_run",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("datetime", UtcInstant(), nullable=False),
        sa.Column("status", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_latest_task_run")),
    )
    for log in _LOGS:
        op.add_column(log, sa.Column("action", sa.String(length=60)))
        op.add_column(log, sa.Column("details", Json()))
    # A content of 1024 characters outside ASCII does not fit into an index of PostgreSQL.
    op.drop_index(op.f("ix_annotation_content_start_source_id_type"), "annotation")
    op.create_index(op.f("ix_annotation_source_id_start"), "annotation", ["source_id", "start"])
    _create_triggers()


def _create_triggers() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        op.execute(_POSTGRESQL_FUNCTION)
    does = f"BEGIN {_DELETE_UNATTACHED}; END" if is_sqlite else "EXECUTE FUNCTION delete_unattached_annotation()"
    for link in _LINKS:
        op.execute(f"CREATE TRIGGER {link}_deletes_annotation AFTER DELETE ON {link} FOR EACH ROW {does}")


def _drop_triggers() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for link in _LINKS:
        op.execute(f"DROP TRIGGER {link}_deletes_annotation" + ("" if is_sqlite else f" ON {link}"))
    if not is_sqlite:
        op.execute("DROP FUNCTION delete_unattached_annotation()")


def downgrade() -> None:
    _drop_triggers()
    op.drop_index(op.f("ix_annotation_source_id_start"), "annotation")
    op.create_index(
        op.f("ix_annotation_content_start_source_id_type"), "annotation", ["content", "start", "source_id", "type"]
    )
    for log in _LOGS:
        op.drop_column(log, "details")
        op.drop_column(log, "action")
    for table in ("latest_task_run", "api_key", "recovery_code"):
        op.drop_table(table)
    for column in ("keep_legends_below_graphs", "default_asset_view", "totp_last_step", "totp_secret"):
        op.drop_column("app_user", column)
    op.drop_index(op.f("ix_account_plan_id"), "account")
    op.drop_column("account", "plan_id")
    op.drop_table("plan")
