"""JSON responses, written with orjson; numpy arrays go straight in."""

from typing import Any

import orjson
from starlette.responses import Response


class JsonResponse(Response):
    """A body of JSON; without content the body is empty and the type stays JSON."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        """Return the bytes to send."""
        if content is None:
            return b""
        if isinstance(content, bytes):
            return content
        return orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS)
