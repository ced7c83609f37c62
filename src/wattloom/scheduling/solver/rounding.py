"""Round a relaxation: the operation modes nearest to what its devices do.

Formulation: "Solving". Modes are chosen device by device so that least
durations and pauses hold; whether stocks and connections allow them is left to
the linear program that follows.
"""

import numpy as np

from wattloom.scheduling.problem import ABSENT, Device, Floats, Indices, Model, Problem, mode_bounds_mw
from wattloom.scheduling.solver.settling import Decisions, largest_directions

_INSTANT_H = 1e-9
_WHOLE = 1e-6
"""What is so near to one is one."""


def decisions_of(problem: Problem, model: Model, values: Floats) -> Decisions:
    """Return the decisions nearest to a solution: exactly its own where it leaves none open."""
    mode = np.full(model.power.u.shape, ABSENT, dtype=np.int64)
    consumption_mw = model.trajectory(problem, values).consumption_mw
    for columns in model.modes:
        d, y = columns.device, values[columns.y]
        mode[d] = np.argmax(y, axis=0)
        if (y.max(axis=0) < 1.0 - _WHOLE).any():
            misfit = distance_mw(problem.devices[d], consumption_mw[d]) + (1.0 - y)
            mode[d] = nearest_modes(problem.devices[d], misfit * problem.step_h, problem.step_h)
    return Decisions(largest_directions(model, values), mode)


def distance_mw(device: Device, consumption_mw: Floats) -> Floats:
    """Return how far from each band a power is, shape (n_modes, n_steps)."""
    lowest, highest = mode_bounds_mw(device)
    return np.abs(consumption_mw - np.clip(consumption_mw, lowest[:, None], highest[:, None]))


def nearest_modes(device: Device, misfit: Floats, step_h: Floats) -> Indices:
    """Return the sequence of modes of least misfit that keeps all least durations and pauses.

    A shortest path over the times at which modes may change. A pause is kept by
    letting every other mode last as long: more than is asked where several
    follow each other, and never less.

    Args:
        device: The device.
        misfit: What being in each mode in each step costs, shape (n_modes, n_steps).
        step_h: Δ_t [h], shape (n_steps,).

    Returns:
        A mode per step, shape (n_steps,).
    """
    n_modes, n_steps = misfit.shape
    least_h = least_durations_h(device)
    start_h = np.concatenate([[0.0], np.cumsum(step_h)])
    total = np.concatenate([np.zeros((n_modes, 1)), np.cumsum(misfit, axis=1)], axis=1)
    entered = np.full((n_modes, n_steps + 1), np.inf)  # least misfit up to a time at which a mode begins
    entered[:, 0] = 0.0
    since = np.zeros((n_modes, n_steps + 1), dtype=np.int64)  # when the mode began that ends at a time
    before = np.zeros((n_modes, n_steps + 1), dtype=np.int64)  # the mode that ended when one begins
    for t in range(1, n_steps + 1):
        ended = np.empty(n_modes)
        for b in range(n_modes):
            may_end = start_h[t] - start_h[:t] >= least_h[b] - _INSTANT_H
            may_end[0] = True  # it may have begun before the window
            begun = np.where(may_end | (t == n_steps), entered[b, :t] - total[b, :t], np.inf)
            since[b, t] = np.argmin(begun)
            ended[b] = begun[since[b, t]] + total[b, t]
        for b in range(n_modes):
            others = np.where(np.arange(n_modes) == b, np.inf, ended)
            before[b, t] = np.argmin(others)
            entered[b, t] = others[before[b, t]]
    return _traced(int(np.argmin(ended)), since, before)


def _traced(last: int, since: Indices, before: Indices) -> Indices:
    mode = np.empty(since.shape[1] - 1, dtype=np.int64)
    b, end = last, len(mode)
    while end > 0:
        start = since[b, end]
        mode[start:end] = b
        b, end = int(before[b, start]), start
    return mode


def least_durations_h(device: Device) -> Floats:
    """Return how long each mode lasts at least, so that the pauses of all others are kept too."""
    pauses = np.array([mode.min_down_h for mode in device.modes])
    others = [np.delete(pauses, b).max(initial=0.0) for b in range(len(pauses))]
    return np.maximum([mode.min_up_h for mode in device.modes], others)
