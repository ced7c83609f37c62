"""The plan of the demo home as table and chart."""

import re
from datetime import datetime
from io import StringIO
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from rich.console import Console, RenderableType

from wattloom.cli.plan_chart import PlanChart
from wattloom.cli.plan_table import plan_table, savings_line, savings_table
from wattloom.demo import Bill, HomePlan, Savings
from wattloom.periods import QUARTER_US, to_us

BERLIN = ZoneInfo("Europe/Berlin")


def make_plan(start: datetime | None = None) -> HomePlan:
    n = 192
    first = to_us(start or datetime(2026, 1, 15, 13, 45, tzinfo=BERLIN))
    wave = np.sin(np.arange(n) / 10)
    return HomePlan(
        event_start_us=first + np.arange(n) * QUARTER_US,
        buying_eur_per_kwh=0.25 + 0.05 * wave,
        feed_in_eur_per_kwh=np.full(n, 0.08),
        pv_production_kw=np.maximum(wave, 0),
        base_consumption_kw=np.full(n, 0.5),
        battery_consumption_kw=2 * wave,
        car_consumption_kw=np.full(n, 1.0),
        battery_kwh=np.full(n + 1, 5.0),
        car_kwh=np.full(n + 1, 30.0),
    )


def shown(renderable: RenderableType, *, width: int = 80, colours: Literal["truecolor"] | None = None) -> str:
    text = StringIO()
    Console(file=text, width=width, force_terminal=colours is not None, color_system=colours).print(renderable)
    return text.getvalue()


def bill(*, paid: float) -> Bill:
    return Bill(12.34, 0, bought_cost=paid, sold_revenue=0, stored_kwh=-1, stored_worth=-0.25)


@pytest.mark.parametrize(("width", "n_columns"), [(80, 48), (120, 96), (220, 192)])
def test_the_chart_is_as_fine_as_the_terminal_is_wide(width: int, n_columns: int) -> None:
    price_line = shown(PlanChart(make_plan()), width=width).splitlines()[2]

    assert len(price_line.split("┤")[1].rstrip()) == n_columns


def test_the_chart_fits_the_terminal() -> None:
    assert max(len(line) for line in shown(PlanChart(make_plan())).splitlines()) <= 80


def test_the_chart_names_every_band_with_its_unit() -> None:
    text = shown(PlanChart(make_plan()))

    names = ["price EUR/kWh", "PV kW", "load kW", "battery kW", "EV kW", "grid kW", "battery kWh", "EV kWh"]
    assert [name for name in names if name not in text] == []


def test_the_chart_has_local_days_and_hours_on_its_axis() -> None:
    hours, days = shown(PlanChart(make_plan())).splitlines()[-2:]

    assert hours.split() == ["18:00", "00:00", "06:00", "12:00", "18:00", "00:00", "06:00"]
    assert "Fri 16 Jan" in days


def test_the_chart_needs_no_colour() -> None:
    assert "\x1b" not in shown(PlanChart(make_plan()))


def test_the_chart_has_colour_on_a_terminal() -> None:
    # Which codes stand for a colour depends on where Rich has written it first.
    assert re.search(r"\x1b\[[\d;]+m█", shown(PlanChart(make_plan()), colours="truecolor"))


def test_the_table_has_a_row_per_three_hours_of_the_local_clock() -> None:
    rows = shown(plan_table(make_plan())).rstrip().splitlines()[3:-1]

    assert [row.split()[1] for row in rows[:4]] == ["13:45", "15:00", "18:00", "21:00"]
    assert len(rows) == 17


def test_the_table_keeps_the_local_clock_when_it_changes() -> None:
    rows = shown(plan_table(make_plan(datetime(2026, 3, 28, 18, tzinfo=BERLIN)))).splitlines()[3:]

    assert [" ".join(row.split()[:2]) for row in rows[1:5]] == ["Sat 21:00", "Sun 00:00", "Sun 03:00", "Sun 06:00"]


def test_the_table_says_in_one_line_what_signs_and_rows_mean() -> None:
    last = shown(plan_table(make_plan())).rstrip().splitlines()[-1]

    for words in ("battery + charges, − discharges", "grid − feeds in", "rows are means, kWh at end"):
        assert words in last


def test_the_table_names_the_time_zone_once() -> None:
    assert shown(plan_table(make_plan())).count("Europe/Berlin") == 1


def test_bills_carry_units_and_true_minus_signs() -> None:
    text = shown(savings_table(Savings(plan=bill(paid=1.005), baseline=bill(paid=2))))

    assert "12.3 kWh" in text
    assert "0.0 kWh" in text
    assert "−0.25 EUR" in text
    assert "1.25 EUR" in text


def test_savings_are_told_in_euros_and_percent() -> None:
    line = savings_line(Savings(plan=bill(paid=1), baseline=bill(paid=2)))

    assert line.startswith("The plan saves 1.00 EUR (44 %)")


def test_a_home_that_earns_has_no_percentage() -> None:
    assert "%" not in savings_line(Savings(plan=bill(paid=-2), baseline=bill(paid=-1)))
