"""Reading a JSON object by its table of fields: every key is known, every value typed, or its path named."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from wattloom.errors import FieldProblem, FlexModelError, InputError, suggestion
from wattloom.periods import parse_duration
from wattloom.scheduling.flexmodel.fields import Field, Form, Kind, Stored
from wattloom.scheduling.flexmodel.quantity import MAX_MAGNITUDE, Scale, scale_of
from wattloom.scheduling.flexmodel.variable import (
    GroupKey,
    SensorReference,
    Sensors,
    Variable,
    as_id,
    find_sensor,
    holds_power,
    parse_reference,
    parse_variable,
)
from wattloom.scheduling.flexmodel.window import LaterResolution

_MAX_ENTRIES = 1000
"""Longest list of sensors, quantities or commitments."""
_LEAST_NUMBER = 1e-6


@dataclass(frozen=True, slots=True)
class Scope:
    """What the values of an object are read against.

    Attributes:
        sensors: The sensors that may be referred to.
        zone: Calendar of nominal durations.
        soc_unit: Unit of bare numbers in ``soc-*`` fields.
        currency: What all prices are counted in.
        is_stored: Whether the object is to be kept on an asset, not scheduled with.
    """

    sensors: Sensors
    zone: ZoneInfo
    soc_unit: str = "MWh"
    currency: str = "EUR"
    is_stored: bool = False

    def scale(self, field: Field) -> Scale:
        """Return what a field is converted to."""
        return scale_of(field, soc_unit=self.soc_unit, currency=self.currency)


class Problems:
    """Collects what is wrong, so that callers hear it all at once."""

    def __init__(self) -> None:
        self._found: list[FieldProblem] = []

    def add(self, message: str, *path: str | int) -> None:
        """Remember one problem."""
        self._found.append(FieldProblem(path, message))

    @property
    def found(self) -> Sequence[FieldProblem]:
        """What is wrong so far."""
        return self._found

    def take(self, read: Callable[[], Any], *, entry: int | None = None) -> Any:
        """Return what ``read`` returns, or remember its problems, as those of an entry if there is one, and return None."""
        try:
            return read()
        except InputError as error:
            self._found += error.problems if entry is None else [replace(each, entry=entry) for each in error.problems]
            return None

    def raise_if_any(self) -> None:
        """Raise what was found.

        Raises:
            FlexModelError: Anything was.
        """
        if self._found:
            raise FlexModelError(self._found[0].message, problems=self._found)


def parse_fields(raw: object, table: Mapping[str, Field], scope: Scope, problems: Problems) -> dict[str, Any]:
    """Read an object; null counts as absent.

    Returns:
        Typed values by field name: :data:`Variable`, bool, str, int, lists of them.
    """
    if not isinstance(raw, Mapping):
        problems.add("Invalid input type.", "_schema")
        return {}
    values: dict[str, Any] = {}
    for name, value in raw.items():
        complaint = _complaint(table[name], value, scope) if name in table else _unknown(name, table, scope)
        if complaint:
            problems.add(complaint, name)
        elif value is not None:
            parsed = problems.take(partial(_parse, value, table[name], scope))
            if parsed is not None:
                values[name] = parsed
    return values


def _unknown(name: str, table: Mapping[str, Field], scope: Scope) -> str:
    known = [other for other, field in table.items() if not scope.is_stored or field.stored is not Stored.NO]
    return f"Unknown field.{suggestion(name, known)}"


def _complaint(field: Field, value: object, scope: Scope) -> str | None:
    if field.kind not in {Kind.QUANTITY, Kind.SOC} and isinstance(value, list) and len(value) > _MAX_ENTRIES:
        return f"Has {len(value)} entries; at most {_MAX_ENTRIES} are accepted."
    if scope.is_stored:
        return _storing_complaint(field, value)
    if value is not None and field.is_of_process:
        return f"'{field.name}' is about processes: assets of the type process or load."
    return None


def _storing_complaint(field: Field, value: object) -> str | None:
    if field.stored is Stored.NO:
        return "Unknown field."
    if field.kind in {Kind.QUANTITY, Kind.SOC} and isinstance(value, list):
        return "A time series specification (listing segments) is not supported when storing flex-model fields."
    if field.kind is Kind.QUANTITIES and any(isinstance(item, list) for item in _items(value)):
        return "A time series specification (listing segments) is not supported when storing flex-model fields."
    if field.stored is Stored.SENSOR and value is not None and not isinstance(value, Mapping):
        return f"Fixed prices are not currently supported for {field.name} when storing; refer to a sensor."
    return None


def _parse(value: Any, field: Field, scope: Scope) -> Any:
    return _PARSERS[field.kind](value, field, scope)


def _quantity(value: Any, field: Field, scope: Scope) -> Variable:
    if scope.is_stored and field.forms == {Form.FIXED} and isinstance(value, Mapping):
        return parse_reference(value, field.name, scope.scale(field), scope.sensors)
    return parse_variable(value, field, scope.scale(field), scope.sensors, scope.zone)


def _quantities(value: Any, field: Field, scope: Scope) -> tuple[Variable, ...]:
    if not isinstance(value, list) or not value:
        raise FlexModelError("Must be a list with at least one quantity or sensor reference.", field=field.name)
    found: list[Variable] = []
    problems = Problems()
    for index, item in enumerate(value):
        try:
            found.append(parse_variable(item, field, scope.scale(field), scope.sensors, scope.zone))
        except InputError as error:
            for problem in error.problems:
                problems.add(problem.message, field.name, index, *problem.path[1:])
    problems.raise_if_any()
    return tuple(found)


def _flag(value: Any, field: Field, _scope: Scope) -> bool:
    words = {"true": True, "false": False, "1": True, "0": False}
    flag = words.get(str(value).lower()) if isinstance(value, (bool, str, int)) else None
    if flag is None:
        raise FlexModelError("Not a valid boolean.", field=field.name)
    return flag


def _text(value: Any, field: Field, _scope: Scope) -> str:
    if not isinstance(value, str) or not value.strip():
        raise FlexModelError("Must be a non-empty text.", field=field.name)
    return value.strip()


def _id(value: Any, field: Field, scope: Scope) -> int:
    if field.name != "asset":
        return find_sensor(value, field.name, scope.sensors).id
    number = as_id(value)
    if number is None:
        raise FlexModelError("Not a valid integer.", field=field.name)
    return number


def _ids(value: Any, field: Field, scope: Scope) -> tuple[SensorReference, ...]:
    ids = value if isinstance(value, list) else [value]
    return tuple(parse_reference({"sensor": item}, field.name, scope.scale(field), scope.sensors) for item in ids)


def _references(value: Any, field: Field, scope: Scope) -> tuple[SensorReference, ...]:
    items = [value] if isinstance(value, Mapping) else value
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        raise FlexModelError("Must be a list of sensor references, such as [{'sensor': 3}].", field=field.name)
    return tuple(parse_reference(item, field.name, scope.scale(field), scope.sensors) for item in items)


def _reference(value: Any, field: Field, scope: Scope) -> SensorReference:
    if not isinstance(value, Mapping):
        raise FlexModelError("Must be a reference to a sensor, such as {'sensor': 3}.", field=field.name)
    return parse_reference(value, field.name, scope.scale(field), scope.sensors)


def _group(value: Any, field: Field, scope: Scope) -> GroupKey:
    if not isinstance(value, Mapping) or len(value) != 1 or not {"asset", "sensor"} & set(value):
        raise FlexModelError("The group must reference exactly one of 'sensor' or 'asset'.", field=field.name)
    [(kind, number)] = value.items()
    if kind == "sensor":
        sensor = find_sensor(number, field.name, scope.sensors)
        if not holds_power(sensor):
            raise FlexModelError("The group must reference a sensor with a power unit.", field=field.name)
        return GroupKey(kind, sensor.id)
    asset_id = as_id(number)
    if asset_id is None:
        raise FlexModelError("Not a valid integer.", field=field.name)
    return GroupKey(kind, asset_id)


def _length(value: Any, field: Field, _scope: Scope) -> timedelta:
    length = parse_duration(value, field=field.name)
    if length.months or length.time < timedelta():
        raise FlexModelError("Must be a duration such as PT30M, without months or years.", field=field.name)
    return length.time


def _later(value: Any, field: Field, scope: Scope) -> LaterResolution:
    if not isinstance(value, Mapping) or set(value) != {"after", "resolution"}:
        message = "Must be an object with 'after' and 'resolution', such as {'after': 'PT24H', 'resolution': 'PT1H'}."
        raise FlexModelError(message, field=field.name)
    after, resolution = (_length(value[name], field, scope) for name in ("after", "resolution"))
    return LaterResolution(after, resolution)


def _number(value: Any, field: Field, _scope: Scope) -> float:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not _LEAST_NUMBER <= value <= MAX_MAGNITUDE:
        raise FlexModelError("Must be a number greater than 0.", field=field.name)
    return float(value)


def _output(value: Any, field: Field, scope: Scope) -> int:
    if not isinstance(value, Mapping):
        raise FlexModelError("Must be a reference to a sensor, such as {'sensor': 3}.", field=field.name)
    extra = [key for key in value if key != "sensor"]
    if extra:
        raise FlexModelError("Unknown field.", field=(field.name, extra[0]))
    return parse_reference(value, field.name, scope.scale(field), scope.sensors).sensor_id


def _soc(value: Any, field: Field, scope: Scope) -> Variable:
    if isinstance(value, list):
        return parse_variable(value, field, Scale("MWh", scope.soc_unit), scope.sensors, scope.zone)
    if not isinstance(value, Mapping):
        raise FlexModelError("The state-of-charge can only be a sensor or a time series.", field=field.name)
    sensor = find_sensor(value.get("sensor"), field.name, scope.sensors) if "sensor" in value else None
    if sensor is not None and not sensor.event_resolution.is_instantaneous:
        message = "The `state-of-charge` field points to a sensor with a non-instantaneous event resolution."
        raise FlexModelError(f"{message} Use an instantaneous sensor.", field=field.name)
    # A percentage is meant of soc-max, which only the device knows.
    scale = Scale("") if sensor is not None and sensor.unit == "%" else Scale("MWh")
    return parse_reference(value, field.name, scale, scope.sensors)


def _as_given(value: Any, _field: Field, _scope: Scope) -> Any:
    return value


def _items(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else ()


_PARSERS: Mapping[Kind, Callable[[Any, Field, Scope], Any]] = {
    Kind.QUANTITY: _quantity,
    Kind.QUANTITIES: _quantities,
    Kind.FLAG: _flag,
    Kind.TEXT: _text,
    Kind.ID: _id,
    Kind.IDS: _ids,
    Kind.OUTPUT: _output,
    Kind.REFERENCES: _references,
    Kind.SOC: _soc,
    Kind.COMMITMENTS: _as_given,
    Kind.CONTEXTS: _as_given,
    Kind.REFERENCE: _reference,
    Kind.GROUP: _group,
    Kind.MODES: _as_given,
    Kind.SCENARIOS: _as_given,
    Kind.LENGTH: _length,
    Kind.NUMBER: _number,
    Kind.LATER: _later,
    Kind.ANY: _as_given,
}
