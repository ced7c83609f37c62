"""Which sensors a flex-model and a flex-context refer to, and where."""

from collections.abc import Iterator, Mapping
from typing import Any

from wattloom.errors import FieldPath
from wattloom.scheduling.flexmodel.variable import as_id

_LISTS = ("sensors",)


def referenced_sensors(flex_model: Any, flex_context: Any) -> list[tuple[int, FieldPath]]:
    """Return every sensor id with the path that names it, at any depth.

    Keys that name sensors are ``sensor``, ``sensors`` and whatever ends in
    ``-sensor`` or ``-sensors``. Paths begin with ``flex-model`` or
    ``flex-context``; places in lists are left out, as in permission errors.
    """
    return [*_walk(flex_model, ("flex-model",)), *_walk(flex_context, ("flex-context",))]


def _walk(value: Any, path: FieldPath) -> Iterator[tuple[int, FieldPath]]:
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, path)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            here = (*path, str(key))
            if key == "sensor" or str(key).endswith("-sensor"):
                yield from _ids([inner], here)
            elif key in _LISTS or str(key).endswith("-sensors"):
                yield from _ids(inner if isinstance(inner, list) else [inner], here)
            else:
                yield from _walk(inner, here)


def _ids(values: list[Any], path: FieldPath) -> Iterator[tuple[int, FieldPath]]:
    for value in values:
        number = as_id(value)
        if number is not None:
            yield number, path
