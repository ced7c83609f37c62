"""What is known of this moment: measured, expected, old or unknown."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import Connection

from tests.factories import NOW, make_account, make_asset, make_sensor, make_source, make_user
from tests.home import make_home, set_flex
from wattloom.accounts import get_user
from wattloom.assets import get_asset
from wattloom.periods import to_us
from wattloom.sites import Reading, Role, Site, find_site, read_now, silent_sensors
from wattloom.timeseries import Beliefs, BeliefStore, get_sensor, record_beliefs

QUARTER = timedelta(minutes=15)


@pytest.fixture
def battery(connection: Connection) -> Site:
    """A site with one battery, of which nothing is known yet."""
    account_id = make_account(connection)
    user = get_user(connection, make_user(connection, account_id=account_id))
    site_id = make_asset(connection, kind="building", name="Home", account_id=account_id)
    battery_id = make_asset(connection, kind="battery", name="Cellar", account_id=account_id, parent_asset_id=site_id)
    sensor_id = make_sensor(
        connection, name="power", generic_asset_id=battery_id, attributes={"consumption_is_positive": True}
    )
    set_flex(connection, battery_id, model={"consumption": {"sensor": sensor_id}})
    return find_site(connection, user, get_asset(connection, site_id))


def record(
    connection: Connection, store: BeliefStore, site: Site, start: datetime, value: float, *, by: str = "gateway"
) -> None:
    [sensor] = site.sensors.values()
    beliefs = Beliefs.points(
        sensor_id=sensor.id,
        source_id=make_source(connection, name=by, type=by),
        event_start_us=np.array([to_us(start)]),
        belief_time_us=to_us(min(start + QUARTER, NOW)),
        event_value=np.array([value]),
    )
    record_beliefs(connection, store, get_sensor(connection, sensor.id), beliefs)


def reading_of(connection: Connection, store: BeliefStore, site: Site) -> Reading:
    [[reading]] = read_now(connection, store, [site], now=NOW)
    return reading


def test_nothing_known_is_not_nothing(connection: Connection, belief_store: BeliefStore, battery: Site) -> None:
    reading = reading_of(connection, belief_store, battery)

    assert (reading.name, reading.value, reading.is_old) == ("Cellar", None, False)


def test_fresh_measurement_goes_before_the_plan(
    connection: Connection, belief_store: BeliefStore, battery: Site
) -> None:
    record(connection, belief_store, battery, NOW - QUARTER - timedelta(minutes=5), 2)
    record(connection, belief_store, battery, NOW, 3, by="scheduler")

    reading = reading_of(connection, belief_store, battery)

    assert (reading.value, reading.is_measured, reading.age) == (2, True, timedelta(minutes=5))


def test_plan_goes_before_an_older_measurement(
    connection: Connection, belief_store: BeliefStore, battery: Site
) -> None:
    record(connection, belief_store, battery, NOW - 4 * QUARTER, 2)
    record(connection, belief_store, battery, NOW, 3, by="scheduler")

    reading = reading_of(connection, belief_store, battery)

    assert (reading.value, reading.is_measured, reading.is_old) == (3, False, False)


def test_old_measurement_says_how_old_it_is(connection: Connection, belief_store: BeliefStore, battery: Site) -> None:
    record(connection, belief_store, battery, NOW - 5 * QUARTER, 2)
    record(connection, belief_store, battery, NOW - QUARTER, 3, by="scheduler")

    reading = reading_of(connection, belief_store, battery)

    assert (reading.value, reading.age, reading.is_old) == (2, timedelta(hours=1), True)


def test_plan_of_the_past_says_nothing_about_now(
    connection: Connection, belief_store: BeliefStore, battery: Site
) -> None:
    record(connection, belief_store, battery, NOW - QUARTER, 3, by="scheduler")

    assert reading_of(connection, belief_store, battery).value is None


def test_values_come_in_the_units_of_plans(connection: Connection, belief_store: BeliefStore) -> None:
    """Prices per MWh, watts, production-positive PV and a charge in percent."""
    home = make_home(connection, belief_store, now=NOW)
    site = find_site(connection, get_user(connection, home.user_id), get_asset(connection, home.site_id))

    [readings] = read_now(connection, belief_store, [site], now=NOW)

    assert [(one.role, one.name, one.unit, round(one.value or 0, 3)) for one in readings] == [
        (Role.CONSUMPTION_PRICE, "Price", "EUR/kWh", 0.3),
        (Role.PRODUCTION_PRICE, "Feed-in", "EUR/kWh", 0.08),
        (Role.POWER, "Roof", "kW", -3),
        (Role.POWER, "Base load", "kW", 1),
        (Role.POWER, "Cellar", "kW", 0.5),
        (Role.STOCK, "Cellar", "kWh", 6),
    ]


def test_sensors_that_tell_nothing_new_are_silent(
    connection: Connection, belief_store: BeliefStore, battery: Site
) -> None:
    record(connection, belief_store, battery, NOW - 9 * QUARTER, 2)

    [[silent]] = silent_sensors(connection, belief_store, [battery], now=NOW)

    assert (silent.sensor.name, silent.asset_name, silent.since) == ("power", "Cellar", NOW - 8 * QUARTER)


def test_device_that_was_never_heard_of_is_not_silent(
    connection: Connection, belief_store: BeliefStore, battery: Site
) -> None:
    record(connection, belief_store, battery, NOW, 3, by="scheduler")

    assert silent_sensors(connection, belief_store, [battery], now=NOW) == [()]
