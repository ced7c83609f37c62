"""Beliefs at another resolution are what the rules say, written out one slot at a time."""

from collections import defaultdict
from datetime import timedelta
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wattloom.charts.slots import Target, in_slots
from wattloom.errors import FilterError
from wattloom.periods import Resolution
from wattloom.timeseries import POINT, Beliefs, KnowledgeHorizon, Sensor

HOUR = 3_600_000_000
QUARTER = HOUR // 4
# The night to the day on which the clocks of Amsterdam go forward; that day lasts 23 hours.
MIDNIGHT = 1_774_738_800_000_000
DAY_OF_CHANGE = 23 * HOUR


class Belief(NamedTuple):
    source: int
    event: int
    believed: int
    value: int


def sensor(resolution: str, unit: str = "kW") -> Sensor:
    return Sensor(7, "meter", unit, "Europe/Amsterdam", Resolution.parse(resolution), KnowledgeHorizon(), {}, 1)


def in_columns(rows: list[Belief]) -> Beliefs:
    columns = [np.array(column, dtype=np.int64) for column in zip(*rows, strict=True)]
    source, event, believed, value = columns
    n = len(rows)
    return Beliefs(np.full(n, 7), event, source, believed, np.full(n, POINT), value.astype(float)).sorted()


def in_rows(beliefs: Beliefs) -> list[tuple[int, int, int, Fraction]]:
    columns = (beliefs.source_id, beliefs.event_start_us, beliefs.belief_time_us, beliefs.event_value)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return sorted(
        (source, event, believed, Fraction(value).limit_denominator(10**6)) for source, event, believed, value in rows
    )


@st.composite
def rows(draw: st.DrawFn, step: int) -> list[Belief]:
    keys = st.tuples(st.integers(1, 2), st.integers(0, 8), st.integers(1, 4))
    found = draw(st.lists(keys, min_size=1, max_size=14, unique=True))
    return [Belief(s, MIDNIGHT + e * step, b, draw(st.integers(-5, 5))) for s, e, b in found]


def newest_of_each(rows: list[Belief]) -> list[Belief]:
    return list({(row.source, row.event): row for row in sorted(rows, key=lambda row: row.believed)}.values())


def merged(rows: list[Belief], length: int, *, is_sum: bool) -> list[tuple[int, int, int, Fraction]]:
    slots = defaultdict(list)
    for row in rows:
        slots[row.source, MIDNIGHT + (row.event - MIDNIGHT) // length * length].append(row)
    found = []
    for (source, start), parts in slots.items():
        for believed in {part.believed for part in parts}:
            known = newest_of_each([part for part in parts if part.believed <= believed])
            total = Fraction(sum(part.value for part in known))
            found.append((source, start, believed, total if is_sum else total / len(known)))
    return sorted(found)


@given(rows=rows(QUARTER), unit=st.sampled_from(["kW", "kWh"]))
def test_a_slot_is_believed_anew_whenever_one_of_its_parts_is(rows: list[Belief], unit: str) -> None:
    target = Target(Resolution.parse("PT1H"), all_beliefs=True, most=1000)

    found = in_slots(in_columns(rows), sensor("PT15M", unit), target)

    expected = [(s, e, b, v.limit_denominator(10**6)) for s, e, b, v in merged(rows, HOUR, is_sum=unit == "kWh")]
    assert in_rows(found) == expected


@given(rows=rows(3 * HOUR))
def test_the_newest_belief_of_a_day_follows_its_calendar(rows: list[Belief]) -> None:
    current = newest_of_each(rows)

    found = in_slots(in_columns(current), sensor("PT3H"), Target(Resolution.parse("P1D"), all_beliefs=False, most=1000))

    states = merged(current, DAY_OF_CHANGE, is_sum=False)
    newest = list({state[:2]: state for state in states}.values())
    assert in_rows(found) == [(s, e, b, v.limit_denominator(10**6)) for s, e, b, v in newest]


@given(rows=rows(HOUR), step=st.sampled_from([5, 15, 20, 30]), unit=st.sampled_from(["kW", "kWh"]))
def test_an_event_is_cut_into_slots_that_believe_what_it_does(rows: list[Belief], step: int, unit: str) -> None:
    n = 60 // step
    target = Target(Resolution(time=timedelta(minutes=step)), all_beliefs=True, most=10_000)

    found = in_slots(in_columns(rows), sensor("PT1H", unit), target)

    share = Fraction(1, n if unit == "kWh" else 1)
    assert in_rows(found) == sorted(
        (row.source, row.event + k * HOUR // n, row.believed, row.value * share) for row in rows for k in range(n)
    )


def test_days_are_cut_out_of_a_month_on_the_calendar() -> None:
    first_of_march = MIDNIGHT - 28 * 24 * HOUR
    month = in_columns([Belief(1, first_of_march, 1, 31 * 24 - 1)])

    found = in_slots(month, sensor("P1M", "kWh"), Target(Resolution.parse("P1D"), all_beliefs=False, most=31))

    assert len(found) == 31
    assert found.event_start_us[28:30].tolist() == [MIDNIGHT, MIDNIGHT + DAY_OF_CHANGE]
    assert found.event_value[27:30].round(9).tolist() == [24, 23, 24]


def test_slots_that_do_not_divide_an_event_end_with_it() -> None:
    hour = in_columns([Belief(1, MIDNIGHT, 1, 60)])

    found = in_slots(hour, sensor("PT1H", "kWh"), Target(Resolution.parse("PT25M"), all_beliefs=False, most=3))

    assert found.event_value.tolist() == [25, 25, 10]


def test_more_slots_than_allowed_are_refused() -> None:
    hour = in_columns([Belief(1, MIDNIGHT, 1, 60)])

    with pytest.raises(FilterError, match="more than 3 rows"):
        in_slots(hour, sensor("PT1H"), Target(Resolution.parse("PT15M"), all_beliefs=False, most=3))


def test_of_samples_the_first_in_a_slot_counts() -> None:
    samples = in_columns([Belief(1, MIDNIGHT + 5, 1, 3), Belief(1, MIDNIGHT + 9, 1, 4)])

    found = in_slots(samples, sensor("P0D"), Target(Resolution.parse("PT1H"), all_beliefs=False, most=9))

    assert (found.event_start_us.tolist(), found.event_value.tolist()) == ([MIDNIGHT], [3])
