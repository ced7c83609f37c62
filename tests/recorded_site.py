"""A site with recorded data for tests of commands: what is on it, and what is left of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from sqlalchemy import Connection, select

from tests.factories import make_account, make_asset, make_sensor, make_source, make_user
from wattloom.accounts.tables import audit_log
from wattloom.assets.tables import asset_audit_log
from wattloom.db import Database
from wattloom.periods import HOUR_US, to_us
from wattloom.timeseries import Beliefs, BeliefStore, get_sensor, rebuild_summaries, record_beliefs
from wattloom.timeseries.tables import belief, belief_summary, superseded_belief

START = datetime(2026, 3, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Site:
    """A house with a battery below it, both with sensors, and who records on them.

    Power has three hourly events: forecast as 1, 2, 3, then as 4, 5, 6, then
    measured as 7, 8. Energy has two measured events.
    """

    database: Database
    store: BeliefStore
    account: int
    user: int
    house: int
    battery: int
    power: int
    energy: int
    forecaster: int
    meter: int

    def record(self, sensor: int, source: int, values: list[float], *, believed: datetime, first: int = 0) -> None:
        """Record hourly values from START on, or some hours later."""
        with self.database.write() as connection:
            beliefs = Beliefs.points(
                sensor_id=sensor,
                source_id=source,
                event_start_us=to_us(START) + (first + np.arange(len(values))) * HOUR_US,
                belief_time_us=to_us(believed),
                event_value=np.array(values, dtype=np.float64),
            )
            record_beliefs(connection, self.store, get_sensor(connection, sensor), beliefs)

    def current(self, sensor: int, source: int) -> list[float]:
        """What a source believes about the events of a sensor."""
        return self._values(belief, sensor, source)

    def superseded(self, sensor: int, source: int) -> list[float]:
        """What it believed before, by event."""
        return self._values(superseded_belief, sensor, source)

    def asset_events(self) -> list[str]:
        """What the audit log says about assets, oldest first."""
        return self._events(asset_audit_log)

    def account_events(self) -> list[str]:
        """What the audit log says about accounts and users, oldest first."""
        return self._events(audit_log)

    def summaries_are_right(self) -> bool:
        """Whether the summaries are what making them anew gives."""
        with self.database.write() as connection:
            held = _summaries(connection)
            rebuild_summaries(connection, [self.power, self.energy])
            return held == _summaries(connection)

    def _values(self, table: Any, sensor: int, source: int) -> list[float]:
        held = table.c
        order = (held.event_start, held.belief_time)
        wanted = select(held.event_value).where(held.sensor_id == sensor, held.source_id == source).order_by(*order)
        with self.database.read() as connection:
            return list(connection.scalars(wanted))

    def _events(self, table: Any) -> list[str]:
        with self.database.read() as connection:
            return list(connection.scalars(select(table.c.event).order_by(table.c.id)))


def make_site(database: Database, store: BeliefStore) -> Site:
    with database.write() as connection:
        account = make_account(connection, name="Our house")
        user = make_user(connection, account_id=account, username="ada", email="ada@example.com")
        house = make_asset(connection, name="House", kind="building", account_id=account)
        battery = make_asset(connection, name="Battery", account_id=account, parent_asset_id=house)
        site = Site(
            database,
            store,
            account,
            user,
            house,
            battery,
            power=make_sensor(connection, name="power", generic_asset_id=battery, event_resolution="PT1H"),
            energy=make_sensor(connection, name="energy", unit="kWh", generic_asset_id=house, event_resolution="PT1H"),
            forecaster=make_source(connection, name="oracle", type="forecaster"),
            meter=make_source(connection, name="meter", type="gateway"),
        )
    site.record(site.power, site.forecaster, [1, 2, 3], believed=START - 2 * HOUR)
    site.record(site.power, site.forecaster, [4, 5, 6], believed=START - HOUR)
    site.record(site.power, site.meter, [7, 8], believed=START + 5 * HOUR)
    site.record(site.energy, site.meter, [10, 20], believed=START + 5 * HOUR)
    return site


def _summaries(connection: Connection) -> list[tuple[Any, ...]]:
    keys = (belief_summary.c.sensor_id, belief_summary.c.source_id)
    return [tuple(row) for row in connection.execute(select(belief_summary).order_by(*keys))]
