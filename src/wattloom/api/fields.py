"""Types of fields that several endpoints take, each checked as it is read."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field

from wattloom.errors import InputError
from wattloom.periods import Duration, Resolution, parse_duration, parse_instant, parse_zone
from wattloom.units import parse_unit

_Value = TypeVar("_Value")
_FIELD = ""


def _reporting(parse: Callable[[Any], _Value]) -> Callable[[Any], _Value]:
    """Let Pydantic report our errors under its own name of the field."""

    def checked(value: Any) -> _Value:
        try:
            return parse(value)
        except InputError as error:
            raise ValueError(error.message) from error

    return checked


Unit = Annotated[str, AfterValidator(_reporting(lambda text: parse_unit(text, field=_FIELD).text))]
"""A unit that exists, as written."""

ResolutionText = Annotated[
    str, Field(max_length=40), AfterValidator(_reporting(lambda text: Resolution.parse(text, field=_FIELD).iso()))
]
"""The canonical text of a resolution."""

DurationField = Annotated[
    Duration,
    BeforeValidator(_reporting(lambda text: parse_duration(text, field=_FIELD)), json_schema_input_type=str),
]
"""A duration in ISO 8601, in whole minutes."""

ZoneName = Annotated[str, AfterValidator(_reporting(lambda name: parse_zone(name, field=_FIELD).key))]
"""A time zone that exists."""

Instant = Annotated[
    datetime,
    BeforeValidator(_reporting(lambda text: parse_instant(text, field=_FIELD)), json_schema_input_type=str),
]
"""An instant with an offset."""
