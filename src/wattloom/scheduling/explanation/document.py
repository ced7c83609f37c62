"""Explanations as bytes: compressed JSON."""

import zlib
from collections.abc import Mapping
from typing import Any

import orjson

_FAST = 1


def packed(document: Mapping[str, Any]) -> bytes:
    """Return a document as it is kept; arrays become lists, what is not finite null."""
    return zlib.compress(orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY), _FAST)


def unpacked(content: bytes) -> dict[str, Any]:
    """Return what :func:`packed` kept."""
    document: dict[str, Any] = orjson.loads(zlib.decompress(content))
    return document
