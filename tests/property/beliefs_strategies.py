"""Zones, clock changes, sensors, sources and beliefs for the tests of the belief engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.property.literal_beliefs import (
    CALENDAR_DAYS,
    CALENDAR_MONTHS,
    DAY,
    FIXED,
    HOUR,
    Belief,
    LiteralSensor,
    event_end,
    event_floor,
    first_instant,
    knowledge_time,
)
from wattloom.periods import ALL_TIME, Period, to_us
from wattloom.timeseries import BeliefFilter

CLOCK_CHANGES = {
    "Europe/Amsterdam": [date(2026, 3, 29), date(2026, 10, 25)],
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1)],
    "Asia/Kolkata": [date(2026, 1, 1)],
    # Half an hour, in the southern summer.
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],
    # Changed at 03:00, and left out the 30th of December 2011 altogether.
    "Pacific/Apia": [date(2021, 4, 4), date(2020, 9, 27), date(2011, 12, 30)],
    # The clocks go forward at midnight, which these days therefore lack.
    "America/Santiago": [date(2026, 4, 5), date(2026, 9, 6)],
    "Africa/Cairo": [date(2026, 4, 24), date(2026, 10, 30)],
    "UTC": [date(2024, 2, 29)],
}
zones = st.sampled_from(sorted(CLOCK_CHANGES))
calendar_resolutions = st.sampled_from([*CALENDAR_DAYS, *CALENDAR_MONTHS])


@st.composite
def instants(draw: st.DrawFn, zone: str) -> int:
    """Instants around the clock changes of a zone [µs]."""
    day = draw(st.sampled_from(CLOCK_CHANGES[zone]))
    around = first_instant(day, zone)
    return around + draw(st.integers(-3 * DAY, 3 * DAY) | st.sampled_from([-1, 0, 1, HOUR, 2 * HOUR]))


@st.composite
def knowledge_horizons(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """Any knowledge-horizon function with parameters."""
    zone = draw(zones)
    # Clock times that no clock change skips or repeats in these zones.
    clock = draw(st.sampled_from([5, 12, 13.5, 18.25]))
    choices: list[tuple[str, dict[str, Any]]] = [
        ("ex_post", {}),
        ("ex_post", {"ex_post_horizon": draw(st.sampled_from(["PT0H", "PT2H", "PT36H"]))}),
        ("ex_ante", {"ex_ante_horizon": draw(st.sampled_from(["PT0H", "PT1H", "PT30H"]))}),
        ("x_days_ago_at_y_oclock", {"x": draw(st.integers(0, 3)), "y": clock, "z": zone}),
        ("x_days_ago_at_y_o_clock", {"x": 1, "y": clock, "z": zone}),
        ("x_years_ago_at_date", {"x": draw(st.integers(1, 2)), "day": 5, "month": draw(st.integers(1, 12)), "z": zone}),
        ("at_date", {"knowledge_time": draw(st.sampled_from(["2020-05-01T00:00:00+02:00", "2026-03-29T01:00:00Z"]))}),
    ]
    return draw(st.sampled_from(choices))


@st.composite
def sensors(draw: st.DrawFn, *, resolutions: tuple[str, ...] = (), sensor_id: int = 0) -> LiteralSensor:
    """Sensors of any resolution, in any zone, with any knowledge horizon."""
    every = (*FIXED, *CALENDAR_DAYS, *CALENDAR_MONTHS)
    function, parameters = draw(knowledge_horizons())
    return LiteralSensor(sensor_id, draw(st.sampled_from(resolutions or every)), draw(zones), function, parameters)


@st.composite
def events_of(draw: st.DrawFn, sensor: LiteralSensor, *, n: int) -> list[int]:
    """Starts of distinct events of a sensor around a clock change, on its grid."""
    around = draw(st.sampled_from(CLOCK_CHANGES[sensor.zone]))
    if sensor.resolution in FIXED:
        step = FIXED[sensor.resolution] or HOUR // 4
        first = first_instant(around, sensor.zone) + draw(st.integers(-4, 12)) * HOUR // step * step
        return [first + k * step for k in range(n)]
    days = 31 * CALENDAR_MONTHS.get(sensor.resolution, 0) + CALENDAR_DAYS.get(sensor.resolution, 0)
    dates = [around + timedelta(days=(k - n // 2) * days) for k in range(n)]
    return sorted({event_floor(first_instant(day, sensor.zone), sensor.resolution, sensor.zone) for day in dates})


def to_microseconds(period: Period) -> tuple[int, int]:
    """Return both ends of a period."""
    return to_us(period.start), to_us(period.end)


def datetime_of(instant: int) -> datetime:
    """Return microseconds as an aware datetime."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)


QUANTILES = [(0.5,), (0.5,), (0.5,), (0.1, 0.5, 0.9), (0.25, 0.75), (0.3, 0.7), (0.05, 0.2), (0.8, 0.95)]
"""Positions in a distribution; mostly points."""

SOURCES: list[dict[str, Any]] = [
    {"name": "ada", "type": "user", "account_id": 1, "user_id": 11},
    {"name": "Wattloom", "type": "scheduler", "model": "StorageScheduler", "version": "10"},
    {"name": "Wattloom", "type": "scheduler", "model": "StorageScheduler", "version": "2.0rc1"},
    {"name": "Wattloom", "type": "scheduler", "model": "StorageScheduler", "version": "2.0"},
    {"name": "Wattloom", "type": "forecaster", "model": "Ridge", "attributes_hash": b"one"},
    {"name": "Wattloom", "type": "forecaster", "model": "Ridge", "attributes_hash": b"two"},
    {"name": "Wattloom", "type": "forecaster", "model": "Ridge", "version": "1.0"},
    {"name": "Wattloom", "type": "reporter", "model": "Ridge"},
    {"name": "bob", "type": "user", "account_id": 2, "user_id": 12},
    {"name": "bob", "type": "market", "account_id": 2, "version": "1"},
]
"""Sources: versions of one lineage out of order, equal versions with another configuration, and strangers."""


@dataclass(frozen=True)
class Scene:
    """What beliefs in one example are about.

    Attributes:
        sensors: Their ids are 0, 1, …
        events: Starts of the events of each sensor.
        belief_times: When something may be believed.
        sources: Positions in ``SOURCES``.
    """

    sensors: list[LiteralSensor]
    events: list[list[int]]
    belief_times: list[int]
    sources: list[int]


@st.composite
def scenes(draw: st.DrawFn, *, n_sensors: int = 1, n_events: int = 4) -> Scene:
    """Sensors with events around clock changes, and belief times around their knowledge times."""
    every = ("P0D", "P0D", "PT5M", "PT15M", "PT1H", *CALENDAR_DAYS, *CALENDAR_MONTHS)
    drawn = [draw(sensors(resolutions=every, sensor_id=k)) for k in range(n_sensors)]
    events = [draw(events_of(sensor, n=n_events)) for sensor in drawn]
    known = [knowledge_time(sensor, start) for sensor, starts in zip(drawn, events, strict=True) for start in starts]
    offsets = st.sampled_from([-400 * DAY, -DAY, -HOUR, -1, 0, 1, HOUR, DAY, 60 * 365 * DAY])
    times = draw(st.lists(st.tuples(st.sampled_from(known), offsets).map(sum), min_size=2, max_size=5, unique=True))
    chosen = draw(st.lists(st.integers(0, len(SOURCES) - 1), min_size=1, max_size=4, unique=True))
    return Scene(drawn, events, times, chosen)


@st.composite
def batches(draw: st.DrawFn, scene: Scene, *, sensor: int = 0, max_size: int = 8) -> list[Belief]:
    """Beliefs about one sensor, in any order; some stated twice, some contradicting each other."""
    statements = st.tuples(
        st.sampled_from(scene.events[sensor]),
        st.sampled_from(scene.sources),
        st.sampled_from(scene.belief_times),
        st.sampled_from(QUANTILES),
        st.sampled_from([0.0, 1.5, -2.0, 1e6]),
    )
    return [
        Belief(sensor, event, source, believed, probability, value + k * (len(quantiles) > 1))
        for event, source, believed, quantiles, value in draw(st.lists(statements, min_size=1, max_size=max_size))
        for k, probability in enumerate(quantiles)
    ]


@st.composite
def windows(draw: st.DrawFn, scene: Scene) -> tuple[int, int]:
    """All time, or windows whose ends lie on, just beside, or within events."""
    if draw(st.integers(0, 3)) == 0:
        return to_microseconds(ALL_TIME)
    marks = sorted(
        {
            mark
            for s, starts in zip(scene.sensors, scene.events, strict=True)
            for start in starts
            for mark in (start, event_end(s, start), (start + event_end(s, start)) // 2)
        }
    )
    nudged = st.tuples(st.sampled_from(marks), st.sampled_from([-1, 0, 0, 1])).map(sum)
    one, other = draw(nudged), draw(nudged)
    return min(one, other), max(one, other)


@st.composite
def filters(draw: st.DrawFn, scene: Scene, source_ids: Sequence[int]) -> BeliefFilter:
    """Filters of at most three parts; limits lie on or just beside what occurs."""
    times = st.tuples(st.sampled_from(scene.belief_times), st.sampled_from([-1, 0, 0, 1])).map(sum).map(datetime_of)
    occurring = [
        knowledge_time(s, start) - believed
        for s, starts in zip(scene.sensors, scene.events, strict=True)
        for start in starts
        for believed in scene.belief_times
    ]
    horizons = st.tuples(st.sampled_from([*occurring, 0, 0, 0]), st.sampled_from([-1, 0, 0, 1])).map(
        lambda pair: timedelta(microseconds=sum(pair))
    )
    types = st.frozensets(st.sampled_from(["user", "scheduler", "forecaster", "reporter", "market"]), max_size=3)
    parts: dict[str, st.SearchStrategy[Any]] = {
        "beliefs_before": times,
        "beliefs_after": times,
        "horizons_at_least": horizons,
        "horizons_at_most": horizons,
        "source_ids": st.frozensets(st.sampled_from([*(source_ids[k] for k in scene.sources), 10**6])),
        "source_types": types,
        "exclude_source_types": types,
        "source_account_ids": st.frozensets(st.sampled_from([1, 2, 99])),
    }
    chosen = draw(st.sets(st.sampled_from(sorted(parts)), max_size=3))
    return BeliefFilter(**{part: draw(parts[part]) for part in sorted(chosen)})
