"""Find the smallest set of hard limits that contradict each other.

Divide and conquer over the limits (Junker, QuickXplain, 2004): k limits in
conflict among n are found with about 2 k log₂(n / k) feasibility checks.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from wattloom.scheduling.problem import Device, Floats, Network, Problem, Stock, build
from wattloom.scheduling.solver.port import Solver, Status
from wattloom.scheduling.solver.solution import Conflict, Limit, Origin

_NO_LIMIT = 1e6
"""Stands for an unlimited power in scaled units; finite, because binaries need a factor."""


def find_conflict(problem: Problem, solver: Solver, *, time_limit_s: float) -> Conflict:
    """Return hard limits of an infeasible, scaled problem of which no one is superfluous.

    Limits of devices, networks and groups, operation modes, ramps and
    couplings count as one each over the whole window, bounds of stocks as one
    per step. Earlier ones are preferred.
    """
    search = _Search(_without_costs(problem), solver, time_limit_s)
    found = everything = _limits(problem)
    if not search.is_feasible(everything):
        found = search.explain([], everything, background_changed=False)
    search.is_whole = True
    found = search.explain([], found, background_changed=False)
    return Conflict(tuple(sorted(found, key=everything.index)), is_smallest=search.seconds_left > 0)


@dataclass(slots=True)
class _Search:
    """Feasibility checks within a budget of time.

    Attributes:
        problem: The problem without costs.
        solver: Solves programs.
        seconds_left: What is left of the budget [s].
        is_whole: Whether directions and modes count. A contradiction that is there without them is found faster,
            and may become smaller with them.
    """

    problem: Problem
    solver: Solver
    seconds_left: float
    is_whole: bool = False

    def explain(self, background: list[Origin], limits: Sequence[Origin], *, background_changed: bool) -> list[Origin]:
        """Return the limits that are needed for a conflict with the background."""
        if background_changed and not self.is_feasible(background):
            return []
        if len(limits) <= 1 or self.seconds_left <= 0:
            return list(limits)
        half = len(limits) // 2
        early, late = list(limits[:half]), list(limits[half:])
        from_late = self.explain([*background, *early], late, background_changed=True)
        from_early = self.explain([*background, *from_late], early, background_changed=bool(from_late))
        return [*from_early, *from_late]

    def is_feasible(self, kept: Sequence[Origin]) -> bool:
        """Return whether a schedule exists that keeps these limits and breaks all others."""
        problem = _relaxed(self.problem, frozenset(kept))
        model = build(problem)
        if self.is_whole:
            model = build(problem, np.ones(len(model.pairs.plus), dtype=np.bool_), whole_modes=True)
        outcome = self.solver.solve(model.program, time_limit_s=max(self.seconds_left, 1.0))
        self.seconds_left -= outcome.seconds
        return outcome.status is not Status.INFEASIBLE


def _limits(problem: Problem) -> list[Origin]:
    limits = []
    for d, device in enumerate(problem.devices):
        limits += [Origin(Limit.CONSUMPTION_CAPACITY, d), Origin(Limit.PRODUCTION_CAPACITY, d)]
        if device.modes:
            limits.append(Origin(Limit.OPERATION_MODES, d))
        if device.ramp is not None:
            limits.append(Origin(Limit.RAMP, d))
    limits += [Origin(Limit.COUPLING, q) for q in range(len(problem.couplings))]
    limits += [Origin(Limit.GROUP_CAPACITY, g) for g in range(len(problem.groups))]
    for m, network in enumerate(problem.networks):
        if network.is_node:
            limits.append(Origin(Limit.NODE_BALANCE, m))
        else:
            limits += [Origin(Limit.GRID_IMPORT, m), Origin(Limit.GRID_EXPORT, m)]
    for t in range(problem.n_steps):
        for k, stock in enumerate(problem.stocks):
            if np.isfinite(stock.min_mwh[t]):
                limits.append(Origin(Limit.STOCK_MINIMUM, k, t))
            if np.isfinite(stock.max_mwh[t]):
                limits.append(Origin(Limit.STOCK_MAXIMUM, k, t))
    return limits


def _without_costs(problem: Problem) -> Problem:
    free = np.zeros(problem.n_steps)
    networks = tuple(
        replace(g, consumption_price_per_mwh=free, production_price_per_mwh=free) for g in problem.networks
    )
    devices = tuple(
        replace(device, modes=tuple(replace(mode, start_cost=0.0) for mode in device.modes))
        for device in problem.devices
    )
    return replace(problem, devices=devices, networks=networks, commitments=())


def _relaxed(problem: Problem, kept: frozenset[Origin]) -> Problem:
    return replace(
        problem,
        devices=tuple(_relaxed_device(device, d, kept) for d, device in enumerate(problem.devices)),
        networks=tuple(_relaxed_network(network, m, kept) for m, network in enumerate(problem.networks)),
        stocks=tuple(_relaxed_stock(stock, k, kept) for k, stock in enumerate(problem.stocks)),
        groups=tuple(group for g, group in enumerate(problem.groups) if Origin(Limit.GROUP_CAPACITY, g) in kept),
        couplings=tuple(each for q, each in enumerate(problem.couplings) if Origin(Limit.COUPLING, q) in kept),
    )


def _relaxed_device(device: Device, d: int, kept: frozenset[Origin]) -> Device:
    lowest, highest = device.consumption_min_mw, device.consumption_max_mw
    if Origin(Limit.PRODUCTION_CAPACITY, d) not in kept:
        lowest = np.full(len(lowest), -_NO_LIMIT)
    if Origin(Limit.CONSUMPTION_CAPACITY, d) not in kept:
        highest = np.full(len(highest), _NO_LIMIT)
    return replace(
        device,
        consumption_min_mw=lowest,
        consumption_max_mw=highest,
        modes=device.modes if Origin(Limit.OPERATION_MODES, d) in kept else (),
        ramp=device.ramp if Origin(Limit.RAMP, d) in kept else None,
    )


def _relaxed_network(network: Network, m: int, kept: frozenset[Origin]) -> Network:
    unlimited = np.full(len(network.import_max_mw), np.inf)
    is_balanced = Origin(Limit.NODE_BALANCE, m) in kept
    imports = network.import_max_mw if is_balanced or Origin(Limit.GRID_IMPORT, m) in kept else unlimited
    exports = network.export_max_mw if is_balanced or Origin(Limit.GRID_EXPORT, m) in kept else unlimited
    return replace(network, import_max_mw=imports, export_max_mw=exports)


def _relaxed_stock(stock: Stock, k: int, kept: frozenset[Origin]) -> Stock:
    def bound(limit: Limit, values: Floats, otherwise: float) -> Floats:
        keeps = [Origin(limit, k, t) in kept for t in range(len(values))]
        return np.where(keeps, values, otherwise)

    return replace(
        stock,
        min_mwh=bound(Limit.STOCK_MINIMUM, stock.min_mwh, -np.inf),
        max_mwh=bound(Limit.STOCK_MAXIMUM, stock.max_mwh, np.inf),
    )
