"""The table of explanations: why each schedule is as it is, for as long as its job is kept."""

from sqlalchemy import Column, ForeignKey, LargeBinary, Table

from wattloom.db import Uuid, metadata

schedule_explanation = Table(
    "schedule_explanation",
    metadata,
    Column("job_id", Uuid, ForeignKey("job.id", ondelete="CASCADE"), primary_key=True),
    # JSON, compressed: it is some twenty times as large otherwise, and read as a whole or not at all.
    Column("document", LargeBinary, nullable=False),
)
