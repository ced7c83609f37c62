"""Measure what needs binaries: ``python -m bench.modes --time-limit 2``.

Storages that rest, charge at 80 to 100 % of their power, or discharge so,
behind one connection. "limits" adds a connection that is too small for all
at once, and a peak price; "durations" lets every mode last an hour and
starts cost something; "targets" gives each a minimum to reach, on a hard
connection; "fixed powers" leaves no choice within a band.

The same storages without modes need binaries where a cost is not convex:
"negative prices" for some hours a day, when it pays to burn energy, and
"selling above buying" every other three hours.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from rich.console import Console
from rich.table import Table

from tests.problems import (
    HighsSolver,
    at,
    fill_sooner,
    make_commitment,
    make_device,
    make_network,
    make_problem,
    make_stock,
    per_run,
    with_stock_bounds,
)
from wattloom.scheduling.problem import Floats, OperationMode, Problem
from wattloom.scheduling.solver import Incumbent, Solution, solve_problem


@dataclass(frozen=True)
class Size:
    """How many storages are planned over how many steps."""

    n_storages: int
    n_steps: int
    step_h: float


SIZES = [Size(1, 96, 0.25), Size(10, 96, 0.25), Size(10, 192, 0.25), Size(3, 576, 1 / 12)]


def make_storages(size: Size) -> Problem:
    """Return storages with three bands each, and prices that are the same at every run."""
    n, n_steps, step_h = size.n_storages, size.n_steps, size.step_h
    hour = np.arange(n_steps) * step_h
    noise = np.random.default_rng(1).standard_normal(int(np.ceil(hour[-1])) + 1)
    prices = 60 + 30 * np.sin(np.floor(hour) / 24 * 2 * np.pi) + 10 * noise[hour.astype(int)]
    load = 0.1 * n * (1.2 + np.sin(hour / 24 * 2 * np.pi))
    network = make_network(prices, devices=tuple(range(n)), selling=prices - 20, fixed=load)
    root = np.sqrt(0.9)
    powers = [0.5 + 0.005 * d for d in range(n)]
    devices = [
        replace(make_device(n_steps, power=power, charging=root, discharging=root, stock=d), modes=bands(power))
        for d, power in enumerate(powers)
    ]
    stocks = [make_stock(n_steps, start=0.725, lowest=0.05, highest=1.45 + 0.019 * d) for d in range(n)]
    return fill_sooner(make_problem(network, devices, stocks, step_h=step_h))


def bands(power: float) -> tuple[OperationMode, ...]:
    """Return rest, charging and discharging at 80 to 100 % of a power."""
    return (OperationMode(0.0, 0.0), OperationMode(0.8 * power, power), OperationMode(-power, -0.8 * power))


def with_limits(problem: Problem) -> Problem:
    """Add a connection for two thirds of the storages and a peak price."""
    n = len(problem.devices)
    network = replace(
        problem.networks[0],
        import_max_mw=np.full(problem.n_steps, max(0.35 * n, 0.6)),
        export_max_mw=np.full(problem.n_steps, max(0.35 * n, 0.6)),
    )
    peak = per_run(make_commitment(problem.n_steps, name="consumption peak", baseline=0.2 * n, up=260.0))
    return replace(problem, networks=(network,), commitments=(*problem.commitments, peak))


def with_durations(problem: Problem) -> Problem:
    """Let charging and discharging last an hour, and starts cost something."""
    devices = (
        replace(device, modes=(rest, *(replace(mode, min_up_h=1.0, start_cost=1.0) for mode in others)))
        for device in problem.devices
        for rest, *others in [device.modes]
    )
    return replace(problem, devices=tuple(devices))


def with_targets(problem: Problem) -> Problem:
    """Ask for 1.2 MWh in every storage at two thirds of the window, at the least."""
    stocks = tuple(
        with_stock_bounds(
            replace(problem, stocks=(stock,)), lowest=at(problem.n_steps, {problem.n_steps * 2 // 3 + k: 1.2})
        ).stocks[0]
        for k, stock in enumerate(problem.stocks)
    )
    return with_limits(replace(problem, stocks=stocks))


def with_fixed_powers(problem: Problem) -> Problem:
    """Leave no choice within a band."""
    devices = (
        replace(
            device,
            modes=tuple(
                replace(mode, lowest_mw=middle, highest_mw=middle)
                for mode in device.modes
                for middle in [(mode.lowest_mw + mode.highest_mw) / 2]
            ),
        )
        for device in problem.devices
    )
    return replace(problem, devices=tuple(devices))


def with_negative_prices(problem: Problem) -> Problem:
    """Leave the modes out, and pay for consumption around noon."""
    dip = np.where((hours(problem) % 24 >= 11) & (hours(problem) % 24 < 15), -90.0, 0.0)
    return _without_modes(problem, consumption=dip, production=dip)


def with_selling_above_buying(problem: Problem) -> Problem:
    """Leave the modes out, and pay more for production than consumption costs, every other three hours."""
    return _without_modes(problem, consumption=0.0, production=np.where(hours(problem) % 6 < 3, 30.0, 10.0))


def _without_modes(problem: Problem, *, consumption: Floats | float, production: Floats | float) -> Problem:
    network = problem.networks[0]
    priced = replace(
        network,
        consumption_price_per_mwh=network.consumption_price_per_mwh + consumption,
        production_price_per_mwh=network.production_price_per_mwh + production,
    )
    devices = tuple(replace(device, modes=()) for device in problem.devices)
    return replace(problem, devices=devices, networks=(priced,))


def hours(problem: Problem) -> Floats:
    """Return when each step begins [h]."""
    return np.cumsum(problem.step_h) - problem.step_h


CASES: dict[str, Callable[[Problem], Problem]] = {
    "plain": lambda problem: problem,
    "limits": with_limits,
    "durations": with_durations,
    "targets": with_targets,
    "fixed powers": with_fixed_powers,
    "negative prices": with_negative_prices,
    "selling above buying": with_selling_above_buying,
}


def measure(problem: Problem, time_limit_s: float) -> tuple[Solution, list[Incumbent]]:
    """Return the schedule of a problem, and when which schedules were known."""
    told: list[Incumbent] = []
    solution = solve_problem(problem, HighsSolver(), time_limit_s=time_limit_s, on_incumbent=told.append)
    assert isinstance(solution, Solution)
    return solution, told


def gap_at(told: list[Incumbent], bound: float, seconds: float) -> float:
    """Return how far the best schedule at a time lay above the final bound; NaN when none was known."""
    known = [each.objective for each in told if each.seconds <= seconds]
    return (min(known) - bound) / abs(bound) if known else np.nan


def main() -> None:
    """Print when first schedules were known, and how far above the final bound they were."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--time-limit", type=float, default=10.0, help="when to stop improving [s]")
    parser.add_argument("--storages", type=int, help="measure sizes with so many storages only")
    arguments = parser.parse_args()
    table = Table("storages", "steps", "case", "first [s]", "its gap", "gap at 2 s", "final gap", "solver [s]")
    for size in (size for size in SIZES if arguments.storages in (None, size.n_storages)):
        for name, change in CASES.items():
            solution, told = measure(change(make_storages(size)), arguments.time_limit)
            table.add_row(
                str(size.n_storages),
                str(size.n_steps),
                name,
                f"{told[0].seconds:.2f}",
                f"{gap_at(told, solution.bound, told[0].seconds):.2%}",
                f"{gap_at(told, solution.bound, 2.0):.2%}",
                f"{solution.gap:.2%}",
                f"{solution.solve_s:.1f}",
            )
    Console().print(table)


if __name__ == "__main__":
    main()
