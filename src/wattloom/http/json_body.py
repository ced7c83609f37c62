"""JSON from clients: only what both databases can store, and no deeper than anybody needs."""

import re
from typing import Any

import orjson
from starlette.exceptions import HTTPException

_MAX_DEPTH = 32
# No body has nearly as many; telling of each that it is unknown would take seconds.
_MAX_FIELDS = 1_000
_NUL = re.compile(rb"(?<!\\)(\\\\)*\\u0000")


def parse_json(body: bytes) -> Any:
    """Return what a body holds.

    Raises:
        HTTPException: 400, it has too many fields, or see :func:`parse_json_text`.
    """
    try:
        value = parse_json_text(body)
    except ValueError as error:
        raise HTTPException(400, f"The body is not acceptable: {error}") from error
    if isinstance(value, dict) and len(value) > _MAX_FIELDS:
        raise HTTPException(400, f"The body is not acceptable: More than {_MAX_FIELDS} fields.")
    return value


def parse_json_text(text: bytes | str) -> Any:
    """Return what a JSON text holds.

    Raises:
        ValueError: It is not JSON, or holds NaN, lone surrogates, NUL characters or too many levels.
    """
    encoded = text if isinstance(text, bytes) else text.encode()
    try:
        value = orjson.loads(encoded)
    except orjson.JSONDecodeError as error:
        raise ValueError("Not valid JSON.") from error
    if b"\\u0000" in encoded and _NUL.search(encoded):
        raise ValueError("Must not contain NUL characters.")
    if encoded.count(b"[") + encoded.count(b"{") > _MAX_DEPTH and _is_deeper(value, _MAX_DEPTH):
        raise ValueError(f"Nested deeper than {_MAX_DEPTH} levels.")
    return value


def _is_deeper(value: Any, limit: int) -> bool:
    level: list[Any] = [value]
    for _ in range(limit):
        level = [part for item in level for part in _parts(item) if isinstance(part, dict | list)]
        if not level:
            return False
    return True


def _parts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
