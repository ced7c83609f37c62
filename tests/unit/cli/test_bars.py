from math import nan

import pytest

from wattloom.cli.bars import hanging_bars, rising_bars


def test_bars_rise_in_eighths() -> None:
    assert rising_bars([0, 1, 4, 8], top=8, height=1) == [" ▁▄█"]


def test_bars_continue_in_the_line_above() -> None:
    assert rising_bars([4, 8, 12, 16], top=16, height=2) == ["  ▄█", "▄███"]


def test_bars_hang_for_negative_values() -> None:
    assert hanging_bars([-1, -2, -3, -4], bottom=-4, height=2) == ["▀███", "  ▀█"]


@pytest.mark.parametrize("value", [-3, 0, nan])
def test_what_does_not_rise_leaves_no_bar(value: float) -> None:
    assert rising_bars([value], top=8, height=2) == [" ", " "]


def test_what_does_not_fall_leaves_no_hanging_bar() -> None:
    assert hanging_bars([3, 0, nan], bottom=-8, height=1) == ["   "]


def test_the_smallest_value_is_still_seen() -> None:
    assert rising_bars([0.001], top=8, height=2) == [" ", "▁"]


def test_values_beyond_the_top_fill_the_bar() -> None:
    assert rising_bars([9], top=8, height=2) == ["█", "█"]


def test_a_scale_without_extent_has_no_bars() -> None:
    assert rising_bars([1], top=0, height=1) == [" "]
