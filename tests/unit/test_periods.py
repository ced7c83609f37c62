"""Instants, durations, resolutions and time zones; expectations from the calendar."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from wattloom.errors import PeriodError
from wattloom.periods import (
    Duration,
    Period,
    Resolution,
    format_duration,
    from_us,
    parse_duration,
    parse_instant,
    parse_zone,
    to_us,
)

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
KOLKATA = ZoneInfo("Asia/Kolkata")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")
KATHMANDU = ZoneInfo("Asia/Kathmandu")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def us(*texts: str) -> np.ndarray:
    return np.array([to_us(at(text)) for text in texts])


def as_texts(instants_us: np.ndarray, zone: ZoneInfo = AMSTERDAM) -> list[str]:
    return [from_us(int(t), zone).isoformat(timespec="minutes") for t in instants_us]


@pytest.mark.parametrize("text", ["1900-01-01T00:00:00+00:00", "1969-12-31T23:59:59.999999+00:00", "2199-12-31T00:00Z"])
def test_microseconds_round_trip(text: str) -> None:
    assert from_us(to_us(at(text))) == at(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-07T02:00:00+02:00",
        "2026-06-07T00:00:00Z",
        "2026-06-07T02:00+0200",
        "2026-06-07T02:00+02",
        "20260607T020000+0200",
        " 2026-06-07T02:00:00 02:00 ",
        "2026-06-07 02:00:00.000 0200",
        at("2026-06-07T00:00:00+00:00"),
    ],
)
def test_instant_may_be_written_in_many_ways(text: object) -> None:
    assert parse_instant(text, field="start") == at("2026-06-07T00:00:00+00:00")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2026-06-07T00:00:00", "Not a valid aware datetime. Add an offset, for example +01:00."),
        ("2026-06-07", "Not a valid aware datetime. Add an offset, for example +01:00."),
        ("soon", "Not a valid datetime."),
        (5, "Not a valid datetime."),
        (None, "Not a valid datetime."),
        ("1899-12-31T00:00:00Z", "Must lie between the years 1900 and 2199."),
        ("2200-01-01T00:00:00Z", "Must lie between the years 1900 and 2199."),
    ],
)
def test_other_instants_are_refused(text: object, message: str) -> None:
    with pytest.raises(PeriodError) as refused:
        parse_instant(text, field="start")

    assert (refused.value.message, refused.value.problems[0].path) == (message, ("start",))


@pytest.mark.parametrize("name", ["Europe/Amsterdan", "", None, 5, "../etc/passwd"])
def test_unknown_zone_is_refused(name: object) -> None:
    with pytest.raises(PeriodError):
        parse_zone(name)


def test_known_zone_is_found_and_a_misspelt_one_suggested() -> None:
    assert parse_zone("Europe/Amsterdam") == AMSTERDAM
    with pytest.raises(PeriodError, match="Did you mean 'Europe/Amsterdam'"):
        parse_zone("Europe/Amsterdan")


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("PT15M", Duration(0, timedelta(minutes=15))),
        ("PT0H", Duration(0, timedelta(0))),
        ("P0DT12H0M0S", Duration(0, timedelta(hours=12))),
        ("PT86400S", Duration(0, timedelta(days=1))),
        ("PT0.5H", Duration(0, timedelta(minutes=30))),
        ("P1W", Duration(0, timedelta(weeks=1))),
        ("-PT10M", Duration(0, timedelta(minutes=-10))),
        ("P1Y2M", Duration(14, timedelta(0))),
        ("P1M2D", Duration(1, timedelta(days=2))),
    ],
)
def test_duration_is_parsed(text: str, duration: Duration) -> None:
    assert parse_duration(text, field="duration") == duration


@pytest.mark.parametrize("text", ["an hour", "", "R/PT1H", "PT10S", "PT0.001H", "P101Y", "P40000D", 5, None, "P1Y2"])
def test_other_durations_are_refused(text: object) -> None:
    with pytest.raises(PeriodError) as refused:
        parse_duration(text, field="duration")

    assert refused.value.problems[0].path == ("duration",)


@pytest.mark.parametrize(
    ("length", "with_days", "without_days"),
    [
        (timedelta(0), "P0D", "PT0H"),
        (timedelta(minutes=15), "PT15M", "PT15M"),
        (timedelta(days=1), "P1D", "PT24H"),
        (timedelta(days=1, hours=2, seconds=5), "P1DT2H5S", "PT26H5S"),
        (timedelta(minutes=-90), "-PT1H30M", "-PT1H30M"),
    ],
)
def test_duration_is_written_in_two_dialects(length: timedelta, with_days: str, without_days: str) -> None:
    assert format_duration(length, with_days=True) == with_days
    assert format_duration(length, with_days=False) == without_days


def test_months_are_added_on_the_calendar_and_time_elapses() -> None:
    month_and_hour = Duration(1, timedelta(hours=1))

    assert month_and_hour.after(at("2026-01-31T00:00:00+01:00")) == at("2026-02-28T01:00:00+01:00")
    in_zone = Duration(1, timedelta(0)).after(at("2026-03-01T00:00:00+01:00"), calendar_zone=AMSTERDAM)
    assert in_zone == at("2026-04-01T00:00:00+02:00")
    assert Duration(0, timedelta(days=1)).after(at("2026-03-28T12:00:00+01:00")) == at("2026-03-29T12:00:00+01:00")


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        (Duration(1, timedelta(0)), True),
        (Duration(0, timedelta(minutes=1)), True),
        (Duration(0, timedelta(0)), False),
        (Duration(0, timedelta(minutes=-1)), False),
    ],
)
def test_positive_durations_are_known(duration: Duration, expected: bool) -> None:  # noqa: FBT001 - parametrised
    assert duration.is_positive is expected


@pytest.mark.parametrize(
    ("text", "canonical", "hours"),
    [
        ("PT15M", "PT15M", 0.25),
        ("PT60M", "PT1H", 1),
        ("PT24H", "P1D", 24),
        ("P1W", "P7D", 168),
        ("PT36H", "P1DT12H", 36),
        ("P0D", "P0D", 0),
        ("PT0M", "P0D", 0),
        ("P12M", "P1Y", 8760),
        ("P1M", "P1M", 720),
        ("P1Y6M", "P1Y6M", 8760 + 6 * 720),
    ],
)
def test_resolution_has_one_text(text: str, canonical: str, hours: float) -> None:
    resolution = Resolution.parse(text)

    assert (resolution.iso(), resolution.hours) == (canonical, hours)
    assert Resolution.parse(canonical) == resolution


@pytest.mark.parametrize("text", ["-PT1H", "P1M1D", "-P1M", "P1MT1H"])
def test_other_resolutions_are_refused(text: str) -> None:
    with pytest.raises(PeriodError):
        Resolution.parse(text)


def test_kinds_of_resolutions() -> None:
    assert Resolution.parse("PT0H").is_instantaneous
    assert not Resolution.parse("PT15M").is_calendar
    assert Resolution.parse("P1D").is_calendar
    assert Resolution.parse("P1M").is_calendar
    assert not Resolution.parse("PT36H").is_calendar
    assert Resolution.of(timedelta(minutes=5)).nominal == timedelta(minutes=5)


@pytest.mark.parametrize(
    ("resolution", "instant", "floored"),
    [
        ("PT15M", "2026-06-01T10:14:59+02:00", "2026-06-01T10:00+02:00"),
        ("PT1H", "2026-06-01T10:59:00+02:00", "2026-06-01T10:00+02:00"),
        ("PT6H", "2026-06-01T05:00:00+02:00", "2026-06-01T00:00+02:00"),
        ("P1D", "2026-03-29T23:30:00+02:00", "2026-03-29T00:00+01:00"),
        ("P1D", "2026-10-25T23:30:00+01:00", "2026-10-25T00:00+02:00"),
        ("P1M", "2026-03-31T23:30:00+02:00", "2026-03-01T00:00+01:00"),
        ("P3M", "2026-06-15T00:00:00+02:00", "2026-04-01T00:00+02:00"),
        ("P1Y", "2026-06-15T00:00:00+02:00", "2026-01-01T00:00+01:00"),
        ("PT0H", "2026-06-01T10:14:59+02:00", "2026-06-01T10:14+02:00"),
    ],
)
def test_instants_are_floored_to_the_local_grid(resolution: str, instant: str, floored: str) -> None:
    found = Resolution.parse(resolution).floor_us(us(instant), AMSTERDAM)

    assert as_texts(found) == [floored]


def test_hourly_grid_follows_half_hour_offsets() -> None:
    found = Resolution.parse("PT1H").floor_us(us("2026-06-01T10:59:00+05:30"), KOLKATA)

    assert as_texts(found, KOLKATA) == ["2026-06-01T10:00+05:30"]


def test_half_hour_grid_follows_quarter_hour_offsets() -> None:
    found = Resolution.parse("PT30M").floor_us(us("2026-06-01T10:44:00+05:45"), KATHMANDU)

    assert as_texts(found, KATHMANDU) == ["2026-06-01T10:30+05:45"]


def test_hours_follow_a_change_of_half_an_hour() -> None:
    """On Lord Howe Island the clocks go forward from 02:00+10:30 to 02:30+11:00."""
    found = Resolution.parse("PT1H").floor_us(us("2026-10-04T01:45:00+10:30", "2026-10-04T03:15:00+11:00"), LORD_HOWE)

    assert as_texts(found, LORD_HOWE) == ["2026-10-04T01:00+10:30", "2026-10-04T03:00+11:00"]


def test_one_instant_is_floored_in_its_own_offset() -> None:
    floored = Resolution.parse("P1D").floor(at("2026-06-01T22:30:00+00:00"), AMSTERDAM)

    assert floored.isoformat() == "2026-06-01T22:00:00+00:00"


def test_days_of_several_lengths_are_floored_together() -> None:
    found = Resolution.parse("P2D").floor_us(us("2026-03-29T12:00:00+02:00", "2026-03-31T12:00:00+02:00"), AMSTERDAM)

    assert (found[1] - found[0]) / 3.6e9 == 47


@pytest.mark.parametrize(
    ("resolution", "start", "hours"),
    [
        ("PT15M", "2026-03-29T00:00:00+01:00", 0.25),
        ("P1D", "2026-03-28T00:00:00+01:00", 24),
        ("P1D", "2026-03-29T00:00:00+01:00", 23),
        ("P1D", "2026-10-25T00:00:00+02:00", 25),
        ("P1M", "2026-02-01T00:00:00+01:00", 28 * 24),
        ("P1M", "2026-03-01T00:00:00+01:00", 31 * 24 - 1),
        ("P1Y", "2028-01-01T00:00:00+01:00", 366 * 24),
        ("PT0H", "2026-03-29T00:00:00+01:00", 0),
    ],
)
def test_events_end_with_the_calendar(resolution: str, start: str, hours: float) -> None:
    starts_us = us(start)

    ends_us = Resolution.parse(resolution).ends_us(starts_us, AMSTERDAM)

    assert ((ends_us - starts_us) / 3.6e9).tolist() == [hours]


def test_starts_are_one_resolution_apart() -> None:
    quarters = Resolution.parse("PT15M").starts_us(at("2026-03-29T01:45:00+01:00"), 3, AMSTERDAM)
    days = Resolution.parse("P1D").starts_us(at("2026-03-28T00:00:00+01:00"), 3, AMSTERDAM)

    assert as_texts(quarters) == ["2026-03-29T01:45+01:00", "2026-03-29T03:00+02:00", "2026-03-29T03:15+02:00"]
    assert as_texts(days) == ["2026-03-28T00:00+01:00", "2026-03-29T00:00+01:00", "2026-03-30T00:00+02:00"]


def test_months_from_the_31st_stay_within_their_month() -> None:
    months = Resolution.parse("P1M").starts_us(at("2026-01-31T00:00:00+01:00"), 4, AMSTERDAM)

    assert [text[:10] for text in as_texts(months)] == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


@pytest.mark.parametrize(
    ("resolution", "start", "end", "n"),
    [
        ("PT15M", "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00", 92),
        ("PT1H", "2026-03-29T00:00:00+01:00", "2026-03-29T00:30:00+01:00", 1),
        ("PT1H", "2026-03-29T00:00:00+01:00", "2026-03-29T00:00:00+01:00", 0),
        ("PT1H", "2026-03-29T01:00:00+01:00", "2026-03-29T00:00:00+01:00", 0),
        ("P1D", "2026-03-28T00:00:00+01:00", "2026-03-31T00:00:00+02:00", 3),
        ("P1D", "2026-10-24T00:00:00+02:00", "2026-10-26T00:00:00+01:00", 2),
        ("P1D", "2026-10-24T00:00:00+02:00", "2026-10-26T00:00:01+01:00", 3),
        ("P1M", "2026-01-01T00:00:00+01:00", "2027-01-01T00:00:00+01:00", 12),
        ("P1M", "2026-02-01T00:00:00+01:00", "2026-03-01T00:00:00+01:00", 1),
        ("P1M", "2026-01-01T00:00:00+01:00", "2036-01-01T00:00:00+01:00", 120),
        ("P1Y", "2026-01-01T00:00:00+01:00", "2126-01-01T00:00:00+01:00", 100),
    ],
)
def test_events_in_a_window_are_counted(resolution: str, start: str, end: str, n: int) -> None:
    assert Resolution.parse(resolution).count(at(start), at(end), AMSTERDAM) == n


def test_period_has_a_length_and_a_direction() -> None:
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC)

    assert Period(noon, noon + timedelta(hours=1)).length == timedelta(hours=1)
    with pytest.raises(PeriodError):
        Period(noon, noon - timedelta(hours=1))


@pytest.mark.parametrize("text", ["P1.5M", "P0.5Y", "P1.5Y", "-P0.5M"])
def test_fractions_of_months_and_years_are_refused(text: str) -> None:
    with pytest.raises(PeriodError, match="whole numbers"):
        parse_duration(text, field="duration")
