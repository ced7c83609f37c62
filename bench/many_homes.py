"""Measure re-planning of many homes: ``python -m bench.many_homes [homes] [processes]``, core only.

Each home has a battery, a solar plant, a car and a load of its own sizes, and is planned over 48 h in quarters of an
hour. The first round plans all of them; the second one plans them again with other states of charge and prices, as
when a new forecast has come. Each process keeps where it ended, as a worker does.

With ``--through-jobs`` similar homes are planned by a server with two workers on SQLite.
"""

import argparse
import multiprocessing
import time
from dataclasses import dataclass, replace

import numpy as np
from rich.console import Console

from bench import homes_through_jobs
from bench.mixed import STEP_H, make_mixed_site
from tests.problems import fill_sooner
from wattloom.scheduling.problem import Problem
from wattloom.scheduling.solver import HighsSolver, Solution, Starts, solve_problem

N_STEPS = 192
PRICE_STEP = 1.0
"""Prices move by so many currency units per MWh between the rounds."""


@dataclass(frozen=True)
class Rounds:
    """Times of one process.

    Attributes:
        first: Planning all homes for the first time.
        again: Planning them again.
    """

    first: "Effort"
    again: "Effort"


@dataclass(frozen=True)
class Effort:
    """What planning takes.

    Attributes:
        wall_s: By the clock on the wall [s].
        processor_s: Of one core [s]; less than ``wall_s`` on a machine that has other work.
    """

    wall_s: float
    processor_s: float


def make_home(seed: int) -> Problem:
    """Return a home with a battery, a car and a solar plant behind one connection of 17 kW."""
    site = make_mixed_site(3, N_STEPS, has_soft_limits=False, seed=seed)
    load = 0.0005 + 0.0004 * np.random.default_rng(seed).random(N_STEPS)
    limit = np.full(N_STEPS, 0.017)
    network = replace(site.networks[0], inflexible_consumption_mw=load, import_max_mw=limit, export_max_mw=limit)
    return fill_sooner(replace(site, networks=(network,), commitments=()))


def changed(home: Problem, seed: int) -> Problem:
    """Return the same home with other states of charge and prices."""
    random = np.random.default_rng(seed)
    shift = PRICE_STEP * np.repeat(random.standard_normal(N_STEPS // 4), 4)
    network = home.networks[0]
    network = replace(
        network,
        consumption_price_per_mwh=network.consumption_price_per_mwh + shift,
        production_price_per_mwh=network.production_price_per_mwh + shift,
    )
    stocks = [replace(stock, initial_mwh=stock.initial_mwh * random.uniform(0.95, 1.05)) for stock in home.stocks]
    return replace(home, networks=(network,), stocks=tuple(stocks))


def plan(homes: list[Problem], starts: Starts) -> Effort:
    """Plan homes one after another."""
    began, began_processor = time.perf_counter(), time.process_time()
    for home in homes:
        solution = solve_problem(home, HighsSolver(), time_limit_s=10.0, starts=starts)
        assert isinstance(solution, Solution)
        assert solution.is_optimal
    return Effort(time.perf_counter() - began, time.process_time() - began_processor)


def work(seeds: range) -> Rounds:
    """Plan the homes of one process twice."""
    homes = [make_home(seed) for seed in seeds]
    later = [changed(home, seed) for home, seed in zip(homes, seeds, strict=True)]
    starts = Starts()
    return Rounds(plan(homes, starts), plan(later, starts))


def in_processes(n_homes: int, n_processes: int) -> None:
    """Print how long both rounds take in the core alone."""
    shares = [range(k, n_homes, n_processes) for k in range(n_processes)]
    with multiprocessing.get_context("spawn").Pool(n_processes) as pool:
        rounds = pool.map(work, shares, chunksize=1)
    Console().print(f"{n_homes} homes over {N_STEPS * STEP_H:g} h in {n_processes} processes")
    for name, efforts in (("first", [each.first for each in rounds]), ("again", [each.again for each in rounds])):
        wall_s, processor_s = max(each.wall_s for each in efforts), sum(each.processor_s for each in efforts)
        per_home_ms = 1e3 * processor_s / n_homes
        Console().print(f"{name}: {wall_s:.1f} s; {processor_s:.1f} s of one core, {per_home_ms:.1f} ms per home")


def main() -> None:
    """Measure what the options say."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("homes", nargs="?", type=int, default=1000)
    parser.add_argument("processes", nargs="?", type=int, default=2)
    parser.add_argument("--through-jobs", action="store_true", help="on a real server with two workers, over HTTP")
    options = parser.parse_args()
    if not options.through_jobs:
        in_processes(options.homes, options.processes)
        return
    for what, seconds in homes_through_jobs.measure(options.homes):
        Console().print(f"{options.homes} homes {what}: {seconds:.1f} s")


if __name__ == "__main__":
    main()
