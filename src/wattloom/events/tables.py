"""The outbox."""

from sqlalchemy import BigInteger, Column, Integer, Table

from wattloom.db import Json, metadata

announcement = Table(
    "announcement",
    metadata,
    # One row per transaction that changed something worth telling; a small integer would last for months only.
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    # A list of what wattloom.events.change describes.
    Column("changes", Json, nullable=False),
    sqlite_autoincrement=True,
)
"""What transactions changed, kept for some hours; ids rise, and are never used again."""
