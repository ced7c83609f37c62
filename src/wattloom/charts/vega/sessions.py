"""Charging sessions as lines over time: stay, connection and charging, a line for each charge point."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from wattloom.charts.shown import Row, shown_sensors
from wattloom.charts.vega import tooltips
from wattloom.charts.vega.annotated import with_annotations
from wattloom.charts.vega.axes import replay_layer, time_encoding
from wattloom.charts.vega.lines import common_step, line_row, row_size
from wattloom.charts.vega.options import ChartOptions, Spec
from wattloom.charts.vega.units import MOMENT

_SPANS = (
    ("arrival", "departure", {"strokeWidth": 1, "strokeDash": [4, 4]}),
    ("plug in", "plug out", {"strokeWidth": 2}),
    ("start charging", "stop charging", {"strokeWidth": 6}),
)
_MOMENTS = frozenset(name for start, end, _ in _SPANS for name in (start, end))
_POWER_ROW, _PRICE_ROW = "Power flow by type", "Prices"
_POWER_SENSOR = "charge points power"
_LEGEND = "charge_points"


def session_rows(rows: list[Row], options: ChartOptions) -> list[Spec]:
    """Return the items of ``vconcat``: the sessions, and below them power and prices where the asset shows such rows.

    A session is an asset and the start of an event; its moments are sensors in
    seconds named after what happens then.
    """
    step = common_step(rows)
    companions = enumerate(_companions(rows), start=1)
    return [_sessions(rows, options), *(_companion(row, options, number, step) for number, row in companions)]


def _companion(row: Row, options: ChartOptions, number: int, step: timedelta | None) -> Spec:
    return line_row(row, options, number=number, step=step)


def _companions(rows: list[Row]) -> Iterable[Row]:
    for row in rows:
        if row.title == _POWER_ROW:
            power = tuple(shown for shown in row.sensors if shown.sensor.name == _POWER_SENSOR)
            if power:
                yield replace(row, sensors=power, constants=())
        elif row.title == _PRICE_ROW:
            yield row


def _sessions(rows: list[Row], options: ChartOptions) -> Spec:
    ids = [
        shown.sensor.id
        for shown in shown_sensors(rows)
        if shown.sensor.unit == MOMENT and shown.sensor.name in _MOMENTS
    ]
    layers = [_span(start, end, mark) for start, end, mark in _SPANS]
    layers[0]["params"] = [
        {
            "name": _LEGEND,
            "select": {"type": "point", "fields": ["asset_description"], "toggle": "event.ctrlKey"},
            "bind": "legend",
        }
    ]
    return {
        "title": "Charging sessions",
        **row_size(options),
        "transform": [
            {"filter": {"field": "sensor.id", "oneOf": ids}},
            {"calculate": "datum.sensor.asset_id", "as": "asset_id"},
            {"calculate": "datum.sensor.asset_description", "as": "asset_description"},
            {"calculate": "datum.sensor.name", "as": "moment"},
            {
                "pivot": "moment",
                "value": "event_value",
                "groupby": ["asset_id", "asset_description", "event_start"],
                "op": "max",
            },
        ],
        "layer": with_annotations([*layers, replay_layer(options)], options, 0),
    }


def _span(start: str, end: str, mark: Spec) -> Spec:
    return {
        "transform": [
            {"filter": f"isValid(datum['{start}']) && isValid(datum['{end}'])"},
            {"calculate": f"datum['{start}']", "as": "span_start"},
            {"calculate": f"datum['{end}']", "as": "span_end"},
            {"calculate": f"datum['{end}'] - datum['{start}']", "as": "span_length"},
        ],
        "mark": {"type": "rule", "clip": True, **mark},
        "encoding": {
            "x": time_encoding("span_start"),
            "x2": {"field": "span_end"},
            "y": {"field": "asset_id", "type": "nominal", "title": "Charge point"},
            "color": {"field": "asset_description", "type": "nominal", "title": "Charge point"},
            "opacity": {"condition": {"param": _LEGEND, "value": 1}, "value": 0},
            "tooltip": [
                tooltips.text("asset_description", "Charge point"),
                _moment("span_start", start),
                _moment("span_end", end),
                tooltips.duration("span_length", "Length"),
            ],
        },
    }


def _moment(field: str, name: str) -> Spec:
    return {"field": field, "type": "temporal", "title": name.capitalize(), "format": "%H:%M on %A %b %e, %Y"}
