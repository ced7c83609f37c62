"""Times like 1.3.2026 0:15 and 01/03/2026: read where the order of day and month is known, never guessed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.workbooks import xlsx
from wattloom.errors import InputError
from wattloom.periods import from_us, to_us
from wattloom.timeseries.recording.files import Layout, read_file
from wattloom.timeseries.recording.files.cells import Cell
from wattloom.timeseries.recording.files.local_dates import uniform_local_times
from wattloom.timeseries.recording.rows import Rows

ZONE = ZoneInfo("Europe/Amsterdam")
HEADER = "event_start;event_value"
HISTORIC = "event_start;event_value;belief_time"
MARCH_1, JANUARY_3 = "2026-03-01T00:15:00+01:00", "2026-01-03T00:15:00+01:00"


def read(*lines: str, header: str = HEADER, is_dayfirst: bool | None = None) -> Rows:
    return read_file("\n".join([header, *lines]).encode(), ZONE, Layout(is_dayfirst=is_dayfirst))


def starts(*times: str, is_dayfirst: bool | None = None) -> list[str]:
    """Local times of rows that start so."""
    rows = read(*(f"{time};{k}" for k, time in enumerate(times)), is_dayfirst=is_dayfirst)
    return [from_us(start, ZONE).isoformat() for start in rows.start_us.tolist()]


@pytest.mark.parametrize(
    "time",
    [
        "01.03.2026 00:15",
        "1.3.2026 0:15",
        "1.3.2026 00:15:00",
        " 1.03.2026  0:15 ",
        "01.03.2026T00:15",
        "01.03.2026 00:15+01:00",
        "28.02.2026 23:15 Z",
    ],
)
@pytest.mark.parametrize("is_dayfirst", [None, True, False])
def test_dots_have_the_day_first(time: str, *, is_dayfirst: bool | None) -> None:
    assert starts(time, is_dayfirst=is_dayfirst) == [MARCH_1]


def test_a_date_is_its_midnight() -> None:
    assert starts("1.3.2026", "31.12.2026") == ["2026-03-01T00:00:00+01:00", "2026-12-31T00:00:00+01:00"]


@pytest.mark.parametrize("time", ["01/03/2026 00:15", "1/3/2026 0:15", "01-03-2026 00:15:00", "1-3-2026T0:15"])
@pytest.mark.parametrize(("is_dayfirst", "expected"), [(True, MARCH_1), (False, JANUARY_3)])
def test_slashes_and_dashes_are_read_as_told(time: str, *, is_dayfirst: bool, expected: str) -> None:
    assert starts(time, is_dayfirst=is_dayfirst) == [expected]


@pytest.mark.parametrize("time", ["01/03/2026 00:15", "31/03/2026", "03/31/2026", "1-3-2026 0:15"])
def test_slashes_and_dashes_are_not_guessed(time: str) -> None:
    expected = rf"^Row 3, column event_start: '{time}' may have the day or the month first.*--dayfirst or --monthfirst"
    with pytest.raises(InputError, match=expected):
        starts("2026-03-01", time)


def test_iso_8601_is_read_whatever_is_told() -> None:
    assert starts("2026-03-01T00:15:00", is_dayfirst=True) == [MARCH_1]


def test_forms_may_change_from_row_to_row() -> None:
    times = ["1.3.2026", "01.03.2026 00:15", "1/3/2026 0:30", "2026-03-01 00:45"]

    found = starts(*times, is_dayfirst=True)

    assert found == [f"2026-03-01T00:{minute}:00+01:00" for minute in ("00", "15", "30", "45")]


@pytest.mark.parametrize("time", ["01.03.26 00:15", "1/3/26", "26-03-01", "1.3.26;"])
@pytest.mark.parametrize("is_dayfirst", [None, True])
def test_years_of_two_digits_are_refused(time: str, *, is_dayfirst: bool | None) -> None:
    with pytest.raises(InputError, match=r"^Row 2, column event_start: .* has a year of two digits; write all four"):
        read(f'"{time}";1', is_dayfirst=is_dayfirst)


@pytest.mark.parametrize(
    "time",
    ["32.1.2026", "29.2.2026", "0.1.2026", "1.13.2026", "1.0.2026", "1.1.2026 24:00", "1.1.2026 0:60"],
)
def test_days_and_times_that_do_not_exist_are_refused(time: str) -> None:
    with pytest.raises(InputError, match=rf"^Row 3, column event_start: '{time}' is not a date and time with the day"):
        starts("1.1.2026 0:00" if ":" in time else "1.1.2026", time)


def test_a_month_that_does_not_exist_tells_the_order_that_was_told() -> None:
    with pytest.raises(InputError, match="'31/03/2026' is not a date and time with the month first"):
        starts("31/03/2026", is_dayfirst=False)


@pytest.mark.parametrize(
    "time", ["1.3.2026 0:15 PM", "1.3/2026", "1.3.2026 0:5", "1.3.2026 0", "001.3.2026", "1.3.20260"]
)
def test_other_forms_are_refused(time: str) -> None:
    with pytest.raises(InputError, match=r"is not a date and time in ISO 8601, .* nor one like 01\.03\.2026 00:15"):
        starts(time)


@pytest.mark.parametrize("time", ["1.1.1815", "1.1.0000", "1.1.9999"])
def test_years_beyond_the_calendar_of_the_server_are_refused(time: str) -> None:
    with pytest.raises(InputError, match=r"Row 3, .* must lie between the years 1900 and 2199"):
        starts("1.1.2026", time)


def test_order_decides_in_the_hour_that_the_clocks_show_twice() -> None:
    found = starts(*(f"25.10.2026 {clock}" for clock in ("1:00", "2:00", "2:00", "3:00")))

    assert [time[11:13] + time[-6:] for time in found] == ["01+02:00", "02+02:00", "02+01:00", "03+01:00"]


def test_a_time_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(InputError, match=r"^Row 3, .* does not exist: the clocks of Europe/Amsterdam skip it"):
        starts("29.3.2026 1:30", "29.3.2026 2:30")


def test_belief_times_are_read_alike() -> None:
    rows = read("1.3.2026 0:15;1;28.2.2026 12:00", header=HISTORIC)

    assert rows.belief_time_us.tolist() == [to_us(datetime(2026, 2, 28, 11, tzinfo=UTC))]


def test_belief_times_are_not_guessed() -> None:
    with pytest.raises(InputError, match=r"^Row 2, column belief_time: '2/1/2026' may have the day or the month first"):
        read("1.3.2026;1;2/1/2026", header=HISTORIC)


def test_texts_in_cells_of_a_spreadsheet_are_read_alike() -> None:
    book = xlsx([("event_start", "event_value"), ("01.03.2026 00:15", 1), (datetime(2026, 3, 1, 0, 30), 2)])  # noqa: DTZ001 - spreadsheets know no zones

    rows = read_file(book, ZONE, Layout())

    assert (rows.start_us - to_us(datetime.fromisoformat(MARCH_1))).tolist() == [0, 900_000_000]


@pytest.mark.parametrize(
    ("cells", "minutes"),
    [
        (["1.1.1970", "02.01.1970"], [0, 1440]),
        (["1.1.1970 0:01", "31.12.1969 23:59"], [1, -1]),
        (["01.03.1970T10:00:00", "1.3.1970T9:59:00"], [85_560, 85_559]),
        (["29.02.1972 00:00"], [1_136_160]),
    ],
)
def test_times_with_the_same_marks_are_read_at_once(cells: list[Cell], minutes: list[int]) -> None:
    found = uniform_local_times(cells, is_dayfirst=None)

    assert found is not None
    assert found.tolist() == [each * 60_000_000 for each in minutes]


@pytest.mark.parametrize(
    "cells",
    [
        [],
        [46023.5],
        ["1970-01-01"],
        ["1.1.1970", 1.5],
        ["1.1.1970", "1/1/1970"],
        ["1.1.1970", "1.1.1970 0:00"],
        ["1.1.1970 0:00", "1.1.1970 0:00:00"],
        ["1.1.1970", " 2.1.1970"],
        ["1.1.1970", "2.1.70"],
        ["1.1.1970", "1.1.1970\n1.1.1970"],
        ["1.1.1970", "١.1.1970"],
        ["1.1.1970", "30.2.1970"],
        ["1.1.1970 0:00Z"],
        ["1/1/1970"],
    ],
)
def test_anything_else_is_left_to_the_careful_way(cells: list[Cell]) -> None:
    assert uniform_local_times(cells, is_dayfirst=None) is None
