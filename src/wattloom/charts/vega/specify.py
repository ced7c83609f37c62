"""From the name of a chart to its specification: what stands around the graphs."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from wattloom.charts.shown import Row, ShownSensor
from wattloom.charts.vega import tooltips
from wattloom.charts.vega.bars import bar_chart
from wattloom.charts.vega.heatmaps import daily_heatmap, weekly_heatmap
from wattloom.charts.vega.histogram import histogram
from wattloom.charts.vega.labels import sensor_axis_title, sensor_title
from wattloom.charts.vega.lines import common_step, line_row
from wattloom.charts.vega.options import CONTAINER, ChartOptions, Spec
from wattloom.charts.vega.sessions import session_rows

_HEIGHT = 300
_SESSIONS = "chart_for_chargepoint_sessions"
_HEATMAPS = frozenset({"daily_heatmap", "weekly_heatmap"})


def _line_rows(rows: list[Row], options: ChartOptions) -> list[Spec]:
    step = common_step(rows)
    return [line_row(row, options, number=number, step=step) for number, row in enumerate(rows)]


ASSET_CHARTS: Mapping[str, Callable[[list[Row], ChartOptions], list[Spec]]] = MappingProxyType(
    {"chart_for_multiple_sensors": _line_rows, _SESSIONS: session_rows}
)
"""The charts of assets by name; the first is the usual one."""

SENSOR_CHARTS: Mapping[str, Callable[[ShownSensor, ChartOptions], Spec]] = MappingProxyType(
    {
        "bar_chart": bar_chart,
        "histogram": histogram,
        "daily_heatmap": daily_heatmap,
        "weekly_heatmap": weekly_heatmap,
    }
)
"""The charts of sensors by name; the first is the usual one."""


def asset_specification(chart_type: str, rows: list[Row], options: ChartOptions) -> Spec:
    """Return the specification of an asset's chart.

    Args:
        chart_type: A name in :data:`ASSET_CHARTS`.
        rows: What the asset shows, as the user may read it.
        options: Dataset, window, size, legends, annotations.
    """
    # Vega-Lite takes the sizes from the rows, and warns about a container here; embedders may read them here.
    # Colours of sessions are charge points, in other rows they are sensors.
    is_combined = options.combines_legends and chart_type != _SESSIONS
    return {
        "description": "Values over time, one graph per row",
        **({"width": options.width} if options.width != CONTAINER else {}),
        "height": options.height or _HEIGHT,
        "data": {"name": options.dataset},
        "transform": [tooltips.source_name_and_id(), tooltips.full_date()],
        "vconcat": ASSET_CHARTS[chart_type](rows, options),
        "resolve": {"scale": {"x": "shared", **({} if is_combined else {"color": "independent"})}},
        "config": _config("bottom"),
    }


def sensor_specification(chart_type: str, shown: ShownSensor, options: ChartOptions) -> Spec:
    """Return the specification of a sensor's chart.

    Args:
        chart_type: A name in :data:`SENSOR_CHARTS`.
        shown: The sensor.
        options: Dataset, window, size, annotations.
    """
    title = sensor_title(shown.sensor)
    return {
        "description": f"{chart_type.replace('_', ' ').capitalize()} of {sensor_axis_title(shown.sensor)}",
        **({"title": title} if title is not None else {}),
        "width": options.width,
        "height": options.height or _HEIGHT,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"name": options.dataset},
        **SENSOR_CHARTS[chart_type](shown, options),
        "config": _config("right" if chart_type in _HEATMAPS else "bottom"),
    }


def _config(legend: str) -> Spec:
    font = {"labelFontSize": 16, "titleFontSize": 16}
    return {
        "customFormatTypes": True,
        "axis": dict(font),
        "axisY": {"titleAngle": 0, "titleAlign": "left", "titleX": 0, "titleY": -12, "titleBaseline": "bottom"},
        "title": {"fontSize": 20},
        "legend": {**font, "orient": legend, "columns": 1, "labelLimit": 0},
        "view": {"continuousWidth": 800, "continuousHeight": 150},
    }
