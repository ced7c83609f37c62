from datetime import UTC, datetime

import numpy as np
import pytest

from wattloom.demo import HomePlan
from wattloom.demo.bill import Savings
from wattloom.periods import QUARTER_US, to_us
from wattloom.sites import Bill


def bill(*, paid: float, stored_worth: float = 0) -> Bill:
    return Bill(0, 0, bought_cost=paid, sold_revenue=0, stored_kwh=0, stored_worth=stored_worth)


def test_savings_are_the_baseline_less_the_plan() -> None:
    savings = Savings(plan=bill(paid=3, stored_worth=-1), baseline=bill(paid=5))

    assert savings.eur == 1
    assert savings.percent == 20


def test_savings_have_no_percentage_when_the_baseline_earns() -> None:
    assert Savings(plan=bill(paid=-3), baseline=bill(paid=-1)).percent is None


def test_a_plan_is_compared_with_an_idle_battery_and_charging_on_arrival() -> None:
    """Six quarters at night, 1 kW of load, no sun, the car at 27.47 kWh; prices 0.40 thrice, then 0.20.

    Without a plan the car takes 11 kW for one quarter (2.53 kWh at 92 % reach the battery), so that
    12 + 5 × 1 kW quarters are 4.25 kWh: 3 kWh + 2 × 0.25 kWh at 0.40 and 3 × 0.25 kWh at 0.20 = 1.55 EUR.
    The plan charges the car in the fourth quarter: 3 × 0.25 kWh at 0.40 + 3.5 kWh at 0.20 = 1.00 EUR,
    and the battery gives 1 kWh in the first: 0.75 kWh are sold at 0.10 instead of 0.25 kWh bought at 0.40,
    0.175 EUR less. Its stock falls by 1 kWh / 0.8 = 1.25 kWh, worth 0.30 EUR/kWh: 0.375 EUR.
    """
    start = to_us(datetime(2026, 1, 15, 22, tzinfo=UTC))
    plan = HomePlan(
        event_start_us=start + np.arange(6) * QUARTER_US,
        buying_eur_per_kwh=np.array([0.4, 0.4, 0.4, 0.2, 0.2, 0.2]),
        feed_in_eur_per_kwh=np.full(6, 0.1),
        pv_production_kw=np.zeros(6),
        base_consumption_kw=np.ones(6),
        battery_consumption_kw=np.array([-4.0, 0, 0, 0, 0, 0]),
        car_consumption_kw=np.array([0.0, 0, 0, 11, 0, 0]),
        battery_kwh=np.array([5, 3.75, 3.75, 3.75, 3.75, 3.75, 3.75]),
        car_kwh=np.array([27.47, 27.47, 27.47, 27.47, 30, 30, 30]),
    )

    savings = plan.savings()

    assert savings.baseline.paid == pytest.approx(1.55)
    assert savings.plan.paid == pytest.approx(1.00 - 0.175)
    assert savings.plan.stored_kwh - savings.baseline.stored_kwh == pytest.approx(-1.25)
    assert savings.eur == pytest.approx(1.55 - 0.825 - 0.375)
