"""Our charts in the renderers that embedders use: each compiles and draws without a complaint."""

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest

from scripts import build_frontend
from tests.charted import END, QUARTER_MS, START, START_MS, data_of, make_constant, make_row, make_shown, options
from tests.npm_packages import installed
from wattloom.charts import Row
from wattloom.charts.vega import ASSET_CHARTS, SENSOR_CHARTS, ChartOptions, asset_specification, sensor_specification

pytestmark = pytest.mark.xdist_group("vega")

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = ("5.5.0", "6.5.0")
"""Of Vega-Lite: what FlexMeasures' own pages load, and the newest."""

POWER, GRID = make_shown(1, "power", "kW"), make_shown(2, "grid", "MW")
SAMPLES = make_shown(5, "level", "m", "PT0M", interpolate="monotone")
MOMENTS = [
    make_shown(10 + n, name, "s", "PT0M")
    for n, name in enumerate(("arrival", "departure", "plug in", "plug out", "start charging", "stop charging"))
]
FLOW = make_shown(20, "charge points power", "kW")
ROWS = [
    Row("power", "zero", (POWER, GRID), (make_constant(-1, "site-power-capacity", "kW"),)),
    make_row(make_shown(4, "soc", "%"), make_shown(6, "outside", "°C"), make_shown(7, "inside", "K"), y_axis=[0, 20]),
    make_row(SAMPLES, y_axis={"min": 0, "max": 1}),
    make_row(*MOMENTS, title="sessions"),
    make_row(FLOW, title="Power flow by type", y_axis="data"),
]
VALUES = [-2.0, 0.0, 1.0, 3.5]
ANNOTATIONS = [
    {
        "index": 0,
        "start": START_MS + 2 * QUARTER_MS,
        "end": START_MS + 4 * QUARTER_MS,
        "belief_time": None,
        "source": "ada",
        "type": kind,
        "content": ["Maintenance", "of the inverter"],
    }
    for kind in ("alert", "label")
]
REPLAY = [{"belief_time": START_MS + QUARTER_MS}]

Charts = dict[str, dict[str, Any]]
Drawn = Mapping[str, Mapping[str, Any]]
Render = Callable[[Charts], Drawn]


@pytest.fixture(scope="module", params=VERSIONS)
def render(request: pytest.FixtureRequest) -> Render:
    """Draw charts with a version of Vega-Lite and the Vega of its time; gives problems and pictures by name."""
    node, _ = build_frontend.find_node()
    script = renderer(request.param) / "render.js"
    # Local times decide where heatmaps put a value.
    environment = os.environ | {"TZ": "Europe/Amsterdam"}

    def rendered(charts: Charts) -> Drawn:
        answer = subprocess.run(
            [node, script], input=json.dumps(charts), capture_output=True, text=True, check=True, env=environment
        )
        found: Drawn = json.loads(answer.stdout)
        return found

    return rendered


@pytest.fixture(scope="module")
def drawn(render: Render) -> Drawn:
    """One chart of each type with everything on it: values put in, annotations and replay given later."""
    chosen = [chart for chart in (*asset_charts(), *sensor_charts()) if chart.choices == {"annotated", "bound"}]
    return render(
        {chart.type: {"spec": chart.spec | {"datasets": chart.values}, "data": chart.more} for chart in chosen}
    )


def renderer(version: str) -> Path:
    """Install the locked packages of a version, or find them again; gives their folder."""
    here = Path(__file__).with_name("vega")
    files = {path.name: path.read_text() for path in (here / "render.js", *(here / version).glob("package*.json"))}
    return installed(f"vega-lite-{version}", files | {"formats.js": documented_formats()})


def documented_formats() -> str:
    """Return the format functions that embedders are told to register."""
    page = (ROOT / "docs" / "charts.md").read_text()
    [formats] = [block for block in re.findall(r"```js\n(.*?)```", page, flags=re.DOTALL) if "export function" in block]
    return str(formats)


@dataclass(frozen=True)
class Chart:
    """A specification with its data.

    Attributes:
        type: The name that it is asked for by.
        choices: What was chosen: annotated, apart (legends), bound (the time axis), sampled.
        spec: The specification.
        values: The dataset of values, by name.
        more: Its other datasets, by name.
    """

    type: str
    choices: frozenset[str]
    spec: dict[str, Any]
    values: dict[str, list[dict[str, Any]]]
    more: dict[str, list[dict[str, Any]]]


def asset_charts() -> Iterator[Chart]:
    """Every kind of asset chart, with every choice."""
    lasting = {shown.sensor.id: shown for row in ROWS for shown in row.sensors if shown.sensor.unit != "s"}
    data = [datum for shown in lasting.values() for datum in data_of(shown, VALUES)]
    data += data_of(POWER, VALUES, source="forecaster 1", kind="forecaster")
    for n, shown in enumerate(MOMENTS):
        data += data_of(shown, [float(START_MS + n * 2 * QUARTER_MS)])
    for chart_type, choices in product(ASSET_CHARTS, subsets("annotated", "apart", "bound")):
        chosen = chosen_options(choices, width="640", combines_legends="apart" not in choices)
        yield Chart(
            chart_type,
            choices,
            asset_specification(chart_type, ROWS, chosen),
            {"asset_7": data},
            more("asset_7", choices),
        )


def sensor_charts() -> Iterator[Chart]:
    """Every kind of sensor chart, of a sensor with events and of one with samples, with every choice."""
    for chart_type, choices in product(SENSOR_CHARTS, subsets("annotated", "bound", "sampled")):
        shown = SAMPLES if "sampled" in choices else POWER
        chosen = chosen_options(choices, dataset="sensor_1", width="640", height="200")
        data = data_of(shown, VALUES) + data_of(shown, VALUES[:1], source="bob")
        has_annotations = chart_type != "histogram"
        others = more("sensor_1", choices) if has_annotations else {"replay": REPLAY}
        yield Chart(chart_type, choices, sensor_specification(chart_type, shown, chosen), {"sensor_1": data}, others)


def subsets(*names: str) -> list[frozenset[str]]:
    return [frozenset(chosen) for n in range(len(names) + 1) for chosen in combinations(names, n)]


def more(dataset: str, choices: frozenset[str]) -> dict[str, list[dict[str, Any]]]:
    return {"replay": REPLAY} | ({f"{dataset}_annotations": ANNOTATIONS} if "annotated" in choices else {})


def chosen_options(choices: frozenset[str], **others: Any) -> ChartOptions:
    window = {"start": START, "end": END} if "bound" in choices else {}
    return options(shows_annotations="annotated" in choices, **window, **others)


def marks(svg: str, kind: str) -> list[str]:
    """Return what the marks of a kind stand for, as screen readers hear it."""
    return re.findall(
        rf'<(?:path|line|text) aria-label="([^"]*)" role="graphics-symbol" aria-roledescription="{kind}"', svg
    )


def test_every_chart_compiles_without_a_complaint(render: Render) -> None:
    charts = [*asset_charts(), *sensor_charts()]

    found = render({f"{chart.type} {sorted(chart.choices)}": {"spec": chart.spec} for chart in charts})

    assert len(found) == len(charts) == 8 * (len(ASSET_CHARTS) + len(SENSOR_CHARTS))
    assert {name: chart["problems"] for name, chart in found.items() if chart["problems"]} == {}


def test_every_chart_is_drawn_without_a_complaint(drawn: Drawn) -> None:
    assert drawn.keys() == ASSET_CHARTS.keys() | SENSOR_CHARTS.keys()
    assert {name: chart["problems"] for name, chart in drawn.items()} == {name: [] for name in drawn}


def test_values_are_drawn_in_the_unit_of_their_row(drawn: Drawn) -> None:
    svg = drawn["chart_for_multiple_sensors"]["svg"]

    lines = marks(svg, "line mark")
    assert [line.split("; ")[1:3] for line in lines[:2]] == [
        ["Power (kW): −2", "Sensor: power (battery)"],
        ["Power (kW): −2000", "Sensor: grid (battery)"],
    ]
    told = [point.split("; ")[2:4] for point in marks(svg, "point") if "grid" in point]
    assert told[-1] == ["Sensor: grid (battery)", "Value: 3 500 kW"]


def test_bars_name_sources_and_follow_the_replay(drawn: Drawn) -> None:
    svg = drawn["bar_chart"]["svg"]

    assert len(marks(svg, "bar")) == len(VALUES) + 1
    assert "with 2 values: ada, bob" in svg
    assert [mark for mark in marks(svg, "rule mark") if mark.startswith("belief_time")] == ["belief_time: Jun 01, 2026"]


def test_sessions_are_three_lines(drawn: Drawn) -> None:
    svg = drawn["chart_for_chargepoint_sessions"]["svg"]

    spans = [mark.split("; ")[3:5] for mark in marks(svg, "rule mark") if mark.startswith("span_start")]
    assert spans == [
        ["Arrival: 02:00 on Monday Jun  1, 2026", "Departure: 02:30 on Monday Jun  1, 2026"],
        ["Plug in: 03:00 on Monday Jun  1, 2026", "Plug out: 03:30 on Monday Jun  1, 2026"],
        ["Start charging: 04:00 on Monday Jun  1, 2026", "Stop charging: 04:30 on Monday Jun  1, 2026"],
    ]


def test_heatmaps_show_the_source_with_most_values(drawn: Drawn) -> None:
    for chart_type in ("daily_heatmap", "weekly_heatmap"):
        cells = marks(drawn[chart_type]["svg"], "rect mark")
        assert [cell.split("; ")[0] for cell in cells] == ["hour: 2", "hour: 2.25", "hour: 2.5", "hour: 2.75"]
        assert all(cell.endswith("Source: ada") for cell in cells)


def test_the_hour_that_comes_twice_in_autumn_is_drawn_twice(render: Render) -> None:
    first_ms = 1_792_884_600_000  # 2026-10-25, 01:30 in Amsterdam; at 03:00 clocks go back to 02:00
    data = [datum | {"event_start": first_ms + n * QUARTER_MS} for n, datum in enumerate(data_of(POWER, [1.0] * 10))]
    spec = sensor_specification("daily_heatmap", POWER, options(dataset="sensor_1", width="640"))

    svg = render({"chart": {"spec": spec, "data": {"sensor_1": data}}})["chart"]["svg"]

    cells = [cell.split("; ")[:2] for cell in marks(svg, "rect mark")]
    hours = {place: [hour for hour, row in cells if row.startswith(place)] for place in ("row_start", "row_middle")}
    twice = ["hour: 2", "hour: 2.25", "hour: 2.5", "hour: 2.75"]
    assert hours == {"row_start": ["hour: 1.5", "hour: 1.75", *twice], "row_middle": twice}


def test_values_say_how_long_before_they_were_known_and_where(drawn: Drawn) -> None:
    cell, *_ = marks(drawn["daily_heatmap"]["svg"], "rect mark")

    told = cell.split("; ")
    assert "Value: −2 kW" in told
    assert "Horizon: −15 minutes" in told
    assert "Time zone: +02:00 (Europe/Amsterdam)" in told


def test_sources_of_one_name_are_told_apart_by_what_differs(render: Render) -> None:
    values = [
        datum | {"source": datum["source"] | {"id": number, "model": model, "version": version}}
        for number, (model, version) in enumerate([("A", "1"), ("A", "2"), ("B", "2")], start=1)
        for datum in data_of(POWER, [1.0])
    ]
    spec = sensor_specification("bar_chart", POWER, options(dataset="sensor_1", width="640"))

    svg = render({"chart": {"spec": spec, "data": {"sensor_1": values}}})["chart"]["svg"]

    assert "with 3 values: ada (A, 1), ada (A, 2), ada (B, 2)" in svg
