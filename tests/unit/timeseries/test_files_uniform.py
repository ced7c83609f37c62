"""Times that are all written alike: the quick way says what the careful one says, or steps back."""

from datetime import timedelta

import pytest

from wattloom.timeseries.recording.files.cells import Cell
from wattloom.timeseries.recording.files.uniform import offset_of, uniform_times


@pytest.mark.parametrize(
    ("texts", "first_us", "suffixes"),
    [
        (["1970-01-01T00:00:01", "1970-01-01 00:00:00"], 1_000_000, ["", ""]),
        (["1970-01-01T00:01", "1970-01-01T00:00"], 60_000_000, ["", ""]),
        (["1970-01-01T00:01Z", "1970-01-01T00:00+01:00"], 60_000_000, ["Z", "+01:00"]),
        (["1970-01-01T00:00:01+0100", "1970-01-01T00:00:01-02"], 1_000_000, ["+0100", "-02"]),
    ],
)
def test_times_of_one_form_are_read(texts: list[str], first_us: int, suffixes: list[str]) -> None:
    found = uniform_times(texts)

    assert found is not None
    assert (found[0][0], found[1]) == (first_us, suffixes)


@pytest.mark.parametrize(
    "cells",
    [
        [],
        [46023.5],
        ["1970-01-01T00:00:00", 1.5],
        ["1970-01-01"],
        ["1970-01-01T00:00:00", "1970-01-01T00:00"],
        [" 1970-01-01T00:00"],
        ["1970-01-01t00:00"],
        ["1970-02-30T00:00"],
        ["1970-01-01T24:00"],
        ["1970-01-01T00:60"],
        ["١٩٧٠-01-01T00:00"],
        ["today"],
        ["NaT"],
    ],
)
def test_anything_else_is_left_to_the_careful_way(cells: list[Cell]) -> None:
    assert uniform_times(cells) is None


@pytest.mark.parametrize(
    ("text", "offset"),
    [("", None), ("Z", timedelta(0)), ("+01:00", timedelta(hours=1)), ("-0230", -timedelta(hours=2, minutes=30))],
)
def test_offsets_are_read(text: str, offset: timedelta | None) -> None:
    assert offset_of(text) == offset


@pytest.mark.parametrize("text", [".5", ":30", "+", "+25:00", "Zulu", "CET"])
def test_what_is_no_offset_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        offset_of(text)
