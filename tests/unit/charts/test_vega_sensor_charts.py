"""Specifications of sensors' charts."""

import json
from typing import Any

import pytest

from tests.charted import END, END_MS, START, START_MS, make_shown, options
from wattloom.charts.vega import SENSOR_CHARTS, sensor_specification

POWER = make_shown(1, "power", "kW")


def chart(chart_type: str = "bar_chart", shown: Any = POWER, **chosen: Any) -> dict[str, Any]:
    return sensor_specification(chart_type, shown, options(dataset="sensor_1", **chosen))


@pytest.mark.parametrize("chart_type", SENSOR_CHARTS)
def test_every_chart_names_its_dataset_and_describes_itself(chart_type: str) -> None:
    found = chart(chart_type)

    assert found["data"] == {"name": "sensor_1"}
    assert found["description"].endswith(" of Power (kW)")
    assert found["transform"][0]["as"] == "full_date"


@pytest.mark.parametrize("chart_type", SENSOR_CHARTS)
def test_every_chart_follows_a_replay(chart_type: str) -> None:
    assert [layer["data"]["name"] for layer in chart(chart_type)["layer"] if "data" in layer] == ["replay"]


@pytest.mark.parametrize("chart_type", SENSOR_CHARTS)
def test_nothing_in_a_chart_is_null_but_titles_and_stacks(chart_type: str) -> None:
    text = json.dumps(chart(chart_type, shows_annotations=True))

    assert text.count("null") == text.count('"title": null') + text.count('"stack": null')


def test_sizes_are_given_as_they_were_sent() -> None:
    assert (chart()["width"], chart()["height"]) == ("container", 300)
    found = chart(width="400", height="250")
    assert (found["width"], found["height"]) == ("400", "250")


@pytest.mark.parametrize(
    ("chart_type", "place"),
    [("bar_chart", "bottom"), ("histogram", "bottom"), ("daily_heatmap", "right"), ("weekly_heatmap", "right")],
)
def test_legends_stand_right_of_heatmaps_only(chart_type: str, place: str) -> None:
    assert chart(chart_type)["config"]["legend"]["orient"] == place


def test_the_title_says_what_the_axis_does_not() -> None:
    assert "title" not in chart()
    typed = chart(shown=make_shown(1, "inverter 3", "kW", sensor_type="power"))
    assert typed["title"] == "Inverter 3"
    assert typed["layer"][0]["encoding"]["y"]["title"] == "Power (kW)"


def test_values_without_a_unit_are_arbitrary() -> None:
    assert chart(shown=make_shown(1, "index", ""))["layer"][0]["encoding"]["y"]["title"] == "Index (a.u.)"


def test_bars_are_as_wide_as_events() -> None:
    found = chart(shown=make_shown(1, "power", "kW", "PT1H"))

    assert {"calculate": "datum.event_start + 3600000", "as": "event_end"} in found["transform"]
    assert found["layer"][0]["encoding"]["x2"] == {"field": "event_end"}
    assert found["layer"][0]["mark"]["opacity"] == 0.7


def test_zero_can_be_seen() -> None:
    assert chart()["layer"][0]["encoding"]["strokeWidth"] == {
        "condition": {"test": "datum.event_value === 0", "value": 2},
        "value": 0,
    }


@pytest.mark.parametrize(
    ("resolution", "attributes", "mark"),
    [
        ("PT0M", {"interpolate": "monotone"}, "area"),
        ("PT0M", {}, "bar"),
        ("PT0M", {"interpolate": "as you like"}, "bar"),
        ("PT0M", {"interpolate": 7}, "bar"),
        ("PT15M", {"interpolate": "monotone"}, "bar"),
    ],
)
def test_samples_become_an_area_when_the_sensor_says_how(
    resolution: str, attributes: dict[str, Any], mark: str
) -> None:
    found = chart(shown=make_shown(1, "level", "m", resolution, **attributes))

    assert found["layer"][0]["mark"]["type"] == mark


def test_the_time_axis_of_bars_is_fixed_to_the_window() -> None:
    scale = {"domain": [START_MS, END_MS], "nice": False}

    assert chart(start=START, end=END)["layer"][-1]["encoding"]["x"]["scale"] == scale
    assert "scale" not in chart(start=START)["layer"][-1]["encoding"]["x"]


def test_bars_have_layers_of_annotations() -> None:
    layers = chart(shows_annotations=True)["layer"]

    assert [layer["name"] for layer in layers if "name" in layer] == [
        "annotation_band_0",
        "annotation_rule_0",
        "annotation_marker_0",
        "annotation_text_0",
    ]


def test_heatmaps_are_centred_on_zero_and_mark_annotations() -> None:
    found = chart("daily_heatmap", shows_annotations=True)

    assert found["layer"][0]["encoding"]["color"]["scale"] == {"scheme": "blueorange", "domainMid": 0, "zero": True}
    assert [layer["name"] for layer in found["layer"] if "name" in layer] == ["annotation_marker_0"]


@pytest.mark.parametrize(("chart_type", "hours"), [("daily_heatmap", 24), ("weekly_heatmap", 168)])
def test_heatmaps_show_whole_days_or_weeks(chart_type: str, hours: int) -> None:
    assert chart(chart_type)["layer"][0]["encoding"]["x"]["scale"]["domain"] == [0, hours]
