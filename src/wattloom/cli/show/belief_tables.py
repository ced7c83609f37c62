"""Series as tables: what they hold in short, and their values over time."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from wattloom.cli.show.belief_chart import Shown
from wattloom.periods import Period, Resolution, from_us
from wattloom.timeseries import SeriesRequest, aggregation_for, resample

_MOST_ROWS = 24
# Columns of text that times need, and that one series needs for its name and its numbers.
_TIME_WIDTH, _SERIES_WIDTH = 22, 16
_HOUR = timedelta(hours=1)
_SLOTS = (
    *(Resolution(time=timedelta(minutes=n)) for n in (1, 5, 15, 30)),
    *(Resolution(time=n * _HOUR) for n in (1, 2, 3, 6, 12)),
    *(Resolution(days=n) for n in (1, 7)),
    *(Resolution(months=n) for n in (1, 3, 12, 120)),
)


def figures(series: Sequence[Shown]) -> list[dict[str, Any]]:
    """Return one row per series: how many values, the smallest, their mean and the largest."""
    rows = []
    for shown in series:
        value = shown.events.value
        known = {"min": value.min(), "mean": value.mean(), "max": value.max()} if len(value) else {}
        row = {"sensor": shown.label, "unit": shown.sensor.unit, "values": len(value)}
        rows.append(row | {name: float(known[name]) if known else None for name in ("min", "mean", "max")})
    return rows


def values_over_time(series: Sequence[Shown], period: Period, zone: ZoneInfo) -> tuple[str, list[dict[str, Any]]]:
    """Return a title and one row per slot of the clock, of which there are few enough to be read."""
    shortest = min((shown.step for shown in series), default=timedelta(0))
    slot = next(
        (
            slot
            for slot in _SLOTS
            if slot.nominal >= shortest and slot.count(period.start, period.end, zone) <= _MOST_ROWS
        ),
        _SLOTS[-1],
    )
    starts_us = slot.starts_us(period.start, slot.count(period.start, period.end, zone), zone)
    edges_us = np.append(starts_us, slot.ends_us(starts_us[-1:], zone))
    columns = {
        f"{shown.label} [{shown.sensor.unit}]": resample(
            shown.events, edges_us, aggregation_for(SeriesRequest(shown.sensor))
        ).tolist()
        for shown in series
    }
    rows = [
        {"from": f"{from_us(start_us, zone):%a %Y-%m-%d %H:%M}"}
        | {name: None if np.isnan(values[k]) else values[k] for name, values in columns.items()}
        for k, start_us in enumerate(starts_us.tolist())
    ]
    return f"Per {slot.iso()}, times in {zone.key}", rows


def side_by_side(rows: Sequence[dict[str, Any]], width: int) -> list[list[dict[str, Any]]]:
    """Return the rows in parts of so few series that each is a table of that width; every part has the times."""
    time, *names = rows[0]
    n = max((width - _TIME_WIDTH) // _SERIES_WIDTH, 1)
    parts = [names[k : k + n] for k in range(0, len(names), n)]
    return [[{time: row[time]} | {name: row[name] for name in part} for row in rows] for part in parts]
