"""Which sensors a flex-model and a flex-context refer to, and where."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wattloom.errors import FieldPath, FlexModelError
from wattloom.scheduling.flexmodel.fields import FLEX_CONTEXT, FLEX_MODEL, Kind
from wattloom.scheduling.flexmodel.variable import as_id

_WRITTEN = frozenset(
    name
    for table in (FLEX_CONTEXT, FLEX_MODEL)
    for name, field in table.items()
    if field.kind in {Kind.OUTPUT, Kind.SOC}
)

_MAX_ID = 2**31 - 1
"""Larger numbers are ids of nothing, and no database column takes them."""

_MAX_DEPTH = 20
"""Deepest nesting; no field needs half of it."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A sensor that a request names.

    Attributes:
        sensor_id: Which sensor.
        path: The fields that lead to it, beginning with ``flex-model`` or
            ``flex-context``; places in lists are left out, as in permission errors.
        is_written: Whether the schedule records on it, not only reads it.
    """

    sensor_id: int
    path: FieldPath
    is_written: bool


def referenced_sensors(flex_model: Any, flex_context: Any) -> list[Reference]:
    """Return every sensor that is named, at any depth.

    Keys that name sensors are ``sensor``, ``sensors`` and whatever ends in
    ``-sensor`` or ``-sensors``. Numbers that cannot be ids are left out: the
    parser says that there is no such sensor.

    Raises:
        FlexModelError: Objects and lists are nested too deeply for anything they could mean.
    """
    return [*_walk(flex_model, ("flex-model",), 0), *_walk(flex_context, ("flex-context",), 0)]


def with_plain_ids(value: Any, *, are_ids: bool = False) -> Any:
    """Return a flex-model or flex-context with ids as numbers, which may have been given as numerals.

    What assets hold is searched for references by others, who know numbers only.
    """
    if isinstance(value, Mapping):
        return {key: with_plain_ids(inner, are_ids=_names_ids(str(key))) for key, inner in value.items()}
    if isinstance(value, list):
        return [with_plain_ids(item, are_ids=are_ids) for item in value]
    number = as_id(value) if are_ids else None
    return value if number is None else number


def _walk(value: Any, path: FieldPath, depth: int) -> Iterator[Reference]:
    if depth > _MAX_DEPTH:
        raise FlexModelError(f"Nested too deeply: at most {_MAX_DEPTH} levels are read.", field=path[:2][-1:])
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, path, depth + 1)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            here = (*path, str(key))
            if _names_sensors(str(key)):
                ids = (as_id(item) for item in (inner if isinstance(inner, list) else [inner]))
                known = (number for number in ids if number is not None and number <= _MAX_ID)
                yield from (Reference(number, here, _is_written(here)) for number in known)
            else:
                yield from _walk(inner, here, depth + 1)


def _names_sensors(key: str) -> bool:
    return key.rsplit("-", maxsplit=1)[-1] in {"sensor", "sensors"}


def _names_ids(key: str) -> bool:
    return _names_sensors(key) or key in {"asset", "sources", "source-account"}


def _is_written(path: FieldPath) -> bool:
    return path[1:] == ("sensor",) or any(part in _WRITTEN for part in path)
