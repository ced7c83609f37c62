"""When the data of a sensor count as stale: the defaults, and what its attribute ``status_specs`` says instead.

For example ``{"max_staleness": "PT1H", "max_future_staleness": "-PT6H",
"staleness_search": {"source_types": ["user"]}}``; every part may be left out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from wattloom.errors import InputError, suggestion
from wattloom.periods import ALL_TIME, Period, parse_duration, parse_instant
from wattloom.timeseries.reading.search import BeliefFilter
from wattloom.timeseries.sensor import Sensor
from wattloom.timeseries.source import Source

SPECIFICATION = "status_specs"
"""The attribute of a sensor."""

_SEARCH = "staleness_search"
_LIMITS = ("max_staleness", "max_future_staleness")
_AHEAD = timedelta(hours=-12)
_DAY_AHEAD_FUNCTIONS = frozenset({"x_days_ago_at_y_oclock", "x_days_ago_at_y_o_clock"})


@dataclass(frozen=True, slots=True)
class FreshnessRule:
    """When the data of a sensor are stale.

    Attributes:
        max_staleness: Greatest age of what has happened.
        max_future_staleness: Negative; how far ahead data that reach into the future have to reach.
        search: Which beliefs count; None for all.
        period: Which events count.
    """

    max_staleness: timedelta
    max_future_staleness: timedelta = _AHEAD
    search: BeliefFilter | None = None
    period: Period = ALL_TIME

    def accepts(self, source: Source) -> bool:
        """Whether the beliefs of a source count."""
        return self.search is None or self.search.accepts(source)


def freshness_rule(sensor: Sensor) -> FreshnessRule:
    """Return what holds for a sensor: its own specification, else the defaults.

    Raises:
        InputError: The specification is wrong; names the field in it.
    """
    by_default = (
        timedelta(days=1)
        if sensor.knowledge_horizon.function in _DAY_AHEAD_FUNCTIONS
        else 2 * sensor.event_resolution.nominal
    )
    stated = sensor.attributes.get(SPECIFICATION)
    return FreshnessRule(by_default) if stated is None else _parsed(stated, by_default)


def check_status_specs(attributes: Mapping[str, Any], *, before: Mapping[str, Any] | None = None) -> None:
    """Refuse attributes of a sensor that state a wrong specification.

    Args:
        attributes: All attributes that the sensor is to have.
        before: Those that it has; a specification that stays is not looked at.

    Raises:
        InputError: Names the field in the specification.
    """
    stated = attributes.get(SPECIFICATION)
    if stated is not None and (before is None or stated != before.get(SPECIFICATION)):
        try:
            _parsed(stated, timedelta(0))
        except InputError as error:
            raise error.below("attributes") from error


def _parsed(stated: object, max_staleness: timedelta) -> FreshnessRule:
    _check_names(stated, (_SEARCH, *_LIMITS), path=(SPECIFICATION,))
    assert isinstance(stated, Mapping)
    limits = {"max_staleness": max_staleness} | {
        name: _at((SPECIFICATION, name), _length, stated[name]) for name in _LIMITS if name in stated
    }
    sought = stated.get(_SEARCH) or {}
    path = (SPECIFICATION, _SEARCH)
    _check_names(sought, (*_FILTERS, *_WINDOW), path=path)
    if not sought:
        return FreshnessRule(**limits)
    search = {
        _FIELDS.get(name, name): _at((*path, name), _FILTERS[name], sought[name]) for name in _FILTERS if name in sought
    }
    window = {end: _at((*path, name), _instant, sought[name]) for name, end in _WINDOW.items() if name in sought}
    period = _at(path, lambda ends: Period(**ends), {"start": ALL_TIME.start, "end": ALL_TIME.end} | window)
    return FreshnessRule(**limits, search=BeliefFilter(**search), period=period)


def _check_names(stated: object, known: Sequence[str], *, path: tuple[str, ...]) -> None:
    if not isinstance(stated, Mapping):
        raise InputError("Must be an object.", field=path)
    for name in stated:
        if name not in known:
            hint = suggestion(str(name), known) or f" Known are: {', '.join(known)}."
            raise InputError(f"Unknown field.{hint}", field=(*path, str(name)))


def _at(path: tuple[str, ...], parse: Callable[[Any], Any], value: Any) -> Any:
    """Parse a value; what is wrong with it is said of ``path``."""
    try:
        return parse(value)
    except InputError as error:
        raise InputError(error.message, field=path) from error


def _instant(value: Any) -> datetime:
    return parse_instant(value, field="")


def _length(value: Any) -> timedelta:
    length = parse_duration(value, field="")
    if length.months:
        raise InputError("Must not hold months or years.")
    return length.time


def _ids(value: Any) -> frozenset[int]:
    ids = value if isinstance(value, list) else [value]
    if not all(type(each) is int for each in ids):
        raise InputError("Must be an id, or a list of ids.")
    return frozenset(ids)


def _texts(value: Any) -> frozenset[str]:
    texts = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) for each in texts):
        raise InputError("Must be a text, or a list of texts.")
    return frozenset(texts)


_FILTERS: Mapping[str, Callable[[Any], Any]] = {
    "beliefs_before": _instant,
    "beliefs_after": _instant,
    "horizons_at_least": _length,
    "horizons_at_most": _length,
    "source": _ids,
    "source_types": _texts,
    "exclude_source_types": _texts,
    "source_account_ids": _ids,
}
_FIELDS = {"source": "source_ids"}
_WINDOW = {"event_starts_after": "start", "event_ends_before": "end"}
