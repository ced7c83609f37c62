"""When users were last seen and API keys last used, without a write per request."""

from collections.abc import Mapping
from datetime import datetime
from heapq import nlargest
from operator import itemgetter
from threading import Lock

import structlog
from sqlalchemy.exc import SQLAlchemyError

from wattloom.accounts import User, note_keys_used, note_last_seen
from wattloom.db import Database
from wattloom.errors import UnavailableError

_log = structlog.get_logger()
# So many are kept while the database takes nothing; a sighting is no reason to run out of memory.
_MOST_KEPT = 10_000


class LastSeen:
    """Collects sightings in memory until the server stores them."""

    def __init__(self, database: Database) -> None:
        """Prepare to write to ``database``."""
        self._database = database
        self._lock = Lock()
        self._seen: dict[int, datetime] = {}
        self._used: dict[int, datetime] = {}

    def note(self, user: User, now: datetime) -> None:
        """Remember that a user was here, and with which API key."""
        with self._lock:
            self._seen[user.id] = now
            if user.key_id is not None:
                self._used[user.key_id] = now

    def flush(self) -> None:
        """Store what was noted; of what the database does not take the newest is kept for the next time."""
        with self._lock:
            seen, self._seen = self._seen, {}
            used, self._used = self._used, {}
        if not seen:
            return
        try:
            with self._database.write() as connection:
                note_last_seen(connection, seen)
                note_keys_used(connection, used)
        except (UnavailableError, SQLAlchemyError) as error:
            _log.warning("last seen not stored", error=str(error))
            with self._lock:
                self._seen = _newest(seen | self._seen)
                self._used = _newest(used | self._used)


def _newest(noted: Mapping[int, datetime]) -> dict[int, datetime]:
    return dict(nlargest(_MOST_KEPT, noted.items(), key=itemgetter(1)))
