from datetime import timedelta
from math import nan

import pytest

from tests.factories import NOW
from tests.plans import STEP, make_net, make_plan, make_price, make_stock
from wattloom.charts import EnergyBill, PlanSeries, Role, SitePlan, energy_bill
from wattloom.periods import Period

AHEAD = Period(NOW, NOW + timedelta(hours=48))


def bill_of(plan: SitePlan, period: Period = AHEAD) -> EnergyBill:
    bill = energy_bill(plan, period)
    assert bill is not None
    return bill


def test_import_is_paid_and_export_earns() -> None:
    """2 kWh for 0.30 and 1 kWh for 0.20 are bought, 4 kWh are sold for 0.08."""
    plan = make_plan(
        make_price(0.3, 0.2, 0.1), make_price(0.08, 0.08, 0.08, role=Role.PRODUCTION_PRICE), make_net(2, 1, -4)
    )

    bill = bill_of(plan)

    assert (bill.currency, bill.import_kwh, bill.export_kwh) == ("EUR", 3, 4)
    assert bill.import_cost == pytest.approx(0.8)
    assert bill.export_revenue == pytest.approx(0.32)
    assert bill.cost == pytest.approx(0.48)


def test_without_feed_in_price_export_earns_the_buying_price() -> None:
    plan = make_plan(make_price(0.3), make_net(-2))

    assert bill_of(plan).export_revenue == pytest.approx(0.6)


def test_only_steps_of_the_period_count() -> None:
    plan = make_plan(make_price(0.3, 0.3, 0.3), make_net(1, 2, 4), steps_before_now=1)

    assert bill_of(plan, Period(NOW, NOW + STEP)).import_kwh == 2


def test_counting_ends_where_something_is_unknown() -> None:
    plan = make_plan(make_price(0.3, 0.3, nan, 0.3), make_net(1, 2, 4, 8))

    bill = bill_of(plan)

    assert bill.import_kwh == 3
    assert bill.period == Period(NOW, NOW + 2 * STEP)


def test_change_of_all_stocks_is_told() -> None:
    plan = make_plan(make_price(0.3, 0.3), make_net(1, 1), make_stock(6, 2), make_stock(1, 2))

    assert bill_of(plan).stored_kwh == -3


@pytest.mark.parametrize("stocks", [(), (make_stock(6, nan),)])
def test_unknown_change_of_stocks_is_not_told(stocks: tuple[PlanSeries, ...]) -> None:
    assert bill_of(make_plan(make_price(0.3, 0.3), make_net(1, 1), *stocks)).stored_kwh is None


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
    assert energy_bill(plan, AHEAD) is None
