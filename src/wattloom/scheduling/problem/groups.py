"""Group limits: what devices behind one feeder or inverter may take and give together.

Formulation: "Group limits". The fields behind it are ``group`` of the members
and ``power-capacity`` of the group's own entry.
"""

import numpy as np

from wattloom.scheduling.problem.capacity import DevicePower, total_range_mw
from wattloom.scheduling.problem.expression import Expression
from wattloom.scheduling.problem.model import Problem
from wattloom.scheduling.problem.program import ABSENT, Assembly, Indices


def add_groups(assembly: Assembly, problem: Problem, power: DevicePower) -> Indices:
    """Add −C_g ≤ Σ_{d ∈ D(g)} P_d + R_g ≤ C_g: one row per step at which the group has a capacity.

    Returns:
        The rows, shape (n_groups, n_steps); ABSENT where there is none.
    """
    rows = np.full((len(problem.groups), problem.n_steps), ABSENT, dtype=np.int64)
    for g, group in enumerate(problem.groups):
        steps = np.flatnonzero(np.isfinite(group.capacity_mw))
        if len(steps):
            capacity, fixed = group.capacity_mw[steps], group.inflexible_consumption_mw[steps]
            terms = group_flow(problem, power, g).terms_at(steps)
            rows[g, steps] = assembly.add_rows(terms, -capacity - fixed, capacity - fixed)
    return rows


def group_flow(problem: Problem, power: DevicePower, group: int) -> Expression:
    """Return X_t = Σ P_{d,t} of one group, what is inflexible in it included."""
    members = problem.groups[group]
    fixed = members.inflexible_consumption_mw
    lowest, highest = total_range_mw(problem, members.devices)
    return Expression(
        terms=power.terms(members.devices),
        constant=fixed,
        lowest=np.maximum(lowest + fixed, -members.capacity_mw),
        highest=np.minimum(highest + fixed, members.capacity_mw),
    )
