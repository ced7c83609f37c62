"""Posted series in JSON: one object with arrays for each sensor."""

import re
from typing import Annotated, Any

import msgspec
import numpy as np
from starlette.exceptions import HTTPException

from wattloom.api.field_messages import NOT_AN_OBJECT
from wattloom.api.fields import parse_horizon, parse_positive_resolution
from wattloom.api.v4.series.columns import MS_US
from wattloom.api.v4.series.posted import Place, PostedSeries
from wattloom.api.v4.series.query import MAX_SENSORS
from wattloom.db import MAX_ID
from wattloom.errors import SCHEMA_FIELD, FieldPath, InputError, suggestion
from wattloom.periods import parse_instant
from wattloom.timeseries import Floats
from wattloom.units import parse_unit

_PATH = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_STEP = re.compile(r"\.(?P<name>[^.\[]+)|\[(?P<position>\d+)\]")
_NAMED = re.compile(r"(?P<problem>unknown|required) field `(?P<field>[^`]*)`")
_TEXTS = {
    "Expected `float | null`": "Not a valid number.",
    "Expected `float`": "Not a valid number.",
    "Expected `int`, ": "Not a valid integer.",
    "Expected `str | null`": "Not a valid string.",
    "Expected `array": "Not a valid list.",
    "Expected `object": "Not an object.",
    "Number out of range": "Too large.",
}


class _Series(msgspec.Struct, forbid_unknown_fields=True):
    sensor: Annotated[int, msgspec.Meta(ge=1, le=MAX_ID)]
    event_value: Annotated[list[float | None], msgspec.Meta(min_length=1)]
    event_start_ms: list[float] | None = None
    start: str | None = None
    resolution: str | None = None
    unit: str | None = None
    belief_time: str | None = None
    belief_time_ms: list[float] | None = None
    horizon: str | None = None
    cumulative_probability: list[float] | None = None


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    series: Annotated[list[_Series], msgspec.Meta(min_length=1, max_length=MAX_SENSORS)]


_decoder = msgspec.json.Decoder(_Body)
_, _SCHEMAS = msgspec.json.schema_components((_Series,))

DOCUMENTED: dict[str, Any] = {
    "type": "object",
    "required": ["series"],
    "properties": {
        "series": {
            "type": "array",
            "minItems": 1,
            "maxItems": MAX_SENSORS,
            "items": _SCHEMAS["_Series"] | {"title": "Series"},
        }
    },
}
"""The schema of a body, for the OpenAPI document."""


def series_of_json(body: bytes) -> list[PostedSeries]:
    """Return what a body holds.

    Raises:
        InputError: A field is missing, unknown, of the wrong type, or contradicts another.
        HTTPException: 400, the body is not JSON.
    """
    try:
        decoded = _decoder.decode(body)
    except msgspec.ValidationError as error:
        raise _input_error(str(error)) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise HTTPException(400, "The body is not valid JSON.") from error
    return [_posted(one, position) for position, one in enumerate(decoded.series)]


def _posted(one: _Series, position: int) -> PostedSeries:
    try:
        _check_choices(one)
        return PostedSeries(
            place=Place(np.arange(len(one.event_value)), ("series", position), time_suffix="_ms"),
            sensor_id=one.sensor,
            # None becomes NaN: a gap.
            value=np.array(one.event_value, dtype=np.float64),
            event_start_us=_instants_us(one, "event_start_ms"),
            start=None if one.start is None else parse_instant(one.start, field="start"),
            unit=None if one.unit is None else parse_unit(one.unit).text,
            resolution=None
            if one.resolution is None
            else parse_positive_resolution(one.resolution, field="resolution"),
            belief_times_us=_instants_us(one, "belief_time_ms"),
            belief_time=None if one.belief_time is None else parse_instant(one.belief_time, field="belief_time"),
            horizon=None if one.horizon is None else parse_horizon(one.horizon, field="horizon"),
            cumulative_probability=_column(one, "cumulative_probability"),
        )
    except InputError as error:
        raise error.below("series", position) from error


def _check_choices(one: _Series) -> None:
    if (one.event_start_ms is None) == (one.start is None):
        raise InputError("Give either event_start_ms, or start and resolution.", field="event_start_ms")
    if one.start is not None and one.resolution is None:
        raise InputError("Needed besides start: the length of the events.", field="resolution")
    if [one.belief_time, one.belief_time_ms, one.horizon].count(None) < 2:  # noqa: PLR2004 - one of three is given
        raise InputError("Give only one of belief_time, belief_time_ms and horizon.", field="belief_time")


def _column(one: _Series, name: str) -> Floats | None:
    column = getattr(one, name)
    if column is None:
        return None
    if len(column) != len(one.event_value):
        raise InputError(f"Has {len(column)} entries, and event_value {len(one.event_value)}.", field=name)
    return np.array(column, dtype=np.float64)


def _instants_us(one: _Series, name: str) -> Floats | None:
    column = _column(one, name)
    with np.errstate(over="ignore"):
        return None if column is None else column * MS_US


def _input_error(text: str) -> InputError:
    """Translate what msgspec found."""
    place = _PATH.search(text)
    path: FieldPath = tuple(
        step["name"] or int(step["position"]) for step in _STEP.finditer("" if place is None else place["path"])
    )
    named = _NAMED.search(text)
    if named is not None:
        known = _Series if path else _Body
        hint = suggestion(named["field"], known.__struct_fields__)
        message = f"Unknown field.{hint}" if named["problem"] == "unknown" else "Missing data for required field."
        return InputError(message, field=(*path, named["field"]))
    if not path:
        return InputError(NOT_AN_OBJECT, field=SCHEMA_FIELD)
    found = next((message for start, message in _TEXTS.items() if text.startswith(start)), None)
    return InputError(found or f"{_PATH.sub('', text)}.", field=path)
