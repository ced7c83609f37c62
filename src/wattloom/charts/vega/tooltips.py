"""What is said about a value on hovering, by three functions that the embedding page registers with Vega.

==========================  =======================================================  =====================
``quantityWithUnitFormat``  value, [d3 format, unit, symbols instead of currencies]  ``1 234 kW``
``timedeltaFormat``         milliseconds, [d3 format, count beyond which a unit is   ``36 hours``
                            large enough]
``timezoneFormat``          time, [IANA name]                                        ``+02:00 (Europe/Amsterdam)``
==========================  =======================================================  =====================
"""

import json

from wattloom.charts.vega.options import Spec

_NUMBER = ",.6~r"
_COUNT = "d"
_LARGEST_COUNT = 4


def quantity(field: str, title: str, unit: str) -> Spec:
    """Return a line that tells a number and its unit."""
    return _formatted(field, title, "quantityWithUnitFormat", [_NUMBER, unit])


def quantity_expression(value: str, unit: str) -> str:
    """Return the Vega expression of a number and its unit, each an expression itself."""
    return f"quantityWithUnitFormat({value}, [{json.dumps(_NUMBER)}, {unit}])"


def horizon() -> Spec:
    """Return the line that tells how long before an event could be known its value was believed."""
    return duration("belief_horizon", "Horizon")


def duration(field: str, title: str) -> Spec:
    """Return a line that tells milliseconds in a unit that people use for so many."""
    return _formatted(field, title, "timedeltaFormat", [_COUNT, _LARGEST_COUNT])


def zone(name: str) -> Spec:
    """Return the line that tells the offset from UTC in a time zone."""
    return _formatted("event_start", "Time zone", "timezoneFormat", [name]) | {"type": "temporal"}


def text(field: str, title: str) -> Spec:
    """Return a line that tells what stands in a field."""
    return {"field": field, "type": "nominal", "title": title}


def full_date() -> Spec:
    """Return the transform that writes out when an event starts, for example ``14:00 on Sunday Mar 1, 2026``."""
    return {"calculate": "timeFormat(datum.event_start, '%H:%M on %A %b %e, %Y')", "as": "full_date"}


def source_name_and_id() -> Spec:
    """Return the transform that names a source such that it can be found."""
    return {"calculate": "datum.source.name + ' (ID: ' + datum.source.id + ')'", "as": "source_name_and_id"}


def _formatted(field: str, title: str, function: str, arguments: list[str | int]) -> Spec:
    return {
        "field": field,
        "type": "quantitative",
        "title": title,
        "format": arguments,
        "formatType": function,
    }
