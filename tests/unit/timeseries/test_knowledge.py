"""When events can be known."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from wattloom.errors import InputError
from wattloom.periods import Resolution, from_us, to_us
from wattloom.timeseries import KnowledgeHorizon

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
START = "2026-03-29T12:00:00+02:00"


def known_at(horizon: KnowledgeHorizon, start: str = START, resolution: str = "PT1H") -> str:
    starts_us = np.array([to_us(datetime.fromisoformat(start))])
    [known_us] = horizon.knowledge_times_us(starts_us, Resolution.parse(resolution), AMSTERDAM)
    return from_us(int(known_us), AMSTERDAM).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("function", "parameters", "expected"),
    [
        ("ex_post", {"ex_post_horizon": "PT0H"}, "2026-03-29T13:00+02:00"),
        ("ex_post", {}, "2026-03-29T13:00+02:00"),
        ("ex_post", {"ex_post_horizon": "PT15M"}, "2026-03-29T13:15+02:00"),
        ("ex_ante", {"ex_ante_horizon": "PT2H"}, "2026-03-29T10:00+02:00"),
        ("x_days_ago_at_y_oclock", {"x": 1, "y": 12, "z": "Europe/Paris"}, "2026-03-28T12:00+01:00"),
        ("x_days_ago_at_y_oclock", {"x": 0, "y": 9.5, "z": "Europe/Paris"}, "2026-03-29T09:30+02:00"),
        ("x_days_ago_at_y_o_clock", {"x": 1, "y": 12, "z": "UTC"}, "2026-03-28T13:00+01:00"),
        ("x_years_ago_at_date", {"x": 1, "month": 12, "day": 24, "z": "Europe/Paris"}, "2025-12-24T00:00+01:00"),
        ("at_date", {"knowledge_time": "2020-01-01T00:00:00+01:00"}, "2020-01-01T00:00+01:00"),
    ],
)
def test_knowledge_time_of_an_event(function: str, parameters: dict[str, Any], expected: str) -> None:
    assert known_at(KnowledgeHorizon(function, parameters)) == expected


def test_calendar_days_are_known_when_they_end() -> None:
    assert known_at(KnowledgeHorizon(), "2026-03-29T00:00:00+01:00", "P1D") == "2026-03-30T00:00+02:00"


def test_many_events_are_looked_up_together() -> None:
    """The 24 hours of a day are known together at noon of the day before, whichever order they come in."""
    starts_us = to_us(datetime.fromisoformat("2026-06-01T00:00:00+02:00")) + np.arange(48)[::-1] * 3_600_000_000
    horizon = KnowledgeHorizon("x_days_ago_at_y_oclock", {"x": 1, "y": 12, "z": "Europe/Amsterdam"})

    known_us = horizon.knowledge_times_us(starts_us, Resolution.parse("PT1H"), AMSTERDAM)

    texts = [from_us(int(t), AMSTERDAM).strftime("%d %H:%M") for t in known_us]
    assert texts == ["01 12:00"] * 24 + ["31 12:00"] * 24


@pytest.mark.parametrize(
    ("function", "parameters"),
    [
        ("ex_ante", {}),
        ("x_days_ago_at_y_oclock", {"x": 1, "y": "noon", "z": "UTC"}),
        ("x_days_ago_at_y_oclock", {"x": 1, "y": 12, "z": "Mars/Base"}),
        ("x_years_ago_at_date", {"x": 0, "month": 1, "day": 1, "z": "UTC"}),
        ("x_years_ago_at_date", {"x": 1, "month": 2, "day": 30, "z": "UTC"}),
        ("at_date", {"knowledge_time": "2020-01-01"}),
    ],
)
def test_incomplete_parameters_are_refused(function: str, parameters: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        known_at(KnowledgeHorizon(function, parameters))


def test_unknown_function_is_refused() -> None:
    with pytest.raises(InputError, match="Must be one of"):
        KnowledgeHorizon("never", {})
