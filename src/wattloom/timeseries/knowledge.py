"""When the value of an event can be known: the knowledge-horizon functions of sensors.

The knowledge time of an event lies its knowledge horizon before the event
starts. Beliefs formed before it are ex-ante (forecasts, schedules), those
formed at it or later ex-post (measurements).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import numpy as np

from wattloom.errors import InputError
from wattloom.periods import (
    MICROSECOND,
    Microseconds,
    Resolution,
    from_us,
    parse_duration,
    parse_instant,
    parse_zone,
    to_us,
)

_FIELD = "knowledge_horizon"
_DEFAULT_PARAMETERS: Mapping[str, Any] = MappingProxyType({"ex_post_horizon": "PT0H"})

_Function: TypeAlias = Callable[[Mapping[str, Any], Microseconds, Resolution, ZoneInfo], Microseconds]


@dataclass(frozen=True, slots=True)
class KnowledgeHorizon:
    """A function with its parameters, as stored on a sensor.

    Attributes:
        function: ``ex_post`` (known when the event has ended), ``ex_ante``,
            ``x_days_ago_at_y_oclock``, ``x_years_ago_at_date`` or ``at_date``.
        parameters: Durations in ISO 8601, hours, dates and time zones.
    """

    function: str = "ex_post"
    parameters: Mapping[str, Any] = field(default_factory=lambda: dict(_DEFAULT_PARAMETERS))

    def __post_init__(self) -> None:
        """Refuse functions that do not exist."""
        if self.function not in _FUNCTIONS:
            raise InputError(f"Must be one of: {', '.join(sorted(_FUNCTIONS))}.", field=_FIELD)

    def knowledge_times_us(self, starts_us: Microseconds, resolution: Resolution, zone: ZoneInfo) -> Microseconds:
        """Return when events could first be known [µs].

        Args:
            starts_us: Starts of the events, shape (n,).
            resolution: How long they last.
            zone: Time zone of the sensor; calendar resolutions follow it.

        Raises:
            InputError: The parameters lack something or make no sense.
        """
        try:
            return _FUNCTIONS[self.function](self.parameters, starts_us, resolution, zone)
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"The parameters of {self.function} are incomplete or wrong.", field=_FIELD) from error


def _ex_post(
    parameters: Mapping[str, Any], starts_us: Microseconds, resolution: Resolution, zone: ZoneInfo
) -> Microseconds:
    return resolution.ends_us(starts_us, zone) + _length_us(parameters.get("ex_post_horizon", "PT0H"))


def _ex_ante(
    parameters: Mapping[str, Any], starts_us: Microseconds, resolution: Resolution, zone: ZoneInfo
) -> Microseconds:
    del resolution, zone
    return starts_us - _length_us(parameters["ex_ante_horizon"])


def _x_days_ago_at_y_oclock(
    parameters: Mapping[str, Any], starts_us: Microseconds, resolution: Resolution, zone: ZoneInfo
) -> Microseconds:
    del resolution, zone
    local_zone = parse_zone(parameters["z"], field=_FIELD)
    days = timedelta(days=int(parameters["x"]))
    clock = timedelta(hours=float(parameters["y"]))
    return _by_local_date(starts_us, local_zone, lambda midnight: midnight - days + clock)


def _x_years_ago_at_date(
    parameters: Mapping[str, Any], starts_us: Microseconds, resolution: Resolution, zone: ZoneInfo
) -> Microseconds:
    del resolution, zone
    local_zone = parse_zone(parameters["z"], field=_FIELD)
    years, month, day = int(parameters["x"]), int(parameters["month"]), int(parameters["day"])
    if years <= 0:
        raise ValueError(years)
    return _by_local_date(
        starts_us,
        local_zone,
        lambda midnight: midnight.replace(year=midnight.year - years, month=month, day=day),
    )


def _at_date(
    parameters: Mapping[str, Any], starts_us: Microseconds, resolution: Resolution, zone: ZoneInfo
) -> Microseconds:
    del resolution, zone
    return np.full(len(starts_us), to_us(parse_instant(parameters["knowledge_time"], field=_FIELD)), dtype=np.int64)


_FUNCTIONS: dict[str, _Function] = {
    "ex_post": _ex_post,
    "ex_ante": _ex_ante,
    "x_days_ago_at_y_oclock": _x_days_ago_at_y_oclock,
    "x_days_ago_at_y_o_clock": _x_days_ago_at_y_oclock,
    "x_years_ago_at_date": _x_years_ago_at_date,
    "at_date": _at_date,
}


def _length_us(text: Any) -> int:
    return parse_duration(text, field=_FIELD).time // MICROSECOND


def _by_local_date(
    starts_us: Microseconds, local_zone: ZoneInfo, known_at: Callable[[datetime], datetime]
) -> Microseconds:
    """Apply a rule to the local midnight before each start, once per day."""
    day_starts, inverse = np.unique(Resolution(days=1).floor_us(starts_us, local_zone), return_inverse=True)
    # Where the clocks go forward at midnight a day begins at one; rules count from midnight all the same.
    midnights = [from_us(int(start), local_zone).replace(hour=0, minute=0, fold=0) for start in day_starts]
    known = [to_us(known_at(midnight)) for midnight in midnights]
    return np.array(known, dtype=np.int64)[inverse]
