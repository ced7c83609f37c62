"""The database: connections, transactions, column types and migrations.

:class:`Database` opens transactions (``read()`` and ``write()``) and is the
only place that commits. Tables belong to the packages whose things they hold;
they share :data:`metadata`. This package knows no table and no entity.
"""

from wattloom.db.conflict import one_at_a_time, unique_or_conflict
from wattloom.db.database import Database, after_commit
from wattloom.db.listing import Listing, Page, contains, in_batches
from wattloom.db.lookup import MAX_ID, find_id
from wattloom.db.migrate import current_revision, upgrade
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
    "contains",
    "current_revision",
    "find_id",
    "in_batches",
    "metadata",
    "one_at_a_time",
    "unique_or_conflict",
    "upgrade",
]
