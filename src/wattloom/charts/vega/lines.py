"""A row of an asset's chart: lines of sensors and constants over time, in the units of the row."""

from datetime import timedelta

from wattloom.charts.shown import Row, finest_resolution
from wattloom.charts.vega import tooltips
from wattloom.charts.vega.annotated import with_annotations
from wattloom.charts.vega.axes import replay_layer, time_encoding, value_scale
from wattloom.charts.vega.labels import capitalised, row_axis_title
from wattloom.charts.vega.options import ChartOptions, Spec
from wattloom.charts.vega.units import UnitScale, unit_scale

_MAX_HOVERED = 5_000
"""Values in a row beyond which hovering is not followed: it costs a mark for each value."""


def line_row(row: Row, options: ChartOptions, *, number: int, step: timedelta | None) -> Spec:
    """Return one item of ``vconcat``.

    Args:
        row: What it shows.
        options: Window, size, and whether annotations are drawn.
        number: Which row it is, from 0; the names of its parameters end in it.
        step: Length of the events of all sensors with a resolution; None without such sensors.
    """
    scale = unit_scale([shown.sensor.unit for shown in row.sensors] + [constant.unit for constant in row.constants])
    is_hovered = _n_values(row, options, step) <= _MAX_HOVERED
    layers = [_lines(row, scale), *(_hovered(scale, number) if is_hovered else []), replay_layer(options)]
    ids = [shown.sensor.id for shown in row.sensors] + [constant.id for constant in row.constants]
    return {
        **({"title": capitalised(row.title)} if row.title else {}),
        **row_size(options),
        "transform": [
            {"filter": {"field": "sensor.id", "oneOf": ids}},
            {"calculate": scale.value_expression(), "as": "scaled_event_value"},
        ],
        "layer": with_annotations(layers, options, number),
    }


def row_size(options: ChartOptions) -> Spec:
    """Return the width of a row, and its height where the caller chose one."""
    return {"width": options.width, **({"height": options.height} if options.height is not None else {})}


def _lines(row: Row, scale: UnitScale) -> Spec:
    is_instantaneous = any(shown.sensor.event_resolution.is_instantaneous for shown in row.sensors)
    y = _value_encoding(scale) | {"title": row_axis_title(row, scale)}
    if not scale.shows_moments:
        y["scale"] = value_scale(row.y_axis, scale.units)
    return {
        "mark": {
            "type": "line",
            "interpolate": "linear" if is_instantaneous else "step-after",
            "strokeWidth": 2,
            "clip": True,
        },
        "encoding": {
            "x": time_encoding("event_start"),
            "y": y,
            "color": _color_encoding(),
            "strokeDash": {
                "field": "source.type",
                "type": "nominal",
                "title": "Source",
                "scale": {"domain": ["forecaster", "scheduler", "other"], "range": [[2, 2], [4, 4], [1, 0]]},
                "legend": {"symbolType": "stroke"},
            },
            # Sensors of assets with the same name are described alike.
            "detail": [{"field": "source.id"}, {"field": "sensor.id"}],
        },
    }


def _value_encoding(scale: UnitScale) -> Spec:
    return {"field": "scaled_event_value", "type": "temporal" if scale.shows_moments else "quantitative"}


def _color_encoding() -> Spec:
    return {"field": "sensor.description", "type": "nominal", "title": "Sensor"}


def _hovered(scale: UnitScale, number: int) -> list[Spec]:
    """Return the layers that mark the values at the time nearest to the pointer, and tell the nearest one."""
    name = f"hover_{number}"
    is_hovered = {"param": name, "empty": False}
    nearest = {"type": "point", "nearest": True, "fields": ["event_start"], "on": "mouseover", "clear": "mouseout"}
    points = {
        "transform": [{"calculate": _value_text(scale), "as": "value_with_unit"}],
        "params": [{"name": name, "select": nearest}],
        "mark": {"type": "point", "filled": True, "size": 60, "clip": True},
        "encoding": {
            "x": time_encoding("event_start"),
            "y": _value_encoding(scale),
            "color": _color_encoding(),
            "opacity": {"condition": {**is_hovered, "value": 1}, "value": 0},
            "tooltip": [
                tooltips.text("sensor.description", "Sensor"),
                tooltips.text("value_with_unit", "Value"),
                tooltips.text("full_date", "Time and date"),
                tooltips.horizon(),
                tooltips.text("source_name_and_id", "Source"),
                tooltips.text("source.display_type", "Type"),
                tooltips.text("source.model", "Model"),
            ],
        },
    }
    ruler = {
        "transform": [{"filter": is_hovered}],
        "mark": {"type": "rule", "color": "#999", "clip": True},
        "encoding": {"x": time_encoding("event_start")},
    }
    return [ruler, points]


def _value_text(scale: UnitScale) -> str:
    if scale.shows_moments:
        return "timeFormat(datum.scaled_event_value, '%H:%M on %A %b %e, %Y')"
    return tooltips.quantity_expression("datum.scaled_event_value", scale.unit_expression())


def _n_values(row: Row, options: ChartOptions, step: timedelta | None) -> float:
    """Return how many values one source gives to the row; 0 when that cannot be known."""
    if options.start is None or options.end is None or step is None:
        return 0
    return len(row.sensors) * (options.end - options.start) / step


def common_step(rows: list[Row]) -> timedelta | None:
    """Return the length that ``chart_data`` brings all events of an asset to; None when there is none."""
    finest = finest_resolution(shown for row in rows for shown in row.sensors)
    return finest.nominal if finest is not None else None
