"""Solving: a problem in, a checked schedule or the conflicting limits out.

:func:`solve_problem` is the entry. :class:`Solver` is the port and
:class:`HighsSolver` its implementation; nothing else knows HiGHS.
"""

from wattloom.scheduling.solver.duals import Duals
from wattloom.scheduling.solver.highs import HighsSolver
from wattloom.scheduling.solver.port import Basis, Outcome, Place, Solver, Status
from wattloom.scheduling.solver.preference import Preferences
from wattloom.scheduling.solver.scenarios import ScenarioConflict, ScenarioSolution, solve_scenarios
from wattloom.scheduling.solver.solution import Conflict, Incumbent, Limit, Origin, Solution
from wattloom.scheduling.solver.solve import solve_problem
from wattloom.scheduling.solver.warm import Starts

__all__ = [
    "Basis",
    "Conflict",
    "Duals",
    "HighsSolver",
    "Incumbent",
    "Limit",
    "Origin",
    "Outcome",
    "Place",
    "Preferences",
    "ScenarioConflict",
    "ScenarioSolution",
    "Solution",
    "Solver",
    "Starts",
    "Status",
    "solve_problem",
    "solve_scenarios",
]
