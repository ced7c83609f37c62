"""Fewer points for charts: the rows that a line needs to look the same.

MinMaxLTTB keeps values that were stored and makes none up. It is given what is
known; gaps are put back as one row without value where each begins, so that a
chart does not draw a line across them.
"""

import numpy as np
from numpy.typing import NDArray
from tsdownsample import MinMaxLTTBDownsampler

from wattloom.periods import Microseconds
from wattloom.timeseries.belief import Floats, Mask
from wattloom.timeseries.resample import Events

Rows = NDArray[np.intp]

FEWEST_POINTS = 10
"""Fewer cannot hold both ends, the extremes, the gaps and a shape between them."""

_EXTREMES = 2
_downsampler = MinMaxLTTBDownsampler()  # type: ignore[no-untyped-call] # its constructor has no annotations


def downsample(start_us: Microseconds, value: Floats, n_points: int) -> Rows:
    """Return which rows to keep, so that a chart of them looks like one of all.

    The first and the last known value, the smallest and the largest are among
    them. Of each gap between known values its first row stays; when gaps are
    more than half of ``n_points``, the longest ones.

    Args:
        start_us: Times [µs], increasing, shape (n,).
        value: Values, shape (n,); NaN is a gap.
        n_points: Most rows to keep, at least :data:`FEWEST_POINTS`.

    Returns:
        Positions, increasing; all of them if there are no more than ``n_points``.
    """
    assert n_points >= FEWEST_POINTS
    if len(value) <= n_points:
        return np.arange(len(value))
    is_known = np.isfinite(value)
    known = np.flatnonzero(is_known)
    gaps = _longest(start_us, known, _gap_starts(is_known), n_points // 2)
    n_values = n_points - len(gaps)
    if len(known) > n_values:
        known = known[_shape(start_us[known], value[known], n_values)]
    return np.sort(np.concatenate([known, gaps]))


def with_gaps(events: Events) -> tuple[Microseconds, Floats]:
    """Return start times and values of events, with a row without value (NaN) wherever one ends before the next starts.

    Events without a length have no gaps.
    """
    holes = np.flatnonzero((events.end_us[:-1] < events.start_us[1:]) & (events.end_us[:-1] > events.start_us[:-1]))
    return (
        np.insert(events.start_us, holes + 1, events.end_us[holes]),
        np.insert(events.value, holes + 1, np.nan),
    )


def _gap_starts(is_known: Mask) -> Rows:
    """Return the rows without value that follow a known one; what lies after the last known value is no gap."""
    follows_known = np.flatnonzero(~is_known[1:] & is_known[:-1]) + 1
    return follows_known[:-1] if len(is_known) and not is_known[-1] else follows_known


def _longest(start_us: Microseconds, known: Rows, gaps: Rows, n_most: int) -> Rows:
    if len(gaps) <= n_most:
        return gaps
    length_us = start_us[known[np.searchsorted(known, gaps)]] - start_us[gaps]
    return gaps[np.argsort(-length_us, kind="stable")[:n_most]]


def _shape(start_us: Microseconds, value: Floats, n_points: int) -> Rows:
    extremes = [np.argmin(value), np.argmax(value)]
    chosen = _downsampler.downsample(start_us, np.ascontiguousarray(value), n_out=n_points - _EXTREMES)
    return np.unique(np.concatenate([chosen.astype(np.intp), extremes]))
