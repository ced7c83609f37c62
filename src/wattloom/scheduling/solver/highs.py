"""HiGHS behind the solver port.

Nothing above sees a HiGHS object. One instance per solve, one thread, no output.
"""

import highspy
import numpy as np
from highspy import HighsModelStatus, MatrixFormat, ObjSense
from numpy.typing import NDArray

from wattloom.errors import InternalError
from wattloom.scheduling.problem import Floats, LinearProgram
from wattloom.scheduling.solver.bounding import lagrangian_bound
from wattloom.scheduling.solver.port import Basis, Outcome, Place, Status

_STATUSES = {
    HighsModelStatus.kOptimal: Status.OPTIMAL,
    HighsModelStatus.kModelEmpty: Status.OPTIMAL,
    HighsModelStatus.kInfeasible: Status.INFEASIBLE,
    HighsModelStatus.kUnbounded: Status.UNBOUNDED,
    HighsModelStatus.kTimeLimit: Status.UNSOLVED,
}
_OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "primal_feasibility_tolerance": 1e-9,
    "dual_feasibility_tolerance": 1e-9,
    "mip_feasibility_tolerance": 1e-7,  # at 1e-9 presolve cuts off the best schedule of one in 1,600 small problems
    "mip_rel_gap": 1e-6,
    "mip_abs_gap": 1e-9,
}
_PLACES = tuple(highspy.HighsBasisStatus(place) for place in Place)
_UNSETTLED = {HighsModelStatus.kUnboundedOrInfeasible, HighsModelStatus.kUnknown}
"""Presolve cannot tell the first two apart, and one in some thousand problems with high penalties ends
with costs out of tolerance. Dual simplex from scratch settles both."""
_FITTING_SIMPLEX = 0
"""Primal simplex from a feasible start, else dual simplex."""
_DUAL_SIMPLEX = 1
_PRIMAL_SIMPLEX = 4
"""Primal simplex from the idle basis beats dual simplex and interior point at small and middle sizes:
doing nothing is feasible, and few steps lead from it to the best."""
_LARGE = 20_000
"""With more columns than this, dual simplex takes more steps that cost much less, unless there are no costs;
see docs/scaling.md for what was measured."""
_DUAL_SHARE = 0.7
"""Part of the time for dual simplex, which knows a bound all the time, and no solution before its end;
primal simplex gets the rest."""


class HighsSolver:
    """Solves programs with HiGHS."""

    def solve(
        self,
        program: LinearProgram,
        *,
        time_limit_s: float,
        start: Floats | None = None,
        basis: Basis | None = None,
        finding_s: float = 0.0,
    ) -> Outcome:
        """Minimise a program; see :class:`~wattloom.scheduling.solver.port.Solver`."""
        highs = _loaded(program)
        if program.is_integer.any():
            _run_mixed(highs, program, start, time_limit_s)
            return _outcome(highs, program, bound=float(highs.getInfo().mip_dual_bound), is_mixed=True)
        _run_linear(highs, program, basis, time_limit_s)
        bound = -np.inf
        if highs.getModelStatus() == HighsModelStatus.kTimeLimit:
            bound = _bound(highs, program)
            _find_and_improve(highs, program, time_limit_s, finding_s)
            bound = max(bound, _bound(highs, program))
        return _outcome(highs, program, bound=bound, is_mixed=False)


def _run_linear(highs: highspy.Highs, program: LinearProgram, basis: Basis | None, time_limit_s: float) -> None:
    if basis is not None:
        _run_simplex(highs, _FITTING_SIMPLEX, basis, time_limit_s)
    elif program.n_columns > _LARGE and program.cost.any():
        _set(highs, simplex_strategy=_DUAL_SIMPLEX, presolve="off", time_limit=max(_DUAL_SHARE * time_limit_s, 0.0))
        highs.run()
    else:
        _run_simplex(highs, _PRIMAL_SIMPLEX, idle_basis(program), time_limit_s)
    _settle(highs)


def _run_mixed(highs: highspy.Highs, program: LinearProgram, start: Floats | None, time_limit_s: float) -> None:
    if start is not None:
        columns = np.arange(program.n_columns, dtype=np.int32)
        _expect_ok(highs.setSolution(program.n_columns, columns, start), "start")
    _set(highs, time_limit=max(time_limit_s, 0.0))
    highs.run()
    _settle(highs)


def _settle(highs: highspy.Highs) -> None:
    if highs.getModelStatus() in _UNSETTLED:
        highs.clearSolver()
        _set(highs, simplex_strategy=_DUAL_SIMPLEX, presolve="off")
        highs.run()


def _find_and_improve(highs: highspy.Highs, program: LinearProgram, time_limit_s: float, finding_s: float) -> None:
    """Find a first solution of a linear program, in time or after it, and use what is left of the time to improve it.

    Without costs primal simplex from the idle basis ends as soon as it knows a solution.
    """
    if not _is_feasible(highs):
        highs.clearSolver()
        _set_costs(highs, np.zeros(program.n_columns))
        _run_simplex(highs, _PRIMAL_SIMPLEX, idle_basis(program), max(time_limit_s, highs.getRunTime()) + finding_s)
        if highs.getModelStatus() != HighsModelStatus.kOptimal:
            return
        _set_costs(highs, program.cost)
    _set(highs, simplex_strategy=_PRIMAL_SIMPLEX, time_limit=max(time_limit_s, 0.0))
    highs.run()


def _set_costs(highs: highspy.Highs, costs: Floats) -> None:
    _expect_ok(highs.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs), "costs")


def _run_simplex(highs: highspy.Highs, strategy: int, basis: Basis, time_limit_s: float) -> None:
    """Run the simplex method from a basis until a time, counted from when the program was handed over [s]."""
    _set(highs, simplex_strategy=strategy, time_limit=max(time_limit_s, 0.0))
    _expect_ok(highs.setBasis(_highs_basis(basis)), "basis")
    highs.run()


def _set(highs: highspy.Highs, **options: bool | float | str) -> None:
    for option, value in options.items():
        _expect_ok(highs.setOptionValue(option, value), option)


def _loaded(program: LinearProgram) -> highspy.Highs:
    highs = highspy.Highs()  # type: ignore[no-untyped-call]  # its constructor is not annotated
    _set(highs, **_OPTIONS)
    status = highs.passModel(
        program.n_columns,
        program.n_rows,
        len(program.values),
        int(MatrixFormat.kColwise),
        int(ObjSense.kMinimize),
        program.offset,
        program.cost,
        program.lower,
        program.upper,
        program.row_lower,
        program.row_upper,
        program.starts,
        program.rows,
        program.values,
        program.is_integer.astype(np.int32),
    )
    _expect_ok(status, "model")
    return highs


def idle_basis(program: LinearProgram) -> Basis:
    """Return the basis in which nothing is scheduled."""
    assert program.is_basic.sum() + program.is_row_basic.sum() == program.n_rows
    return Basis(program.is_basic.astype(np.int8).tobytes(), program.is_row_basic.astype(np.int8).tobytes())


def _highs_basis(basis: Basis) -> highspy.HighsBasis:
    result = highspy.HighsBasis()
    result.col_status = list(map(_PLACES.__getitem__, basis.columns))
    result.row_status = list(map(_PLACES.__getitem__, basis.rows))
    result.valid = True
    return result


def _basis(highs: highspy.Highs, program: LinearProgram, values: Floats, activities: Floats) -> Basis | None:
    """Return where the simplex method ended; what is not basic rests exactly at a bound."""
    status, basic = highs.getBasicVariables()  # type: ignore[attr-defined]  # missing in its annotations
    if status != highspy.HighsStatus.kOk:
        return None
    columns, rows = (
        _resting(program.lower, program.upper, values),
        _resting(program.row_lower, program.row_upper, activities),
    )
    columns[basic[basic >= 0]] = Place.BASIC
    rows[-1 - basic[basic < 0]] = Place.BASIC
    return Basis(columns.tobytes(), rows.tobytes())


def _resting(lower: Floats, upper: Floats, values: Floats) -> NDArray[np.int8]:
    places = np.zeros(len(values), dtype=np.int8)
    places[(values >= upper) & (lower < upper)] = Place.UPPER
    places[np.isinf(lower) & np.isinf(upper)] = Place.ZERO
    return places


def _is_feasible(highs: highspy.Highs) -> bool:
    return bool(highs.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible)


def _bound(highs: highspy.Highs, program: LinearProgram) -> float:
    """Return what a linear program's duals so far tell of its optimum."""
    solution = highs.getSolution()
    return lagrangian_bound(program, np.array(solution.row_dual)) if solution.dual_valid else -np.inf


def _outcome(highs: highspy.Highs, program: LinearProgram, *, bound: float, is_mixed: bool) -> Outcome:
    info = highs.getInfo()
    model_status = highs.getModelStatus()
    if model_status not in _STATUSES:
        raise InternalError(f"HiGHS ended with status '{highs.modelStatusToString(model_status)}'.")
    status = _STATUSES[model_status]
    if status is Status.UNSOLVED and _is_feasible(highs):
        status = Status.FEASIBLE
    has_solution = status in (Status.OPTIMAL, Status.FEASIBLE)
    solution = highs.getSolution()
    objective = info.objective_function_value if has_solution else np.nan
    has_duals = status is Status.OPTIMAL and not is_mixed
    values = np.array(solution.col_value if has_solution else [])
    is_corner = has_solution and not is_mixed
    return Outcome(
        status=status,
        values=values,
        row_duals=np.array(solution.row_dual if has_duals else []),
        column_duals=np.array(solution.col_dual if has_duals else []),
        objective=float(objective),
        bound=float(objective if has_duals else bound),
        seconds=float(highs.getRunTime()),
        iterations=int(info.simplex_iteration_count),
        basis=_basis(highs, program, values, np.array(solution.row_value)) if is_corner else None,
    )


def _expect_ok(status: highspy.HighsStatus, what: str) -> None:
    if status == highspy.HighsStatus.kError:
        raise InternalError(f"HiGHS refused the {what}.")
