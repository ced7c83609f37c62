"""Days, months and years follow the calendar of their zone, whatever the clocks do."""

from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.property.beliefs_strategies import calendar_resolutions, events_of, instants, sensors, zones
from tests.property.literal_beliefs import (
    CALENDAR_MONTHS,
    DAY,
    FIXED,
    HOUR,
    MINUTE,
    LiteralSensor,
    event_end,
    event_floor,
    first_instant,
    knowledge_time,
    next_date,
    to_local,
)
from wattloom.periods import Resolution, from_us, zone
from wattloom.timeseries import KnowledgeHorizon

DAYS_AND_MONTHS = ["P1D", *CALENDAR_MONTHS]


def resolution_of(text: str) -> Resolution:
    seconds = FIXED.get(text, 0) // 1_000_000
    # A sensor cannot have this one, but a file can.
    return Resolution(time=timedelta(seconds=seconds)) if text == "PT7M30S" else Resolution.parse(text)


@given(data=st.data())
def test_events_end_where_the_calendar_says(data: st.DataObject) -> None:
    sensor = data.draw(sensors())
    starts = data.draw(events_of(sensor, n=6))

    ends = resolution_of(sensor.resolution).ends_us(np.array(starts), zone(sensor.zone))

    assert ends.tolist() == [event_end(sensor, start) for start in starts]


@given(zone_name=zones, resolution=st.sampled_from(DAYS_AND_MONTHS), data=st.data())
def test_calendar_events_begin_with_their_day(zone_name: str, resolution: str, data: st.DataObject) -> None:
    times = data.draw(st.lists(instants(zone_name), min_size=1, max_size=5))

    floored = Resolution.parse(resolution).floor_us(np.array(times), zone(zone_name))

    assert floored.tolist() == [event_floor(instant, resolution, zone_name) for instant in times]


@given(zone_name=zones, data=st.data())
def test_weeks_begin_on_mondays_and_contain_their_instants(zone_name: str, data: st.DataObject) -> None:
    instant = data.draw(instants(zone_name))
    week = Resolution.parse("P7D")

    start = int(week.floor_us(np.array([instant]), zone(zone_name))[0])

    sensor = LiteralSensor(0, "P7D", zone_name)
    assert start == first_instant(to_local(start, zone_name).date(), zone_name)
    assert to_local(start, zone_name).weekday() == 0
    assert start <= instant < event_end(sensor, start)


@given(zone_and_resolution=st.tuples(zones, st.sampled_from(["PT5M", "PT15M", "PT1H"])), data=st.data())
def test_short_events_begin_on_the_wall_clock(zone_and_resolution: tuple[str, str], data: st.DataObject) -> None:
    # Where the clocks change by half an hour, no grid of hours fits both sides.
    assume(zone_and_resolution != ("Australia/Lord_Howe", "PT1H"))
    zone_name, resolution = zone_and_resolution
    instant, step = data.draw(instants(zone_name)), FIXED[resolution]

    start = int(Resolution.parse(resolution).floor_us(np.array([instant]), zone(zone_name))[0])

    offset = to_local(instant, zone_name).utcoffset()
    assert offset is not None
    assert start <= instant < start + step
    assert (start + offset // timedelta(microseconds=1)) % step == 0


@given(data=st.data())
def test_flooring_again_changes_nothing(data: st.DataObject) -> None:
    sensor = data.draw(sensors(resolutions=("PT5M", "PT15M", "P1D", "P7D", "P1M", "P3M", "P1Y")))
    instant = data.draw(instants(sensor.zone))
    resolution = Resolution.parse(sensor.resolution)

    once = resolution.floor_us(np.array([instant]), zone(sensor.zone))

    assert resolution.floor_us(once, zone(sensor.zone)).tolist() == once.tolist()


@given(zone_name=zones, resolution=calendar_resolutions, n=st.integers(1, 12), data=st.data())
def test_grids_of_calendar_events_are_their_first_instants(
    zone_name: str, resolution: str, n: int, data: st.DataObject
) -> None:
    start = event_floor(data.draw(instants(zone_name)), resolution, zone_name)

    starts = Resolution.parse(resolution).starts_us(from_us(start), n, zone(zone_name))

    dates = [to_local(start, zone_name).date()]
    for _ in range(n - 1):
        dates.append(next_date(dates[-1], resolution))
    assert starts.tolist() == [first_instant(day, zone_name) for day in dates]


@given(data=st.data(), n=st.integers(2, 12))
def test_events_touch_and_never_overlap(data: st.DataObject, n: int) -> None:
    sensor = data.draw(sensors(resolutions=("PT5M", "PT15M", "PT7M30S", "PT1H", "P1D", "P7D", "P1M", "P3M", "P1Y")))
    [first, *_] = data.draw(events_of(sensor, n=1))
    resolution = resolution_of(sensor.resolution)

    starts = resolution.starts_us(from_us(first), n, zone(sensor.zone))

    distinct = np.unique(starts)
    assert resolution.ends_us(distinct[:-1], zone(sensor.zone)).tolist() == distinct[1:].tolist()


@given(data=st.data(), length=st.integers(0, 40 * DAY))
def test_counts_are_those_of_the_grid(data: st.DataObject, length: int) -> None:
    sensor = data.draw(sensors(resolutions=("PT15M", "PT1H", "P1D", "P7D", "P1M", "P3M", "P1Y")))
    [first, *_] = data.draw(events_of(sensor, n=1))
    resolution, end = resolution_of(sensor.resolution), first + length

    n = resolution.count(from_us(first), from_us(end), zone(sensor.zone))

    starts = resolution.starts_us(from_us(first), n + 1, zone(sensor.zone)).tolist()
    assert all(start < end for start in starts[:n])
    assert starts[n] >= end


@pytest.mark.parametrize(
    ("zone_name", "day", "hours"),
    [
        ("Europe/Amsterdam", "2026-03-29", 23),
        ("Europe/Amsterdam", "2026-10-25", 25),
        ("America/New_York", "2026-11-01", 25),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("Asia/Kolkata", "2026-03-29", 24),
        ("Pacific/Apia", "2011-12-29", 24),
        ("America/Santiago", "2026-09-06", 23),
        ("Africa/Cairo", "2026-04-24", 23),
    ],
)
def test_days_are_as_long_as_the_clocks_make_them(zone_name: str, day: str, hours: float) -> None:
    start = first_instant(np.datetime64(day).item(), zone_name)

    [end] = Resolution.parse("P1D").ends_us(np.array([start]), zone(zone_name))

    assert end - start == hours * HOUR


@given(zone_name=zones, start=st.integers(0, 60 * 365 * 24 * 60))
def test_calendar_lengths_of_off_grid_events_keep_the_clock(zone_name: str, start: int) -> None:
    """A gas day that begins at six ends at six, and so does a month of them."""
    day = to_local(start * MINUTE, zone_name).date()
    six = to_local(first_instant(day, zone_name) + 12 * HOUR, zone_name).replace(hour=6, fold=0)
    sensor = LiteralSensor(0, "P1D", zone_name)
    begin = int(six.timestamp()) * 1_000_000

    [end] = Resolution.parse("P1D").ends_us(np.array([begin]), zone(zone_name))

    assert end == event_end(sensor, begin)
    assert (to_local(int(end), zone_name).hour, to_local(int(end), zone_name).minute) == (6, 0)


@given(resolution=st.sampled_from(["PT5M", "PT15M", "PT1H", "P1D", "P7D", "P1M", "P3M", "P1Y", "P0D"]))
def test_resolutions_round_trip_through_text(resolution: str) -> None:
    assert Resolution.parse(resolution).iso() == resolution


@given(data=st.data())
def test_knowledge_times_are_those_of_the_literal_functions(data: st.DataObject) -> None:
    sensor = data.draw(sensors())
    starts = data.draw(events_of(sensor, n=5))
    function = KnowledgeHorizon(sensor.knowledge, sensor.parameters)

    known = function.knowledge_times_us(np.array(starts), resolution_of(sensor.resolution), zone(sensor.zone))

    assert known.tolist() == [knowledge_time(sensor, start) for start in starts]


@given(zone_name=zones, year=st.integers(1990, 2037), resolution=calendar_resolutions)
def test_the_parts_of_a_year_last_a_year(zone_name: str, year: int, resolution: str) -> None:
    start = first_instant(np.datetime64(f"{year}-01-01").item(), zone_name)
    end = first_instant(np.datetime64(f"{year + 1}-01-01").item(), zone_name)
    parts = Resolution.parse(resolution)

    starts = parts.starts_us(
        from_us(start), parts.count(from_us(start), from_us(end), zone(zone_name)), zone(zone_name)
    )

    lengths = [later - earlier for earlier, later in pairwise([*starts.tolist(), end])]
    assert sum(lengths) == end - start
    assert min(lengths) >= 0
