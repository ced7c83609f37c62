"""Judge the scheduling core on random problems: ``python -m bench.random_problems --count 10000 --seed 1``.

Every problem must end with a schedule that costs what the independent
formulation says is the least, or with limits that contradict each other by that
formulation too. Prints how long they took and how far from proven they are;
what disagrees is printed with its seed, and the exit code is 1.
"""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from random import Random
from typing import TypeAlias

import numpy as np
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from tests.problems import HighsSolver, Problem, Solution, solve_problem
from tests.property.contradictions import is_contradiction
from tests.property.random_problems import random_problem
from tests.property.textbook import lowest_cost
from wattloom.scheduling.solver import Conflict

TOLERANCE = 1e-6
CHUNK = 20

PROVEN, UNPROVEN, CONTRADICTION = "schedule, proven best", "schedule, with a gap", "contradiction, confirmed"
DISAGREEMENT = "disagreement"

Outcome: TypeAlias = Solution | Conflict | Exception


@dataclass(frozen=True)
class Verdict:
    """What became of one problem.

    Attributes:
        seed: What it was made from.
        kind: One of the outcomes above.
        words: What is wrong; empty unless it is a disagreement.
        solve_ms: Time of the core, building and checking included.
        judge_ms: Time of the independent formulation.
        gap: Relative gap of the schedule; NaN without one.
    """

    seed: int
    kind: str
    words: str
    solve_ms: float
    judge_ms: float
    gap: float


def judge(seed: int) -> Verdict:
    """Solve the problem of a seed and ask the independent formulation."""
    problem = random_problem(Random(seed))
    began = time.perf_counter()
    found: Outcome
    try:
        found = solve_problem(problem, HighsSolver(), time_limit_s=20)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what we are looking for
        found = error
    ended = time.perf_counter()
    words = _disagreement(problem, found)
    gap = found.gap if isinstance(found, Solution) else np.nan
    kind = DISAGREEMENT if words else _kind(found)
    return Verdict(seed, kind, words, 1e3 * (ended - began), 1e3 * (time.perf_counter() - ended), gap)


def _disagreement(problem: Problem, found: Outcome) -> str:
    """Return what is wrong with an outcome, or nothing."""
    least = lowest_cost(problem)
    if isinstance(found, Exception):
        return f"{type(found).__name__}: {found} The judge's cost is {least}."
    if isinstance(found, Conflict):
        if least is not None:
            return f"{found.origins} are said to contradict each other; the judge's cost is {least!r}."
        return "" if is_contradiction(problem, found.origins) else f"There is no schedule; not for {found.origins}."
    if least is None:
        return f"The schedule costs {found.objective!r}; the judge finds none."
    size = max(1.0, abs(least))
    above = found.objective - least
    if -TOLERANCE * size <= above <= max(TOLERANCE, 0.0 if found.is_optimal else found.gap) * size:
        return ""
    return f"The schedule costs {found.objective!r}, the judge's {least!r}."


def _kind(found: Outcome) -> str:
    if isinstance(found, Solution):
        return PROVEN if found.is_optimal else UNPROVEN
    return CONTRADICTION


def judged(seeds: Sequence[int], n_processes: int) -> Iterator[Verdict]:
    """Judge problems side by side; in the order in which they are done."""
    with get_context("spawn").Pool(n_processes) as pool:
        yield from pool.imap_unordered(judge, seeds, chunksize=CHUNK)


def show(console: Console, verdicts: Sequence[Verdict]) -> None:
    """Print kinds of outcomes and distributions, then disagreements."""
    kinds = Table("outcome", "problems")
    for kind, n in sorted(Counter(verdict.kind for verdict in verdicts).items()):
        kinds.add_row(kind, f"{n}")
    console.print(kinds)
    gaps = np.array([verdict.gap for verdict in verdicts])
    spread = Table("", "p50", "p90", "p99", "max")
    for name, values in (
        ("solve and check, ms", np.array([verdict.solve_ms for verdict in verdicts])),
        ("judge, ms", np.array([verdict.judge_ms for verdict in verdicts])),
        ("gap", gaps[~np.isnan(gaps)]),
    ):
        quantiles = np.quantile(values, [0.5, 0.9, 0.99, 1.0]) if len(values) else []
        spread.add_row(name, *(f"{value:.3g}" for value in quantiles))
    console.print(spread)
    for verdict in sorted(verdicts, key=lambda verdict: verdict.seed):
        if verdict.kind == DISAGREEMENT:
            console.print(f"seed {verdict.seed}: {verdict.words}")


def main() -> int:
    """Judge as many problems as asked; return 1 if any disagrees."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000, help="how many problems")
    parser.add_argument("--seed", type=int, default=1, help="seed of the first; the others follow")
    parser.add_argument("--processes", type=int, default=2, help="how many are judged at a time")
    arguments = parser.parse_args()
    console = Console()
    seeds = range(arguments.seed, arguments.seed + arguments.count)
    with Progress(console=console) as progress:
        verdicts = list(progress.track(judged(seeds, arguments.processes), total=len(seeds), description="judging"))
    show(console, verdicts)
    return int(any(verdict.kind == DISAGREEMENT for verdict in verdicts))


if __name__ == "__main__":
    sys.exit(main())
