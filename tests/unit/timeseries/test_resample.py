"""Events on the slots of a grid."""

import numpy as np
import pytest

from wattloom.periods import Resolution
from wattloom.timeseries import Aggregation, Events, Grid, KnowledgeHorizon, Sensor, resample

MINUTE_US = 60_000_000


def make_events(values: list[float], *, minutes: float, first: float = 0) -> Events:
    starts_us = ((first + np.arange(len(values)) * minutes) * MINUTE_US).astype(np.int64)
    return Events(starts_us, starts_us + int(minutes * MINUTE_US), np.array(values, dtype=np.float64))


def slots(n: int, *, minutes: int, first: int = 0) -> np.ndarray:
    return Grid(first * MINUTE_US, minutes * MINUTE_US, n).edges_us


def test_equal_slots_keep_values_and_gaps() -> None:
    events = make_events([0.1, 0.2, 0.3], minutes=15)
    middle_missing = Events(events.start_us[[0, 2]], events.end_us[[0, 2]], events.value[[0, 2]])

    values = resample(middle_missing, slots(4, minutes=15), Aggregation.MEAN)

    np.testing.assert_array_equal(values, [0.1, np.nan, 0.3, np.nan])


def test_events_beyond_the_slots_are_left_out() -> None:
    events = make_events([1, 2, 3, 4], minutes=15)

    values = resample(events, slots(2, minutes=15, first=15), Aggregation.MEAN)

    np.testing.assert_array_equal(values, [2, 3])


def test_coarser_slots_take_the_mean_of_what_is_known() -> None:
    events = make_events([1, 2, 3, 4, 5], minutes=15)

    values = resample(events, slots(3, minutes=60), Aggregation.MEAN)

    np.testing.assert_array_equal(values, [2.5, 5, np.nan])


def test_finer_slots_repeat_the_value_exactly() -> None:
    events = make_events([91.3, 0.1], minutes=60)

    values = resample(events, slots(24, minutes=5), Aggregation.MEAN)

    np.testing.assert_array_equal(values, [91.3] * 12 + [0.1] * 12)


def test_sums_add_up_and_split_evenly() -> None:
    events = make_events([1, 2, 3, 6], minutes=30)

    np.testing.assert_array_equal(resample(events, slots(2, minutes=60), Aggregation.SUM), [3, 9])
    np.testing.assert_array_equal(
        resample(events, slots(8, minutes=15), Aggregation.SUM), [0.5, 0.5, 1, 1, 1.5, 1.5, 3, 3]
    )


def test_slots_are_where_they_are_asked_for() -> None:
    """Slots 00:30–01:30 and 01:30–02:30 take the mean of half-hours, whatever the events' own grid."""
    events = make_events([1, 2, 3, 4, 5], minutes=30)

    values = resample(events, slots(2, minutes=60, first=30), Aggregation.MEAN)

    np.testing.assert_array_equal(values, [2.5, 4.5])


def test_partly_covering_events_weigh_by_time() -> None:
    """Slots of 20 minutes on quarters: 15 of a and 5 of b; 10 of b and 10 of c."""
    events = make_events([4, 8, 16], minutes=15)

    np.testing.assert_allclose(resample(events, slots(2, minutes=20), Aggregation.MEAN), [5, 12])
    np.testing.assert_allclose(resample(events, slots(2, minutes=20), Aggregation.SUM), [4 + 8 / 3, 16 / 3 + 32 / 3])


@pytest.mark.parametrize("aggregation", list(Aggregation))
def test_nothing_known_is_nan(aggregation: Aggregation) -> None:
    values = resample(make_events([], minutes=15), slots(3, minutes=60), aggregation)

    assert np.isnan(values).tolist() == [True, True, True]


def test_first_sample_in_the_slot_counts() -> None:
    events = make_events([1, 2, 3, 4], minutes=10, first=-5)
    samples = Events(events.start_us, events.start_us, events.value)

    values = resample(samples, slots(3, minutes=15), Aggregation.FIRST)

    np.testing.assert_array_equal(values, [2, 3, np.nan])


def test_slots_of_different_length_share_out_by_time() -> None:
    """A day of 23 hours and one of 24: a constant power averages to itself, energy to its share."""
    hour_us = 60 * MINUTE_US
    edges_us = np.array([0, 23, 47]) * hour_us
    events = make_events([2.0] * 47, minutes=60)

    np.testing.assert_array_equal(resample(events, edges_us, Aggregation.MEAN), [2, 2])
    np.testing.assert_array_equal(resample(events, edges_us, Aggregation.SUM), [46, 48])


@pytest.mark.parametrize(
    ("aggregation", "expected"),
    [
        (Aggregation.FIRST, [1, 3, 5]),
        (Aggregation.LAST, [2, 4, 5]),
        (Aggregation.MIN, [1, 3, 5]),
        (Aggregation.MAX, [2, 4, 5]),
        (Aggregation.MEAN, [1.5, 3.5, 5]),
        (Aggregation.SUM, [3, 7, 5]),
    ],
)
@pytest.mark.parametrize("is_sampled", [False, True])
def test_slots_take_what_the_sensor_asks_for(
    aggregation: Aggregation,
    expected: list[float],
    is_sampled: bool,  # noqa: FBT001 - parametrised
) -> None:
    events = make_events([1, 2, 3, 4, 5], minutes=15)
    sampled = Events(events.start_us, events.start_us, events.value)

    values = resample(sampled if is_sampled else events, slots(3, minutes=30), aggregation)

    np.testing.assert_array_equal(values, expected)


def test_a_stock_holds_in_finer_slots() -> None:
    values = resample(make_events([1, 2], minutes=30), slots(4, minutes=15), Aggregation.LAST)

    np.testing.assert_array_equal(values, [1, 1, 2, 2])


@pytest.mark.parametrize(
    ("unit", "resolution", "attributes", "expected"),
    [
        ("kW", "PT15M", {}, Aggregation.MEAN),
        ("kWh", "PT15M", {}, Aggregation.SUM),
        ("EUR", "P1D", {}, Aggregation.SUM),
        ("EUR/kWh", "PT1H", {}, Aggregation.MEAN),
        ("kWh", "P0D", {}, Aggregation.FIRST),
        ("kWh", "PT15M", {"aggregation": "last"}, Aggregation.LAST),
        ("°C", "P0D", {"aggregation": "mean"}, Aggregation.MEAN),
        ("kW", "PT15M", {"aggregation": "no such thing"}, Aggregation.MEAN),
    ],
)
def test_unit_decides_on_the_aggregation_unless_the_sensor_does(
    unit: str, resolution: str, attributes: dict[str, str], expected: Aggregation
) -> None:
    sensor = Sensor(1, "s", unit, "UTC", Resolution.parse(resolution), KnowledgeHorizon(), attributes, 1)

    assert sensor.aggregation() is expected
