"""What changes, for those who watch.

Revision: 0005
Follows: 0004
"""

import sqlalchemy as sa
from alembic import op

from wattloom.db.types import Json

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "announcement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("changes", Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("announcement")
