"""A site with a battery on a real database, for tests that ask for schedules and work them off in this process."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import update

from tests.api_client import make_services
from tests.factories import make_account, make_asset, make_sensor, make_source, make_user
from tests.working import job_runner
from wattloom.accounts import get_user
from wattloom.assets.tables import asset
from wattloom.db import Database
from wattloom.http import Services
from wattloom.jobs import Job
from wattloom.periods import Duration, to_us
from wattloom.scheduling import (
    PlanningLimits,
    Schedule,
    ScheduleRequest,
    ScheduleView,
    SignConvention,
    read_schedule,
    trigger_schedule,
)
from wattloom.scheduling.planning import plan
from wattloom.scheduling.solver import HighsSolver
from wattloom.timeseries import Beliefs, get_sensor, record_beliefs

START = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
CHEAP, DEAR = 50.0, 150.0
PRICES = (CHEAP,) * 12 + (DEAR,) * 12
"""EUR/MWh per hour: cheap in the morning, dear in the afternoon."""
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Planner:
    """A site whose battery of 25 kW and 100 kWh starts at 20 kWh; ids of what was made."""

    services: Services
    account_id: int
    user_id: int
    site_id: int
    battery_id: int
    price: int
    power: int
    soc: int
    source_id: int

    @classmethod
    def on(cls, database: Database, **options: Any) -> "Planner":
        """Insert the site, with prices for one day."""
        with database.write() as connection:
            account = make_account(connection)
            user = make_user(connection, account_id=account)
            site = make_asset(connection, kind="building", account_id=account)
            battery = make_asset(connection, kind="battery", account_id=account, parent_asset_id=site)
            planner = cls(
                services=make_services(database, **options),
                account_id=account,
                user_id=user,
                site_id=site,
                battery_id=battery,
                price=make_sensor(connection, generic_asset_id=site, unit="EUR/MWh", event_resolution="PT1H"),
                power=make_sensor(connection, generic_asset_id=battery, name="power"),
                soc=make_sensor(connection, generic_asset_id=battery, unit="kWh", event_resolution="P0D"),
                source_id=make_source(connection),
            )
        planner.record(planner.price, PRICES)
        return planner

    @property
    def model(self) -> dict[str, Any]:
        """The flex-model of the battery."""
        return {
            "sensor": self.power,
            "state-of-charge": {"sensor": self.soc},
            "soc-at-start": "20 kWh",
            "soc-max": "100 kWh",
            "power-capacity": "25 kW",
        }

    @property
    def context(self) -> dict[str, Any]:
        """The flex-context of the site."""
        return {"consumption-price": {"sensor": self.price}, "site-power-capacity": "500 kVA"}

    def body(self, **changes: Any) -> dict[str, Any]:
        """Return the body of a trigger; keys with ``_`` for ``-``."""
        named = {key.replace("_", "-"): value for key, value in changes.items()}
        start = {"start": START.isoformat(), "duration": "PT24H"}
        return {**start, "flex-model": [self.model], "flex-context": self.context, **named}

    def record(
        self, sensor_id: int, values: Sequence[float], *, start: datetime = START, believed_at: datetime = LONG_AGO
    ) -> None:
        """Record values on a sensor, one per event; of instantaneous sensors one per quarter of an hour."""
        with self.services.database.write() as connection:
            sensor = get_sensor(connection, sensor_id)
            step = sensor.event_resolution.nominal or timedelta(minutes=15)
            starts_us = to_us(start) + np.arange(len(values)) * (step // timedelta(microseconds=1))
            points = Beliefs.points(
                sensor_id=sensor_id,
                source_id=self.source_id,
                event_start_us=starts_us,
                belief_time_us=to_us(believed_at),
                event_value=np.array(values, dtype=np.float64),
            )
            record_beliefs(connection, self.services.beliefs, sensor, points)

    def store(self, asset_id: int, **columns: dict[str, Any]) -> None:
        """Store a flex_model or flex_context on an asset."""
        with self.services.database.write() as connection:
            connection.execute(update(asset).where(asset.c.id == asset_id).values(columns))

    def add_sensor(self, **columns: Any) -> int:
        """Add a sensor to the battery."""
        with self.services.database.write() as connection:
            return make_sensor(connection, generic_asset_id=self.battery_id, **columns)

    def trigger(self, **changes: Any) -> Job:
        """Ask for a day's schedule of the site, changed as given."""
        request = ScheduleRequest(
            **{
                "subject": ("asset", self.site_id),
                "start": START,
                "duration": Duration(0, DAY),
                "flex_model": [self.model],
                "flex_context": self.context,
                **changes,
            }
        )
        with self.services.database.write() as connection:
            return trigger_schedule(
                connection,
                self.services.jobs,
                request,
                PlanningLimits(),
                by=get_user(connection, self.user_id),
                now=self.services.clock(),
            )

    def work(self, **options: Any) -> None:
        """Work off what is due."""
        planner = plan.Planner(self.services.database, self.services.beliefs, HighsSolver(), **options)
        job_runner(self.services, planner).run_due()

    def job(self, job_id: uuid.UUID) -> Job:
        """Return a job as it stands."""
        with self.services.database.read() as connection:
            return self.services.jobs.get(connection, job_id)

    def plan(self, **changes: Any) -> Job:
        """Ask for a schedule and work it off."""
        job = self.trigger(**changes)
        self.work()
        return self.job(job.id)

    def schedule(
        self, job: Job, sensor_id: int, *, unit: str | None = None, sign: str = "consumption-positive"
    ) -> Schedule:
        """Return what a job recorded on a sensor."""
        view = ScheduleView(Duration(0, DAY), unit, SignConvention(sign))
        with self.services.database.read() as connection:
            found = read_schedule(
                connection, self.services.beliefs, self.job(job.id), get_sensor(connection, sensor_id), view
            )
        assert found is not None
        return found
