"""Operation modes: bands of which a device keeps to one in every step.

Formulation: "Operation modes". The field behind it is ``operation-modes``,
with ``min-up-time``, ``min-down-time`` and ``start-up-cost`` of each mode.
"""

from dataclasses import dataclass

import numpy as np

from wattloom.scheduling.problem.capacity import DevicePower
from wattloom.scheduling.problem.model import Device, Floats, OperationMode, Problem
from wattloom.scheduling.problem.program import ABSENT, Assembly, Booleans, Indices, Term

_INSTANT_H = 1e-9
"""Differences of times below this are rounding."""


@dataclass(frozen=True, slots=True)
class ModeColumns:
    """Where the modes of one device stand.

    Attributes:
        device: Index of the device.
        y: Whether it is in mode b in step t, shape (n_modes, n_steps).
        starts: v, whether it enters mode b in step t, shape (n_modes, n_steps); ABSENT where nothing asks.
        bands: Rows that keep its power within the bands.
    """

    device: int
    y: Indices
    starts: Indices
    bands: Indices


def add_modes(assembly: Assembly, problem: Problem, power: DevicePower, *, is_whole: bool) -> tuple[ModeColumns, ...]:
    """Add Σ_b y_b = 1 and the bands of the two directions: B·T columns and up to 5·T rows per device with modes.

    Σ_b max(b⁻, 0) y_b ≤ u ≤ Σ_b max(b⁺, 0) y_b and Σ_b max(−b⁺, 0) y_b ≤ w ≤ Σ_b max(−b⁻, 0) y_b. Each
    direction by itself bounds the relaxation closer than u − w would.

    A mode that has a start-up cost or a least duration also gets a start
    v_t ≥ y_t − y_{t−1}, T columns and T rows, and T rows per least duration.

    Args:
        assembly: Receives columns, rows and costs.
        problem: The problem.
        power: Columns of the devices.
        is_whole: Whether y are binaries; else they lie between 0 and 1.
    """
    return tuple(
        _add_device(assembly, problem, power, d, is_whole=is_whole)
        for d, device in enumerate(problem.devices)
        if device.modes
    )


def _add_device(assembly: Assembly, problem: Problem, power: DevicePower, d: int, *, is_whole: bool) -> ModeColumns:
    device, n_steps = problem.devices[d], problem.n_steps
    shape = (len(device.modes), n_steps)
    possible = np.broadcast_to(~is_covered(device)[:, None], shape).astype(np.float64)
    y = assembly.add_columns(np.zeros(shape), possible, is_integer=is_whole)
    one, unlimited = np.ones(n_steps), np.full(n_steps, np.inf)
    assembly.add_equalities([Term(y, 1.0)], one, balancing=y[idle_mode(device)])
    lowest, highest = mode_bounds_mw(device)
    bands = [np.empty(0, dtype=np.int64)]
    for columns, least, most in ((power.u[d], lowest, highest), (power.w[d], -highest, -lowest)):
        if columns[0] != ABSENT:
            terms = [Term(columns, 1.0), Term(y, -np.maximum(most, 0.0)[:, None])]
            bands.append(assembly.add_rows(terms, -unlimited, 0 * one))
        if (least > 0).any():
            terms = [Term(columns, 1.0), Term(y, -np.maximum(least, 0.0)[:, None])]
            bands.append(assembly.add_rows(terms, 0 * one, unlimited))
    starts = np.full(shape, ABSENT, dtype=np.int64)
    for b, mode in enumerate(device.modes):
        if mode.start_cost or mode.min_up_h or mode.min_down_h:
            starts[b] = _add_starts(assembly, problem.step_h, mode, y[b])
    return ModeColumns(d, y, starts, np.concatenate(bands))


def mode_bounds_mw(device: Device) -> tuple[Floats, Floats]:
    """Return b⁻ and b⁺ of the modes of a device, each of shape (n_modes,)."""
    return (
        np.array([mode.lowest_mw for mode in device.modes]),
        np.array([mode.highest_mw for mode in device.modes]),
    )


def hasty_changes(device: Device, mode: Indices, step_h: Floats) -> tuple[Indices, Indices]:
    """Return the steps in which modes are left before their least duration is over, or entered before their pause is.

    Args:
        device: Its modes.
        mode: The mode of each step, shape (n_steps,). Being in it in the first step is no start.
        step_h: Δ [h], shape (n_steps,).
    """
    changes = np.flatnonzero(np.diff(mode)) + 1
    start_h = np.cumsum(step_h) - step_h
    early: list[int] = []
    again: list[int] = []
    for b, each in enumerate(device.modes):
        entered, left = changes[mode[changes] == b], changes[mode[changes - 1] == b]
        up_h = start_h[left] - start_h[entered][:, None]
        early += left[((up_h > 0) & (up_h < each.min_up_h - _INSTANT_H)).any(axis=0)].tolist()
        again += entered[((up_h <= 0) & (-up_h < each.min_down_h - _INSTANT_H)).any(axis=1)].tolist()
    return np.array(early, dtype=np.int64), np.array(again, dtype=np.int64)


def is_covered(device: Device) -> Booleans:
    """Return which modes are never needed, as another one covers their band and asks for nothing, shape (n_modes,)."""
    lowest, highest = mode_bounds_mw(device)
    is_free = np.array([not (mode.start_cost or mode.min_up_h or mode.min_down_h) for mode in device.modes])
    order = np.arange(len(device.modes))
    covers = (lowest[:, None] <= lowest) & (highest[:, None] >= highest) & is_free[:, None]
    is_equal = (lowest[:, None] == lowest) & (highest[:, None] == highest) & is_free
    covered: Booleans = (covers & ~(is_equal & (order[:, None] >= order))).any(axis=0)
    return covered


def idle_mode(device: Device) -> int:
    """Return the mode whose band is nearest to zero, of those that are needed."""
    lowest, highest = mode_bounds_mw(device)
    distance = np.abs(np.clip(0.0, lowest, highest))
    return int(np.argmin(np.where(is_covered(device), np.inf, distance)))


def _add_starts(assembly: Assembly, step_h: Floats, mode: OperationMode, y: Indices) -> Indices:
    """Add v_t ≥ y_t − y_{t−1}, its cost, and the least durations of one mode; the first step is no start."""
    n_steps, nothing = len(y), np.zeros(len(y))
    v = assembly.add_columns(nothing, np.minimum(np.arange(n_steps), 1.0))
    assembly.add_cost(v, nothing + mode.start_cost)
    unlimited = np.full(n_steps, -np.inf)
    assembly.add_rows([Term(y[1:], 1.0), Term(y[:-1], -1.0), Term(v[1:], -1.0)], unlimited[1:], nothing[1:])
    if mode.min_up_h:
        assembly.add_rows([*_recent(v, step_h, mode.min_up_h), Term(y, -1.0)], unlimited, nothing)
    if mode.min_down_h:
        assembly.add_rows([*_soon(v, step_h, mode.min_down_h), Term(y, 1.0)], unlimited, nothing + 1.0)
    return v


def _recent(v: Indices, step_h: Floats, duration_h: float) -> list[Term]:
    """Return the starts less than a duration before the start of each step, its own included."""
    start_h = np.cumsum(step_h) - step_h
    terms = []
    for k in range(len(v)):
        is_recent = start_h[k:] - start_h[: len(v) - k] < duration_h - _INSTANT_H
        if not is_recent.any():
            break
        terms.append(Term(np.concatenate([np.full(k, ABSENT), np.where(is_recent, v[: len(v) - k], ABSENT)]), 1.0))
    return terms


def _soon(v: Indices, step_h: Floats, duration_h: float) -> list[Term]:
    """Return the starts less than a duration after the end of each step."""
    end_h = np.cumsum(step_h)
    start_h = end_h - step_h
    terms = []
    for k in range(1, len(v)):
        is_soon = start_h[k:] - end_h[: len(v) - k] < duration_h - _INSTANT_H
        if not is_soon.any():
            break
        terms.append(Term(np.concatenate([np.where(is_soon, v[k:], ABSENT), np.full(k, ABSENT)]), 1.0))
    return terms
