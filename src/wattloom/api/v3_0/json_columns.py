"""JSON columns on the wire: they leave as text holding JSON, and come in as that or as JSON."""

from collections.abc import Callable
from typing import Annotated, Any

import orjson
from pydantic import BeforeValidator

_MAX_DEPTH = 32


def json_text(value: Any) -> str:
    """Return a JSON column as clients know it: a string."""
    return orjson.dumps(value).decode()


def _parsed_as(kind: type, name: str) -> Callable[[Any], Any]:
    def parse(value: Any) -> Any:
        if isinstance(value, str):
            try:
                value = orjson.loads(value)
            except orjson.JSONDecodeError as error:
                raise ValueError("Not a valid JSON string.") from error
        if not isinstance(value, kind):
            raise ValueError(f"Not a JSON {name}.")  # noqa: TRY004 - Pydantic reports ValueError under the field
        if _is_deeper(value, _MAX_DEPTH):
            raise ValueError(f"Nested deeper than {_MAX_DEPTH} levels.")
        if _holds_nul(value):
            raise ValueError("Must not contain NUL characters.")
        return value

    return parse


def _is_deeper(value: Any, limit: int) -> bool:
    level: list[Any] = [value]
    for _ in range(limit):
        level = [part for item in level for part in _parts(item)]
        if not level:
            return False
    return True


def _parts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _holds_nul(value: Any) -> bool:
    return b"\\u0000" in orjson.dumps(value)


JsonObject = Annotated[
    dict[str, Any],
    BeforeValidator(_parsed_as(dict, "object"), json_schema_input_type=dict[str, Any] | str),
]
"""An object, or a string that holds one."""

JsonArray = Annotated[
    list[Any],
    BeforeValidator(_parsed_as(list, "array"), json_schema_input_type=list[Any] | str),
]
"""An array, or a string that holds one."""
