"""What the chart of a site shows beside the values: earlier plans, spreads, limits, and who states them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sqlalchemy import Connection

from tests.factories import NOW, make_asset, make_sensor, make_source
from tests.home import BATTERY_KW, CAPACITY_KWH, LOAD_KW, NET_KW, Home, make_home, set_flex
from wattloom.accounts import get_user
from wattloom.assets import get_asset
from wattloom.periods import Period, to_us
from wattloom.sites import (
    LimitCode,
    PlanSeries,
    Role,
    SitePlan,
    find_site,
    following_of,
    read_detailed_plan,
    read_plans,
)
from wattloom.timeseries import Beliefs, BeliefStore, get_sensor, record_beliefs

HOUR = timedelta(hours=1)
AROUND_NOW = Period(NOW - 2 * HOUR, NOW + 2 * HOUR)


@pytest.fixture
def home(connection: Connection, belief_store: BeliefStore) -> Home:
    return make_home(connection, belief_store, now=NOW)


def read(connection: Connection, store: BeliefStore, home: Home, *, now: datetime = NOW) -> SitePlan:
    user = get_user(connection, home.user_id)
    return read_detailed_plan(connection, store, user, get_asset(connection, home.site_id), AROUND_NOW, now=now)


def believe(  # noqa: PLR0913 - a belief has many parts
    connection: Connection,
    store: BeliefStore,
    sensor_id: int,
    source_id: int,
    value: float,
    *,
    believed: datetime,
    start: datetime = NOW - 2 * HOUR,
    probability: float = 0.5,
) -> None:
    """Record one value for four hours."""
    sensor = get_sensor(connection, sensor_id)
    step = sensor.event_resolution.nominal or timedelta(minutes=15)
    starts_us = np.array([to_us(start + n * step) for n in range(4 * HOUR // step)])
    points = Beliefs.points(
        sensor_id=sensor_id,
        source_id=source_id,
        event_start_us=starts_us,
        belief_time_us=to_us(believed),
        event_value=np.full(len(starts_us), value),
    )
    columns = (*points.columns[:4], np.full(len(points), probability), points.event_value)
    record_beliefs(connection, store, sensor, Beliefs(*columns))


def battery(plan: SitePlan) -> PlanSeries:
    return plan.all(Role.POWER)[2]


def make_scheduler(connection: Connection) -> int:
    return make_source(connection, name="Wattloom", type="scheduler", model="StorageScheduler", version="1.0")


def test_values_are_those_of_the_lean_plan(connection: Connection, belief_store: BeliefStore, home: Home) -> None:
    user, site = get_user(connection, home.user_id), get_asset(connection, home.site_id)

    [lean] = read_plans(connection, belief_store, [find_site(connection, user, site)], AROUND_NOW, now=NOW)

    for one, other in zip(read(connection, belief_store, home).series, lean.series, strict=True):
        assert (one.role, one.name, one.kind, one.unit, one.asset_id) == (
            other.role,
            other.name,
            other.kind,
            other.unit,
            other.asset_id,
        )
        np.testing.assert_allclose(one.values, other.values)


def test_measurements_go_before_plans_once_they_are_there(
    connection: Connection, belief_store: BeliefStore, home: Home
) -> None:
    """A scheduler with a version would win over a meter without one: not in the past."""
    planned_kw = 2.0
    believe(
        connection,
        belief_store,
        home.sensor_ids["battery"],
        make_scheduler(connection),
        planned_kw,
        believed=NOW - 3 * HOUR,
    )

    series = battery(read(connection, belief_store, home))

    np.testing.assert_allclose(series.values, [BATTERY_KW] * 8 + [planned_kw] * 8)
    assert series.planned is not None
    np.testing.assert_allclose(series.planned, planned_kw)


def test_plan_of_the_past_is_the_newest_before_the_step_was_over(
    connection: Connection, belief_store: BeliefStore, home: Home
) -> None:
    """Replanned an hour ago for all four hours: what was over then keeps the plan that it had."""
    sensor_id, scheduler = home.sensor_ids["battery"], make_scheduler(connection)
    believe(connection, belief_store, sensor_id, scheduler, 2.0, believed=NOW - 3 * HOUR)
    believe(connection, belief_store, sensor_id, scheduler, 4.0, believed=NOW - HOUR)

    series = battery(read(connection, belief_store, home))

    assert series.planned is not None
    assert series.planned_origin is not None
    np.testing.assert_allclose(series.planned, [2] * 3 + [4] * 13)
    assert set(series.planned_origin.belief_time_us.tolist()) == {to_us(NOW - 3 * HOUR), to_us(NOW - HOUR)}


def test_following_compares_what_is_over(connection: Connection, belief_store: BeliefStore, home: Home) -> None:
    """Planned 2 kW and measured 0.5 kW over two hours: 3 kWh apart."""
    believe(
        connection, belief_store, home.sensor_ids["battery"], make_scheduler(connection), 2, believed=NOW - 3 * HOUR
    )
    plan = read(connection, belief_store, home)

    following = following_of(plan, battery(plan))

    assert following is not None
    assert (following.planned_kwh, following.measured_kwh, following.missed_kwh) == pytest.approx((4, 1, 3))


def test_spread_of_forecasts_is_told_with_consumption_positive(
    connection: Connection, belief_store: BeliefStore, home: Home
) -> None:
    """The roof is expected to give 1 to 4 kW: as consumption, that is −4 to −1."""
    forecaster = make_source(connection, name="Sun", type="forecaster")
    for probability, value in ((0.1, 1.0), (0.5, 2.0), (0.9, 4.0)):
        believe(
            connection,
            belief_store,
            home.sensor_ids["pv"],
            forecaster,
            value,
            believed=NOW - 3 * HOUR,
            probability=probability,
        )

    roof = read(connection, belief_store, home).all(Role.POWER)[0]

    assert roof.forecast is not None
    assert roof.planned is not None
    np.testing.assert_allclose(roof.forecast.low, -4)
    np.testing.assert_allclose(roof.forecast.high, -1)
    np.testing.assert_allclose(roof.planned, -2)


def test_single_values_have_no_spread(connection: Connection, belief_store: BeliefStore, home: Home) -> None:
    forecaster = make_source(connection, name="Sun", type="forecaster")
    believe(connection, belief_store, home.sensor_ids["load"], forecaster, 900, believed=NOW - 3 * HOUR)

    load = read(connection, belief_store, home).all(Role.POWER)[1]

    assert load.forecast is None


def test_planned_net_power_is_known_where_all_devices_are_planned(
    connection: Connection, belief_store: BeliefStore, home: Home
) -> None:
    source = make_source(connection, name="Oracle", type="forecaster")
    before = NOW - 3 * HOUR
    for name, value in (("load", 2000 * LOAD_KW), ("pv", 0.0), ("battery", 0.0)):
        assert read(connection, belief_store, home).all(Role.NET_POWER)[0].planned is None
        believe(connection, belief_store, home.sensor_ids[name], source, value, believed=before)

    net = read(connection, belief_store, home).all(Role.NET_POWER)[0]

    assert net.planned is not None
    np.testing.assert_allclose(net.planned, 2 * LOAD_KW)
    np.testing.assert_allclose(net.values[:8], NET_KW)


def test_limits_are_constants_or_follow_their_sensors(
    connection: Connection, belief_store: BeliefStore, home: Home
) -> None:
    wanted_id = make_sensor(
        connection, name="wanted", unit="kWh", event_resolution="P0D", generic_asset_id=home.battery_id
    )
    believe(connection, belief_store, wanted_id, make_source(connection), 8, believed=NOW, start=NOW)
    model = {
        "consumption": {"sensor": home.sensor_ids["battery"]},
        "state-of-charge": {"sensor": home.sensor_ids["stock"]},
        "soc-max": f"{CAPACITY_KWH} kWh",
        "soc-targets": {"sensor": wanted_id},
    }
    set_flex(connection, home.battery_id, model=model)

    plan = read(connection, belief_store, home)

    maximum, target = plan.limits
    assert (maximum.code, maximum.values, maximum.unit) == (LimitCode.MAXIMUM, CAPACITY_KWH, "kWh")
    assert (target.code, target.asset_id) == (LimitCode.TARGET, home.battery_id)
    np.testing.assert_allclose(target.values, [np.nan] * 8 + [8] * 8)


def test_limits_that_the_user_may_not_read_are_left_out(
    connection: Connection, belief_store: BeliefStore, home: Home
) -> None:
    secret_id = make_sensor(connection, unit="kW", generic_asset_id=make_asset(connection))
    model = {
        "consumption": {"sensor": home.sensor_ids["battery"]},
        "power-capacity": "5 kW",
        "production-capacity": {"sensor": secret_id},
    }
    set_flex(connection, home.battery_id, model=model)

    limits = read(connection, belief_store, home).limits

    assert [limit.code for limit in limits] == [LimitCode.CONSUMPTION_CAPACITY]


def test_steps_go_on_when_clocks_change(connection: Connection, belief_store: BeliefStore, home: Home) -> None:
    """In Amsterdam 29 March 2026 has 23 hours: midnight lies that long after midnight."""
    zone = ZoneInfo("Europe/Amsterdam")
    midnight, next_midnight = (datetime(2026, 3, day, tzinfo=zone) for day in (29, 30))
    user, site = get_user(connection, home.user_id), get_asset(connection, home.site_id)

    plan = read_detailed_plan(
        connection, belief_store, user, site, Period(midnight, next_midnight), now=next_midnight - 2 * HOUR
    )

    assert (plan.n_steps, plan.step_at(plan.now)) == (23 * 4, 21 * 4)
    assert plan.at(3 * 4) == datetime(2026, 3, 29, 4, tzinfo=zone)
