"""The database: connections, transactions, column types and migrations.

:class:`Database` opens transactions (``read()`` and ``write()``) and is the
only place that commits. Tables belong to the packages whose things they hold;
they share :data:`metadata`. This package knows no table and no entity.
"""

from wattloom.db.conflict import one_at_a_time, unique_or_conflict
from wattloom.db.database import Database, after_commit, at_commit
from wattloom.db.listing import Listing, Page, contains, in_batches
from wattloom.db.lookup import MAX_ID, find_id, id_of
from wattloom.db.migrate import (
    current_revision,
    hold_schema,
    known_revisions,
    migrate,
    newest_revision,
    revision_of,
    upgrade,
)
from wattloom.db.types import Json, UtcInstant, Uuid, metadata

__all__ = [
    "MAX_ID",
    "Database",
    "Json",
    "Listing",
    "Page",
    "UtcInstant",
    "Uuid",
    "after_commit",
    "at_commit",
    "contains",
    "current_revision",
    "find_id",
    "hold_schema",
    "id_of",
    "in_batches",
    "known_revisions",
    "metadata",
    "migrate",
    "newest_revision",
    "one_at_a_time",
    "revision_of",
    "unique_or_conflict",
    "upgrade",
]
