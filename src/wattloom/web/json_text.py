"""JSON as people read and edit it."""

from typing import Any

import orjson


def indented(value: Any) -> str:
    """Return JSON with two blanks for each level."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
