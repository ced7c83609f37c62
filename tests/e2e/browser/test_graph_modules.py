"""The parts of graphs that only compute, run in Chromium and compared with what Python says."""

import csv
import io
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, Route

import wattloom.web
from wattloom.units.registry import currencies
from wattloom.web.figures import unit_label

STATIC = Path(wattloom.web.__file__).parent / "static"
HOST = "http://modules.test"
ZONES = ("Europe/Amsterdam", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC")


@pytest.fixture(scope="module")
def modules(chromium: Browser) -> Iterator[Page]:
    """A page that imports our modules as they are; nothing leaves the browser."""

    def answer(route: Route) -> None:
        path = STATIC / route.request.url.removeprefix(f"{HOST}/")
        is_module = path.is_file()
        route.fulfill(
            body=path.read_bytes() if is_module else b"", content_type="text/javascript" if is_module else "text/html"
        )

    with chromium.new_context() as context:
        page = context.new_page()
        page.route(f"{HOST}/**", answer)
        page.goto(f"{HOST}/")
        yield page


def run(modules: Page, module: str, body: str, given: Any) -> Any:
    """Return what a function body makes of a module ``m`` and a ``given`` value."""
    return modules.evaluate(f"async (given) => {{ const m = await import('/{module}.js'); {body} }}", given)


def ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


@pytest.mark.parametrize("name", ZONES)
def test_walls_and_instants_agree_with_the_time_zone_database(modules: Page, name: str) -> None:
    chance = random.Random(name)  # noqa: S311 - examples, not secrets
    start = datetime(2025, 1, 1, tzinfo=ZoneInfo("UTC"))
    instants = [start + timedelta(minutes=chance.randrange(3 * 365 * 24 * 60)) for _ in range(300)]
    given = {"zone": name, "instants": [ms(one) for one in instants]}

    walls, back, iso = run(
        modules,
        "core/zoned-clock",
        "const clock = new m.ZonedClock(given.zone);"
        "return [given.instants.map((at) => clock.wall(at)), given.instants.map((at) => clock.instant(clock.wall(at))),"
        " given.instants.map((at) => clock.iso(at))];",
        given,
    )

    local = [one.astimezone(ZoneInfo(name)) for one in instants]
    assert walls == [ms(one.replace(tzinfo=ZoneInfo("UTC"))) for one in local]
    assert back == [ms(one.replace(fold=0)) for one in local]
    assert iso == [one.isoformat(timespec="seconds") for one in local]


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)])
def test_days_have_their_length_and_every_hour_one_place(modules: Page, day: str, hours: int) -> None:
    start = datetime.fromisoformat(day).replace(tzinfo=ZoneInfo("Europe/Amsterdam"))

    end, ticks = run(
        modules,
        "core/zoned-clock",
        "const clock = new m.ZonedClock('Europe/Amsterdam'); const end = clock.addDays(given, 1);"
        "return [end, clock.ticks(given, end, 9)];",
        ms(start),
    )

    assert (end - ms(start)) / 3_600_000 == hours
    labels = [tick["label"] for tick in ticks]
    assert labels[1:-1] == ["03:00", "06:00", "09:00", "12:00", "15:00", "18:00", "21:00"]
    assert [tick["at"] for tick in ticks] == sorted({tick["at"] for tick in ticks})


@pytest.mark.parametrize("seed", range(5))
def test_tiles_hold_what_was_loaded_whatever_was_looked_at_before(modules: Page, seed: int) -> None:
    chance = np.random.default_rng(seed)
    starts = 900_000 * np.flatnonzero(chance.random(4000) < 0.9)
    values = chance.normal(size=len(starts)).round(3)
    windows = [sorted(chance.integers(0, 4000 * 900_000, 2).tolist()) for _ in range(12)]
    given = {"starts": starts.tolist(), "values": values.tolist(), "windows": windows}

    found = run(
        modules,
        "graphs/tiles",
        """const store = new m.TileStore(async ({ sensors, start, end, points }) => {
             const inside = given.starts.map((at, k) => k).filter((k) => given.starts[k] >= start && given.starts[k] < end);
             const kept = inside.slice(0, points);
             return { sources: [], series: [{ sensor: 1, source_id: 7, resolution: "PT15M",
               event_start_ms: kept.map((k) => given.starts[k]), event_value: kept.map((k) => given.values[k]) }] };
           });
           const seen = [];
           for (const window of given.windows) {
             await store.ensure("view", [1], window, 3);
             const again = await store.ensure("view", [1], window, 3);
             seen.push([again, store.series(1, window, 3)]);
           }
           return seen;""",
        given,
    )

    for (start, end), (is_loaded_again, series) in zip(windows, found, strict=True):
        known = [(at, value) for one in series for at, value in zip(one["starts"], one["values"], strict=True)]
        inside = [(at, value) for at, value in known if value is not None and start <= at < end]
        wanted = (starts >= start) & (starts < end)
        assert not is_loaded_again
        assert inside == list(zip(starts[wanted].tolist(), values[wanted].tolist(), strict=True))
        gaps = [at for at, value in known if value is None]
        assert all(at not in starts for at in gaps)


@pytest.mark.parametrize("seed", range(5))
def test_a_replay_knows_at_each_moment_what_was_believed_then(modules: Page, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - examples, not secrets
    beliefs = [
        (chance.randrange(20) * 900_000, chance.randrange(30), chance.choice([3, 4]), chance.random())
        for _ in range(150)
    ]
    beliefs = list({belief[:3]: belief for belief in beliefs}.values())
    moments = [chance.randrange(-1, 31) for _ in range(25)]
    series = {
        "sensor": 1,
        "resolution": "PT15M",
        "event_start_ms": [one[0] for one in beliefs],
        "belief_time_ms": [one[1] for one in beliefs],
        "source": [one[2] for one in beliefs],
        "event_value": [one[3] for one in beliefs],
        "cumulative_probability": [0.5] * len(beliefs),
    }

    found = run(
        modules,
        "graphs/history",
        """const history = new m.History({ series: [given.series], sources: [] });
           return given.moments.map((moment) => { history.goTo(moment); return history.columns(1); });""",
        {"series": series, "moments": moments},
    )

    for moment, columns in zip(moments, found, strict=True):
        known: dict[tuple[int, int], float] = {}
        for start, _, source, value in sorted((one for one in beliefs if one[1] <= moment), key=lambda one: one[1]):
            known[source, start] = value
        told = {
            (one["source"], start): value
            for one in columns
            for start, value in zip(one["starts"], one["values"], strict=True)
            if value is not None
        }
        assert told == known


def test_errors_are_those_over_the_events_that_both_know(modules: Page) -> None:
    forecast = {"starts": [0, 1, 2, 3], "values": [1, 4, None, 2]}
    actual = {"starts": [0, 1, 2], "values": [2, 2, 5]}

    found = run(modules, "graphs/accuracy", "return m.accuracy(given[0], given[1]);", [forecast, actual])

    assert found == {"n": 2, "mae": 1.5, "bias": 0.5}
    assert (
        run(
            modules,
            "graphs/accuracy",
            "return m.accuracy(given[0], given[1]);",
            [forecast, {"starts": [], "values": []}],
        )
        is None
    )


def test_cells_of_files_come_back_as_they_were_and_run_nothing(modules: Page) -> None:
    texts = ["plain", 'with "quotes"', "comma, semicolon; tab\t", "two\nlines", "=SUM(A1)", "+1", "-1", "@x", ""]

    line = run(modules, "core/files", "return m.csv([given]);", texts)

    [cells] = csv.reader(io.StringIO(line, newline=""))
    assert [cell.removeprefix("'") for cell in cells] == texts
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@"}]


def test_scripts_and_templates_write_each_currency_alike(modules: Page) -> None:
    units = [f"{code}/kWh" for code in sorted(currencies())] + ["EUR", "kW", "VARh", "MWh/d", "%", ""]

    labels = run(modules, "core/numbers", "return given.map(m.unitLabel);", units)

    assert dict(zip(units, labels, strict=True)) == {unit: unit_label(unit) for unit in units}
    assert labels[units.index("JPY/kWh")] == "¥/kWh"


def test_what_is_shown_survives_the_address(modules: Page) -> None:
    shown = {
        "window": [ms(datetime(2026, 3, 29, tzinfo=ZoneInfo("Europe/Amsterdam"))), 1_780_000_000_000],
        "asof": 1_779_000_000_000,
        "replay": 1_779_000_000_123,
        "view": "week",
        "resolution": "PT1H",
        "sensors": [3, 17],
        "modes": {"0": "data", "2": "zero"},
        "horizon": "PT24H",
    }

    back = run(
        modules,
        "graphs/address",
        "const z = await import('/core/zoned-clock.js'); const clock = new z.ZonedClock('Europe/Amsterdam');"
        "return m.fromQuery(m.toQuery(given, '?start_time=x&tab=1', (at) => clock.iso(at)));",
        shown,
    )

    assert back == shown


@pytest.mark.parametrize(
    ("mode", "found", "limits"),
    [
        ("zero", [3.2, 9.7], (0, 10)),
        ("data", [3.2, 9.7], (2, 10)),
        ("zero", [-4.2, -1], (-6, 0)),
        ([0, 20], [3, 9], (0, 20)),
        ([0, 20], [-3, 29], (-10, 30)),
        ({"min": 1, "max": 5}, [-3, 29], (1, 5)),
        ("zero", None, (0, 1)),
        ("data", [7, 7], (6, 8)),
    ],
)
def test_value_axes_end_on_round_numbers_around_what_is_seen(
    modules: Page, mode: Any, found: Any, limits: tuple[float, float]
) -> None:
    made = run(modules, "graphs/options", "return m.yRange(given.mode, given.found);", {"mode": mode, "found": found})

    assert made["min"] <= limits[0]
    assert made["max"] >= limits[1]
    assert made["max"] - made["min"] <= 2 * (limits[1] - limits[0])


def test_lines_hold_their_values_and_stop_at_gaps(modules: Page) -> None:
    columns = {"starts": [0, 10, 20, 40], "values": [1, 2, None, 3]}

    steps = run(modules, "graphs/columns", "return m.corners(given, 10, 2, 1);", columns)
    samples = run(modules, "graphs/columns", "return m.corners(given, 0);", columns)

    assert steps == [[0, 3], [10, 5], [20, 5], [20, None], [40, 7], [50, 7], [50, None]]
    assert samples == [[0, 1], [10, 2], [10, None], [40, 3], [40, None]]


def test_an_hour_that_clocks_repeat_shares_its_cell(modules: Page) -> None:
    start = datetime(2026, 10, 25, tzinfo=ZoneInfo("Europe/Amsterdam"))
    starts = [ms(start) + hour * 3_600_000 for hour in range(25)]
    line = {
        "columns": {"starts": starts, "values": list(range(25))},
        "length": 3_600_000,
        "sensor": {"factor": 1, "offset": 0},
    }

    cells = run(
        modules,
        "graphs/heatmap",
        "const z = await import('/core/zoned-clock.js');"
        "return m.cells(given, new z.ZonedClock('Europe/Amsterdam'), 86400000);",
        line,
    )

    assert [cell["value"] for cell in cells] == list(range(25))
    assert [(cell["from"] / 3_600_000, cell["part"]) for cell in cells if cell["part"]] == [(2, 1), (2, 2)]
    assert len({cell["line"] for cell in cells}) == 1
