"""How often the values of one sensor occur."""

from wattloom.charts.shown import ShownSensor
from wattloom.charts.vega import tooltips
from wattloom.charts.vega.labels import sensor_axis_title
from wattloom.charts.vega.options import ChartOptions, Spec
from wattloom.charts.vega.source_labels import source_legend_label

_MAX_BINS = 60


def histogram(shown: ShownSensor, options: ChartOptions) -> Spec:
    """Return the layers of a chart that counts values by size; a replay shows its time in the corner."""
    del options
    title = sensor_axis_title(shown.sensor)
    bins = {"field": "event_value", "type": "quantitative", "bin": {"maxbins": _MAX_BINS}, "title": title}
    count = {"aggregate": "count", "type": "quantitative", "title": "Count"}
    layer = {
        "mark": {"type": "bar", "opacity": 0.7},
        "encoding": {
            "x": bins,
            "y": {**count, "stack": None, "axis": {"tickMinStep": 1}},
            "color": {"field": "source_legend_label", "type": "nominal", "title": "Source"},
            "tooltip": [
                dict(bins),
                dict(count),
                tooltips.text("source_legend_label", "Source"),
            ],
        },
    }
    return {"transform": [tooltips.full_date(), *source_legend_label()], "layer": [layer, _replay_clock()]}


def _replay_clock() -> Spec:
    return {
        "data": {"name": "replay"},
        "mark": {"type": "text", "align": "right", "baseline": "top", "fontSize": 16},
        "encoding": {
            "x": {"value": "width"},
            "y": {"value": 0},
            "text": {"field": "belief_time", "type": "temporal", "format": "%H:%M on %A %b %e, %Y"},
        },
    }
