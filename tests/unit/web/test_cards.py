import uuid
from dataclasses import replace
from datetime import timedelta
from math import nan

import pytest

from tests.factories import NOW
from tests.plans import make_net, make_plan, make_power, make_price, make_stock
from wattloom.charts import DeviceKind, LastRun, Unmet
from wattloom.jobs import JobState
from wattloom.web.figures import THIN_SPACE
from wattloom.web.sites.cards import Cards, Notice, NowCard, make_cards

PV, LOAD, BATTERY, EV = DeviceKind.PV, DeviceKind.LOAD, DeviceKind.BATTERY, DeviceKind.EV
PRICES = (0.3,) * 48


def make_run(state: JobState = JobState.FINISHED, failure: str | None = None, *unmet: Unmet) -> LastRun:
    return LastRun(uuid.UUID(int=1), state, NOW - timedelta(minutes=2), failure, unmet)


def now_of(cards: Cards) -> NowCard:
    assert cards.now is not None
    return cards.now


def test_now_shows_each_device_with_what_it_does() -> None:
    plan = make_plan(
        make_power(PV, -3.0, name="Roof"),
        make_power(BATTERY, 1.5, name="Cellar"),
        make_power(EV, 0.0, name="Car"),
        make_stock(6.84, name="Cellar"),
    )

    flows = now_of(make_cards(plan, None)).flows

    assert [(flow.name, flow.kw, flow.note, flow.charge_percent) for flow in flows] == [
        ("Roof", -3.0, "", None),
        ("Cellar", 1.5, "charging", 68),
        ("Car", 0.0, "idle", None),
    ]


@pytest.mark.parametrize(
    ("net_kw", "note", "css_class"),
    [
        (2.0, "from the grid", "is-grid-import"),
        (-2.0, "to the grid", "is-grid-export"),
        (0.0, "nothing from or to the grid", "is-grid-import"),
    ],
)
def test_now_says_which_way_the_grid_flows(net_kw: float, note: str, css_class: str) -> None:
    plan = make_plan(make_power(LOAD, 1), make_net(net_kw))

    grid = now_of(make_cards(plan, None)).grid

    assert grid is not None
    assert (grid.note, grid.css_class) == (note, css_class)


def test_bars_show_where_power_comes_from_and_goes_to() -> None:
    """3 kW of PV go to a load of 1 kW, a battery of 0.5 kW and, 1.5 kW, to the grid."""
    plan = make_plan(make_power(PV, -3), make_power(LOAD, 1), make_power(BATTERY, 0.5), make_net(-1.5))

    card = now_of(make_cards(plan, None))

    assert [(part.css_class, part.from_permille, part.width_permille) for part in card.sources] == [("is-pv", 0, 1000)]
    assert [(part.css_class, part.from_permille, part.width_permille) for part in card.uses] == [
        ("is-load", 0, 333),
        ("is-battery", 333, 167),
        ("is-grid-export", 500, 500),
    ]


def test_unknown_power_is_not_shown() -> None:
    plan = make_plan(make_power(PV, nan), make_power(LOAD, 1), make_net(nan))

    card = now_of(make_cards(plan, None))

    assert [flow.css_class for flow in card.flows] == ["is-load"]
    assert card.grid is None


@pytest.mark.parametrize(
    "plan", [make_plan(), make_plan(make_power(LOAD, nan)), make_plan(make_power(LOAD, 1), steps_before_now=1)]
)
def test_without_known_power_there_is_no_now(plan: object) -> None:
    assert make_cards(plan, None).now is None  # type: ignore[arg-type] # parametrised


def test_next_change_of_each_flexible_device_is_told() -> None:
    plan = make_plan(
        make_power(LOAD, 1, 2, 3), make_power(BATTERY, 0, 0, -2, name="Cellar"), make_power(EV, 7, 7, 7, name="Car")
    )

    changes = make_cards(plan, None).changes

    assert [(change.name, change.what, change.when) for change in changes] == [("Cellar", "discharging", "15:00")]


def test_moments_of_other_days_carry_the_weekday() -> None:
    plan = make_plan(make_power(BATTERY, *[0] * 12, 2))

    [change] = make_cards(plan, None).changes

    assert change.when == "Mon 01:00"


def test_bill_says_how_far_it_reaches() -> None:
    plan = make_plan(make_price(0.3, 0.3, nan), make_net(1, 1, 1))

    card = make_cards(plan, None).next

    assert card is not None
    assert card.caption == "energy cost until Sun 15:00"


def test_earnings_are_called_so() -> None:
    plan = make_plan(make_price(*PRICES), make_net(*[-1.0] * 48))

    card = make_cards(plan, None).next

    assert card is not None
    assert card.caption == "earned with energy"


def test_what_the_last_schedule_assumed_is_said() -> None:
    run = replace(make_run(), notices=("Cellar: no soc-at-start is given; the storage is taken to start empty.",))

    assert make_cards(make_plan(make_price(*PRICES)), run).notices == (Notice("warn", run.notices[0]),)


def test_nothing_to_attend_to_is_said() -> None:
    [notice] = make_cards(make_plan(make_price(*PRICES)), make_run()).notices

    assert notice.severity == "good"


@pytest.mark.parametrize(
    ("run", "notice"),
    [
        (None, Notice("warn", "No schedule has been computed for this site yet.")),
        (make_run(JobState.FAILED, "No price."), Notice("bad", "The last schedule failed: No price.")),
        (
            make_run(JobState.FINISHED, None, Unmet("Car", "soc-minima", NOW + timedelta(hours=1), 3.1)),
            Notice("warn", f"Car falls 3.10{THIN_SPACE}kWh short of its minimum, 14:00."),
        ),
    ],
)
def test_what_went_wrong_with_the_last_schedule_is_said(run: LastRun | None, notice: Notice) -> None:
    assert make_cards(make_plan(make_price(*PRICES)), run).notices == (notice,)


@pytest.mark.parametrize(
    ("prices", "notice"),
    [
        ((*[0.3] * 6, *[nan] * 42), Notice("warn", "Prices are known until 19:00 only.")),
        ((nan,) * 48, Notice("bad", "No prices are known from now on.")),
    ],
)
def test_prices_that_end_soon_are_noticed(prices: tuple[float, ...], notice: Notice) -> None:
    assert make_cards(make_plan(make_price(*prices)), make_run()).notices == (notice,)


def test_site_without_price_sensor_is_noticed() -> None:
    plan = make_plan(make_power(LOAD, *[1.0] * 48))

    assert make_cards(plan, make_run()).notices == (Notice("warn", "The site has no price sensor."),)


@pytest.mark.parametrize(
    ("minutes", "text"), [(0, "Planned 0 min ago"), (59, "Planned 59 min ago"), (120, "Planned 11:00")]
)
def test_age_of_the_plan_is_told(minutes: int, text: str) -> None:
    run = LastRun(uuid.UUID(int=1), JobState.FINISHED, NOW - timedelta(minutes=minutes), None, ())

    assert make_cards(make_plan(make_price(*PRICES)), run).planned == text
