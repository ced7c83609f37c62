"""Versions of the API that FlexMeasures had before v3_0: gone, with a hint at what to use instead."""

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from wattloom.api.errors import plain_response

_VERSIONS = ("v1", "v1_1", "v1_2", "v1_3", "v2_0")
_HEADERS = {
    # FlexMeasures gave these versions up between the two days.
    # compat: not RFC 9745's @ and seconds, but the date that clients are told of (tests/integration/api/test_sunset.py).
    "Deprecation": "Wed, 14 Dec 2022 23:59:59 GMT",
    "Sunset": "Mon, 01 May 2023 23:59:59 GMT",
    "Link": '</api/v3_0>; rel="successor-version", </api/v3_0/docs>; rel="sunset"; type="text/html"',
}


class _Gone:
    """Answers every method, to everybody."""

    def __init__(self, version: str) -> None:
        message = f"API version {version} has been removed. Please upgrade to v3_0: /api/v3_0/docs describes it."
        self._response = plain_response(410, message, _HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._response(scope, receive, send)


ROUTES = [
    Route(f"/{version}{below}", _Gone(version), include_in_schema=False)
    for version in _VERSIONS
    for below in ("", "/{rest:path}")
]
"""Every path of these versions."""
