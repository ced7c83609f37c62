from datetime import timedelta
from math import nan

import numpy as np
import pytest

from tests.factories import NOW
from tests.plans import STEP, make_net, make_plan, make_price, make_stock
from wattloom.charts import PlanSeries, Role, SiteBill, SitePlan, make_bill, site_bill
from wattloom.periods import Period

AHEAD = Period(NOW, NOW + timedelta(hours=48))


def bill_of(plan: SitePlan, period: Period = AHEAD) -> SiteBill:
    bill = site_bill(plan, period)
    assert bill is not None
    return bill


def test_a_bill_buys_at_one_price_and_sells_at_the_other() -> None:
    """4 kW and 2 kW for half an hour buy 2 + 1 kWh at 0.20 and 0.40; 6 kW sell 3 kWh at 0.10: 0.80 − 0.30."""
    result = make_bill(
        np.array([4.0, 2.0, -6.0]),
        np.array([0.2, 0.4, 0.3]),
        np.array([0.1, 0.1, 0.1]),
        step=timedelta(minutes=30),
        stored_kwh=0,
    )

    assert (result.bought_kwh, result.sold_kwh) == (3, 3)
    assert result.paid == pytest.approx(0.5)


def test_energy_left_in_store_is_worth_the_mean_buying_price() -> None:
    """2 kWh at the mean of 0.2 and 0.4 are worth 0.60; buying 1 kWh at 0.2 then costs −0.40."""
    result = make_bill(
        np.array([1.0, 0.0]), np.array([0.2, 0.4]), np.array([0.1, 0.1]), step=timedelta(hours=1), stored_kwh=2
    )

    assert result.stored_worth == pytest.approx(0.6)
    assert result.cost == pytest.approx(-0.4)


def test_import_is_paid_and_export_earns() -> None:
    """2 kWh for 0.30 and 1 kWh for 0.20 are bought, 4 kWh are sold for 0.08."""
    plan = make_plan(
        make_price(0.3, 0.2, 0.1), make_price(0.08, 0.08, 0.08, role=Role.PRODUCTION_PRICE), make_net(2, 1, -4)
    )

    bill = bill_of(plan)

    assert (bill.currency, bill.bill.bought_kwh, bill.bill.sold_kwh) == ("EUR", 3, 4)
    assert bill.bill.bought_cost == pytest.approx(0.8)
    assert bill.bill.sold_revenue == pytest.approx(0.32)
    assert bill.bill.cost == pytest.approx(0.48)


def test_without_feed_in_price_export_earns_the_buying_price() -> None:
    plan = make_plan(make_price(0.3), make_net(-2))

    assert bill_of(plan).bill.sold_revenue == pytest.approx(0.6)


def test_only_steps_of_the_period_count() -> None:
    plan = make_plan(make_price(0.3, 0.3, 0.3), make_net(1, 2, 4), steps_before_now=1)

    assert bill_of(plan, Period(NOW, NOW + STEP)).bill.bought_kwh == 2


def test_counting_ends_where_something_is_unknown() -> None:
    plan = make_plan(make_price(0.3, 0.3, nan, 0.3), make_net(1, 2, 4, 8))

    bill = bill_of(plan)

    assert bill.bill.bought_kwh == 3
    assert bill.period == Period(NOW, NOW + 2 * STEP)


def test_change_of_all_stocks_is_told() -> None:
    plan = make_plan(make_price(0.3, 0.3), make_net(1, 1), make_stock(6, 2), make_stock(1, 2))

    assert bill_of(plan).bill.stored_kwh == -3


def test_energy_that_is_used_up_costs_its_worth() -> None:
    """1 kWh is bought at 0.20; 4 kWh less are stored at the end of the last step, at a mean price of 0.30."""
    plan = make_plan(make_price(0.2, 0.4, nan), make_net(1, 0, 0), make_stock(6, 4, 2))

    bill = bill_of(plan).bill

    assert (bill.stored_kwh, bill.stored_worth) == (-4, pytest.approx(-1.2))
    assert bill.cost == pytest.approx(0.2 + 1.2)


@pytest.mark.parametrize("stocks", [(), (make_stock(6, nan),)])
def test_unknown_change_of_stocks_is_not_told(stocks: tuple[PlanSeries, ...]) -> None:
    assert bill_of(make_plan(make_price(0.3, 0.3), make_net(1, 1), *stocks)).bill.stored_kwh is None


@pytest.mark.parametrize(
    "plan",
    [
        make_plan(make_net(1)),
        make_plan(make_price(0.3)),
        make_plan(make_price(nan), make_net(1)),
        make_plan(make_price(0.3), make_net(1), steps_before_now=1),
    ],
    ids=["no price", "no power", "unknown price", "all over"],
)
def test_without_known_steps_there_is_no_bill(plan: SitePlan) -> None:
    assert site_bill(plan, AHEAD) is None
