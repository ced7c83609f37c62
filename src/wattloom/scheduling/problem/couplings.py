"""Couplings: converters whose ports take and give in fixed proportions.

Formulation: "Couplings". The fields behind it are ``coupling`` and
``coupling-coefficient``.
"""

import numpy as np

from wattloom.scheduling.problem.capacity import DevicePower
from wattloom.scheduling.problem.model import Problem
from wattloom.scheduling.problem.program import Assembly, Term


def add_couplings(assembly: Assembly, problem: Problem, power: DevicePower) -> None:
    """Add P_d / γ_d = P_c / γ_c, where c is the first port: T rows for every other port, no columns.

    That is P_d = γ_d α with α left out.
    """
    nothing = np.zeros(problem.n_steps)
    for coupling in problem.couplings:
        first, *others = zip(coupling.devices, coupling.coefficients, strict=True)
        for d, coefficient in others:
            terms: list[Term] = [
                *power.terms((d,), 1.0 / coefficient),
                *power.terms((first[0],), -1.0 / first[1]),
            ]
            assembly.add_equalities(terms, nothing)
