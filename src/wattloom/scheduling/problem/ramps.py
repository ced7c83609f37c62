"""Ramps: how fast the power of a device may change.

Formulation: "Ramps". The fields behind it are ``ramp-up-limit`` and
``ramp-down-limit``.
"""

import numpy as np

from wattloom.scheduling.problem.capacity import DevicePower
from wattloom.scheduling.problem.model import Floats, Problem, Ramp
from wattloom.scheduling.problem.program import ABSENT, Assembly, Term


def step_distances_h(step_h: Floats) -> Floats:
    """Return the time between the middles of each step and the one before [h], shape (n_steps,).

    The step before the first one counts as equally long.
    """
    before = np.concatenate([step_h[:1], step_h[:-1]])
    return (before + step_h) / 2


def power_changes_mw(ramp: Ramp, consumption_mw: Floats) -> Floats:
    """Return by how much net consumption rises into each step, shape (n_steps,).

    Into the first one it is 0 where the power before is unknown.
    """
    initial_mw = consumption_mw[0] if ramp.initial_mw is None else ramp.initial_mw
    return np.diff(consumption_mw, prepend=initial_mw)


def add_ramps(assembly: Assembly, problem: Problem, power: DevicePower) -> None:
    """Add −r⁻ Δ' ≤ P_t − P_{t−1} ≤ r⁺ Δ': one row per step for each device with a ramp.

    The first step has one only where the power before it is known.
    """
    distance_h = step_distances_h(problem.step_h)
    for d, device in enumerate(problem.devices):
        if device.ramp is None:
            continue
        previous_mw = np.zeros(problem.n_steps)
        previous_mw[0] = np.nan if device.ramp.initial_mw is None else device.ramp.initial_mw
        steps = np.flatnonzero(~np.isnan(previous_mw))
        terms = []
        for columns, sign in ((power.u[d], 1.0), (power.w[d], -1.0)):
            before = np.concatenate([[ABSENT], columns[:-1]])
            terms += [Term(columns[steps], sign), Term(before[steps], -sign)]
        lowest = previous_mw - device.ramp.down_mw_per_h * distance_h
        highest = previous_mw + device.ramp.up_mw_per_h * distance_h
        assembly.add_rows(terms, lowest[steps], highest[steps])
