"""Changing the length of events keeps what was believed at every moment."""

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattloom.periods import Resolution, zone
from wattloom.timeseries import (
    Beliefs,
    Events,
    KnowledgeHorizon,
    Sensor,
    at_resolution,
    resample,
)
from wattloom.timeseries.recording import change_resolution

ZONE = "Europe/Amsterdam"
# The clocks go forward on the second day.
START = datetime(2026, 3, 28, tzinfo=zone(ZONE))
MINUTE_US = 60_000_000
# From and to; fifty slots for one event at most.
CHANGES = (
    *((old, new) for old in ("PT5M", "PT15M", "PT20M", "PT1H") for new in ("PT5M", "PT15M", "PT20M", "PT1H")),
    *(("PT1H", "P1D"), ("P1D", "PT1H"), ("P1D", "P1M"), ("P1M", "P1D"), ("P1D", "P1D"), ("PT5M", "P1D")),
    *(("PT0M", "PT5M"), ("PT0M", "PT20M"), ("PT0M", "PT1H"), ("PT0M", "P1D")),
)


def make_sensor(unit: str, resolution: str) -> Sensor:
    return Sensor(1, "meter", unit, ZONE, Resolution.parse(resolution), KnowledgeHorizon(), {}, 1)


@st.composite
def recorded(draw: st.DrawFn, resolution: str) -> tuple[Sensor, Beliefs]:
    """A sensor and beliefs of two sources about some of its events, formed at a few moments."""
    sensor = make_sensor(draw(st.sampled_from(["kW", "kWh"])), resolution)
    step = Resolution.parse("PT15M") if sensor.event_resolution.is_instantaneous else sensor.event_resolution
    starts_us = step.starts_us(step.floor(START, sensor.zone), 12, sensor.zone)
    rows = draw(
        st.lists(
            st.tuples(st.integers(0, 11), st.integers(1, 2), st.integers(0, 3), st.integers(-9, 9)),
            max_size=40,
            unique_by=lambda row: row[:3],
        )
    )
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    beliefs = Beliefs(
        sensor_id=np.ones(len(rows), dtype=np.int64),
        event_start_us=starts_us[columns[0]],
        source_id=columns[1],
        belief_time_us=columns[2] * MINUTE_US,
        cumulative_probability=np.full(len(rows), 0.5),
        event_value=columns[3].astype(np.float64),
    )
    return sensor, beliefs.sorted()


def believed_at(beliefs: Beliefs, source_id: int, moment_us: int) -> dict[int, float]:
    """Return the value of each event that the source believed in at a moment, by start."""
    rows = zip(beliefs.event_start_us, beliefs.source_id, beliefs.belief_time_us, beliefs.event_value, strict=True)
    return {
        int(start): float(value)
        for start, source, time, value in sorted(rows, key=lambda row: row[2])
        if source == source_id and time <= moment_us
    }


def resampled(known: dict[int, float], sensor: Sensor, slot_us: int, resolution: Resolution) -> float:
    """Return the value of one slot by the rules of reading."""
    starts_us = np.array(sorted(known), dtype=np.int64)
    values = np.array([known[int(start)] for start in starts_us])
    edges_us = np.array([slot_us, *resolution.ends_us(np.array([slot_us]), sensor.zone)])
    how = sensor.aggregation()
    return float(resample(Events(starts_us, sensor.ends_us(starts_us), values), edges_us, how)[0])


@given(st.data(), st.sampled_from(CHANGES), st.sampled_from([1, 5, 1_000_000]))
def test_what_was_believed_stays(data: st.DataObject, change: tuple[str, str], pieces_at_once: int) -> None:
    sensor, beliefs = data.draw(recorded(change[0]))
    resolution = Resolution.parse(change[1])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(change_resolution, "_PIECES_AT_ONCE", pieces_at_once)
        changed = at_resolution(beliefs, sensor, resolution)

    for source_id in (1, 2):
        ever = counting(believed_at(beliefs, source_id, 10 * MINUTE_US), sensor, resolution)
        for moment in range(4):
            by_then = believed_at(beliefs, source_id, moment * MINUTE_US)
            known = {start: value for start, value in by_then.items() if start in ever}
            expected = {
                slot: resampled(known, sensor, slot, resolution)
                for slot in slots_of(ever, sensor, resolution)
                if slot not in slots_of(dict.fromkeys(ever.keys() - known.keys(), 0.0), sensor, resolution)
            }
            assert believed_at(changed, source_id, moment * MINUTE_US) == pytest.approx(expected, abs=1e-9)


def counting(known: dict[int, float], sensor: Sensor, resolution: Resolution) -> dict[int, float]:
    """Return the events that matter: of samples at moments the first in each slot only."""
    if not sensor.event_resolution.is_instantaneous:
        return known
    first: dict[int, int] = {}
    for start in sorted(known):
        (slot,) = slots_of({start: 0.0}, sensor, resolution)
        first.setdefault(slot, start)
    return {start: known[start] for start in first.values()}


def slots_of(known: dict[int, float], sensor: Sensor, resolution: Resolution) -> set[int]:
    """Return the starts of the slots that events reach into."""
    slots = set()
    for start in known:
        end = max(int(sensor.ends_us(np.array([start]))[0]), start + 1)
        position = start
        while position < end:
            slot = resolution.floor_us(np.array([position]), sensor.zone)
            slots.add(int(slot[0]))
            position = int(resolution.ends_us(slot, sensor.zone)[0])
    return slots
