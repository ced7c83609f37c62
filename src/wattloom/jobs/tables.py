"""The table of jobs: the truth about all background work."""

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, String, Table, text

from wattloom.db import Json, UtcInstant, Uuid, metadata

_IS_CLAIMABLE = text("state IN ('QUEUED', 'STARTED')")

job = Table(
    "job",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("queue", String(40), nullable=False),
    Column("kind", String(80), nullable=False),
    Column("args", Json, nullable=False),
    Column("state", String(20), nullable=False),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("max_attempts", Integer, nullable=False),
    Column("time_limit_s", Float, nullable=False),
    Column("run_at", UtcInstant, nullable=False),
    Column("lease_until", UtcInstant),
    Column("worker", String(80)),
    # How far it is: a fraction in [0, 1] and a text.
    Column("progress", Json),
    Column("result", Json),
    # Why it failed: type, message and traceback.
    Column("error", Json),
    Column("dedupe_key", String(80)),
    Column("depends_on", Uuid, ForeignKey("job.id", ondelete="SET NULL")),
    Column("entity_kind", String(20)),
    Column("entity_id", Integer),
    Column("belief_time", UtcInstant),
    Column("created_by", Integer),
    Column("created", UtcInstant, nullable=False),
    Column("started", UtcInstant),
    Column("ended", UtcInstant),
    # Small, whatever the number of ended jobs; a claim takes the oldest row from it.
    Index("ix_job_claimable", "created", sqlite_where=_IS_CLAIMABLE, postgresql_where=_IS_CLAIMABLE),
    Index(None, "entity_kind", "entity_id", "created"),
    Index(None, "dedupe_key", "created"),
    Index(None, "depends_on"),
    Index(None, "ended"),
)
