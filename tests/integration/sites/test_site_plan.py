from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import Connection

from tests.factories import NOW, make_account, make_asset, make_sensor, make_source, make_user
from tests.home import (
    BATTERY_KW,
    CAPACITY_KWH,
    FEED_IN_EUR_PER_KWH,
    LOAD_KW,
    NET_KW,
    PRICE_EUR_PER_KWH,
    PV_KW,
    STOCK_KWH,
    Home,
    make_home,
    record_constant,
    set_flex,
)
from wattloom.accounts import get_user
from wattloom.assets import get_asset
from wattloom.periods import Period
from wattloom.sites import MAX_STEPS, DeviceKind, Role, SitePlan, find_site, read_plans
from wattloom.timeseries import BeliefStore

AROUND_NOW = Period(NOW - timedelta(hours=2), NOW + timedelta(hours=2))


@pytest.fixture
def home(connection: Connection, belief_store: BeliefStore) -> Home:
    return make_home(connection, belief_store, now=NOW)


def read(
    connection: Connection, store: BeliefStore, home: Home, period: Period = AROUND_NOW, user_id: int | None = None
) -> SitePlan:
    user = get_user(connection, user_id or home.user_id)
    [plan] = read_plans(
        connection, store, [find_site(connection, user, get_asset(connection, home.site_id))], period, now=NOW
    )
    return plan


def test_series_come_in_reading_order_with_their_kind_and_unit(
    connection: Connection, belief_store: BeliefStore, home: Home
) -> None:
    plan = read(connection, belief_store, home)

    assert [(series.role, series.kind, series.name, series.unit) for series in plan.series] == [
        (Role.CONSUMPTION_PRICE, None, "Price", "EUR/kWh"),
        (Role.PRODUCTION_PRICE, None, "Feed-in", "EUR/kWh"),
        (Role.POWER, DeviceKind.PV, "Roof", "kW"),
        (Role.POWER, DeviceKind.LOAD, "Base load", "kW"),
        (Role.POWER, DeviceKind.BATTERY, "Cellar", "kW"),
        (Role.NET_POWER, None, "Net power", "kW"),
        (Role.STOCK, DeviceKind.BATTERY, "Cellar", "kWh"),
    ]


def test_values_are_converted_and_consumption_is_positive(
    connection: Connection, belief_store: BeliefStore, home: Home
) -> None:
    plan = read(connection, belief_store, home)

    expected = [PRICE_EUR_PER_KWH, FEED_IN_EUR_PER_KWH, -PV_KW, LOAD_KW, BATTERY_KW, NET_KW, STOCK_KWH]
    for series, value in zip(plan.series, expected, strict=True):
        np.testing.assert_allclose(series.values, value)
    assert plan.series[-1].capacity_kwh == CAPACITY_KWH


def test_grid_starts_on_a_step_of_the_finest_power_sensor(
    connection: Connection, belief_store: BeliefStore, home: Home
) -> None:
    period = Period(NOW + timedelta(minutes=7), NOW + timedelta(minutes=40))

    plan = read(connection, belief_store, home, period)

    assert (plan.start, plan.step, plan.n_steps) == (NOW, timedelta(minutes=15), 3)


def test_long_periods_have_longer_steps(connection: Connection, belief_store: BeliefStore, home: Home) -> None:
    plan = read(connection, belief_store, home, Period(NOW, NOW + timedelta(days=365)))

    assert plan.n_steps <= MAX_STEPS
    assert plan.step == timedelta(hours=6)


def test_what_nobody_recorded_is_unknown_in_the_net_power_too(
    connection: Connection, belief_store: BeliefStore, home: Home
) -> None:
    plan = read(connection, belief_store, home, Period(NOW + timedelta(days=3), NOW + timedelta(days=4)))

    assert all(np.isnan(series.values).all() for series in plan.series)


def test_aggregate_sensor_states_the_net_power(connection: Connection, belief_store: BeliefStore, home: Home) -> None:
    meter_id = make_sensor(connection, generic_asset_id=home.site_id)
    record_constant(connection, belief_store, meter_id, 2.5, source_id=make_source(connection), now=NOW)
    set_flex(connection, home.site_id, context={"aggregate-production": {"sensor": meter_id}})

    plan = read(connection, belief_store, home)

    [net] = plan.all(Role.NET_POWER)
    np.testing.assert_allclose(net.values, -2.5)


def test_sensors_that_the_user_may_not_read_are_left_out(
    connection: Connection, belief_store: BeliefStore, home: Home
) -> None:
    secret_id = make_sensor(connection, unit="EUR/kWh", generic_asset_id=make_asset(connection))
    set_flex(connection, home.site_id, context={"consumption-price": {"sensor": secret_id}})

    plan = read(connection, belief_store, home)

    assert plan.all(Role.CONSUMPTION_PRICE) == ()


def test_public_sensors_are_shown(connection: Connection, belief_store: BeliefStore, home: Home) -> None:
    market_id = make_sensor(connection, unit="EUR/MWh", generic_asset_id=make_asset(connection, account_id=None))
    record_constant(connection, belief_store, market_id, 50, source_id=make_source(connection), now=NOW)
    set_flex(connection, home.site_id, context={"consumption-price": {"sensor": market_id}})

    plan = read(connection, belief_store, home)

    [price] = plan.all(Role.CONSUMPTION_PRICE)
    np.testing.assert_allclose(price.values, 0.05)


def test_sensor_of_another_dimension_is_left_out(connection: Connection, belief_store: BeliefStore, home: Home) -> None:
    thermometer_id = make_sensor(connection, unit="°C", generic_asset_id=home.site_id)
    set_flex(connection, home.site_id, context={"inflexible-consumption": [{"sensor": thermometer_id}]})

    plan = read(connection, belief_store, home)

    assert [series.name for series in plan.all(Role.POWER)] == ["Cellar"]


def test_context_is_inherited_from_the_assets_above(
    connection: Connection, belief_store: BeliefStore, home: Home
) -> None:
    user = get_user(connection, home.user_id)
    battery = get_asset(connection, home.battery_id)

    [plan] = read_plans(connection, belief_store, [find_site(connection, user, battery)], AROUND_NOW, now=NOW)

    assert plan.name == "Cellar"
    [price] = plan.all(Role.CONSUMPTION_PRICE)
    np.testing.assert_allclose(price.values, PRICE_EUR_PER_KWH)


def test_site_without_flex_config_has_an_empty_plan(connection: Connection, belief_store: BeliefStore) -> None:
    account_id = make_account(connection)
    site = get_asset(connection, make_asset(connection, account_id=account_id))
    user = get_user(connection, make_user(connection, account_id=account_id))

    [plan] = read_plans(connection, belief_store, [find_site(connection, user, site)], AROUND_NOW, now=NOW)

    assert plan.series == ()
    assert plan.zone.key == "UTC"
