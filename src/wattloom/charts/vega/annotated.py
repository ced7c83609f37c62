"""Annotations in a graph: bands, and markers whose texts appear on hovering and stay when clicked."""

from wattloom.charts.vega.axes import time_encoding
from wattloom.charts.vega.options import ChartOptions, Spec, annotations_dataset

_GREY, _ORANGE = "#888888", "#f1a122"


def with_annotations(layers: list[Spec], options: ChartOptions, row: int) -> list[Spec]:
    """Return the layers of a graph between those of its annotations, if these are asked for.

    Args:
        layers: What the graph shows.
        options: Say whether there are annotations, and in which dataset.
        row: Number of the graph, from 0; the names of layers and parameters end in it.
    """
    if not options.shows_annotations:
        return layers
    # Markers stand above what follows the pointer, which covers the graph.
    return [_band(options, row), _rule(options, row), *layers, _marker(options, row), _text(options, row)]


def _band(options: ChartOptions, row: int) -> Spec:
    return {
        "name": f"annotation_band_{row}",
        "data": _data(options),
        "mark": {"type": "rect", "clip": True},
        "encoding": {
            "x": time_encoding("start"),
            "x2": {"field": "end"},
            "color": _color(),
            "opacity": {"condition": {"test": _is_shown(row), "value": 0.4}, "value": 0.2},
        },
    }


def _rule(options: ChartOptions, row: int) -> Spec:
    # A band without length, or of a few minutes in a year, could not be seen.
    return {
        "name": f"annotation_rule_{row}",
        "data": _data(options),
        "mark": {"type": "rule", "clip": True, "opacity": 0.5},
        "encoding": {"x": time_encoding("start"), "color": _color()},
    }


def _marker(options: ChartOptions, row: int) -> Spec:
    name = f"annotation_marker_{row}"
    hover, pin = _parameters(row)
    # Only of the markers: what else is pointed at has no end, which older versions of Vega fail on.
    entered, left, clicked, clicked_twice = (
        f"@{name}_marks:{event}" for event in ("mouseover", "mouseout", "click", "dblclick")
    )
    return {
        "name": name,
        "data": _data(options),
        "params": [
            {"name": hover, "select": {"type": "point", "fields": ["end"], "on": entered, "clear": left}},
            {"name": pin, "select": {"type": "point", "fields": ["end"], "on": clicked, "clear": clicked_twice}},
        ],
        "mark": {"type": "point", "shape": "triangle-down", "filled": True, "size": 150, "opacity": 1},
        "encoding": {"x": time_encoding("start"), "y": {"value": 0}, "color": _color()},
    }


def _text(options: ChartOptions, row: int) -> Spec:
    return {
        "name": f"annotation_text_{row}",
        "data": _data(options),
        "transform": [{"filter": _is_shown(row)}],
        "mark": {"type": "text", "align": "left", "baseline": "top", "dx": 8, "dy": 4, "lineBreak": "\n", "clip": True},
        "encoding": {
            "x": time_encoding("start"),
            "y": {"value": 0},
            "text": {"field": "content", "type": "nominal"},
        },
    }


def _parameters(row: int) -> tuple[str, str]:
    return f"annotation_hover_time_{row}", f"annotation_pin_time_{row}"


def _is_shown(row: int) -> Spec:
    return {"or": [{"param": name, "empty": False} for name in _parameters(row)]}


def _data(options: ChartOptions) -> Spec:
    return {"name": annotations_dataset(options.dataset)}


def _color() -> Spec:
    return {"condition": {"test": "datum.type === 'alert'", "value": _ORANGE}, "value": _GREY}
