"""A home with constant values, for tests of what is shown about a site."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from sqlalchemy import Connection, update

from tests.factories import make_account, make_asset, make_sensor, make_source, make_user
from wattloom.assets.tables import asset
from wattloom.periods import to_us
from wattloom.timeseries import Beliefs, BeliefStore, get_sensor, record_beliefs

PRICE_EUR_PER_KWH = 0.3
FEED_IN_EUR_PER_KWH = 0.08
LOAD_KW = 1.0
PV_KW = 3.0
BATTERY_KW = 0.5
STOCK_KWH = 6.0
CAPACITY_KWH = 10.0
NET_KW = LOAD_KW - PV_KW + BATTERY_KW


@dataclass(frozen=True)
class Home:
    """Ids of what was made."""

    account_id: int
    user_id: int
    email: str
    site_id: int
    battery_id: int
    sensor_ids: dict[str, int]


def make_home(connection: Connection, store: BeliefStore, *, now: datetime, name: str = "Home") -> Home:
    """Insert a home whose prices and powers are known from a day ago to two days ahead."""
    account_id = make_account(connection)
    email = f"owner.of.{name.lower().replace(' ', '.')}@example.com"
    user_id = make_user(connection, email=email, account_id=account_id)
    site_id = make_asset(connection, kind="building", name=name, account_id=account_id, latitude=52.4, longitude=4.9)
    pv_id = make_asset(connection, kind="solar", name="Roof", account_id=account_id, parent_asset_id=site_id)
    battery_id = make_asset(connection, kind="battery", name="Cellar", account_id=account_id, parent_asset_id=site_id)
    consumption = {"consumption_is_positive": True}
    sensor_ids = {
        "price": _hourly(connection, site_id, "price", "EUR/MWh"),
        "feed-in": _hourly(connection, site_id, "feed-in", "EUR/kWh"),
        "load": _hourly(connection, site_id, "base load", "W", attributes=consumption),
        "pv": _hourly(connection, pv_id, "power", "kW"),
        "battery": make_sensor(connection, name="power", generic_asset_id=battery_id, attributes=consumption),
        "stock": make_sensor(
            connection, name="charge", unit="%", event_resolution="P0D", generic_asset_id=battery_id, attributes={}
        ),
    }
    _configure(connection, site_id, battery_id, sensor_ids)
    source_id = make_source(connection)
    for sensor, value in {
        "price": PRICE_EUR_PER_KWH * 1000,
        "feed-in": FEED_IN_EUR_PER_KWH,
        "load": LOAD_KW * 1000,
        "pv": PV_KW,
        "battery": BATTERY_KW,
        "stock": 100 * STOCK_KWH / CAPACITY_KWH,
    }.items():
        record_constant(connection, store, sensor_ids[sensor], value, source_id=source_id, now=now)
    return Home(account_id, user_id, email, site_id, battery_id, sensor_ids)


def record_constant(
    connection: Connection, store: BeliefStore, sensor_id: int, value: float, *, source_id: int, now: datetime
) -> None:
    """Record one value from a day before the hour of ``now`` to two days after it."""
    sensor = get_sensor(connection, sensor_id)
    step = sensor.event_resolution.nominal or timedelta(minutes=15)
    hour = now.replace(minute=0, second=0, microsecond=0)
    starts_us = to_us(hour - timedelta(days=1)) + np.arange(timedelta(days=3) // step) * (
        step // timedelta(microseconds=1)
    )
    points = Beliefs.points(
        sensor_id=sensor_id,
        source_id=source_id,
        event_start_us=starts_us,
        belief_time_us=to_us(now),
        event_value=np.full(len(starts_us), value),
    )
    record_beliefs(connection, store, sensor, points)


def _hourly(connection: Connection, asset_id: int, name: str, unit: str, **columns: object) -> int:
    return make_sensor(connection, name=name, unit=unit, event_resolution="PT1H", generic_asset_id=asset_id, **columns)


def _configure(connection: Connection, site_id: int, battery_id: int, sensor_ids: dict[str, int]) -> None:
    def of(sensor: str) -> dict[str, int]:
        return {"sensor": sensor_ids[sensor]}

    set_flex(
        connection,
        site_id,
        context={
            "consumption-price": of("price"),
            "production-price": of("feed-in"),
            "inflexible-consumption": [of("load")],
            "inflexible-production": [of("pv")],
        },
    )
    model = {"consumption": of("battery"), "state-of-charge": of("stock"), "soc-max": f"{CAPACITY_KWH} kWh"}
    set_flex(connection, battery_id, model=model)


def set_flex(
    connection: Connection,
    asset_id: int,
    *,
    context: dict[str, object] | None = None,
    model: dict[str, object] | None = None,
) -> None:
    """Store a flex-context or a flex-model as it is."""
    values = {"flex_context": context, "flex_model": model}
    given = {column: value for column, value in values.items() if value is not None}
    connection.execute(update(asset).where(asset.c.id == asset_id).values(given))
