"""Types of fields that several endpoints take, each checked as it is read."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field

from wattloom.errors import InputError, PeriodError
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


def parse_horizon(text: object, *, field: str) -> timedelta:
    """Return how long before an event can be known something is believed.

    Raises:
        PeriodError: It is no duration, or one of months or years.
    """
    horizon = parse_duration(text, field=field)
    if horizon.months:
        raise PeriodError("Horizons cannot be months or years.", field=field)
    return horizon.time


def parse_positive_resolution(text: object, *, field: str) -> Resolution:
    """Return how long something lasts.

    Raises:
        PeriodError: It is no resolution, or that of values at moments.
    """
    resolution = Resolution.parse(text, field=field)
    if resolution.is_instantaneous:
        raise PeriodError("Must be positive.", field=field)
    return resolution


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

PositiveResolution = Annotated[
    Resolution,
    BeforeValidator(_reporting(lambda text: parse_positive_resolution(text, field=_FIELD)), json_schema_input_type=str),
]
"""A length of events or slots."""

Horizon = Annotated[
    timedelta,
    BeforeValidator(_reporting(lambda text: parse_horizon(text, field=_FIELD)), json_schema_input_type=str),
]
"""A fixed time before or after an event can be known."""

ZoneName = Annotated[str, AfterValidator(_reporting(lambda name: parse_zone(name, field=_FIELD).key))]
"""A time zone that exists."""

Instant = Annotated[
    datetime,
    BeforeValidator(_reporting(lambda text: parse_instant(text, field=_FIELD)), json_schema_input_type=str),
]
"""An instant with an offset."""
