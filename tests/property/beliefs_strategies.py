"""Zones, clock changes, sensors, sources and beliefs for the tests of the belief engine."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from tests.property.literal_beliefs import (
    CALENDAR_DAYS,
    CALENDAR_MONTHS,
    DAY,
    FIXED,
    HOUR,
    LiteralSensor,
    event_floor,
    first_instant,
    to_instant,
)

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


def datetime_of(instant: int) -> datetime:
    """Return microseconds as an aware datetime."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)


__all__ = [
    "CLOCK_CHANGES",
    "calendar_resolutions",
    "datetime_of",
    "events_of",
    "instants",
    "knowledge_horizons",
    "sensors",
    "to_instant",
    "zones",
]
