"""Which sensors and assets a flex-model and a flex-context name, and where, as the table of fields says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from wattloom.errors import FieldPath, FlexModelError
from wattloom.scheduling.flexmodel.fields import COMMITMENT, FLEX_CONTEXT, FLEX_MODEL, Field, Kind
from wattloom.scheduling.flexmodel.variable import as_id

_IDS = frozenset({Kind.ID, Kind.IDS})
_WRITTEN = frozenset({Kind.OUTPUT, Kind.SOC})
_LISTED = {Kind.COMMITMENTS: COMMITMENT, Kind.CONTEXTS: FLEX_CONTEXT}
"""Fields that hold objects, and what these are made of."""

_OF_REFERENCES = frozenset({"sensor", "asset", "sources", "source-account"})
_ID_NAMES = _OF_REFERENCES | {
    name for table in (FLEX_MODEL, FLEX_CONTEXT, COMMITMENT) for name, field in table.items() if field.kind in _IDS
}

_MAX_ID = 2**31 - 1
"""Larger numbers are ids of nothing, and no database column takes them."""

_MAX_DEPTH = 20
"""Deepest nesting; no field needs half of it."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A sensor or asset that a request names.

    Attributes:
        kind: Which of both.
        item_id: Its id.
        path: The fields that lead to it, beginning with ``flex-model`` or
            ``flex-context``; places in lists are left out, as in permission errors.
        is_written: Whether the schedule records on it, not only reads it.
    """

    kind: Literal["sensor", "asset"]
    item_id: int
    path: FieldPath
    is_written: bool = False


def find_references(flex_model: Any, flex_context: Any) -> list[Reference]:
    """Return every sensor and asset that is named.

    The table says which fields name some, and which the schedule records on. Fields
    that it does not know may be those of another scheduler: in them, at any depth,
    ``sensor``, ``sensors`` and whatever ends in ``-sensor`` or ``-sensors`` name
    sensors that are read. Numbers that cannot be ids are left out: the parser says
    that there is no such sensor.

    Args:
        flex_model: One entry, or a list of them.
        flex_context: One context, or a list of them.

    Raises:
        FlexModelError: Objects and lists are nested too deeply for anything they could mean.
    """
    return [
        *_in_objects(flex_model, FLEX_MODEL, ("flex-model",), 0),
        *_in_objects(flex_context, FLEX_CONTEXT, ("flex-context",), 0),
    ]


def referenced_sensors(flex_model: Any, flex_context: Any) -> list[Reference]:
    """Return those of :func:`find_references` that are sensors."""
    return [each for each in find_references(flex_model, flex_context) if each.kind == "sensor"]


def with_plain_ids(value: Any, *, are_ids: bool = False) -> Any:
    """Return a flex-model or flex-context with ids as numbers, which may have been given as numerals.

    What assets hold is searched for references by others, who know numbers only.
    """
    if isinstance(value, Mapping):
        return {key: with_plain_ids(inner, are_ids=key in _ID_NAMES) for key, inner in value.items()}
    if isinstance(value, list):
        return [with_plain_ids(item, are_ids=are_ids) for item in value]
    number = as_id(value) if are_ids else None
    return value if number is None else number


def _in_objects(value: Any, table: Mapping[str, Field], path: FieldPath, depth: int) -> Iterator[Reference]:
    """Search an object, or the objects of a list, whose keys are the fields of a table."""
    _check_depth(path, depth)
    if isinstance(value, list):
        for item in value:
            yield from _in_objects(item, table, path, depth + 1)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            field, here = table.get(str(key)), (*path, str(key))
            if field is None or field.kind is Kind.ANY:
                yield from _anywhere(inner, here, depth + 1)
            elif field.kind in _LISTED:
                yield from _in_objects(inner, _LISTED[field.kind], here, depth + 1)
            else:
                yield from _in_field(inner, field, here)


def _in_field(value: Any, field: Field, path: FieldPath) -> Iterator[Reference]:
    """Search the value of a field: ids, or objects that hold one."""
    for item in value if isinstance(value, list) else [value]:
        if field.kind in _IDS:
            kind: Literal["sensor", "asset"] = "asset" if field is FLEX_MODEL["asset"] else "sensor"
            yield from _reference(kind, item, path, is_written=field is FLEX_MODEL["sensor"])
        elif isinstance(item, Mapping):
            yield from _reference("sensor", item.get("sensor"), (*path, "sensor"), is_written=field.kind in _WRITTEN)
            yield from _reference("asset", item.get("asset"), (*path, "asset"))


def _anywhere(value: Any, path: FieldPath, depth: int) -> Iterator[Reference]:
    """Search the value of a field that the table does not know."""
    _check_depth(path, depth)
    if isinstance(value, list):
        for item in value:
            yield from _anywhere(item, path, depth + 1)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _anywhere(inner, (*path, str(key)), depth + 1)
    elif str(path[-1]).rsplit("-", maxsplit=1)[-1] in {"sensor", "sensors"}:
        yield from _reference("sensor", value, path)


def _reference(
    kind: Literal["sensor", "asset"], value: Any, path: FieldPath, *, is_written: bool = False
) -> Iterator[Reference]:
    number = as_id(value)
    if number is not None and number <= _MAX_ID:
        yield Reference(kind, number, path, is_written)


def _check_depth(path: FieldPath, depth: int) -> None:
    if depth > _MAX_DEPTH:
        raise FlexModelError(f"Nested too deeply: at most {_MAX_DEPTH} levels are read.", field=path[:2][-1:])
