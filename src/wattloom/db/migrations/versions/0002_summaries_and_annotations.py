"""Extremes and sums in the summaries of beliefs; annotations.

Revision: 0002
Follows: 0001
"""

import sqlalchemy as sa
from alembic import op

from wattloom.db.types import UtcInstant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# What was recorded before is added up once.
_FILL = """
UPDATE belief_summary SET smallest = found.smallest, largest = found.largest, total = found.total,
    is_probabilistic = found.is_probabilistic
FROM (
    SELECT sensor_id, source_id, min(event_value) AS smallest, max(event_value) AS largest,
        -- PostgreSQL refuses a sum that overflows.
        sum(CASE WHEN abs(event_value) < 1e290 THEN event_value ELSE :infinite END) AS total,
        max(CASE WHEN cumulative_probability = 0.5 THEN 0 ELSE 1 END) = 1 AS is_probabilistic
    FROM (
        SELECT sensor_id, source_id, cumulative_probability, event_value FROM belief
        UNION ALL
        SELECT sensor_id, source_id, cumulative_probability, event_value FROM superseded_belief
    ) AS every
    GROUP BY sensor_id, source_id
) AS found
WHERE belief_summary.sensor_id = found.sensor_id AND belief_summary.source_id = found.source_id
"""


def upgrade() -> None:
    for name in ("smallest", "largest", "total"):
        op.add_column("belief_summary", sa.Column(name, sa.Float(), nullable=False, server_default=sa.text("0")))
    op.add_column(
        "belief_summary", sa.Column("is_probabilistic", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.execute(sa.text(_FILL).bindparams(infinite=float("inf")))
    op.create_table(
        "annotation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(length=1024), nullable=False),
        sa.Column("start", UtcInstant(), nullable=False),
        sa.Column("end", UtcInstant(), nullable=False),
        sa.Column("belief_time", UtcInstant(), nullable=True),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["data_source.id"], name=op.f("fk_annotation_source_id_data_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotation")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_annotation_content_start_source_id_type"), "annotation", ["content", "start", "source_id", "type"]
    )
    for owner in ("account", "asset", "sensor"):
        op.create_table(
            f"annotations_{owner}s",
            sa.Column("annotation_id", sa.Integer(), nullable=False),
            sa.Column(f"{owner}_id", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(
                ["annotation_id"],
                ["annotation.id"],
                name=op.f(f"fk_annotations_{owner}s_annotation_id_annotation"),
                ondelete="CASCADE",
            ),
            sa.ForeignKeyConstraint(
                [f"{owner}_id"],
                [f"{owner}.id"],
                name=op.f(f"fk_annotations_{owner}s_{owner}_id_{owner}"),
                ondelete="CASCADE",
            ),
            sa.PrimaryKeyConstraint("annotation_id", f"{owner}_id", name=op.f(f"pk_annotations_{owner}s")),
        )
        op.create_index(op.f(f"ix_annotations_{owner}s_{owner}_id"), f"annotations_{owner}s", [f"{owner}_id"])


def downgrade() -> None:
    for owner in ("account", "asset", "sensor"):
        op.drop_table(f"annotations_{owner}s")
    op.drop_table("annotation")
    for name in ("is_probabilistic", "total", "largest", "smallest"):
        op.drop_column("belief_summary", name)
