"""Measure against the targets and print a table: ``make bench``, or parts with ``ARGS="--only post"``.

Starts a server with two workers on a fresh SQLite database, or on the one that
``--database-url`` names (an empty PostgreSQL database).
"""

import argparse
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench import cases, footprint
from bench.server import log_in, measured_server
from bench.site import Site
from tests.server_process import ServerProcess


@dataclass(frozen=True)
class Target:
    """A row of the table: what was promised first, and what we aim at."""

    name: str
    unit: str
    gate: float
    goal: float
    more_is_better: bool = False


@dataclass(frozen=True)
class Result:
    """What was measured for a target."""

    target: Target
    measured: float

    @property
    def verdict(self) -> str:
        """Which of the two it reaches."""
        sign = -1 if self.target.more_is_better else 1
        if sign * self.measured <= sign * self.target.goal:
            return "goal"
        return "gate" if sign * self.measured <= sign * self.target.gate else "MISSED"


SITE_CASES: tuple[tuple[Target, Callable[[Site], float]], ...] = (
    (Target("1 battery, 24 h × 15 min", "ms", 80, 30), cases.one_battery),
    (Target("battery + PV + load, target, peak price, 48 h", "ms", 200, 60), cases.home),
    (Target("1 battery, 48 h × 5 min", "ms", 250, 100), cases.one_battery_fine),
    (Target("10 batteries jointly, 48 h", "ms", 600, 200), cases.ten_batteries),
    (Target("30 batteries jointly, 48 h", "ms", 2000, 700), cases.thirty_batteries),
    (Target("50 schedules queued at once", "/min", 1500, 6000, more_is_better=True), cases.fifty_queued),
    (Target("POST 96 values, durable and readable", "ms", 15, 5), cases.post_a_day),
    (Target("POST 35,040 values, readable", "ms", 300, 120), cases.post_a_year),
    (Target("POST 35,040 revised values, readable", "ms", 600, 300), cases.revise_a_year),
    (Target("single-value posts", "/s", 300, 1000, more_is_better=True), cases.single_values),
    (Target("GET 35,040 values", "ms", 60, 20), cases.get_a_year),
    (Target("GET 1,000,000 values", "ms", 600, 300), cases.get_a_million),
    (Target("chart data, 4 sensors × 1 year", "ms", 250, 60), cases.chart_data),
    (Target("list of 652 assets", "ms", 60, 25), cases.list_assets),
    (Target("page of 10 assets", "ms", 8, 3), cases.page_of_assets),
    (Target("GET asset, 16 clients", "/s", 800, 1200, more_is_better=True), cases.get_asset),
)
START = Target("start to first answer", "s", 2.5, 1.5)
MEMORY = Target("idle memory, all processes (PSS)", "MB", 300, 220)
DISK = Target("installed size, compiled files included", "MB", 250, 200)


def measure(wanted: re.Pattern[str], database_url: str) -> Iterator[Result]:
    """Yield the results whose names are wanted, as they come."""
    with measured_server(database_url) as server:
        yield from _measure_server(server, wanted)
    if wanted.search(DISK.name):
        yield Result(DISK, footprint.installed_mb())


def _measure_server(server: ServerProcess, wanted: re.Pattern[str]) -> Iterator[Result]:
    if wanted.search(START.name):
        yield Result(START, server.start_s)
    if wanted.search(MEMORY.name):
        yield Result(MEMORY, footprint.idle_memory_mb(server.process.pid))
    site = Site.build(log_in(server))
    for target, case in SITE_CASES:
        if wanted.search(target.name):
            if case in (cases.list_assets, cases.page_of_assets):
                cases.add_many_assets(site)
            yield Result(target, case(site))


def main() -> None:
    """Print the table, and write it as JSON when asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="only rows whose name matches this expression")
    parser.add_argument("--database-url", default="", help="measure on this empty PostgreSQL database")
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    options = parser.parse_args()
    console = Console()
    table = Table("case", "measured", "first gate", "goal", "reaches")
    results = []
    for result in measure(re.compile(options.only, re.IGNORECASE), options.database_url):
        results.append(asdict(result))
        target = result.target
        row = [f"{number:,.4g} {target.unit}" for number in (result.measured, target.gate, target.goal)]
        table.add_row(target.name, *row, result.verdict)
        console.print(f"{target.name}: {row[0]} ({result.verdict})")
    console.print(table)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
