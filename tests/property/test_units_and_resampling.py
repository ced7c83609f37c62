"""Units convert back and forth; resampling conserves what it promises."""

from itertools import pairwise

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

from wattloom.timeseries import Aggregation, Events, resample
from wattloom.units import convert, is_convertible

MINUTE_US = 60_000_000
FAMILIES = (
    ("W", "kW", "MW", "kVA", "J/s", "kWh/h"),
    ("Wh", "kWh", "MWh", "MJ", "BTU"),
    ("EUR/MWh", "EUR/kWh", "kEUR/MWh", "cEUR/kWh"),
    ("°C", "°F", "K"),
    ("m³/h", "l/s", "m**3/d"),
    ("%", "‰", ""),
)
pairs = st.sampled_from(FAMILIES).flatmap(lambda family: st.tuples(st.sampled_from(family), st.sampled_from(family)))
numbers = st.floats(-1e6, 1e6)


@given(pair=pairs, values=st.lists(numbers, min_size=1, max_size=20))
def test_conversion_round_trips(pair: tuple[str, str], values: list[float]) -> None:
    one, other = pair
    array = np.array(values)

    back = convert(convert(array, one, other), other, one)

    np.testing.assert_allclose(back, array, rtol=1e-12, atol=1e-9)


@given(values=st.lists(numbers, min_size=1, max_size=20), event_h=st.floats(0.01, 100))
def test_power_and_energy_round_trip(values: list[float], event_h: float) -> None:
    power_kw = np.array(values)

    energy_kwh = convert(power_kw, "kW", "kWh", event_h=event_h)

    np.testing.assert_allclose(convert(energy_kwh, "kWh", "kW", event_h=event_h), power_kw, rtol=1e-12, atol=1e-9)


@given(one=st.sampled_from(FAMILIES), other=st.sampled_from(FAMILIES))
def test_convertibility_is_symmetric(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert is_convertible(one[0], other[0], event_h=1) is is_convertible(other[0], one[0], event_h=1)


@st.composite
def events(draw: st.DrawFn) -> Events:
    """Events of any lengths, some with gaps between them, on a grid of minutes."""
    lengths = draw(st.lists(st.integers(1, 90), min_size=1, max_size=12))
    gaps = draw(st.lists(st.integers(0, 30), min_size=len(lengths), max_size=len(lengths)))
    ends = np.cumsum(np.array(lengths) + np.array(gaps))
    values = np.array(draw(st.lists(numbers, min_size=len(lengths), max_size=len(lengths))))
    return Events((ends - lengths) * MINUTE_US, ends * MINUTE_US, values)


@st.composite
def covering_edges(draw: st.DrawFn) -> np.ndarray:
    """Slots of any lengths from minute 0 to beyond the end of all events."""
    inner = draw(st.lists(st.integers(1, 1500), max_size=20, unique=True))
    return np.array([0, *sorted(inner), 1501]) * MINUTE_US


@given(events=events(), edges_us=covering_edges())
def test_sums_conserve_the_total(events: Events, edges_us: np.ndarray) -> None:
    values = resample(events, edges_us, Aggregation.SUM)

    np.testing.assert_allclose(np.nansum(values), events.value.sum(), rtol=1e-9, atol=1e-6)


@given(events=events(), edges_us=covering_edges())
def test_means_lie_between_the_values_and_gaps_stay_gaps(events: Events, edges_us: np.ndarray) -> None:
    values = resample(events, edges_us, Aggregation.MEAN)

    touching = [events.value[(events.start_us < end) & (events.end_us > start)] for start, end in pairwise(edges_us)]
    assert np.isnan(values).tolist() == [len(found) == 0 for found in touching]
    for value, found in zip(values, touching, strict=True):
        assert not len(found) or found.min() - 1e-6 <= value <= found.max() + 1e-6


@given(values=st.lists(numbers, min_size=1, max_size=12), parts=st.integers(1, 60))
def test_finer_and_back_is_the_same_mean(values: list[float], parts: int) -> None:
    assume(60 % parts == 0)
    n, hour_us = len(values), 60 * MINUTE_US
    hours = Events(np.arange(n) * hour_us, np.arange(1, n + 1) * hour_us, np.array(values))
    fine_us = np.arange(n * parts + 1) * (hour_us // parts)

    fine = resample(hours, fine_us, Aggregation.MEAN)

    back = resample(Events(fine_us[:-1], fine_us[1:], fine), np.arange(n + 1) * hour_us, Aggregation.MEAN)
    np.testing.assert_array_equal(fine, np.repeat(values, parts))
    np.testing.assert_allclose(back, values, rtol=1e-12, atol=1e-9)
