import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import nan

import numpy as np
import pytest

from tests.factories import NOW
from tests.plans import make_net, make_plan, make_power, make_price, make_reading
from wattloom.jobs import JobState
from wattloom.periods import Resolution
from wattloom.sites import DeviceKind, LastRun, LimitCode, PlanLimit, Role, SilentSensor, SitePlan, Unmet, day_figures
from wattloom.timeseries import KnowledgeHorizon, Sensor
from wattloom.web.figures import THIN_SPACE
from wattloom.web.sites.attention import Notice, make_attention
from wattloom.web.sites.cards import Cards, SiteFacts, make_cards
from wattloom.web.sites.costs import make_costs
from wattloom.web.sites.flow import Flow, Node, make_flow

PV, LOAD, BATTERY, EV = DeviceKind.PV, DeviceKind.LOAD, DeviceKind.BATTERY, DeviceKind.EV
PRICES = (0.3,) * 48
LONG_PLAN = make_plan(make_price(*PRICES), make_power(BATTERY, *[1.0] * 48))


def make_run(state: JobState = JobState.FINISHED, failure: str | None = None, *unmet: Unmet) -> LastRun:
    return LastRun(uuid.UUID(int=1), state, NOW - timedelta(minutes=2), failure, unmet)


def make_silent(name: str, hours: int | None, *, is_forecast: bool = False) -> SilentSensor:
    sensor = Sensor(1, name, "kW", "UTC", Resolution.parse("PT15M"), KnowledgeHorizon(), {}, 1)
    since = None if hours is None else NOW - timedelta(hours=hours)
    return SilentSensor(sensor, "EV", since, is_forecast=is_forecast)


def cards_of(plan: SitePlan) -> Cards:
    readings = [
        make_reading(one.role, one.kind, float(one.values[0]), name=one.name, asset_id=one.asset_id)
        for one in plan.series
    ]
    return make_cards(SiteFacts(plan, readings, day_figures(plan, [NOW.date()]), None, ()), may_run=True)


def flow_of(*readings: object) -> Flow:
    flow = make_flow(readings)  # type: ignore[arg-type] # of readings
    assert flow is not None
    return flow


def described(node: Node) -> tuple[str, float | None, str, str]:
    return node.name, node.kw, node.does, node.note


def test_flow_tells_what_each_device_does() -> None:
    flow = flow_of(
        make_reading(Role.POWER, PV, -3, name="Roof"),
        make_reading(Role.POWER, BATTERY, 1.5, name="Cellar"),
        make_reading(Role.POWER, EV, 0, name="Car", is_measured=False),
        make_reading(Role.STOCK, BATTERY, 6.84, name="Cellar", capacity_kwh=10),
    )

    assert [described(node) for node in flow.left] == [
        ("Grid", 1.5, "to the grid", "expected"),
        ("Roof", 3, "produces", ""),
    ]
    assert [described(node) for node in flow.right] == [
        ("Cellar", 1.5, "charges", ""),
        ("Car", 0, "idle", "expected"),
    ]
    assert flow.right[0].charge_percent == 68


@pytest.mark.parametrize(
    ("net_kw", "does", "css_class", "gives", "takes"),
    [
        (2.0, "from the grid", "is-grid-import", True, False),
        (-2.0, "to the grid", "is-grid-export", False, True),
        (0.0, "balanced", "is-grid-import", False, False),
    ],
)
def test_flow_says_which_way_the_grid_flows(
    net_kw: float, does: str, css_class: str, *, gives: bool, takes: bool
) -> None:
    grid = flow_of(make_reading(Role.POWER, LOAD, 1), make_reading(Role.NET_POWER, None, net_kw)).left[0]

    assert (grid.does, grid.css_class, grid.gives, grid.takes) == (does, css_class, gives, takes)


def test_lines_run_the_way_that_power_flows() -> None:
    flow = flow_of(make_reading(Role.POWER, PV, -3), make_reading(Role.POWER, LOAD, 1))

    assert [line.path for line in flow.left_lines] == ["M100 50C50 50 50 25.0 0 25.0", "M0 75.0C50 75.0 50 50 100 50"]
    assert [line.path for line in flow.right_lines] == ["M0 50C50 50 50 50.0 100 50.0"]


def test_lines_are_thicker_where_more_power_flows() -> None:
    flow = flow_of(make_reading(Role.POWER, PV, -4), make_reading(Role.POWER, LOAD, 1), make_reading(Role.POWER, EV, 0))

    assert [node.width_px for node in flow.devices] == [9.0, 5.2, 1.5]


def test_old_and_unknown_values_say_so() -> None:
    flow = flow_of(
        make_reading(Role.POWER, PV, -3, age=timedelta(hours=3), is_old=True), make_reading(Role.POWER, LOAD, None)
    )

    old, unknown = flow.devices
    assert (old.note, old.is_old) == ("3 h old", True)
    assert (unknown.kw, unknown.does, unknown.note) == (None, "", "not known")
    assert flow.grid is None


def test_site_without_devices_has_no_flow() -> None:
    assert make_flow([make_reading(Role.CONSUMPTION_PRICE, None, 0.3)]) is None


@pytest.mark.parametrize(
    ("prices", "change"),
    [
        ((0.3, 0.3, 0.2), "cheaper from 15:00"),
        ((0.3, 0.301, 0.4), "dearer from 15:00"),
        ((0.3, 0.3, 0.3), ""),
        ((0.3, nan, nan), ""),
    ],
)
def test_next_change_of_the_price_is_told(prices: tuple[float, ...], change: str) -> None:
    price = cards_of(make_plan(make_price(*prices))).price

    assert price is not None
    assert (price.value, price.change) == (0.3, change)


def test_next_change_of_each_flexible_device_is_told() -> None:
    plan = make_plan(
        make_power(LOAD, 1, 2, 3), make_power(BATTERY, 0, 0, -2, name="Cellar"), make_power(EV, 7, 7, 7, name="Car")
    )

    assert [row.next_change for row in cards_of(plan).devices] == ["", "discharges from 15:00", ""]


@pytest.mark.parametrize(
    ("available_kw", "does", "change"),
    [
        ([0, 0, 11], "cannot charge", "can charge from 15:00"),
        ([0, 0, 0], "cannot charge", ""),
        ([11, 11, 11], "idle", "charges from 15:00"),
        ([nan, 11, 11], "idle", "charges from 15:00"),
    ],
)
def test_chargers_tell_when_they_can_charge(available_kw: list[float], does: str, change: str) -> None:
    car = replace(make_power(EV, 0, 0, 7, name="Car"), asset_id=4)
    limit = PlanLimit(LimitCode.CONSUMPTION_CAPACITY, EV, "Car", 4, "kW", np.array(available_kw))

    [row] = cards_of(replace(make_plan(car), limits=(limit,))).devices

    assert (row.node.does, row.next_change) == (does, change)


def test_changes_of_other_days_carry_the_weekday() -> None:
    [row] = cards_of(make_plan(make_power(BATTERY, *[0] * 12, 2))).devices

    assert row.next_change == "charges from Mon 01:00"


def test_devices_tell_the_energy_of_today() -> None:
    """From 13:00 local time on 11 hours remain of the day."""
    plan = make_plan(make_power(PV, *[-2.0] * 24), make_power(LOAD, *[1.0] * 24), make_power(EV, *[nan] * 24))

    assert [row.today_kwh for row in cards_of(plan).devices] == [22, 11, None]


def test_costs_are_told_with_what_is_not_known() -> None:
    card = cards_of(make_plan(make_price(*PRICES), make_power(LOAD, *[1.0] * 48), make_net(*[1.0] * 48))).costs

    assert card is not None
    assert card.today is not None
    assert card.today.cost == pytest.approx(11 * 0.3)
    assert card.caveat == "Power and prices are known for 46 % of the day."
    assert not card.has_flexibility


def test_bars_begin_at_zero() -> None:
    plan = make_plan(make_price(*PRICES), make_power(LOAD, *[-1.0] * 48), make_net(*[-1.0] * 48))

    card = make_costs(day_figures(plan, [NOW.date(), NOW.date() + timedelta(days=1)]))

    assert card is not None
    assert (card.zero_y, card.height) == (0, 40)
    assert [day.cost_bar.height for day in card.days] == [18.3, 40]


def test_nothing_to_attend_to() -> None:
    attention = make_attention(LONG_PLAN, make_run(), ())

    assert attention.notices == ()
    assert (attention.sensors, attention.planned) == ("all sensors fresh", "planned 2 min ago")
    assert attention.sensors_ok
    assert attention.plan_ok


@pytest.mark.parametrize(
    ("run", "notice"),
    [
        (None, Notice("warn", "There is no plan yet.", "#run", "Make one")),
        (
            make_run(JobState.FAILED, "No price."),
            Notice("bad", "The last plan failed: No price.", "#run", "Plan now"),
        ),
        (
            make_run(JobState.FINISHED, None, Unmet("Car", "soc-minima", NOW + timedelta(hours=1), 3.1)),
            Notice(
                "warn",
                f"Car falls 3.10{THIN_SPACE}kWh short of its minimum at 14:00.",
                "#plan-title",
                "Why?",
                NOW + timedelta(hours=1),
            ),
        ),
        (
            replace(make_run(), notices=("Cellar: taken to start empty.",)),
            Notice("info", "Cellar: taken to start empty."),
        ),
    ],
)
def test_what_went_wrong_with_the_last_plan_is_said(run: LastRun | None, notice: Notice) -> None:
    assert make_attention(LONG_PLAN, run, ()).notices == (notice,)


def test_who_may_not_plan_is_not_sent_there() -> None:
    assert make_attention(LONG_PLAN, None, (), may_run=False).notices == (Notice("warn", "There is no plan yet."),)


@pytest.mark.parametrize(
    ("n_planned", "text"), [(0, "The plan has ended: nothing is planned from now on."), (3, "The plan ends at 16:00.")]
)
def test_plan_that_ends_soon_is_noticed(n_planned: int, text: str) -> None:
    power = make_power(BATTERY, *[1.0] * n_planned, *[nan] * (48 - n_planned))

    [notice] = make_attention(make_plan(make_price(*PRICES), power), make_run(), ()).notices

    assert notice.text == text


@pytest.mark.parametrize(
    ("prices", "severity", "text"),
    [
        ((*[0.3] * 6, *[nan] * 42), "warn", "Prices are known until 19:00 only."),
        ((nan,) * 48, "bad", "No prices are known from now on."),
    ],
)
def test_prices_that_end_soon_are_noticed(prices: tuple[float, ...], severity: str, text: str) -> None:
    plan = make_plan(make_price(*prices), make_power(LOAD, *[1.0] * 48))

    [notice] = make_attention(plan, make_run(), ()).notices

    assert (notice.severity, notice.text) == (severity, text)


def test_prices_of_tomorrow_are_missed_from_the_afternoon_on() -> None:
    """At 16:00 in Amsterdam prices end at the end of the day."""
    plan = make_plan(make_price(*[0.3] * 11, *[nan] * 37), make_power(LOAD, *[1.0] * 48))

    assert make_attention(replace(plan, now=datetime(2026, 3, 1, 9, tzinfo=UTC)), make_run(), ()).notices == ()
    [notice] = make_attention(replace(plan, now=datetime(2026, 3, 1, 15, tzinfo=UTC)), make_run(), ()).notices
    assert notice.text == "Prices are known until Mon 00:00 only."


def test_site_without_price_sensor_is_noticed() -> None:
    [notice] = make_attention(make_plan(make_power(LOAD, *[1.0] * 48)), make_run(), ()).notices

    assert (notice.text, notice.url) == (
        "The site has no prices: plans need them.",
        "/assets/1/properties/flex-context#consumption-price",
    )


def test_silent_sensors_are_named_with_the_oldest_first() -> None:
    silent = [make_silent("power", 3), make_silent("charge", 5), make_silent("heat", None), make_silent("more", 1)]

    attention = make_attention(LONG_PLAN, make_run(), [*silent, make_silent("sun", 1, is_forecast=True)])

    assert [notice.text for notice in attention.notices] == [
        "4 sensors tell nothing new: EV heat, EV charge (5 h), EV power (3 h), ….",
        "Forecasts end too soon: EV sun.",
    ]
    assert attention.sensors == "5 sensors silent"


def test_soonest_comes_first() -> None:
    run = make_run(
        JobState.FINISHED,
        None,
        Unmet("Late", "soc-minima", NOW + timedelta(hours=9), 1),
        Unmet("Soon", "soc-minima", NOW + timedelta(hours=1), 1),
    )

    notices = make_attention(LONG_PLAN, run, [make_silent("power", 3)]).notices

    assert [notice.text.split()[0] for notice in notices] == ["1", "Soon", "Late"]


@pytest.mark.parametrize(
    ("run", "text"),
    [
        (None, "no plan yet"),
        (make_run(JobState.FAILED), "the last plan failed"),
        (replace(make_run(JobState.STARTED), ended=None), "a plan is being made"),
        (replace(make_run(), ended=NOW - timedelta(hours=2)), "planned 2 h ago"),
    ],
)
def test_state_of_the_plan_is_told(run: LastRun | None, text: str) -> None:
    assert make_attention(LONG_PLAN, run, ()).planned == text
