"""The values of one sensor as colours: days or weeks below each other.

Of several sources the one with most values is shown. Days and hours are those
of the viewer's clock, as all times in Vega-Lite are.
"""

from dataclasses import dataclass

from wattloom.charts.shown import ShownSensor
from wattloom.charts.vega import tooltips
from wattloom.charts.vega.labels import sensor_axis_title
from wattloom.charts.vega.options import ChartOptions, Spec, annotations_dataset
from wattloom.timeseries import Sensor

_HOUR_MS = 3_600_000
_MOMENT_H = 0.25
"""How long a value that holds for a moment is drawn [h]."""


@dataclass(frozen=True, slots=True)
class _Calendar:
    """How a time is placed.

    Attributes:
        row: Vega expression of the day on which the row of time ``t`` starts, as arguments of ``datetime``.
        hour: Vega expression of the hour within the row.
        n_days: Length of a row.
        axis: Its marks along x.
        row_format: How rows are labelled.
    """

    row: str
    hour: str
    n_days: int
    axis: Spec
    row_format: str


def daily_heatmap(shown: ShownSensor, options: ChartOptions) -> Spec:
    """Return the layers of a chart with the time of day along x and a row for each day."""
    calendar = _Calendar(
        row="year(t), month(t), date(t)",
        hour="hours(t) + minutes(t) / 60 + seconds(t) / 3600",
        n_days=1,
        axis={"values": list(range(0, 25, 3)), "labelExpr": "datum.value + ':00'"},
        row_format="%b %-d, %Y",
    )
    return _heatmap(shown, options, calendar)


def weekly_heatmap(shown: ShownSensor, options: ChartOptions) -> Spec:
    """Return the layers of a chart with day and time of the week along x and a row for each week."""
    calendar = _Calendar(
        row="year(t), month(t), date(t) - (day(t) + 6) % 7",
        hour="(day(t) + 6) % 7 * 24 + hours(t) + minutes(t) / 60 + seconds(t) / 3600",
        n_days=7,
        axis={
            "values": list(range(0, 169, 24)),
            "labelExpr": "['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun', ''][datum.value / 24]",
        },
        row_format="W%V, %G",
    )
    return _heatmap(shown, options, calendar)


def _heatmap(shown: ShownSensor, options: ChartOptions, calendar: _Calendar) -> Spec:
    sensor = shown.sensor
    length_h = sensor.event_resolution.nominal.total_seconds() * 1000 / _HOUR_MS or _MOMENT_H
    n_hours = calendar.n_days * 24
    transform = [
        tooltips.full_date(),
        *_source_with_most_values(),
        *_placed("event_start", calendar),
        {"calculate": f"min(datum.hour + {length_h}, {n_hours})", "as": "hour_end"},
        # When clocks are set back an hour comes twice and would hide its first self.
        {
            "calculate": f"hours(datum.event_start) === hours(datum.event_start - {_HOUR_MS})",
            "as": "is_repeated",
        },
        {"calculate": "(+datum.row_start + +datum.row_end) / 2", "as": "row_middle"},
    ]
    layers = [
        _cells(sensor, calendar, "!datum.is_repeated", "row_start"),
        _cells(sensor, calendar, "datum.is_repeated", "row_middle"),
        *([_annotations(calendar, options)] if options.shows_annotations else []),
        _replay(calendar),
    ]
    return {"transform": transform, "layer": layers}


def _source_with_most_values() -> list[Spec]:
    return [
        {"calculate": "datum.source.id", "as": "source_id"},
        {"joinaggregate": [{"op": "count", "as": "n_of_source"}], "groupby": ["source_id"]},
        {"joinaggregate": [{"op": "max", "field": "n_of_source", "as": "n_most"}]},
        {"filter": "datum.n_of_source === datum.n_most"},
        {"joinaggregate": [{"op": "min", "field": "source_id", "as": "chosen_source_id"}]},
        {"filter": "datum.source_id === datum.chosen_source_id"},
    ]


def _placed(field: str, calendar: _Calendar) -> list[Spec]:
    def of(expression: str) -> str:
        return expression.replace("(t)", f"(datum.{field})")

    row = of(calendar.row)
    return [
        {"calculate": f"datetime({row})", "as": "row_start"},
        {"calculate": f"datetime({row} + {calendar.n_days})", "as": "row_end"},
        {"calculate": of(calendar.hour), "as": "hour"},
    ]


def _position(calendar: _Calendar, row_field: str) -> Spec:
    return {
        "x": {
            "field": "hour",
            "type": "quantitative",
            "title": None,
            "scale": {"domain": [0, calendar.n_days * 24], "nice": False},
            "axis": dict(calendar.axis),
        },
        "y": {
            "field": row_field,
            "type": "temporal",
            "title": None,
            "scale": {"reverse": True, "nice": False},
            "axis": {"format": calendar.row_format, "tickMinStep": calendar.n_days * 24 * _HOUR_MS},
        },
    }


def _cells(sensor: Sensor, calendar: _Calendar, condition: str, row_field: str) -> Spec:
    return {
        "transform": [{"filter": condition}],
        "mark": {"type": "rect", "clip": True},
        "encoding": {
            **_position(calendar, row_field),
            "x2": {"field": "hour_end"},
            "y2": {"field": "row_end"},
            "color": {
                "field": "event_value",
                "type": "quantitative",
                "title": sensor_axis_title(sensor),
                "scale": {"scheme": "blueorange", "domainMid": 0, "zero": True},
                # Vega 5.22 fails on gradients of datasets that are still empty.
                "legend": {"type": "symbol", "symbolType": "square"},
            },
            "tooltip": [
                tooltips.quantity("event_value", "Value", sensor.unit),
                tooltips.text("full_date", "Time and date"),
                tooltips.zone(sensor.timezone),
                tooltips.horizon(),
                tooltips.text("source.description", "Source"),
            ],
        },
    }


def _annotations(calendar: _Calendar, options: ChartOptions) -> Spec:
    return {
        "name": "annotation_marker_0",
        "data": {"name": annotations_dataset(options.dataset)},
        "transform": _placed("start", calendar),
        "mark": {"type": "point", "shape": "triangle-right", "filled": True, "size": 80, "color": "#333", "opacity": 1},
        "encoding": _position(calendar, "row_start") | {"tooltip": tooltips.text("content", "Annotation")},
    }


def _replay(calendar: _Calendar) -> Spec:
    return {
        "data": {"name": "replay"},
        "transform": _placed("belief_time", calendar),
        "mark": {"type": "rule", "strokeWidth": 2, "color": "#555"},
        "encoding": _position(calendar, "row_start") | {"y2": {"field": "row_end"}},
    }
