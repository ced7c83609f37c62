"""JSON columns on the wire: they leave as text holding JSON, and come in as that or as JSON."""

from collections.abc import Callable
from typing import Annotated, Any

import orjson
from pydantic import BeforeValidator

from wattloom.http import parse_json_text


def json_text(value: Any) -> str:
    """Return a JSON column as clients know it: a string."""
    return orjson.dumps(value).decode()


def _parsed_as(kind: type, name: str) -> Callable[[Any], Any]:
    def parse(value: Any) -> Any:
        if isinstance(value, str):
            value = parse_json_text(value)
        if not isinstance(value, kind):
            raise ValueError(f"Not a JSON {name}.")  # noqa: TRY004 - Pydantic reports ValueError under the field
        return value

    return parse


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
