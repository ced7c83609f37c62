"""Which steps a process runs in: found directly, without an optimisation problem."""

from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]

_TRACE = 1e-12
"""Sums of prices that differ by less, relative to all prices, differ by rounding only."""


class ProcessType(StrEnum):
    """How a process may be moved and cut."""

    INFLEXIBLE = "INFLEXIBLE"
    SHIFTABLE = "SHIFTABLE"
    BREAKABLE = "BREAKABLE"


def allocate(process_type: ProcessType, n_running: int, *, is_allowed: Flags, costs: Floats) -> Flags | None:
    """Return in which steps a process runs; of equally good choices the earliest.

    With r_t = 1 for steps that are not allowed and n running steps, an
    INFLEXIBLE process runs in s … s+n−1 for the first s with
    Σ_{i=s}^{s+n−1} r_i = 0, a SHIFTABLE one for that s among them with the
    least Σ_{i=s}^{s+n−1} cost_i, and a BREAKABLE one in the n allowed steps of
    least cost.

    Args:
        process_type: How it may be moved and cut.
        n_running: Steps that it takes, from 1 to n_steps.
        is_allowed: Whether it may run, shape (n_steps,).
        costs: What is to be little, shape (n_steps,); only their order counts.

    Returns:
        Shape (n_steps,); None when it does not fit anywhere.
    """
    assert 0 < n_running <= len(costs)
    assert is_allowed.shape == costs.shape
    assert np.isfinite(costs).all()
    if process_type is ProcessType.BREAKABLE:
        return _cheapest_steps(n_running, is_allowed, costs)
    starts = np.flatnonzero(_block_sums(~is_allowed, n_running) == 0)
    if not len(starts):
        return None
    start = starts[0] if process_type is ProcessType.INFLEXIBLE else _cheapest_start(starts, n_running, costs)
    is_running = np.zeros(len(costs), dtype=np.bool_)
    is_running[start : start + n_running] = True
    return is_running


def _cheapest_start(starts: NDArray[np.intp], n_running: int, costs: Floats) -> int:
    sums = _block_sums(costs, n_running)[starts]
    return int(starts[np.argmax(sums <= sums.min() + _TRACE * np.abs(costs).sum())])


def _cheapest_steps(n_running: int, is_allowed: Flags, costs: Floats) -> Flags | None:
    steps = np.flatnonzero(is_allowed)
    if len(steps) < n_running:
        return None
    allowed = costs[steps]
    dearest = np.partition(allowed, n_running - 1)[n_running - 1]
    cheaper, equal = steps[allowed < dearest], steps[allowed == dearest]
    is_running = np.zeros(len(costs), dtype=np.bool_)
    is_running[cheaper] = True
    is_running[equal[: n_running - len(cheaper)]] = True
    return is_running


def _block_sums(values: NDArray[np.generic], length: int) -> Floats:
    """Return the sum of each block of so many values, by where it starts, shape (n − length + 1,)."""
    prefix = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    sums: Floats = prefix[length:] - prefix[:-length]
    return sums
