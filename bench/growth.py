"""Measure how the cost of a plan grows with devices and steps: ``python -m bench.growth``.

Prints the tables of docs/scaling.md and draws docs/images/growth.svg. Times are processor time of one core, the least
of some runs, so that other work on the machine counts little.
"""

import cProfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from bench.mixed import make_mixed_site
from bench.plot import Line, Panel, draw
from wattloom.scheduling.problem import Problem, build
from wattloom.scheduling.solver import HighsSolver, Solution, solve_problem

PLOT = Path(__file__).parents[1] / "docs" / "images" / "growth.svg"
DEVICES = [1, 2, 4, 10, 20, 50, 100, 200, 400]
STEPS = [24, 48, 96, 192, 384, 672, 1344, 2520]
PROFILED = [(1, 96), (4, 192), (20, 192), (200, 192)]
ENOUGH_S = 2.0
MOST_RUNS = 20
TIME_LIMIT_S = 120.0
PARTS = {
    "build": ("build.py", "build"),
    "into HiGHS": ("highs.py", "_loaded"),
    "simplex": ("highs.py", "_run_linear"),
    "out of HiGHS": ("highs.py", "_outcome"),
    "verify": ("verify.py", "verify"),
    "costs": ("costs.py", "named_costs"),
    "duals": ("duals.py", "duals_of"),
}


@dataclass(frozen=True)
class Measured:
    """What one plan takes.

    Attributes:
        n_devices: Devices on one connection.
        n_steps: Quarters of an hour.
        n_columns: Of its linear program.
        seconds: Processor time of the whole core [s].
    """

    n_devices: int
    n_steps: int
    n_columns: int
    seconds: float


def processor_s(action: Callable[[], object]) -> float:
    """Return the least processor time of some runs [s]."""
    times: list[float] = []
    while len(times) < MOST_RUNS and sum(times) < ENOUGH_S:
        began = time.process_time()
        action()
        times.append(time.process_time() - began)
    return min(times)


def plan(problem: Problem) -> Solution:
    """Return the proven optimum of a problem."""
    solution = solve_problem(problem, HighsSolver(), time_limit_s=TIME_LIMIT_S)
    assert isinstance(solution, Solution)
    assert solution.is_optimal
    return solution


def measure(n_devices: int, n_steps: int, *, has_soft_limits: bool) -> Measured:
    """Plan a site of mixed devices some times."""
    problem = make_mixed_site(n_devices, n_steps, has_soft_limits=has_soft_limits)
    return Measured(n_devices, n_steps, build(problem).program.n_columns, processor_s(lambda: plan(problem)))


def shares(n_devices: int, n_steps: int) -> dict[str, float]:
    """Return which share of the time goes into which part; a profiler makes small parts look larger."""
    problem = make_mixed_site(n_devices, n_steps)
    plan(problem)
    profiler = cProfile.Profile(time.process_time)
    for _ in range(3):
        profiler.runcall(plan, problem)
    entries = {
        (Path(entry.code.co_filename).name, entry.code.co_name): entry.totaltime
        for entry in profiler.getstats()
        if not isinstance(entry.code, str)
    }
    total = entries["growth.py", "plan"]
    parts = {name: entries[place] / total for name, place in PARTS.items()}
    return parts | {"rest": 1.0 - sum(parts.values())}


def rows(head: Iterable[object], body: Iterable[Iterable[object]]) -> str:
    """Return a table in Markdown."""
    head = list(head)
    lines = [head, ["---"] * len(head), *body]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


def main() -> None:
    """Measure, print, and draw."""
    by_devices = {soft: [measure(n, 192, has_soft_limits=soft) for n in DEVICES] for soft in (False, True)}
    by_steps = {soft: [measure(4, n, has_soft_limits=soft) for n in STEPS] for soft in (False, True)}
    for name, unit, measured in (("devices", "n_devices", by_devices), ("steps", "n_steps", by_steps)):
        body = [
            (getattr(plain, unit), f"{plain.n_columns:,}", f"{1e3 * plain.seconds:,.1f}", f"{1e3 * soft.seconds:,.1f}")
            for plain, soft in zip(measured[False], measured[True], strict=True)
        ]
        print(rows((name, "columns", "core [ms]", "with soft limits [ms]"), body), end="\n\n")
    profiles = [(f"{n_devices} × {n_steps}", shares(n_devices, n_steps)) for n_devices, n_steps in PROFILED]
    body = [(name, *(f"{100 * share:.0f} %" for share in parts.values())) for name, parts in profiles]
    print(rows(("devices × steps", *profiles[0][1]), body))
    panels = [
        Panel("devices, 192 steps", [_line(by_devices[soft], "n_devices", soft=soft) for soft in (False, True)]),
        Panel("steps, 4 devices", [_line(by_steps[soft], "n_steps", soft=soft) for soft in (False, True)]),
    ]
    PLOT.write_text(draw(panels, unit="ms"), encoding="utf-8")


def _line(measured: list[Measured], unit: str, *, soft: bool) -> Line:
    name = "with soft limits" if soft else "without them"
    return Line(name, [(getattr(each, unit), 1e3 * each.seconds) for each in measured])


if __name__ == "__main__":
    main()
