"""The values of one sensor over time as bars, or as an area where the sensor says so."""

from wattloom.charts.shown import ShownSensor
from wattloom.charts.vega import tooltips
from wattloom.charts.vega.annotated import with_annotations
from wattloom.charts.vega.axes import replay_layer, time_encoding, value_scale
from wattloom.charts.vega.labels import sensor_axis_title
from wattloom.charts.vega.options import ChartOptions, Spec
from wattloom.charts.vega.source_labels import source_legend_label
from wattloom.timeseries import Sensor

_INTERPOLATIONS = frozenset(
    {
        "basis",
        "cardinal",
        "catmull-rom",
        "linear",
        "monotone",
        "natural",
        "step",
        "step-after",
        "step-before",
    }
)


def bar_chart(shown: ShownSensor, options: ChartOptions) -> Spec:
    """Return the layers of a chart with a bar for each event of a sensor.

    Events without a length become an area when the sensor's attribute
    ``interpolate`` tells how to get from one to the next.
    """
    sensor = shown.sensor
    encoding: Spec = {
        "x": time_encoding("event_start"),
        "y": {
            "field": "event_value",
            "type": "quantitative",
            "title": sensor_axis_title(sensor),
            "scale": value_scale("zero", [sensor.unit]),
            "stack": None,
        },
        "color": {"field": "source_legend_label", "type": "nominal", "title": "Source"},
        "tooltip": _tooltip(sensor),
    }
    transform = [tooltips.full_date(), *source_legend_label()]
    mark: Spec = {"type": "bar", "opacity": 0.7, "clip": True}
    interpolation = sensor.attributes.get("interpolate")
    if not sensor.event_resolution.is_instantaneous:
        length_ms = round(sensor.event_resolution.nominal.total_seconds() * 1000)
        transform.append({"calculate": f"datum.event_start + {length_ms}", "as": "event_end"})
        encoding["x2"] = {"field": "event_end"}
    elif isinstance(interpolation, str) and interpolation in _INTERPOLATIONS:
        mark |= {"type": "area", "interpolate": interpolation}
    if mark["type"] == "bar":
        # A bar of height zero would not be seen.
        encoding["stroke"] = dict(encoding["color"])
        encoding["strokeWidth"] = {"condition": {"test": "datum.event_value === 0", "value": 2}, "value": 0}
    layers = [{"mark": mark, "encoding": encoding}, replay_layer(options)]
    return {"transform": transform, "layer": with_annotations(layers, options, 0)}


def _tooltip(sensor: Sensor) -> list[Spec]:
    return [
        tooltips.quantity("event_value", "Value", sensor.unit),
        tooltips.text("full_date", "Time and date"),
        tooltips.horizon(),
        tooltips.text("source_legend_label", "Source"),
    ]
