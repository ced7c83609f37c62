"""Databases with many beliefs, for measuring the store without a server around it."""

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from sqlalchemy import Connection

from tests.factories import make_asset, make_sensor, make_source
from tests.postgres import running_server
from wattloom.db import Database, upgrade
from wattloom.periods import QUARTER_US, Period, to_us
from wattloom.timeseries import (
    BeliefKeys,
    Beliefs,
    BeliefStore,
    Changes,
    PostgresBeliefStore,
    Sensor,
    SqliteBeliefStore,
    get_sensor,
    rebuild_summaries,
)

START = datetime(2025, 1, 1, tzinfo=UTC)
START_US = to_us(START)
_AT_ONCE = 500_000
_NOTHING = Beliefs.empty()
_random = np.random.default_rng(4)


@dataclass(frozen=True)
class Lab:
    """A database and its store."""

    url: str
    database: Database
    store: BeliefStore

    def sensors(self, n: int, **columns: object) -> list[Sensor]:
        """Return new sensors of quarter-hourly power."""
        with self.database.write() as connection:
            asset_id = make_asset(connection)
            made = [
                make_sensor(connection, generic_asset_id=asset_id, event_resolution="PT15M", unit="kW", **columns)
                for _ in range(n)
            ]
            return [get_sensor(connection, sensor_id) for sensor_id in made]

    def source(self, **columns: object) -> int:
        """Return a new source."""
        with self.database.write() as connection:
            return make_source(connection, **columns)

    def fill(self, sensor: Sensor, source_id: int, n: int, *, n_superseded: int = 0) -> None:
        """Put n current beliefs on a sensor, and so many superseded ones for each."""
        with self.database.write() as connection:
            for first in range(0, n, _AT_ONCE):
                self._put(connection, quarters(sensor, source_id, min(_AT_ONCE, n - first), first=first))
            for k in range(n_superseded):
                self._put(connection, quarters(sensor, source_id, n, believed=-1 - k), superseded=True)
            rebuild_summaries(connection, [sensor.id])

    def _put(self, connection: Connection, beliefs: Beliefs, *, superseded: bool = False) -> None:
        none = BeliefKeys.of(_NOTHING)
        added = (_NOTHING, beliefs) if superseded else (beliefs, _NOTHING)
        self.store.write(connection, Changes(none, none, *added))


def quarters(sensor: Sensor, source_id: int, n: int, *, first: int = 0, believed: int = 0) -> Beliefs:
    """Return n random beliefs about the quarters of an hour from START on."""
    return Beliefs.points(
        sensor_id=sensor.id,
        source_id=source_id,
        event_start_us=START_US + (first + np.arange(n, dtype=np.int64)) * QUARTER_US,
        belief_time_us=START_US + believed,
        event_value=_random.normal(5, 2, n).round(3),
    )


def period_of(n_quarters: int, *, first: int = 0) -> Period:
    """Return the period of some quarters of an hour."""
    start = START + first * timedelta(minutes=15)
    return Period(start, start + n_quarters * timedelta(minutes=15))


def median_ms(action: Callable[[], object], times: int = 9) -> float:
    """Return the median time of an action, after one run to warm up [ms]."""
    action()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        action()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1000


@contextmanager
def labs(*, with_postgres: bool = True) -> Iterator[dict[str, Lab]]:
    """Give an empty database of each kind; PostgreSQL waits for the disk, as SQLite does."""
    with tempfile.TemporaryDirectory() as folder:
        sqlite = Database(f"sqlite:///{Path(folder) / 'wattloom.db'}")
        upgrade(sqlite)
        found = {"SQLite": Lab(sqlite.url, sqlite, SqliteBeliefStore())}
        if not with_postgres:
            yield found
            sqlite.close()
            return
        with running_server(is_durable=True) as server, server.fresh_database() as url:
            postgres = Database(url)
            yield found | {"PostgreSQL": Lab(url, postgres, PostgresBeliefStore())}
            postgres.close()
        sqlite.close()
