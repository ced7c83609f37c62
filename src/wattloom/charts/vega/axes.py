"""The axes that several charts share."""

from typing import Any

from wattloom.charts.vega.options import ChartOptions, Spec

_PERCENT_DOMAIN = (0, 105)


def time_encoding(field: str) -> Spec:
    """Return the encoding of a time along the x axis."""
    return {"field": field, "type": "temporal", "title": None}


def value_scale(y_axis: Any, units: list[str]) -> Spec:
    """Return where an axis of values begins and ends.

    Args:
        y_axis: ``zero``, ``data``, ``[min, max]`` for at least this range, or
            ``{"min": …, "max": …}`` for exactly this one.
        units: The units drawn; percentages show the whole.
    """
    if isinstance(y_axis, dict):
        return {"domain": [y_axis["min"], y_axis["max"]], "clamp": True, "nice": False, "zero": False}
    if isinstance(y_axis, list):
        return {"domain": {"unionWith": y_axis}, "zero": False}
    if y_axis == "zero" and units == ["%"]:
        return {"domain": {"unionWith": list(_PERCENT_DOMAIN)}, "nice": False}
    return {"zero": y_axis == "zero"}


def replay_layer(options: ChartOptions) -> Spec:
    """Return the rule that marks the moment a replay has come to: the one row of the dataset ``replay``.

    It also fixes the time axis to the window when that has two ends: for all
    layers, since Vega-Lite warns about a domain that is stated twice, or beside
    both ends of a bar.
    """
    x = time_encoding("belief_time")
    if options.domain_ms is not None:
        x["scale"] = {"domain": options.domain_ms, "nice": False}
    mark = {"type": "rule", "strokeWidth": 2, "color": "#555", "clip": True}
    return {"data": {"name": "replay"}, "mark": mark, "encoding": {"x": x}}
