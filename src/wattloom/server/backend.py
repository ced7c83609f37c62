"""What server and worker processes both need: the database and what is built on it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from wattloom.config import Settings
from wattloom.db import Database, upgrade
from wattloom.jobs import EmbeddedJobQueue
from wattloom.timeseries import BeliefStore, PostgresBeliefStore, SqliteBeliefStore


@dataclass(frozen=True, slots=True)
class Backend:
    """The stores, the queue and the clock of one process.

    Attributes:
        database: Opens transactions.
        beliefs: Keeps time series, in the way that suits the database.
        jobs: Keeps jobs.
        clock: Returns the present, aware, in UTC.
    """

    database: Database
    beliefs: BeliefStore
    jobs: EmbeddedJobQueue
    clock: Callable[[], datetime]

    def close(self) -> None:
        """Close all connections."""
        self.database.close()


def open_database(settings: Settings) -> Database:
    """Open the database that the settings name; create it and bring it to the newest schema when needed."""
    database = Database(settings.resolved_database_url)
    upgrade(database)
    return database


def open_backend(settings: Settings) -> Backend:
    """Open the database, ready for use, and choose the implementations that suit it."""
    database = open_database(settings)
    return Backend(
        database=database,
        beliefs=belief_store_of(database),
        jobs=EmbeddedJobQueue(database),
        clock=system_clock,
    )


def belief_store_of(database: Database) -> BeliefStore:
    """Return the implementation that suits a database."""
    return SqliteBeliefStore() if database.is_sqlite else PostgresBeliefStore()


def system_clock() -> datetime:
    """Return the present."""
    return datetime.now(UTC)  # noqa: TID251 - the clock that everything else is given
