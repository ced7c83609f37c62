from datetime import UTC, date, datetime, timedelta
from math import nan

import numpy as np
import pytest

from tests.plans import make_net, make_plan, make_power, make_price, make_stock
from wattloom.periods import zone
from wattloom.sites import (
    DayFigures,
    DeviceKind,
    LimitCode,
    PlanLimit,
    PlanSeries,
    Role,
    SitePlan,
    day_figures,
    local_day,
)
from wattloom.sites.inflexible import inflexible_kw

PV, LOAD, BATTERY, EV, PROCESS = (
    DeviceKind.PV,
    DeviceKind.LOAD,
    DeviceKind.BATTERY,
    DeviceKind.EV,
    DeviceKind.PROCESS,
)
AMSTERDAM = zone("Europe/Amsterdam")
DAY = date(2026, 3, 2)


def plan_from_midnight(*series: PlanSeries, day: date = DAY, limits: tuple[PlanLimit, ...] = ()) -> SitePlan:
    """Return a plan in hourly steps that begins with a local day."""
    plan = make_plan(*series)
    start = datetime.combine(day, datetime.min.time(), AMSTERDAM).astimezone(UTC)
    return SitePlan(
        asset_id=1,
        name=plan.name,
        latitude=None,
        longitude=None,
        zone=AMSTERDAM,
        now=start + timedelta(hours=12),
        start=start,
        step=plan.step,
        n_steps=plan.n_steps,
        series=series,
        limits=limits,
    )


def figures_of(plan: SitePlan, day: date = DAY) -> DayFigures:
    costs = day_figures(plan, [day])
    assert costs is not None
    [figures] = costs.days
    return figures


def day_of(**hours: float) -> list[float]:
    """Return 24 values, 0 but at the hours that are named ``h9``."""
    return [hours.get(f"h{hour}", 0.0) for hour in range(24)]


def test_battery_idles_without_flexibility() -> None:
    plan = plan_from_midnight(make_power(BATTERY, 1, -2, nan))

    without = inflexible_kw(plan, plan.series[0])

    np.testing.assert_array_equal(without, [0, 0, nan])


def test_what_cannot_be_shifted_stays() -> None:
    plan = plan_from_midnight(make_power(LOAD, 1, 2), make_power(PV, -1, -2), make_power(DeviceKind.HEAT, 3, 0))

    for device in plan.series:
        np.testing.assert_array_equal(inflexible_kw(plan, device), device.values)


def test_vehicle_charges_on_arrival_with_full_power() -> None:
    """It comes at 17 and goes at 7; 15 kWh of the stay come at once with 11 kW."""
    there = np.array([*[11.0] * 7, *[0.0] * 10, *[11.0] * 7])
    limit = PlanLimit(LimitCode.CONSUMPTION_CAPACITY, EV, "Device", 5, "kW", there)
    device = PlanSeries(Role.POWER, EV, "Device", "kW", np.array(day_of(h3=4.0, h20=10.0, h22=5.0)), asset_id=5)
    plan = plan_from_midnight(device, limits=(limit,))

    assert inflexible_kw(plan, device).tolist() == day_of(h0=4.0, h17=11.0, h18=4.0)


def test_vehicle_without_known_stay_arrives_when_it_first_charges_after_noon() -> None:
    plan = plan_from_midnight(make_power(EV, *day_of(h14=1.0, h20=4.0, h22=4.0)))

    assert inflexible_kw(plan, plan.series[0]).tolist() == day_of(h14=4.0, h15=4.0, h16=1.0)


def test_stated_capacity_without_time_is_full_power() -> None:
    limit = PlanLimit(LimitCode.CONSUMPTION_CAPACITY, EV, "Device", 5, "kW", 10.0)
    device = PlanSeries(Role.POWER, EV, "Device", "kW", np.array(day_of(h14=1.0, h20=4.0, h22=4.0)), asset_id=5)

    assert inflexible_kw(plan_from_midnight(device, limits=(limit,)), device).tolist() == day_of(h14=9.0)


def test_process_runs_at_the_start_of_the_day() -> None:
    plan = plan_from_midnight(make_power(PROCESS, *day_of(h13=2.0, h14=2.0)))

    assert inflexible_kw(plan, plan.series[0]).tolist() == day_of(h0=2.0, h1=2.0)


def test_stored_energy_counts_at_the_mean_price() -> None:
    """1 kWh is bought for 0.1 into the battery and stays there; the mean price is 0.3."""
    prices = [0.1, *[0.3] * 22, 0.5]
    plan = plan_from_midnight(
        make_price(*prices), make_power(BATTERY, 1, *[0] * 23), make_net(1, *[0] * 23), make_stock(4, *[5] * 23)
    )

    figures = figures_of(plan)

    assert figures.cost == pytest.approx(0.1)
    assert figures.without_flexibility == pytest.approx(0.3)
    assert figures.saved == pytest.approx(0.2)


def test_shifted_charging_saves_the_difference_of_the_prices() -> None:
    """2 kWh are charged for 0.1 at 20, and not for 0.5 at 14."""
    prices = [0.5] * 20 + [0.1] * 4
    charging = day_of(h14=0.5, h20=2.0)
    plan = plan_from_midnight(make_price(*prices), make_power(EV, *charging), make_net(*charging))

    figures = figures_of(plan)

    assert figures.cost == pytest.approx(0.25 + 0.2)
    assert figures.without_flexibility == pytest.approx(2 * 0.5 + 0.5 * 0.5)


def test_shift_beyond_midnight_is_no_saving_of_the_day() -> None:
    """What is charged tomorrow and not on arrival today counts today as missing in store."""
    charging = [*day_of(h20=1.0), *day_of(h2=1.0)]
    plan = plan_from_midnight(make_price(*[0.2] * 48), make_power(EV, *charging), make_net(*charging))

    assert figures_of(plan).saved == pytest.approx(0)


def test_cost_so_far_ends_now() -> None:
    plan = plan_from_midnight(make_price(*[0.2] * 24), make_power(LOAD, *[1.0] * 24), make_net(*[1.0] * 24))

    figures = figures_of(plan)

    assert [figures.cost, figures.cost_so_far] == pytest.approx([4.8, 2.4])


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (DAY, 24)])
def test_days_are_as_long_as_they_are(day: date, hours: int) -> None:
    plan = plan_from_midnight(
        make_price(*[1.0] * 72), make_power(LOAD, *[1.0] * 72), make_net(*[1.0] * 72), day=day - timedelta(days=1)
    )

    figures = figures_of(plan, day)

    assert local_day(day, AMSTERDAM).length == timedelta(hours=hours)
    assert figures.cost == pytest.approx(hours)
    assert figures.known == pytest.approx(1)


def test_unknown_steps_do_not_count() -> None:
    plan = plan_from_midnight(
        make_price(*[0.2] * 24), make_power(LOAD, *[nan] * 12, *[1.0] * 12), make_net(*[1.0] * 24)
    )

    figures = figures_of(plan)

    assert [figures.cost, figures.known] == pytest.approx([2.4, 0.5])


def test_sun_that_is_not_sold_is_used_at_home() -> None:
    plan = plan_from_midnight(make_price(0.2, 0.2), make_power(PV, -3, -1), make_power(LOAD, 1, 2), make_net(-2, 1))

    figures = figures_of(plan)

    assert (figures.produced_kwh, figures.self_used_kwh) == (4, 2)


def test_site_without_prices_has_no_costs() -> None:
    assert day_figures(plan_from_midnight(make_power(LOAD, 1), make_net(1)), [DAY]) is None


def test_days_of_which_nothing_is_known_are_left_out() -> None:
    plan = plan_from_midnight(make_price(nan), make_power(LOAD, 1), make_net(1))

    costs = day_figures(plan, [DAY])

    assert costs is not None
    assert costs.days == ()
