"""Resampling agrees with plain fractions, and conserves what it promises on every grid."""

from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.property.beliefs_strategies import CLOCK_CHANGES, datetime_of, instants, zones
from tests.property.literal_beliefs import (
    CALENDAR_DAYS,
    CALENDAR_MONTHS,
    DAY,
    HOUR,
    MINUTE,
    Event,
    covered_time,
    event_floor,
    first_instant,
    resampled,
)
from wattloom.periods import Duration, Resolution, zone
from wattloom.timeseries import (
    Aggregation,
    Events,
    KnowledgeHorizon,
    Sensor,
    Series,
    events_for,
    resample,
)

RULES = {"mean": Aggregation.MEAN, "sum": Aggregation.SUM, "first": Aggregation.FIRST}
STEPS = [5 * MINUTE, 15 * MINUTE // 2, 15 * MINUTE, 30 * MINUTE, HOUR, 7 * HOUR, DAY]
numbers = st.floats(-1e6, 1e6, allow_subnormal=False)


class Lay(NamedTuple):
    """Events and the boundaries of slots."""

    events: list[Event]
    edges: list[int]


def columns(events: list[Event]) -> Events:
    starts, ends, values = zip(*events, strict=True) if events else ((), (), ())
    return Events(np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64), np.array(values, dtype=np.float64))


@st.composite
def grids(draw: st.DrawFn) -> list[int]:
    """Boundaries of equal slots, of calendar slots around a clock change, or of slots of any lengths."""
    zone_name = draw(zones)
    first = draw(instants(zone_name)) // (15 * MINUTE) * 15 * MINUTE
    n = draw(st.integers(1, 14))
    if draw(st.booleans()):
        text = draw(st.sampled_from([*CALENDAR_DAYS, *CALENDAR_MONTHS]))
        start = datetime_of(event_floor(first, text, zone_name))
        edges = Resolution.parse(text).starts_us(start, n + 1, zone(zone_name))
        return np.unique(edges).tolist()
    if draw(st.booleans()):
        step = draw(st.sampled_from(STEPS))
        return [first + k * step for k in range(n + 1)]
    lengths = draw(st.lists(st.integers(1, 3 * HOUR), min_size=n, max_size=n))
    return [first, *(first + sum(lengths[: k + 1]) for k in range(n))]


@st.composite
def events_on(draw: st.DrawFn, edges: list[int]) -> list[Event]:
    """One event in each slot, some left out."""
    values = draw(st.lists(st.none() | numbers, min_size=len(edges) - 1, max_size=len(edges) - 1))
    return [
        Event(start, end, value)
        for (start, end), value in zip(pairwise(edges), values, strict=True)
        if value is not None
    ]


@st.composite
def lays(draw: st.DrawFn) -> Lay:
    """Events on one grid, and the slots of another one that begins about where they do."""
    source, target = draw(grids()), draw(grids())
    shift = source[0] - target[0] + draw(st.sampled_from([0, 0, -HOUR, MINUTE, DAY]))
    return Lay(draw(events_on(source)), [edge + shift for edge in target])


@st.composite
def covering(draw: st.DrawFn) -> Lay:
    """Events, and slots that together contain them all."""
    events, edges = draw(lays())
    starts, ends = [event.start for event in events], [event.end for event in events]
    return Lay(events, [min([*edges, *starts]) - MINUTE, *edges[1:-1], max([*edges, *ends]) + MINUTE])


@given(lay=lays(), rule=st.sampled_from(["mean", "sum"]))
def test_slots_hold_what_fractions_say(lay: Lay, rule: str) -> None:
    values = resample(columns(lay.events), np.array(lay.edges), RULES[rule])

    expected = resampled(lay.events, lay.edges, rule)
    scale = max((abs(event.value) for event in lay.events), default=0.0)
    assert np.isnan(values).tolist() == [value is None for value in expected]
    known = [float(value) for value in expected if value is not None]
    np.testing.assert_allclose(values[~np.isnan(values)], known, rtol=1e-12, atol=1e-12 * scale)


@given(lay=lays())
def test_of_samples_the_first_in_the_slot_counts(lay: Lay) -> None:
    samples = [Event(event.start, event.start, event.value) for event in lay.events]

    values = resample(columns(samples), np.array(lay.edges), Aggregation.FIRST)

    expected = [np.nan if value is None else float(value) for value in resampled(samples, lay.edges, "first")]
    np.testing.assert_array_equal(values, expected)


@given(lay=covering())
def test_sums_conserve_the_total(lay: Lay) -> None:
    values = resample(columns(lay.events), np.array(lay.edges), Aggregation.SUM)

    total = sum(Fraction(event.value) for event in lay.events)
    scale = sum(abs(event.value) for event in lay.events)
    assert float(np.nansum(values)) == pytest.approx(float(total), rel=1e-12, abs=max(1e-12 * scale, 1e-300))


@given(lay=covering())
def test_means_conserve_the_time_integral(lay: Lay) -> None:
    """Power times the time known is energy: it is the same before and after."""
    values = resample(columns(lay.events), np.array(lay.edges), Aggregation.MEAN)

    known_h = [sum(covered_time(e, start, end) for e in lay.events) / HOUR for start, end in pairwise(lay.edges)]
    energy = sum(Fraction(event.value) * (event.end - event.start) / HOUR for event in lay.events)
    scale = sum(abs(event.value) * (event.end - event.start) / HOUR for event in lay.events)
    assert float(np.nansum(values * known_h)) == pytest.approx(float(energy), rel=1e-12, abs=max(1e-12 * scale, 1e-300))


@given(lay=lays())
def test_means_lie_between_the_values_of_their_slot(lay: Lay) -> None:
    values = resample(columns(lay.events), np.array(lay.edges), Aggregation.MEAN)

    inside = [[e.value for e in lay.events if covered_time(e, start, end)] for start, end in pairwise(lay.edges)]
    rounding = 1e-12 * max((abs(event.value) for event in lay.events), default=0.0)
    assert all(
        min(found) - rounding <= value <= max(found) + rounding
        for value, found in zip(values, inside, strict=True)
        if found
    )


@given(edges=grids(), rule=st.sampled_from(sorted(RULES)), data=st.data())
def test_the_own_grid_changes_no_bit(edges: list[int], rule: str, data: st.DataObject) -> None:
    events = data.draw(events_on(edges))

    values = resample(columns(events), np.array(edges), RULES[rule])

    by_start = {event.start: event.value for event in events}
    np.testing.assert_array_equal(values, [by_start.get(edge, np.nan) for edge in edges[:-1]])


@given(
    factors=st.tuples(st.integers(1, 6), st.integers(1, 6)),
    n=st.integers(1, 4),
    rule=st.sampled_from(["mean", "sum"]),
    data=st.data(),
)
def test_coarser_in_two_steps_is_coarser_in_one(
    factors: tuple[int, int], n: int, rule: str, data: st.DataObject
) -> None:
    once, twice = factors
    size = n * once * twice
    fine_us = np.arange(size + 1) * 5 * MINUTE
    fine = Events(fine_us[:-1], fine_us[1:], np.array(data.draw(st.lists(numbers, min_size=size, max_size=size))))
    middle_us, coarse_us = fine_us[::once], fine_us[:: once * twice]

    middle = Events(middle_us[:-1], middle_us[1:], resample(fine, middle_us, RULES[rule]))

    direct = resample(fine, coarse_us, RULES[rule])
    scale = np.abs(fine.value).max() * once * twice
    np.testing.assert_allclose(resample(middle, coarse_us, RULES[rule]), direct, rtol=1e-12, atol=1e-12 * scale)


@given(edges=grids(), parts=st.integers(1, 12), rule=st.sampled_from(["mean", "sum"]), data=st.data())
def test_finer_and_back_is_the_same(edges: list[int], parts: int, rule: str, data: st.DataObject) -> None:
    events = data.draw(events_on(edges))
    fine_us = np.unique(
        [start + (end - start) * k // parts for start, end in pairwise(edges) for k in range(parts + 1)]
    )

    fine = resample(columns(events), fine_us, RULES[rule])

    known = ~np.isnan(fine)
    back = resample(Events(fine_us[:-1][known], fine_us[1:][known], fine[known]), np.array(edges), RULES[rule])
    by_start = {event.start: event.value for event in events}
    expected = [by_start.get(edge, np.nan) for edge in edges[:-1]]
    np.testing.assert_allclose(back, expected, rtol=1e-12)


@given(edges=grids(), parts=st.integers(1, 12), data=st.data())
def test_finer_slots_repeat_power(edges: list[int], parts: int, data: st.DataObject) -> None:
    events = data.draw(events_on(edges))
    fine_us = np.unique(
        [start + (end - start) * k // parts for start, end in pairwise(edges) for k in range(parts + 1)]
    )

    fine = resample(columns(events), fine_us, Aggregation.MEAN)

    expected = [next((e.value for e in events if e.start <= at < e.end), np.nan) for at in fine_us[:-1]]
    np.testing.assert_array_equal(fine, expected)


@given(lay=lays(), rule=st.sampled_from(sorted(RULES)))
def test_gaps_stay_gaps(lay: Lay, rule: str) -> None:
    values = resample(columns(lay.events), np.array(lay.edges), RULES[rule])

    touched = [any(covered_time(e, start, end) for e in lay.events) for start, end in pairwise(lay.edges)]
    assert not np.isnan(values[np.array(touched, dtype=bool) & (rule != "first")]).any()
    assert np.isnan(values[~np.array(touched, dtype=bool)]).all()


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("kWh", Aggregation.SUM),
        ("MJ", Aggregation.SUM),
        ("EUR", Aggregation.SUM),
        ("kEUR", Aggregation.SUM),
        ("m³", Aggregation.SUM),
        ("l", Aggregation.SUM),
        ("kW", Aggregation.MEAN),
        ("m³/h", Aggregation.MEAN),
        ("EUR/MWh", Aggregation.MEAN),
        ("EUR/kW", Aggregation.MEAN),
        ("EUR/m³", Aggregation.MEAN),
        ("%", Aggregation.MEAN),
        ("°C", Aggregation.MEAN),
        ("m/s", Aggregation.MEAN),
        ("", Aggregation.MEAN),
    ],
)
def test_energy_money_and_volumes_are_summed_and_all_else_averaged(unit: str, expected: Aggregation) -> None:
    assert make_sensor(unit, "PT15M", "UTC").aggregation() is expected
    assert make_sensor(unit, "P0D", "UTC").aggregation() is Aggregation.FIRST


def make_sensor(unit: str, resolution: str, zone_name: str) -> Sensor:
    return Sensor(1, "meter", unit, zone_name, Resolution.parse(resolution), KnowledgeHorizon(), {}, 1)


def energy_kwh(events: Events, unit: str) -> float:
    hours = (events.end_us - events.start_us) / HOUR
    return float((events.value * {"kW": hours, "MW": 1000 * hours, "kWh": 1.0, "Wh": 0.001}[unit]).sum())


@given(
    units=st.tuples(st.sampled_from(["kW", "MW", "kWh", "Wh"]), st.sampled_from(["kW", "kWh", "Wh"])),
    resolution=st.sampled_from(["PT5M", "PT15M", "PT1H"]),
    minutes=st.sampled_from([5, 15, 30, 60, 120]),
    zone_name=zones,
    data=st.data(),
)
def test_what_is_posted_keeps_its_energy(
    units: tuple[str, str], resolution: str, minutes: int, zone_name: str, data: st.DataObject
) -> None:
    values = np.array(data.draw(st.lists(st.floats(-1e4, 1e4), min_size=24, max_size=24)))
    start = first_instant(CLOCK_CHANGES[zone_name][0], zone_name)
    sensor = make_sensor(units[1], resolution, zone_name)
    length = len(values) * minutes * MINUTE
    series = Series(values, datetime_of(start), Duration(0, datetime_of(length) - datetime_of(0)), units[0])

    stored = events_for(sensor, series, max_events=10_000)

    edges = start + np.arange(len(values) + 1) * minutes * MINUTE
    posted = energy_kwh(Events(edges[:-1], edges[1:], values), units[0])
    scale = energy_kwh(Events(edges[:-1], edges[1:], np.abs(values)), units[0])
    assert energy_kwh(stored, units[1]) == pytest.approx(posted, rel=1e-12, abs=max(1e-12 * scale, 1e-300))


@settings(max_examples=30)
@given(
    units=st.tuples(st.sampled_from(["kW", "kWh"]), st.sampled_from(["kW", "kWh"])),
    resolution=st.sampled_from(["P1D", "P1M", "P1Y"]),
    zone_name=st.sampled_from(["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]),
    data=st.data(),
)
def test_hours_posted_to_a_calendar_sensor_keep_their_energy(
    units: tuple[str, str], resolution: str, zone_name: str, data: st.DataObject
) -> None:
    day = data.draw(st.sampled_from(CLOCK_CHANGES[zone_name]))
    start = event_floor(first_instant(day, zone_name), resolution, zone_name)
    sensor = make_sensor(units[1], resolution, zone_name)
    end = int(sensor.ends_us(np.array([start]))[0])
    n = (end - start) // (30 * MINUTE)
    values = np.resize(data.draw(st.lists(st.floats(-1e4, 1e4), min_size=1, max_size=7)), n)
    series = Series(values, datetime_of(start), Duration(0, datetime_of(end) - datetime_of(start)), units[0])

    stored = events_for(sensor, series, max_events=100_000)

    edges = start + np.arange(n + 1) * 30 * MINUTE
    posted = energy_kwh(Events(edges[:-1], edges[1:], values), units[0])
    scale = energy_kwh(Events(edges[:-1], edges[1:], np.abs(values)), units[0])
    assert stored.start_us.tolist() == [start]
    assert energy_kwh(stored, units[1]) == pytest.approx(posted, rel=1e-12, abs=max(1e-12 * scale, 1e-300))


@pytest.mark.parametrize("resolution", ["PT5M", "PT30M", "PT1H", "P1D", "P1M", "P1Y"])
@pytest.mark.parametrize("rule", ["mean", "sum"])
def test_every_slot_of_a_long_series_is_exact(resolution: str, rule: str) -> None:
    """A year of quarters, most of them small after a few large ones: no slot suffers from another."""
    random = np.random.default_rng(3)
    zone_name, n = "Europe/Amsterdam", 35_040
    start = first_instant(CLOCK_CHANGES[zone_name][0].replace(month=1, day=1), zone_name)
    edges_us = start + np.arange(n + 1) * 15 * MINUTE
    value = random.uniform(0.5, 1.5, n) * np.where(np.arange(n) < 100, 1e9, 1e-3)
    wanted = Resolution.parse(resolution)
    slots = wanted.count(datetime_of(start), datetime_of(int(edges_us[-1])), zone(zone_name))
    slots_us = wanted.starts_us(datetime_of(start), slots + 1, zone(zone_name))

    values = resample(Events(edges_us[:-1], edges_us[1:], value), slots_us, RULES[rule])

    for k in {0, 1 % slots, slots // 2, slots - 1}:
        first, last = np.searchsorted(edges_us[1:], slots_us[k], "right"), np.searchsorted(edges_us, slots_us[k + 1])
        near = [Event(int(edges_us[i]), int(edges_us[i + 1]), float(value[i])) for i in range(first, min(last, n))]
        [expected] = resampled(near, [int(slots_us[k]), int(slots_us[k + 1])], rule)
        assert expected is not None
        assert values[k] == pytest.approx(float(expected), rel=1e-12)
