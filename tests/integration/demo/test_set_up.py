import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from sqlalchemy import func, select

from tests.integration.demo.homes import Home
from wattloom.accounts import find_login, set_password, verified
from wattloom.assets import get_asset, update_asset
from wattloom.demo.home import PV_KWP
from wattloom.demo.redate import hours_us, pv_yield
from wattloom.periods import DAY, HOUR_US, QUARTER_US, Period, from_us, to_us
from wattloom.timeseries import SeriesRequest, read_events
from wattloom.timeseries.tables import belief_summary

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_second_run_adds_nothing(home: Home) -> None:
    home.set_up()
    before = home.count_rows()

    home.set_up()

    assert home.count_rows() == before


def test_the_site_is_the_first_asset(home: Home) -> None:
    assert home.set_up().site.asset.id == 1


def test_the_data_reach_seven_days_back_and_three_ahead(home: Home) -> None:
    demo = home.set_up()

    assert (demo.period.start.isoformat(), demo.period.end.isoformat()) == (
        "2026-05-05T00:00:00+02:00",
        "2026-05-16T00:00:00+02:00",
    )
    for sensor in (demo.site.sensors.buying_price, demo.site.sensors.base_load, demo.site.sensors.pv_power):
        starts = home.events(sensor, demo.period).start_us
        assert (starts[0], len(starts)) == (to_us(demo.period.start), 11 * 24)
        assert (np.diff(starts) == HOUR_US).all()


def test_prices_are_the_spot_price_and_a_surcharge(home: Home) -> None:
    """On 12 May 2019 at 10:00 UTC the spot price was 8.05 EUR/MWh."""
    demo = home.set_up()
    ten = datetime(2026, 5, 12, 10, tzinfo=UTC)

    prices = home.events(demo.site.sensors.buying_price, Period(ten, ten + timedelta(hours=1)))

    assert prices.value.tolist() == [pytest.approx(8.05 / 1000 + 0.18)]


def test_nothing_is_believed_later_than_now(home: Home) -> None:
    home.set_up()

    with home.database.read() as connection:
        latest = connection.execute(select(func.max(belief_summary.c.last_belief_time))).scalar_one()

    assert latest == home.now


def test_demand_is_measured_until_now_and_forecast_from_then_on(home: Home) -> None:
    demo = home.set_up()

    measured = home.events(demo.site.sensors.base_load, demo.period, "gateway").start_us
    forecast = home.events(demo.site.sensors.base_load, demo.period, "forecaster").start_us

    assert from_us(int(measured[-1])) == datetime(2026, 5, 12, 12, tzinfo=UTC)
    assert from_us(int(forecast[0])) == datetime(2026, 5, 12, 13, tzinfo=UTC)


def test_forecasts_tell_their_spread_around_the_same_median(home: Home) -> None:
    demo = home.set_up()
    sun, ahead = demo.site.sensors.pv_power, Period(home.now + DAY, home.now + 2 * DAY)

    with home.database.read() as connection:
        requests = [SeriesRequest(sun, probability=probability) for probability in (0.1, 0.5, 0.9)]
        low, median, high = (events.value for events in read_events(connection, home.store, requests, ahead))

    np.testing.assert_allclose(median, PV_KWP * pv_yield().at(hours_us(ahead)), atol=1e-6)
    assert (low >= 0).all()
    assert (low <= median).all()
    assert (median <= high).all()
    assert (low < high).any()


def test_a_later_run_adds_the_missing_days(home: Home) -> None:
    home.set_up()

    later = home.at(home.now + 2 * DAY)
    demo = later.set_up()

    power = later.events(demo.site.sensors.battery_power, demo.period, "gateway").start_us
    assert from_us(int(power[-1])) == datetime(2026, 5, 14, 13, 30, tzinfo=UTC)
    assert (np.diff(power) == QUARTER_US).all()
    assert len(later.events(demo.site.sensors.buying_price, demo.period).start_us) == 11 * 24


def test_a_run_after_a_long_break_closes_the_gap(home: Home) -> None:
    first = home.set_up()

    later = home.at(home.now + 20 * DAY)
    demo = later.set_up()

    everything = Period(first.period.start, demo.period.end)
    assert (np.diff(later.events(demo.site.sensors.buying_price, everything).start_us) == HOUR_US).all()
    assert (np.diff(later.events(demo.site.sensors.car_power, everything).start_us) == QUARTER_US).all()


def test_the_state_of_charge_goes_on_where_it_was(home: Home) -> None:
    """No jump at the seam is larger than the battery's power allows: 5 kW × 0.25 h / 0.96."""
    home.set_up()

    later = home.at(home.now + DAY)
    demo = later.set_up()

    charge = later.events(demo.site.sensors.battery_charge, demo.period, "gateway").value
    assert np.abs(np.diff(charge)).max() <= 5 * 0.25 / 0.96 + 1e-6


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("day", "n_hours"), [((2028, 2, 29), 24), ((2026, 3, 29), 23), ((2026, 10, 25), 25)])
def test_leap_days_and_clock_changes_have_a_value_for_every_hour(
    home: Home, day: tuple[int, int, int], n_hours: int
) -> None:
    midnight = datetime(*day, tzinfo=BERLIN)
    demo = home.at(midnight + timedelta(hours=10)).set_up()

    prices = home.events(demo.site.sensors.buying_price, Period(midnight, midnight + DAY))

    assert len(prices.value) == n_hours


def test_changes_that_people_made_survive(home: Home) -> None:
    demo = home.set_up()
    battery_id = demo.site.sensors.battery_power.asset_id
    with home.database.write() as connection:
        battery = get_asset(connection, battery_id)
        update_asset(
            connection, battery, {"flex_model": battery.flex_model | {"soc-min": "3 kWh"}}, by=None, now=home.now
        )

    home.set_up()

    with home.database.read() as connection:
        assert get_asset(connection, battery_id).flex_model["soc-min"] == "3 kWh"


def test_stored_flex_models_hold_no_time_series(home: Home) -> None:
    demo = home.set_up()

    with home.database.read() as connection:
        stored = [get_asset(connection, sensor.asset_id).flex_model for sensor in demo.site.sensors.all()]

    assert "datetime" not in json.dumps([dict(each) for each in stored])


def test_the_login_works_and_stays(home: Home) -> None:
    first = home.set_up().login
    second = home.set_up().login

    assert first == second
    with home.database.read() as connection:
        assert verified(find_login(connection, first.email), first.password).roles == {"account-admin"}


def test_a_lost_login_is_replaced(home: Home) -> None:
    lost = home.set_up().login
    (home.data_dir / "demo-login").unlink()

    new = home.set_up().login

    assert new.password != lost.password
    with home.database.read() as connection:
        assert verified(find_login(connection, new.email), new.password)


def test_the_printed_login_works_after_the_password_was_changed_elsewhere(home: Home) -> None:
    demo = home.set_up()
    with home.database.write() as connection:
        known = find_login(connection, demo.login.email)
        assert known is not None
        set_password(connection, known.user, "changed elsewhere", by=None, now=home.now)

    login = home.set_up().login

    with home.database.read() as connection:
        assert verified(find_login(connection, login.email), login.password)
