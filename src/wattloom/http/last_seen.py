"""When users were last seen, without a write per request."""

from datetime import datetime, timedelta
from threading import Lock

from wattloom.accounts import note_last_seen
from wattloom.db import Database
from wattloom.errors import UnavailableError

FLUSH_INTERVAL = timedelta(minutes=1)


class LastSeen:
    """Collects sightings in memory and stores them at most once a minute."""

    def __init__(self, database: Database) -> None:
        """Prepare to write to ``database``."""
        self._database = database
        self._lock = Lock()
        self._seen: dict[int, datetime] = {}
        self._flushed_at: datetime | None = None

    def note(self, user_id: int, now: datetime) -> None:
        """Remember that a user was here; outside a transaction, since it may write."""
        with self._lock:
            self._seen[user_id] = now
            is_due = self._flushed_at is None or now - self._flushed_at >= FLUSH_INTERVAL
        if is_due:
            self.flush(now)

    def flush(self, now: datetime) -> None:
        """Store what was noted; while the database is busy it is kept for the next time."""
        with self._lock:
            self._flushed_at = now
            seen, self._seen = self._seen, {}
        try:
            with self._database.write() as connection:
                note_last_seen(connection, seen)
        except UnavailableError:
            with self._lock:
                self._seen = seen | self._seen
