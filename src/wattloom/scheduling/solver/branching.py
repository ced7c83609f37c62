"""Optimise a problem: the relaxation first, binaries only where it needs them.

Formulation: "Solving". The linear program mostly keeps opposite columns apart
by itself. Where it does not, and where devices have operation modes, rounding
it gives a first schedule, and branch and bound improves on that with the
remaining time.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter
from typing import Protocol, TypeAlias

import numpy as np

from wattloom.scheduling.problem import (
    ABSENT,
    Booleans,
    Floats,
    Indices,
    LinearProgram,
    ModeColumns,
    Model,
    Problem,
    build,
)
from wattloom.scheduling.solver.mode_planning import mode_task, planned_modes
from wattloom.scheduling.solver.port import Basis, Outcome, Solver, Status
from wattloom.scheduling.solver.rounding import decisions_of, distance_mw
from wattloom.scheduling.solver.settling import (
    Decisions,
    largest_directions,
    settled,
    turned_where_it_pays,
    with_modes,
    with_whole_modes,
)
from wattloom.scheduling.solver.warm import Starts, is_unique

OVERLAP = 1e-8
"""Opposite columns that are both above this, in scaled units, must be kept apart."""
_GAP = 1e-6
"""Relative gap below which a schedule counts as proven best."""
_FIRST_SHARE = 0.33
"""Part of the remaining time for a round that may not be the last."""
_LAST_SHARE = 0.95
"""The same for the last one: its result must still be settled."""
_FINDING_S = 60.0
"""How much longer a first schedule is looked for when none is known at the time limit, in all [s]."""
_SETTLING_S = 1.0
"""Time that settling may take when none is left [s]."""
_N_SWEEPS = 4
"""How often each device is planned anew."""
_SWEEP_SHARE = 0.5
"""Part of the remaining time for planning every device once, when a schedule is known."""
_N_BATCHES = 10
"""How many devices are tried at a time when modes do not fit together: a part of all."""
_REPAIR_SHARE = 0.2
"""Part of the remaining time for branching on few of the modes."""


@dataclass(frozen=True, slots=True)
class Optimum:
    """The best that was found for a scaled problem.

    Attributes:
        model: The relaxation, whose columns the outcome has.
        outcome: Values, objective and bound of the schedule.
        n_binaries: How many binaries were needed.
        seconds: Time spent in all solves [s].
    """

    model: Model
    outcome: Outcome
    n_binaries: int
    seconds: float


class Formulate(Protocol):
    """Builds a linear program, with binaries for the chosen pairs."""

    def __call__(self, chosen: Booleans | None = None, *, whole_modes: bool = False) -> Model:
        """See :func:`~wattloom.scheduling.problem.build`."""
        ...


Report: TypeAlias = Callable[[Outcome, float], None]
"""Is told of the best schedule so far, and the time spent [s]."""


class _Clock:
    """A solver with a budget of time, and another one for finding a first schedule after it."""

    def __init__(self, solver: Solver, time_limit_s: float) -> None:
        self._solver = solver
        self.left_s = time_limit_s
        self.spent_s = 0.0
        self.finding_s = _FINDING_S

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count the time that something else takes."""
        begun_s = perf_counter()
        yield
        seconds = perf_counter() - begun_s
        self.left_s -= seconds
        self.spent_s += seconds

    def solve(
        self,
        program: LinearProgram,
        *,
        share: float = 1.0,
        at_least_s: float = 0.0,
        start: Floats | None = None,
        basis: Basis | None = None,
    ) -> Outcome:
        """Solve a program in a share of the time that is left, but in no less than some time."""
        limit_s = max(share * self.left_s, at_least_s)
        # A planned mode may be one that another covers, which programs with whole modes leave out.
        if start is not None and (start > program.upper + OVERLAP).any():
            start = None
        outcome = self._solver.solve(program, time_limit_s=limit_s, start=start, basis=basis, finding_s=self.finding_s)
        self.finding_s = max(self.finding_s - max(outcome.seconds - limit_s, 0.0), 0.0)
        self.left_s -= outcome.seconds
        self.spent_s += outcome.seconds
        return outcome


def optimise(
    problem: Problem,
    solver: Solver,
    *,
    time_limit_s: float,
    on_better: Report,
    formulate: Formulate | None = None,
    starts: Starts | None = None,
) -> Optimum:
    """Find the cheapest schedule of a scaled problem.

    Args:
        problem: The scaled problem.
        solver: Solves linear programs.
        time_limit_s: When to stop improving [s].
        on_better: Told of every schedule that is better than those before.
        formulate: Builds its program if it is not that of the problem alone.
        starts: Where earlier solves ended.
    """
    clock = _Clock(solver, time_limit_s)
    formulate = formulate or partial(build, problem)
    relaxation = formulate()
    outcome = _relaxed(relaxation, clock, starts)
    n_binaries = 0
    if outcome.has_solution:
        if _is_undecided(relaxation, outcome):
            outcome, n_binaries = _Search(problem, formulate, relaxation, outcome, clock, on_better).run()
        else:
            on_better(outcome, clock.spent_s)
    return Optimum(relaxation, outcome, n_binaries, clock.spent_s)


def _relaxed(relaxation: Model, clock: _Clock, starts: Starts | None) -> Outcome:
    """Solve the relaxation, from where an earlier solve ended if nothing but the time depends on that."""
    if starts is None:
        return clock.solve(relaxation.program)
    basis = starts.find(relaxation.program)
    if basis is not None:
        outcome = clock.solve(relaxation.program, share=_FIRST_SHARE, basis=basis)
        if is_unique(relaxation.program, outcome) and not _is_undecided(relaxation, outcome):
            starts.keep(relaxation.program, outcome)
            return outcome
    outcome = clock.solve(relaxation.program)
    starts.keep(relaxation.program, outcome)
    return outcome


def _is_undecided(relaxation: Model, outcome: Outcome) -> bool:
    return bool(relaxation.modes) or bool(relaxation.pairs.overlaps(outcome.values, OVERLAP).any())


class _Search:
    """Branch and bound with as few binaries as it takes."""

    def __init__(
        self,
        problem: Problem,
        formulate: Formulate,
        relaxation: Model,
        outcome: Outcome,
        clock: _Clock,
        on_better: Report,
    ) -> None:
        self._problem = problem
        self._formulate = formulate
        self._relaxation = relaxation
        self._outcome = outcome
        self._basis = outcome.basis
        self._clock = clock
        self._on_better = on_better
        self._chosen = np.zeros(len(relaxation.pairs.plus), dtype=np.bool_)
        self._best = replace(outcome, status=Status.UNSOLVED, objective=np.inf, bound=-np.inf)

    def run(self) -> tuple[Outcome, int]:
        """Add binaries where columns overlap and solve again, until none do or time is up.

        Every round leaves a schedule, by settling all signs and modes as they
        come out, and a bound, as fewer binaries can only make it cheaper. A
        round that runs out of time is followed by a last one with the rest.
        """
        is_whole, is_last, n_binaries = not self._relaxation.modes, False, 0
        while self._outcome.has_solution:
            outcome = self._outcome
            overlaps = self._relaxation.pairs.overlaps(outcome.values, OVERLAP) & ~self._chosen
            self._best = replace(self._best, bound=max(self._best.bound, outcome.bound))
            self._settle(decisions_of(self._problem, self._relaxation, outcome.values))
            if not is_whole and not (self._best.has_solution and self._best.gap <= _GAP):
                self._plan_modes()
                self._improve_modes()
            is_exact = is_whole and outcome.status is Status.OPTIMAL and not overlaps.any()
            if self._best.has_solution and (self._best.gap <= _GAP or (is_exact and self._reaches(outcome))):
                return replace(self._best, status=Status.OPTIMAL), n_binaries
            if is_last or self._clock.left_s <= 0:
                break
            is_last = outcome.status is Status.FEASIBLE
            self._choose(overlaps)
            model = self._formulate(self._chosen, whole_modes=True)
            n_binaries, is_whole = int(model.program.is_integer.sum()), True
            self._outcome = self._clock.solve(
                model.program, share=_LAST_SHARE if is_last else _FIRST_SHARE, start=self._start(model)
            )
        if not self._best.has_solution and self._outcome.status is not Status.INFEASIBLE:
            self._find()
        is_known = self._outcome.status is Status.INFEASIBLE and not self._best.has_solution
        return (self._outcome if is_known else self._best), n_binaries

    def _find(self) -> None:
        """Look for any schedule at all, costs left aside, when rounding and planning have led to none."""
        program = self._formulate(np.ones_like(self._chosen), whole_modes=True).program
        program = replace(program, cost=np.zeros_like(program.cost), offset=0.0)
        found = self._clock.solve(program, at_least_s=self._clock.finding_s)
        self._clock.finding_s = 0.0
        if found.has_solution:
            self._settle(decisions_of(self._problem, self._relaxation, found.values))
        elif found.status is Status.INFEASIBLE:
            self._outcome = found

    def _choose(self, overlaps: Booleans) -> None:
        """Give all pairs of a kind binaries where some overlap: those that are kept apart overlap in others' stead."""
        is_concave = self._relaxation.pairs.hulls != ABSENT
        for kind in (is_concave, ~is_concave):
            if (overlaps & kind).any():
                self._chosen |= kind

    def _settle(self, decisions: Decisions, basis: Basis | None = None) -> None:
        """Keep the best schedule with these decisions, and with better directions near it, if it beats what is known.

        A pair that rests at zero may as well point the other way; it is turned
        where that pays, which never makes the schedule dearer.
        """
        basis, last = basis or self._basis, np.inf
        while True:
            schedule = self._clock.solve(settled(self._relaxation, decisions), basis=basis, at_least_s=_SETTLING_S)
            if schedule.has_solution and schedule.objective < self._best.objective:
                self._best = replace(schedule, status=Status.FEASIBLE, bound=self._best.bound)
                self._clock.finding_s = 0.0
                self._on_better(self._best, self._clock.spent_s)
            turned = turned_where_it_pays(self._relaxation, decisions, schedule, OVERLAP)
            gained = last - schedule.objective > _GAP * abs(schedule.objective)
            if turned is None or not gained or self._clock.left_s <= 0:
                return
            decisions, basis, last = turned, schedule.basis, schedule.objective

    def _plan_modes(self) -> None:
        """Plan the modes of one device after the other against what all others do, round after round."""
        problem, model, relaxed = self._problem, self._relaxation, self._outcome
        plan_mw = model.trajectory(problem, relaxed.values).consumption_mw
        mode = decisions_of(problem, model, relaxed.values).mode
        for _ in range(_N_SWEEPS):
            before, objective = mode.copy(), self._best.objective
            until_s = (1.0 - _SWEEP_SHARE) * self._clock.left_s
            for columns in model.modes:
                if self._best.has_solution and self._clock.left_s <= until_s:
                    break
                with self._clock.running():
                    task = mode_task(problem, model, relaxed, columns, plan_mw)
                    mode[columns.device], plan_mw[columns.device] = planned_modes(task)
            if (mode == before).all():
                break
            self._adapt(mode)
            if not self._best.objective < objective:
                break

    def _adapt(self, mode: Indices) -> None:
        """Let all powers adapt to modes; devices whose modes do not fit together are left to branch and bound."""
        modes, program, basis = self._relaxation.modes, self._relaxation.program, self._basis
        outcome = self._clock.solve(_decided(program, modes, mode), basis=basis, at_least_s=_SETTLING_S)
        if outcome.status is Status.INFEASIBLE:
            undecided = []
            for batch in np.array_split(np.arange(len(modes)), min(len(modes), _N_BATCHES)):
                chosen = [modes[i] for i in batch]
                trial = _decided(program, chosen, mode)
                if self._clock.solve(trial, basis=basis).status is Status.OPTIMAL:
                    program = trial
                else:
                    undecided += chosen
            outcome = self._clock.solve(with_whole_modes(program, undecided), share=_REPAIR_SHARE)
        if outcome.has_solution:
            self._settle(decisions_of(self._problem, self._relaxation, outcome.values), outcome.basis)

    def _improve_modes(self) -> None:
        """Branch only where the best schedule is in another mode than the relaxation would like."""
        if not self._best.has_solution:
            return
        program, relaxed = self._relaxation.program, self._outcome.values
        wanted_mw = self._relaxation.trajectory(self._problem, relaxed).consumption_mw
        best = decisions_of(self._problem, self._relaxation, self._best.values)
        for columns in self._relaxation.modes:
            d = columns.device
            misfit = distance_mw(self._problem.devices[d], wanted_mw[d])
            agrees = misfit[best.mode[d], np.arange(self._problem.n_steps)] <= OVERLAP
            program = with_modes(program, columns, np.where(agrees, best.mode[d], ABSENT))
        program = with_whole_modes(program, self._relaxation.modes)
        outcome = self._clock.solve(program, share=_REPAIR_SHARE, start=self._best.values)
        if outcome.has_solution:
            self._settle(decisions_of(self._problem, self._relaxation, outcome.values))

    def _reaches(self, outcome: Outcome) -> bool:
        """Return whether the best schedule costs as little as an outcome, but for the solver's tolerances."""
        return self._best.objective - outcome.objective <= _GAP * (1.0 + abs(outcome.objective))

    def _start(self, model: Model) -> Floats | None:
        if not self._best.has_solution:
            return None
        signs = largest_directions(model, self._best.values)[self._chosen]
        return np.concatenate([self._best.values, signs.astype(np.float64)])


def _decided(program: LinearProgram, modes: Sequence[ModeColumns], mode: Indices) -> LinearProgram:
    for columns in modes:
        program = with_modes(program, columns, mode[columns.device])
    return program
