"""The demo as tests see it: set up and planned at times of their choice."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from wattloom.config import Settings
from wattloom.db import Database, metadata
from wattloom.demo import DemoHome, HomePlan, plan_home, set_up_demo
from wattloom.jobs import EmbeddedJobQueue
from wattloom.periods import Period
from wattloom.server.backend import Backend
from wattloom.server.handlers import job_handlers
from wattloom.timeseries import BeliefFilter, BeliefStore, Events, Sensor, SeriesRequest, read_events


@dataclass(frozen=True)
class Home:
    database: Database
    store: BeliefStore
    data_dir: Path
    now: datetime

    def at(self, now: datetime) -> "Home":
        return replace(self, now=now)

    def set_up(self) -> DemoHome:
        with self.database.write() as connection:
            return set_up_demo(connection, self.store, self.data_dir, now=self.now, report_progress=lambda *_: None)

    def plan(self) -> HomePlan:
        home = self.set_up()
        backend = Backend(self.database, self.store, EmbeddedJobQueue(self.database), lambda: self.now)
        return plan_home(backend, job_handlers(backend, Settings()), home.site, user_id=home.user_id, now=self.now)

    def count_rows(self) -> dict[str, int]:
        with self.database.read() as connection:
            return {
                name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for name, table in metadata.tables.items()
            }

    def events(self, sensor: Sensor, period: Period, *source_types: str) -> Events:
        wanted = BeliefFilter(source_types=frozenset(source_types) or None)
        with self.database.read() as connection:
            return read_events(connection, self.store, [SeriesRequest(sensor, wanted)], period)[0]
