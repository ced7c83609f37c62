"""Explanations of schedules.

Revision: 0004
Follows: 0003
"""

import sqlalchemy as sa
from alembic import op

from wattloom.db.types import Uuid

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "schedule_explanation",
        sa.Column("job_id", Uuid(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name=op.f("fk_schedule_explanation_job_id_job"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("job_id", name=op.f("pk_schedule_explanation")),
    )


def downgrade() -> None:
    op.drop_table("schedule_explanation")
