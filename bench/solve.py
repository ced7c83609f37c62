"""Measure the scheduling core alone: ``python -m bench.solve``.

Batteries of different sizes on one connection with hourly prices and a base
load, planned for one or two days; "soft limits" adds breaches of the site's
capacities, a peak price and two soft minima per battery. "Again" is a plan for
another state of charge, begun where the first one ended. Times are processor
time of one core, the least of some runs.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from rich.console import Console
from rich.table import Table

from tests.problems import (
    at,
    fill_sooner,
    height_and_area,
    make_commitment,
    make_device,
    make_network,
    make_problem,
    make_stock,
    per_run,
    soc_minima,
    solve,
)
from wattloom.scheduling.problem import NetFlow, Problem, build, scale_of, scaled
from wattloom.scheduling.solver import HighsSolver, Starts, solve_problem

N_RUNS = 7
ENOUGH_S = 0.3
TIME_LIMIT_S = 20.0


@dataclass(frozen=True)
class Size:
    """How many batteries are planned over how many steps."""

    n_batteries: int
    n_steps: int
    step_h: float


SIZES = [
    Size(1, 96, 0.25),
    Size(1, 192, 0.25),
    Size(1, 576, 1 / 12),
    Size(10, 192, 0.25),
    Size(30, 192, 0.25),
    Size(1, 2520, 0.25),
]


def make_site(size: Size, *, has_soft_limits: bool) -> Problem:
    """Return a site whose prices and loads are the same at every run."""
    n, n_steps, step_h = size.n_batteries, size.n_steps, size.step_h
    hour = np.arange(n_steps) * step_h
    noise = np.random.default_rng(1).standard_normal(int(np.ceil(hour[-1])) + 1)
    prices = 60 + 30 * np.sin(np.floor(hour) / 24 * 2 * np.pi) + 10 * noise[hour.astype(int)]
    load = 0.1 * n * (1.2 + np.sin(hour / 24 * 2 * np.pi))
    network = make_network(
        prices, devices=tuple(range(n)), selling=prices - 20, fixed=load, import_max=2.0 * n, export_max=2.0 * n
    )
    root = np.sqrt(0.9)
    devices = [make_device(n_steps, power=0.5 + 0.005 * d, charging=root, discharging=root, stock=d) for d in range(n)]
    stocks = [make_stock(n_steps, start=0.225, lowest=0.05, highest=0.45 + 0.009 * d) for d in range(n)]
    problem = fill_sooner(make_problem(network, devices, stocks, step_h=step_h))
    return with_soft_limits(problem) if has_soft_limits else problem


def with_soft_limits(problem: Problem) -> Problem:
    """Add breaches of the site's capacities, a peak price and two soft minima per battery."""
    n_steps, step_h, n = problem.n_steps, problem.step_h, len(problem.devices)
    capacity = np.full(n_steps, 0.3 * n)
    commitments = [
        *height_and_area("consumption breach", NetFlow(0), capacity, step_h=step_h, up=1e7),
        *height_and_area("production breach", NetFlow(0), -capacity, step_h=step_h, down=-1e7),
        per_run(make_commitment(n_steps, name="consumption peak", baseline=0.1 * n, up=260.0)),
    ]
    for k in range(n):
        commitments += soc_minima(
            k, at(n_steps, {(n_steps // 3 + k) % n_steps: 0.4, (2 * n_steps // 3 + k) % n_steps: 0.4}), step_h=step_h
        )
    return replace(problem, commitments=(*problem.commitments, *commitments))


def fastest_ms(action: Callable[[], object]) -> float:
    """Return the least processor time of several runs [ms]."""
    durations: list[float] = []
    while len(durations) < N_RUNS or sum(durations) < ENOUGH_S:
        start = time.process_time()
        action()
        durations.append(time.process_time() - start)
    return 1e3 * min(durations)


def again_ms(problem: Problem) -> float:
    """Return the least processor time of planning another state of charge after this one [ms]."""
    stocks = tuple(replace(stock, initial_mwh=0.9 * stock.initial_mwh) for stock in problem.stocks)
    later = replace(problem, stocks=stocks)
    solver, starts = HighsSolver(), Starts()
    durations: list[float] = []
    while len(durations) < N_RUNS or sum(durations) < ENOUGH_S:
        solve_problem(problem, solver, time_limit_s=TIME_LIMIT_S, starts=starts)
        start = time.process_time()
        solve_problem(later, solver, time_limit_s=TIME_LIMIT_S, starts=starts)
        durations.append(time.process_time() - start)
    return 1e3 * min(durations)


def main() -> None:
    """Print build times, and times of the whole core for a plan and the next one."""
    table = Table("batteries", "steps", "soft limits", "columns", "rows", "build [ms]", "core [ms]", "again [ms]")
    for size in SIZES:
        for has_soft_limits in (False, True):
            problem = make_site(size, has_soft_limits=has_soft_limits)
            inner = scaled(problem, scale_of(problem))
            program = build(inner).program
            table.add_row(
                str(size.n_batteries),
                str(size.n_steps),
                "yes" if has_soft_limits else "no",
                str(program.n_columns),
                str(program.n_rows),
                f"{fastest_ms(lambda inner=inner: build(inner)):.1f}",
                f"{fastest_ms(lambda problem=problem: solve(problem)):.1f}",
                f"{again_ms(problem):.1f}",
            )
    Console().print(table)


if __name__ == "__main__":
    main()
