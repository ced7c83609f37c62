"""Tables of annotations and of what they are attached to."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from wattloom.db import UtcInstant, metadata

annotation = Table(
    "annotation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("content", String(1024), nullable=False),
    Column("start", UtcInstant, nullable=False),
    Column("end", UtcInstant, nullable=False),
    Column("belief_time", UtcInstant),
    Column("source_id", Integer, ForeignKey("data_source.id"), nullable=False),
    # alert, holiday, label, feedback, warning or error
    Column("type", String(20), nullable=False),
    # Without the content, which may be longer than an entry of an index.
    Index(None, "source_id", "start"),
    sqlite_autoincrement=True,
)


def _attached_to(owner: str) -> Table:
    return Table(
        f"annotations_{owner}s",
        metadata,
        Column("annotation_id", Integer, ForeignKey("annotation.id", ondelete="CASCADE"), primary_key=True),
        Column(f"{owner}_id", Integer, ForeignKey(f"{owner}.id", ondelete="CASCADE"), primary_key=True, index=True),
    )


annotations_accounts = _attached_to("account")
annotations_assets = _attached_to("asset")
annotations_sensors = _attached_to("sensor")
