"""Specifications of assets' charts: what embedders rely on."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.charted import END, END_MS, START, START_MS, make_constant, make_row, make_shown, options
from wattloom.charts import Row
from wattloom.charts.vega import ASSET_CHARTS, SENSOR_CHARTS, asset_specification, sensor_specification

POWER, GRID = make_shown(1, "power", "kW"), make_shown(2, "grid", "MW")
PRICE = make_shown(3, "price", "EUR/MWh", "PT1H")
SOC = make_shown(4, "soc", "%", "PT0M")
ROWS = [make_row(POWER, GRID, title="flows of power"), make_row(PRICE)]
LINES, SESSIONS = ASSET_CHARTS


def graphs(rows: list[Row], **chosen: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = asset_specification(LINES, rows, options(**chosen))["vconcat"]
    return found


def line_of(row: Row, **chosen: Any) -> dict[str, Any]:
    [graph] = graphs([row], **chosen)
    [line] = [layer for layer in graph["layer"] if layer["mark"]["type"] == "line"]
    return dict(line)


def axis_title(*sensors: Any) -> str:
    title = line_of(make_row(*sensors))["encoding"]["y"]["title"]
    assert isinstance(title, str)
    return title


def values_in(part: Any, key: str) -> list[Any]:
    """All values under a key, at any depth."""
    if isinstance(part, list):
        return [found for item in part for found in values_in(item, key)]
    if not isinstance(part, dict):
        return []
    return [part[key] for _ in range(key in part)] + [f for item in part.values() for f in values_in(item, key)]


def test_each_row_is_a_graph_with_its_own_sensors_in_order() -> None:
    found = graphs(ROWS)

    assert [graph["transform"][0]["filter"] for graph in found] == [
        {"field": "sensor.id", "oneOf": [1, 2]},
        {"field": "sensor.id", "oneOf": [3]},
    ]
    assert [graph.get("title") for graph in found] == ["Flows of power", None]


def test_constants_are_drawn_with_the_sensors_of_their_row() -> None:
    [graph] = graphs([Row(None, "zero", (GRID,), (make_constant(-1, "site-power-capacity", "kW"),))])

    assert graph["transform"][0]["filter"]["oneOf"] == [2, -1]
    assert "1000" in graph["transform"][1]["calculate"]


def test_factors_follow_the_units_of_each_row_whatever_other_rows_show() -> None:
    watts = make_shown(5, "small", "W")

    scaled = [graph["transform"][1] for graph in graphs([*ROWS, make_row(watts), make_row(POWER)])]

    assert [transform["as"] for transform in scaled] == ["scaled_event_value"] * 4
    assert [transform["calculate"] for transform in scaled] == [
        'datum.event_value * ({"MW": 1000.0}[datum.sensor_unit] || 1)',
        "datum.event_value",
        "datum.event_value",
        "datum.event_value",
    ]


@pytest.mark.parametrize(
    ("sensors", "title"),
    [
        ((POWER,), "Power (kW)"),
        ((POWER, GRID), "Power (kW)"),
        ((make_shown(1, "import", "kWh"), make_shown(2, "export", "kWh")), "Energy (kWh)"),
        ((make_shown(1, "x1", "kW", sensor_type="heat"), make_shown(2, "x2", "kW", sensor_type="heat")), "Heat (kW)"),
        ((make_shown(1, "share", ""),), "Share (dimensionless)"),
        ((POWER, PRICE), "Power (kW), price (EUR/MWh)"),
    ],
)
def test_the_axis_says_what_is_measured_in_which_unit(sensors: tuple[Any, ...], title: str) -> None:
    assert axis_title(*sensors) == title


@pytest.mark.parametrize(
    ("y_axis", "scale"),
    [
        ("zero", {"zero": True}),
        ("data", {"zero": False}),
        ([0, 10], {"domain": {"unionWith": [0, 10]}, "zero": False}),
        ({"min": 0, "max": 10}, {"domain": [0, 10], "clamp": True, "nice": False, "zero": False}),
    ],
)
def test_the_row_says_where_its_axis_ends(y_axis: Any, scale: dict[str, Any]) -> None:
    assert line_of(make_row(POWER, y_axis=y_axis))["encoding"]["y"]["scale"] == scale


def test_percentages_show_the_whole_unless_the_axis_fits_the_data() -> None:
    assert line_of(make_row(SOC))["encoding"]["y"]["scale"]["domain"] == {"unionWith": [0, 105]}
    assert line_of(make_row(SOC, y_axis="data"))["encoding"]["y"]["scale"] == {"zero": False}


def test_lines_are_steps_unless_a_sensor_is_instantaneous() -> None:
    assert line_of(make_row(POWER))["mark"]["interpolate"] == "step-after"
    assert line_of(make_row(POWER, SOC))["mark"]["interpolate"] == "linear"


def test_dashes_tell_forecasts_and_schedules_from_measurements() -> None:
    dash = line_of(make_row(POWER))["encoding"]["strokeDash"]

    assert dash["field"] == "source.type"
    assert dash["scale"] == {"domain": ["forecaster", "scheduler", "other"], "range": [[2, 2], [4, 4], [1, 0]]}


def test_the_time_axis_is_fixed_when_both_bounds_are_given() -> None:
    fixed = [START_MS, END_MS]

    assert fixed in values_in(graphs(ROWS, start=START, end=END), "domain")
    assert fixed not in values_in(graphs(ROWS, start=START), "domain")


def test_rows_share_a_legend_unless_told_otherwise() -> None:
    assert asset_specification(LINES, ROWS, options())["resolve"] == {"scale": {"x": "shared"}}
    apart = asset_specification(LINES, ROWS, options(combines_legends=False))
    assert apart["resolve"] == {"scale": {"x": "shared", "color": "independent"}}


def test_each_row_has_layers_of_annotations_with_numbered_names() -> None:
    for number, graph in enumerate(graphs(ROWS, shows_annotations=True)):
        named = {layer["name"]: layer for layer in graph["layer"] if "name" in layer}

        assert set(named) == {f"annotation_{part}_{number}" for part in ("band", "rule", "marker", "text")}
        assert {layer["data"]["name"] for layer in named.values()} == {"asset_7_annotations"}
        parameters = [param["name"] for param in named[f"annotation_marker_{number}"]["params"]]
        assert parameters == [f"annotation_hover_time_{number}", f"annotation_pin_time_{number}"]


def test_only_markers_show_and_pin_annotations() -> None:
    [graph] = graphs(ROWS[:1], shows_annotations=True)

    chosen = {param["name"]: param["select"] for params in values_in(graph, "params") for param in params}

    assert chosen["annotation_hover_time_0"]["on"] == "@annotation_marker_0_marks:mouseover"
    assert chosen["annotation_pin_time_0"]["on"] == "@annotation_marker_0_marks:click"


def test_without_annotations_nothing_asks_for_their_dataset() -> None:
    assert "asset_7_annotations" not in json.dumps(asset_specification(LINES, ROWS, options()))


@pytest.mark.parametrize("chart_type", ASSET_CHARTS)
def test_every_graph_follows_a_replay(chart_type: str) -> None:
    for graph in asset_specification(chart_type, ROWS, options())["vconcat"]:
        [rule] = [layer for layer in graph["layer"] if layer.get("data") == {"name": "replay"}]
        assert rule["encoding"]["x"]["field"] == "belief_time"


def test_hovering_is_left_out_of_rows_with_thousands_of_values() -> None:
    months = {"start": START, "end": START + timedelta(days=90)}

    assert values_in(graphs(ROWS), "tooltip")
    assert not values_in(graphs(ROWS[:1], **months), "tooltip")


def test_tooltips_tell_values_in_the_unit_that_is_drawn() -> None:
    [same, mixed] = graphs([make_row(POWER, GRID), make_row(POWER, PRICE)])

    assert 'quantityWithUnitFormat(datum.scaled_event_value, [",.6~r", "kW"])' in values_in(same, "calculate")
    assert 'quantityWithUnitFormat(datum.scaled_event_value, [",.6~r", datum.sensor_unit])' in values_in(
        mixed, "calculate"
    )


def test_sizes_go_to_the_rows() -> None:
    chosen = asset_specification(LINES, ROWS, options(width="640", height="200"))

    assert [(graph["width"], graph["height"]) for graph in chosen["vconcat"]] == [("640", "200")] * 2
    assert (chosen["width"], chosen["height"]) == ("640", "200")
    usual = asset_specification(LINES, ROWS, options())
    assert [graph["width"] for graph in usual["vconcat"]] == ["container", "container"]
    assert "width" not in usual


def test_an_asset_without_anything_to_show_has_no_graphs() -> None:
    assert graphs([]) == []


def test_sessions_are_made_of_moments_with_the_rows_that_go_with_them() -> None:
    moments = [make_shown(n, name, "s", "PT0M") for n, name in enumerate(("arrival", "departure", "lunch"), start=10)]
    total = make_shown(20, "charge points power", "kW")
    rows = [
        make_row(*moments, make_shown(13, "plug in", "kW")),
        make_row(POWER, total, title="Power flow by type"),
        make_row(PRICE, title="Prices"),
        make_row(SOC, title="State"),
    ]

    sessions, flow, prices = asset_specification(SESSIONS, rows, options())["vconcat"]

    assert sessions["transform"][0]["filter"]["oneOf"] == [10, 11]
    assert [graph["transform"][0]["filter"]["oneOf"] for graph in (flow, prices)] == [[20], [3]]
    assert (flow["title"], prices["title"]) == ("Power flow by type", "Prices")


def test_no_chart_is_changed_by_those_made_after_it() -> None:
    def all_charts() -> dict[str, str]:
        asset = {name: asset_specification(name, ROWS, options(shows_annotations=True)) for name in ASSET_CHARTS}
        sensor = {name: sensor_specification(name, POWER, options(shows_annotations=True)) for name in SENSOR_CHARTS}
        return {name: json.dumps(chart) for name, chart in (asset | sensor).items()}

    first = all_charts()

    assert all_charts() == first


def test_changing_a_chart_changes_no_other() -> None:
    before = json.dumps(asset_specification(LINES, ROWS, options()))
    spoilt = asset_specification(LINES, ROWS, options())
    spoilt["config"]["legend"]["orient"] = "none"
    spoilt["vconcat"][0]["layer"].clear()

    assert json.dumps(asset_specification(LINES, ROWS, options())) == before
