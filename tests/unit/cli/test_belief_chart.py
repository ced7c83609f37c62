"""Series in the terminal: scale, gaps, negative values and the time axis."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from rich.console import Console

from wattloom.cli.band import LABEL_WIDTH
from wattloom.cli.show.belief_chart import BeliefChart, Shown
from wattloom.cli.show.belief_tables import side_by_side, values_over_time
from wattloom.periods import Period, Resolution, to_us
from wattloom.timeseries import Events, KnowledgeHorizon, Sensor

START = datetime(2026, 3, 28, 23, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)


def make_shown(values: Sequence[float], *, unit: str = "kW", resolution: str = "PT1H", step: timedelta = HOUR) -> Shown:
    """Values from START on, one per step; NaN is a gap."""
    length = Resolution.parse(resolution)
    sensor = Sensor(1, "power", unit, "Europe/Berlin", length, KnowledgeHorizon(), {}, 1)
    starts_us = to_us(START) + np.arange(len(values)) * (step // timedelta(microseconds=1))
    known = np.isfinite(np.asarray(values))
    starts_us = starts_us[known]
    return Shown(sensor, "power", Events(starts_us, sensor.ends_us(starts_us), np.asarray(values, dtype=float)[known]))


def drawn(*series: Shown, length: timedelta, width: int = 80) -> list[str]:
    page = StringIO()
    console = Console(width=width, no_color=True, file=page)
    console.print(BeliefChart(series, Period(START, START + length), BERLIN))
    return page.getvalue().splitlines()


def bars(line: str) -> str:
    return line[LABEL_WIDTH:].rstrip()


def test_bars_rise_to_the_largest_value() -> None:
    lines = drawn(make_shown([0, 4, 8]), length=3 * HOUR, width=LABEL_WIDTH + 10)

    assert lines[1].split()[:2] == ["kW", "8"]
    assert [bars(line) for line in lines[1:9]] == ["      ███"] * 4 + ["   ██████"] * 4
    assert lines[8].split()[0] == "0"


def test_gaps_are_told_from_zeros() -> None:
    lines = drawn(make_shown([8, np.nan, 0, 8]), length=4 * HOUR, width=LABEL_WIDTH + 10)

    assert bars(lines[8]) == "██··  ██"


def test_negative_values_hang_from_the_zero_line_in_the_same_scale() -> None:
    lines = drawn(make_shown([6, -2]), length=2 * HOUR, width=LABEL_WIDTH + 10)

    assert [bars(line) for line in lines[1:9]] == ["█████"] * 6 + ["     █████"] * 2
    assert (lines[1].split()[1], lines[8].split()[0]) == ("6", "−2")


def test_values_far_from_zero_are_shown_from_near_the_lowest() -> None:
    lines = drawn(make_shown([100, 108], unit="EUR/MWh"), length=2 * HOUR, width=LABEL_WIDTH + 10)

    assert [bars(line) for line in (lines[1], lines[8])] == ["     █████", "▇▇▇▇▇█████"]
    assert lines[8].split()[0] == "100"


@pytest.mark.parametrize("values", [[5, 5], [-5, -5], [0, 0]])
def test_constant_series_are_drawn(values: list[float]) -> None:
    assert len(drawn(make_shown(values), length=2 * HOUR)) == 11


def test_no_line_is_wider_than_the_terminal() -> None:
    year = make_shown([1234567.0, -1e-7] * 400, step=11 * HOUR)

    assert max(len(line) for line in drawn(year, year, length=timedelta(days=365))) <= 80


def test_samples_without_length_are_averaged_per_column() -> None:
    samples = make_shown([1, 3, 8, 8], resolution="P0D", step=HOUR / 2)

    lines = drawn(samples, length=2 * HOUR, width=LABEL_WIDTH + 10)

    assert bars(lines[8]).replace("·", "") == "████"


def test_time_axis_follows_the_clock_through_its_change() -> None:
    lines = drawn(make_shown([1] * 24), length=24 * HOUR, width=LABEL_WIDTH + 48)

    axis = lines[-2][LABEL_WIDTH:]
    assert axis.split() == ["00:00", "06:00", "12:00", "18:00"]
    # 29 March 2026 has no hour from two to three: six o'clock is five hours after midnight.
    assert (axis.index("06:00"), axis.index("12:00")) == (10, 22)
    assert "Sun 29 Mar" in lines[-1]


def test_long_windows_have_days_and_the_year_on_the_axis() -> None:
    lines = drawn(make_shown([1] * 60, step=24 * HOUR), length=timedelta(days=60))

    assert "01 Apr" in lines[-2]
    assert "2026" in lines[-1]


def test_time_axis_spans_what_was_asked_for_even_if_events_are_longer() -> None:
    lines = drawn(make_shown([1], resolution="P1Y"), length=timedelta(days=1))

    assert lines[-2].split() == ["00:00", "06:00", "12:00", "18:00"]


def test_table_has_few_rows_and_none_shorter_than_the_events() -> None:
    hourly, daily = make_shown([1] * 72), make_shown([1] * 3, resolution="P1D", step=24 * HOUR)
    period = Period(START, START + 71 * HOUR)

    title, rows = values_over_time([hourly], period, BERLIN)
    assert (title.split()[1].rstrip(","), len(rows)) == ("PT3H", 24)

    title, rows = values_over_time([daily], period, BERLIN)
    assert (title.split()[1].rstrip(","), len(rows)) == ("P1D", 3)


def test_energy_in_the_table_is_summed() -> None:
    _, rows = values_over_time([make_shown([1] * 48, unit="kWh")], Period(START, START + 47 * HOUR), BERLIN)

    assert [row["power [kWh]"] for row in rows[:3]] == [2.0, 2.0, 2.0]


def test_series_that_do_not_fit_side_by_side_get_tables_of_their_own() -> None:
    row = {"from": "Sun 2026-03-29 00:00", "price [EUR/kWh]": 0.2, "battery [kW]": 1.0, "PV panels [kW]": 2.0}

    parts = side_by_side([row, row], 60)

    assert [[list(each) for each in part] for part in parts] == [
        [["from", "price [EUR/kWh]", "battery [kW]"]] * 2,
        [["from", "PV panels [kW]"]] * 2,
    ]


def test_a_table_is_not_divided_where_there_is_room() -> None:
    row = {"from": "Sun 2026-03-29 00:00", "price [EUR/kWh]": 0.2, "battery [kW]": 1.0}

    assert side_by_side([row], 80) == [[row]]
    assert side_by_side([row], 10_000) == [[row]]
