"""A quantity that may vary: a fixed value, values of a sensor, or segments of time.

Values are in the canonical unit of their field: MW, MWh, a fraction, or money
per MWh or MW. Reading sensors and resolving to a grid is not done here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeAlias
from zoneinfo import ZoneInfo

from wattloom.errors import FieldProblem, FlexModelError, InputError, suggestion
from wattloom.periods import Duration, Resolution, parse_duration, parse_instant
from wattloom.scheduling.flexmodel.fields import Field, Form, Overlap
from wattloom.scheduling.flexmodel.quantity import Scale, read_number, read_quantity, unit_of
from wattloom.units import is_convertible


class SensorFacts(Protocol):
    """What parsing needs to know of a sensor."""

    @property
    def id(self) -> int:
        """Its id."""

    @property
    def name(self) -> str:
        """What people call it."""

    @property
    def unit(self) -> str:
        """Unit of its values."""

    @property
    def event_resolution(self) -> Resolution:
        """How long one event lasts."""

    @property
    def zone(self) -> ZoneInfo:
        """Its time zone."""

    @property
    def asset_id(self) -> int:
        """The asset it stands on."""

    @property
    def attributes(self) -> Mapping[str, Any]:
        """Free attributes, for example ``consumption_is_positive``."""


Sensors: TypeAlias = Mapping[int, SensorFacts]


@dataclass(frozen=True, slots=True)
class Fixed:
    """One value for all times."""

    value: float


@dataclass(frozen=True, slots=True)
class SensorReference:
    """The values of a sensor, perhaps of some sources only.

    Attributes:
        sensor_id: Which sensor.
        unit: Canonical unit to convert its values to.
        source_types: Types of sources to use; empty for all.
        exclude_source_types: Types of sources not to use.
        source_ids: Sources to use; empty for all.
        source_account_ids: Accounts whose sources to use; empty for all.
        default: Value of steps without data, in the canonical unit.
    """

    sensor_id: int
    unit: str
    source_types: tuple[str, ...] = ()
    exclude_source_types: tuple[str, ...] = ()
    source_ids: tuple[int, ...] = ()
    source_account_ids: tuple[int, ...] = ()
    default: float | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A value that holds from ``start`` to ``end``; both are equal for one moment."""

    start: datetime
    end: datetime
    value: float


@dataclass(frozen=True, slots=True)
class Segments:
    """Values for parts of the time."""

    segments: tuple[Segment, ...]
    overlap: Overlap = Overlap.FIRST


@dataclass(frozen=True, slots=True)
class GroupKey:
    """What members of a group call it: ``{"asset": 7}`` or ``{"sensor": 9}``.

    Attributes:
        kind: ``asset`` or ``sensor``.
        id: Of the asset or sensor.
    """

    kind: str
    id: int

    def __str__(self) -> str:
        """Return it as it stands in cost names, ``asset:7``."""
        return f"{self.kind}:{self.id}"


Variable: TypeAlias = Fixed | SensorReference | Segments

_REFERENCE_KEYS = frozenset(
    {"sensor", "source-types", "exclude-source-types", "sources", "source-account", "default"},
)
_SEGMENT_KEYS = frozenset({"value", "datetime", "start", "end", "duration"})
_MAX_SEGMENTS = 10_000
_MAX_WORDS = 1000
_NOT_VARIABLE = "Unsupported value type. `{0}` was provided but only dict, list and str are supported."


def parse_variable(value: object, field: Field, scale: Scale, sensors: Sensors, zone: ZoneInfo) -> Variable:
    """Read a variable quantity.

    Args:
        value: JSON of the field.
        field: Its row in the table.
        scale: Canonical unit of the field, and the unit of numbers without one.
        sensors: The sensors that may be referred to.
        zone: Calendar of nominal durations.

    Raises:
        FlexModelError: Each problem names its place below the field.
    """
    if isinstance(value, Mapping):
        _require(Form.SENSOR, field)
        return parse_reference(value, field.name, scale, sensors)
    if isinstance(value, list):
        _require(Form.SEGMENTS, field)
        return _parse_segments(value, field, scale, zone)
    _require(Form.FIXED, field)
    return Fixed(_at_least(read_quantity(value, scale, field=field.name), field))


def parse_reference(value: Mapping[str, Any], name: str, scale: Scale, sensors: Sensors) -> SensorReference:
    """Read ``{"sensor": id}`` with its filters and default.

    Raises:
        FlexModelError: No such sensor, a wrong unit, or a wrong filter.
    """
    if "sensor" not in value:
        raise FlexModelError("Dictionary provided but `sensor` key not found.", field=name)
    unknown = [key for key in value if key not in _REFERENCE_KEYS]
    if unknown:
        problems = [FieldProblem((name, key), f"Unknown field.{suggestion(key, _REFERENCE_KEYS)}") for key in unknown]
        raise FlexModelError(problems[0].message, problems=problems)
    sensor = find_sensor(value["sensor"], name, sensors)
    scale.check_unit(sensor.unit, sensor.event_resolution, field=name)
    default = value.get("default")
    return SensorReference(
        sensor_id=sensor.id,
        unit=scale.unit,
        source_types=_words(value, "source-types", name),
        exclude_source_types=_words(value, "exclude-source-types", name),
        source_ids=_ids(value, "sources", name),
        source_account_ids=_ids(value, "source-account", name),
        default=None if default is None else read_quantity(default, scale, field=name),
    )


def find_sensor(sensor_id: object, name: str, sensors: Sensors) -> SensorFacts:
    """Return the sensor with this id.

    Raises:
        FlexModelError: Not an id, or there is no such sensor.
    """
    number = as_id(sensor_id)
    if number is None:
        got = type(sensor_id).__name__
        raise FlexModelError(f"Sensor ID has the wrong type. Got `{got}` but `int` was expected.", field=name)
    if number not in sensors:
        raise FlexModelError(f"No sensor found with ID {number}.", field=name)
    return sensors[number]


def holds_power(sensor: SensorFacts) -> bool:
    """Whether a sensor is in a unit of power, or of energy per event; on a sensor of moments that is per step."""
    return is_convertible(sensor.unit, "MW", event_h=sensor.event_resolution.hours or 1.0)


def fixed_value(variable: Variable | None) -> float | None:
    """Return the value that a quantity has at all times; None for one that varies, or is not given."""
    return variable.value if isinstance(variable, Fixed) else None


def as_id(value: object) -> int | None:
    """Return an id given as a number or a numeral; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:  # noqa: PLR2004 - int64
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63 else None


def _parse_segments(values: Sequence[object], field: Field, scale: Scale, zone: ZoneInfo) -> Segments:
    if len(values) > _MAX_SEGMENTS:
        message = f"Has {len(values)} segments; at most {_MAX_SEGMENTS} are accepted."
        raise FlexModelError(message, field=field.name)
    segments, problems = [], []
    for index, value in enumerate(values):
        try:
            segments.append(_parse_segment(value, field, scale, zone))
        except InputError as error:
            problems += [FieldProblem((field.name, index, *p.path), p.message) for p in error.problems]
    units = {scale.family(unit) for unit in (unit_of(value) for value in values) if unit is not None}
    if len(units) > 1:
        raise FlexModelError("Segments of a time series must share the same unit.", field=field.name)
    if problems:
        raise FlexModelError(problems[0].message, problems=problems)
    return Segments(tuple(segments), field.overlap)


def _parse_segment(value: object, field: Field, scale: Scale, zone: ZoneInfo) -> Segment:
    if not isinstance(value, Mapping):
        raise FlexModelError("Invalid input type.")
    unknown = [key for key in value if key not in _SEGMENT_KEYS]
    if unknown:
        raise FlexModelError(f"Unknown field.{suggestion(unknown[0], _SEGMENT_KEYS)}", field=unknown[0])
    if "value" not in value:
        raise FlexModelError("Missing data for required field.", field="value")
    start, end = _parse_timing(value, zone)
    number = read_number(value["value"], scale, field="value")
    return Segment(start, end, _at_least(number, field, path="value"))


def _parse_timing(value: Mapping[str, Any], zone: ZoneInfo) -> tuple[datetime, datetime]:
    given = {key for key in ("datetime", "start", "end", "duration") if value.get(key) is not None}
    instants = {key: parse_instant(value[key], field=key) for key in sorted(given - {"duration"})}
    if "datetime" in given:
        if len(given) > 1:
            raise FlexModelError("If using the 'datetime' field, no 'start', 'end' or 'duration' is expected.")
        return instants["datetime"], instants["datetime"]
    if "duration" in given:
        if len(given) != 2:  # noqa: PLR2004 - the duration and one end
            raise FlexModelError("If using the 'duration' field, either 'start' or 'end' is expected.")
        start, end = _around(parse_duration(value["duration"], field="duration"), instants, zone)
    elif given == {"start", "end"}:
        start, end = instants["start"], instants["end"]
    else:
        raise FlexModelError("Missing field(s) to describe timing: 'datetime', or two of 'start', 'end', 'duration'.")
    if end < start:
        raise FlexModelError("The end must not lie before the start.", field="end")
    return start, end


def _around(length: Duration, instants: Mapping[str, datetime], zone: ZoneInfo) -> tuple[datetime, datetime]:
    if "start" in instants:
        return instants["start"], length.after(instants["start"], calendar_zone=zone)
    back = Duration(-length.months, -length.time)
    return back.after(instants["end"], calendar_zone=zone), instants["end"]


def _require(form: Form, field: Field) -> None:
    if form in field.forms:
        return
    got = {Form.SENSOR: "dict", Form.SEGMENTS: "list", Form.FIXED: "str"}[form]
    raise FlexModelError(f"A {got} is not accepted here; give a fixed quantity such as '10 kWh'.", field=field.name)


def _at_least(value: float, field: Field, path: str | None = None) -> float:
    if field.minimum is not None and value < field.minimum:
        raise FlexModelError(f"Must be greater than or equal to {field.minimum:g}.", field=path or field.name)
    return value


def _filter_list(value: Mapping[str, Any], key: str, name: str) -> Any:
    items = value.get(key) or []
    if isinstance(items, list) and len(items) > _MAX_WORDS:
        raise FlexModelError(f"Has {len(items)} entries; at most {_MAX_WORDS} are accepted.", field=(name, key))
    return items


def _words(value: Mapping[str, Any], key: str, name: str) -> tuple[str, ...]:
    words = _filter_list(value, key, name)
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise FlexModelError("Must be a list of texts.", field=(name, key))
    return tuple(words)


def _ids(value: Mapping[str, Any], key: str, name: str) -> tuple[int, ...]:
    ids = _filter_list(value, key, name)
    numbers = [as_id(item) for item in ids] if isinstance(ids, list) else [None]
    if any(number is None for number in numbers):
        raise FlexModelError("Must be a list of ids.", field=(name, key))
    return tuple(number for number in numbers if number is not None)
