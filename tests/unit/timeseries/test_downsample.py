import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from wattloom.timeseries import FEWEST_POINTS, Events, downsample, with_gaps

QUARTER_US = 900_000_000
NAN = float("nan")


def times(n: int) -> np.ndarray:
    return 1_700_000_000_000_000 + np.arange(n, dtype=np.int64) * QUARTER_US


@st.composite
def series(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    steps = draw(st.lists(st.integers(1, 10**12), min_size=1, max_size=300))
    known = st.floats(-1e300, 1e300, allow_subnormal=False)
    values = draw(st.lists(known | st.just(NAN), min_size=len(steps), max_size=len(steps)))
    return np.cumsum(np.array(steps, dtype=np.int64)), np.array(values, dtype=np.float64)


@given(series(), st.integers(FEWEST_POINTS, 100))
def test_rows_are_few_and_in_order(given_series: tuple[np.ndarray, np.ndarray], n_points: int) -> None:
    rows = downsample(*given_series, n_points)

    assert len(rows) <= n_points
    assert (np.diff(rows) > 0).all()


@given(series(), st.integers(FEWEST_POINTS, 100))
def test_ends_and_extremes_stay(given_series: tuple[np.ndarray, np.ndarray], n_points: int) -> None:
    start_us, value = given_series
    known = np.flatnonzero(np.isfinite(value))

    rows = downsample(start_us, value, n_points)

    kept = np.intersect1d(rows, known)
    assert list(kept[[0, -1]] if len(kept) else kept) == list(known[[0, -1]] if len(known) else known)
    for extreme in (np.min, np.max):
        assert extreme(value[kept], initial=0) == extreme(value[known], initial=0)


def test_a_short_series_stays_whole() -> None:
    assert list(downsample(times(10), np.array([NAN, *range(9)]), 10)) == list(range(10))


def test_a_long_series_becomes_exactly_as_many_points_or_two_fewer() -> None:
    rows = downsample(times(100_000), np.sin(np.arange(100_000) / 50), 2000)

    assert 1998 <= len(rows) <= 2000


def test_an_outlier_survives() -> None:
    value = np.zeros(50_000)
    value[31_415] = 7.0

    assert 31_415 in downsample(times(50_000), value, 100)


def test_each_gap_keeps_its_first_row() -> None:
    value = np.arange(1000, dtype=np.float64)
    value[200:300] = value[600:605] = NAN

    rows = downsample(times(1000), value, 50)

    assert list(rows[np.isnan(value[rows])]) == [200, 600]


def test_what_lies_outside_the_known_values_is_no_gap() -> None:
    value = np.arange(1000, dtype=np.float64)
    value[:100] = value[900:] = NAN

    rows = downsample(times(1000), value, 50)

    assert (rows[0], rows[-1]) == (100, 899)
    assert np.isfinite(value[rows]).all()


def test_of_too_many_gaps_the_longest_stay() -> None:
    value = np.arange(1000, dtype=np.float64)
    value[1::4] = NAN
    value[500:520] = NAN

    rows = downsample(times(1000), value, 10)

    gaps = rows[np.isnan(value[rows])]
    assert len(gaps) == 5
    assert 500 in gaps


def test_nothing_known_leaves_nothing() -> None:
    assert not len(downsample(times(1000), np.full(1000, NAN), 10))


def test_holes_between_events_become_rows_without_value() -> None:
    starts_us = times(6)[[0, 1, 3, 5]]
    events = Events(starts_us, starts_us + QUARTER_US, np.array([1.0, 2.0, 3.0, 4.0]))

    start_us, value = with_gaps(events)

    assert list(start_us) == list(times(6))
    assert list(np.flatnonzero(np.isnan(value))) == [2, 4]


def test_instantaneous_events_have_no_holes() -> None:
    starts_us = times(3)

    start_us, value = with_gaps(Events(starts_us, starts_us, np.array([1.0, 2.0, 3.0])))

    assert (len(start_us), len(value)) == (3, 3)
