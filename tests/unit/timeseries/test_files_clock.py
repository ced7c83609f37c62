"""Times without an offset where the clocks change: Amsterdam goes back on 25 October 2026 at 03:00."""

from zoneinfo import ZoneInfo

import pytest

from wattloom.errors import InputError
from wattloom.periods import from_us
from wattloom.timeseries.recording.files import Layout, read_file

AMSTERDAM = "Europe/Amsterdam"


def instants(*times: str, zone: str = AMSTERDAM, header: str = "event_start,event_value", more: str = "") -> list[str]:
    """The UTC times of rows, as day and time."""
    text = "\n".join([header, *(f"{time},{k}{more}" for k, time in enumerate(times))])
    rows = read_file(text.encode(), ZoneInfo(zone), Layout())
    return [from_us(start).strftime("%d %H:%M") for start in rows.start_us.tolist()]


def local(day: str, *clock: str) -> list[str]:
    return [f"2026-{day} {time}" for time in clock]


def test_times_without_an_offset_are_in_the_zone() -> None:
    assert instants("2026-01-01 00:00", "2026-07-01 00:00") == ["31 23:00", "30 22:00"]


def test_offsets_win_over_the_zone() -> None:
    assert instants("2026-01-01T00:00Z", "2026-01-01 00:00") == ["01 00:00", "31 23:00"]


def test_order_decides_in_the_hour_that_comes_twice() -> None:
    found = instants(*local("10-25", "01:30", "02:00", "02:30", "02:00", "02:30", "03:00"))

    assert found == ["24 23:30", "25 00:00", "25 00:30", "25 01:00", "25 01:30", "25 02:00"]


def test_order_decides_for_hourly_rows() -> None:
    assert instants(*local("10-25", "01:00", "02:00", "02:00", "03:00")) == [
        "24 23:00",
        "25 00:00",
        "25 01:00",
        "25 02:00",
    ]


def test_order_decides_in_a_falling_series() -> None:
    found = instants(*local("10-25", "03:00", "02:30", "02:00", "02:30", "02:00", "01:30"))

    assert found == ["25 02:00", "25 01:30", "25 01:00", "25 00:30", "25 00:00", "24 23:30"]


def test_a_series_that_misses_a_part_of_the_hour_is_decided_by_its_step_back() -> None:
    assert instants(*local("10-25", "02:45", "02:00", "02:30")) == ["25 00:45", "25 01:00", "25 01:30"]


@pytest.mark.parametrize(
    ("times", "row"),
    [
        (["02:30"], 2),
        (["01:00", "02:00", "03:00"], 3),
        (["02:00", "02:30", "03:00"], 2),
        (["02:00", "02:30", "02:00", "02:30", "02:00"], 6),
    ],
)
def test_what_order_does_not_decide_is_refused_by_row(times: list[str], row: int) -> None:
    with pytest.raises(
        InputError, match=rf"^Row {row}, column event_start: .* is shown twice by the clocks of {AMSTERDAM}"
    ):
        instants(*local("10-25", *times))


def test_order_means_nothing_where_events_have_several_beliefs() -> None:
    with pytest.raises(InputError, match="is shown twice"):
        instants(
            *local("10-25", "02:00", "02:00"),
            header="event_start,event_value,belief_time",
            more=",2026-10-01T00:00:00Z",
        )


def test_a_belief_time_in_the_hour_that_comes_twice_is_refused() -> None:
    with pytest.raises(InputError, match=r"^Row 2, column belief_time: .* is shown twice"):
        instants(
            *local("10-24", "02:00", "03:00"), header="event_start,event_value,belief_time", more=",2026-10-25 02:30"
        )


def test_a_time_that_the_clocks_skip_is_refused_by_row() -> None:
    with pytest.raises(
        InputError, match=rf"^Row 3, .* does not exist: the clocks of {AMSTERDAM} skip it\. Add offsets"
    ):
        instants(*local("03-29", "01:30", "02:30", "03:30"))


def test_a_series_goes_on_after_the_skipped_hour() -> None:
    assert instants(*local("03-29", "01:45", "03:00")) == ["29 00:45", "29 01:00"]


def test_clocks_that_change_at_midnight_are_followed() -> None:
    # Beirut skipped the first hour of 27 March 2022.
    with pytest.raises(InputError, match="does not exist"):
        instants("2022-03-27 00:30", zone="Asia/Beirut")


def test_times_around_midnight_changes_are_right() -> None:
    assert instants("2022-03-26 23:30", "2022-03-27 01:00", zone="Asia/Beirut") == ["26 21:30", "26 22:00"]
