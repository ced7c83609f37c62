"""Measure the pages in Chromium against their budgets: ``python -m bench.pages``.

Serves a fresh demo and, beside it, four sensors with a year of quarters of an
hour each. Times are medians of some loads, with an empty cache (cold) and with
what the first load has left (warm).
"""

import argparse
import re
import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser
from rich.console import Console
from rich.table import Column, Table

from bench.connection import API, BenchConnection
from bench.page_load import Load, load, longest_task_ms, probed_visit, scripts_of, zoom_ms
from tests.browsing.chromium import running_chromium
from tests.browsing.demo_site import DemoSite, Who, make_demo, serving_demo
from tests.browsing.pages import PAGES, ListedPage
from tests.browsing.visit import Visit, open_visit
from tests.browsing.window import Window
from wattloom.web.bundle import DIST

TIMES = 5
API_DOCS = "api-docs"
YEAR_START = "2025-01-01T00:00:00+00:00"
YEAR_END = "2026-01-01T00:00:00+00:00"
N_QUARTERS = 35_040
CHART = "sensor-graphs canvas"
INLINE = re.compile(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\s(?:src=|type=\"application/json\"))")


@dataclass(frozen=True)
class Measured:
    """A row of the table; without a budget it is only told."""

    name: str
    value: float
    unit: str
    budget: float | None = None

    @property
    def verdict(self) -> str:
        """Whether the budget is kept."""
        if self.budget is None:
            return ""
        return "ok" if self.value <= self.budget else "MISSED"


def front_page(browser: Browser, demo: DemoSite) -> Iterator[Measured]:
    """How soon the front page of the demo home can be used."""
    for name, loads in _loads(browser, demo, f"/assets/{demo.places.site}/overview").items():
        yield Measured(f"front page, {name}: scripts have run", _median(loads, "interactive_ms"), "ms", 1000)
        yield Measured(f"front page, {name}: largest text or picture", _median(loads, "largest_ms"), "ms", 1000)
        yield Measured(f"front page, {name}: plan is seen", _median(loads, "drawn_ms"), "ms", 1000)


def graphs(browser: Browser, demo: DemoSite) -> Iterator[Measured]:
    """How soon a year of four sensors is seen, and how fluently one moves through it."""
    asset = add_year(demo)
    query = f"start_time={YEAR_START}&end_time={YEAR_END}".replace("+", "%2B")
    path = f"/assets/{asset}/graphs?{query}"
    for name, loads in _loads(browser, demo, path).items():
        budget = 500 if name == "warm" else 1000
        yield Measured(f"4 sensors × 1 year, {name}: chart is seen", _median(loads, "drawn_ms"), "ms", budget)
        yield Measured(f"4 sensors × 1 year, {name}: from data to chart", _median(loads, "drawing_ms"), "ms", 500)
    zooms, pans = [], []
    with probed_visit(browser, demo) as visit:
        for _load in range(TIMES):
            load(visit, path)
            zooms.append(zoom_ms(visit, CHART))
            pans.append(longest_task_ms(visit, CHART))
    yield Measured("4 sensors × 1 year: zoomed chart is seen", statistics.median(zooms), "ms", 500)
    yield Measured("4 sensors × 1 year: longest task while panning", max(pans), "ms", 200)


def scripts(browser: Browser, demo: DemoSite) -> Iterator[Measured]:
    """How much JavaScript each page loads, compressed, and how much there is but for the description of the API."""
    sizes = {path.name.removesuffix(".gz"): path.stat().st_size / 1000 for path in DIST.glob("*.js.gz")}
    loaded = {page.name: _scripts_of(browser, demo, page) for page in PAGES}
    for page, names in loaded.items():
        yield Measured(f"JavaScript of {page}", sum(map(sizes.__getitem__, names)), "kB")
    elsewhere = set[str]().union(*(names for page, names in loaded.items() if page != API_DOCS))
    apart = loaded[API_DOCS] - elsewhere
    total = sum(size for name, size in sizes.items() if name not in apart)
    yield Measured(f"JavaScript of everything but {API_DOCS}", total, "kB", 400)


def inline(browser: Browser, demo: DemoSite) -> Iterator[Measured]:
    """How many scripts and styles stand in the HTML of pages."""
    found = 0
    for page in PAGES:
        with _visiting(browser, demo, page) as visit:
            found += len(INLINE.findall(visit.page.request.get(f"{demo.url}{page.path_on(demo)}").text()))
    yield Measured("scripts and styles within HTML", found, "", 0)


CASES: dict[str, Callable[[Browser, DemoSite], Iterator[Measured]]] = {
    "front-page": front_page,
    "graphs": graphs,
    "scripts": scripts,
    "inline": inline,
}


def add_year(demo: DemoSite) -> int:
    """Make an asset that shows four sensors with a year of data; gives its id."""
    connection = BenchConnection.log_in(demo.url, *demo.login_of(Who.OWNER))
    types = {kind["name"]: kind["id"] for kind in connection.get(f"{API}/assets/types")}
    new = {"name": "Year", "generic_asset_type_id": types["building"], "account_id": demo.places.account}
    asset = int(connection.post(f"{API}/assets", new)["id"])
    noise = np.random.default_rng(1)
    sensors = []
    for number in range(4):
        sensor = {"name": f"power {number}", "unit": "kW", "event_resolution": "PT15M", "timezone": "Europe/Berlin"}
        sensors.append(connection.post(f"{API}/sensors", sensor | {"generic_asset_id": asset})["id"])
        values = (10 + np.cumsum(noise.normal(0, 1, N_QUARTERS))).round(3).tolist()
        body = {"values": values, "start": YEAR_START, "duration": "P365D", "unit": "kW"}
        connection.post(f"{API}/sensors/{sensors[-1]}/data", body)
    connection.patch(f"{API}/assets/{asset}", {"sensors_to_show": [{"title": "Power", "sensors": sensors}]})
    return asset


def _scripts_of(browser: Browser, demo: DemoSite, page: ListedPage) -> set[str]:
    with _visiting(browser, demo, page) as visit:
        if page.status != HTTPStatus.OK:
            visit.expect_status(page.status)
        visit.go(page.path_on(demo))
        return scripts_of(visit)


def _visiting(browser: Browser, demo: DemoSite, page: ListedPage) -> AbstractContextManager[Visit]:
    return open_visit(
        browser, demo, Window.DESKTOP_LIGHT, page.login, timezone_id="UTC", locale="en-GB", service_workers="allow"
    )


def _loads(browser: Browser, demo: DemoSite, path: str) -> dict[str, list[Load]]:
    cold, warm = [], []
    for _time in range(TIMES):
        with probed_visit(browser, demo) as visit:
            cold.append(load(visit, path))
            warm.append(load(visit, path))
    return {"cold": cold, "warm": warm}


def _median(loads: list[Load], what: str) -> float:
    return statistics.median(getattr(each, what) for each in loads)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=CASES, default=list(CASES), help="parts of the table")
    options = parser.parse_args()
    table = Table(Column("case", no_wrap=True), "measured", "budget", "verdict")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        demo = stack.enter_context(serving_demo(make_demo(folder / "made"), folder / "served"))
        browser = stack.enter_context(running_chromium())
        for name in options.only:
            for row in CASES[name](browser, demo):
                budget = "" if row.budget is None else f"{row.budget:,.0f} {row.unit}"
                table.add_row(row.name, f"{row.value:,.0f} {row.unit}", budget, row.verdict)
    Console().print(table)


if __name__ == "__main__":
    main()
