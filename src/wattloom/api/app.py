"""The API as one ASGI app, to be mounted at ``/api``."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import orjson
from fastapi import APIRouter, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import wattloom
from wattloom.api import errors, sunset
from wattloom.api.openapi import DOCUMENT_PATH, describe
from wattloom.api.v3_0 import FLEXMEASURES_VERSION
from wattloom.api.v3_0.routers import ROUTERS as V3_0_ROUTERS
from wattloom.api.v4.routers import ROUTERS as V4_ROUTERS
from wattloom.errors import WattloomError
from wattloom.http import EdgeMiddleware, JsonResponse, RateLimitMiddleware, RateLimits, Services

_JSON = b"application/json"
_EXPOSED = (
    b"FlexMeasures-Version, API-Version, Retry-After, X-Request-ID, "
    b"X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset"
)
_PREFLIGHT = {
    b"access-control-allow-methods": b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS",
    b"access-control-allow-headers": b"Authorization, Content-Type, Prefer",
    b"access-control-max-age": b"600",
}


@cache
def _routes() -> Sequence[BaseRoute]:
    """Return all routes; what FastAPI finds out of them at the first request stays with them for every other app."""
    together = APIRouter()
    for router in (*V3_0_ROUTERS, *V4_ROUTERS):
        together.include_router(router)
    return [*together.routes, *sunset.ROUTES]


def prepare_routes() -> None:
    """Find out what FastAPI otherwise finds out of routes while the first request waits."""
    for _context in iter_route_contexts(_routes()):
        pass


def create_api(services: Services) -> FastAPI:
    """Return the app that answers everything below ``/api``."""
    api = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    api.state.services = services
    api.router.routes.extend(_routes())
    # Starlette types handlers for Exception only; each of these receives what it is registered for.
    handlers: dict[type[Exception], Any] = {
        WattloomError: errors.error_response,
        RequestValidationError: errors.validation_response,
        HTTPException: _http_response,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)
    api.openapi = cache(lambda: describe(api))  # type: ignore[method-assign] # FastAPI's own way of extending the document
    document = cache(lambda: orjson.dumps(api.openapi()))
    api.add_route(DOCUMENT_PATH, lambda _request: JsonResponse(document()), include_in_schema=False)
    api.add_middleware(RateLimitMiddleware, limits=RateLimits(services), refuse=errors.error_response)
    api.add_middleware(_Conventions)
    api.add_middleware(
        EdgeMiddleware,
        crash_response=errors.crash_response,
        headers_of=_Headers(services.options.cors_origins),
        max_body_bytes=services.options.max_body_bytes,
    )
    return api


def _http_response(request: Request, error: HTTPException) -> JsonResponse:
    """Name every method of the path where the one that was used is not among them; the framework names the first."""
    response = errors.http_response(request, error)
    if error.status_code == 405:  # noqa: PLR2004 - what the framework raises
        response.headers["Allow"] = _allowed(request.scope)
    return response


def _allowed(scope: Scope) -> str:
    """Return every method that the path of a request answers; empty for unknown paths, and where each is refused."""
    # Whatever matches but for the method; the path is the one below the mount.
    matching = [
        context.methods
        for context in iter_route_contexts(scope["app"].routes)
        if context.matches(scope)[0] is not Match.NONE
    ]
    methods = set().union(*(found or () for found in matching))
    further = {"OPTIONS", "HEAD"} if "GET" in methods else {"OPTIONS"}
    return ", ".join(sorted(methods | further)) if methods else ""


class _Conventions:
    """Serves ``/api`` and ``/api/`` alike, ignores trailing slashes, answers OPTIONS, and HEAD like GET.

    Browsers ask with OPTIONS whether a page may call (a preflight) and then want a yes, whatever the path.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        root, path = scope.get("root_path", ""), scope["path"]
        below = path.removeprefix(root).rstrip("/")
        if path != root + (below or "/"):
            scope = {**scope, "path": root + (below or "/")}
        if scope["method"] == "OPTIONS":
            allowed = _allowed(scope)
            if allowed or any(name == b"access-control-request-method" for name, _ in scope["headers"]):
                await JsonResponse(None, 204, headers={"Allow": allowed} if allowed else None)(scope, receive, send)
                return
        if scope["method"] == "HEAD":
            # A stream would never end, and hold the connection.
            headers = [header for header in scope["headers"] if header != (b"accept", b"text/event-stream")]
            scope, send = {**scope, "method": "GET", "headers": headers}, _without_body(send)
        await self._app(scope, receive, send)


def _without_body(send: Send) -> Send:
    """Return a ``send`` that keeps status and headers, the length of the body among them."""

    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_head


class _Headers:
    """The headers that every response of the API carries."""

    def __init__(self, cors_origins: Sequence[str]) -> None:
        self._origins = {origin.encode() for origin in cors_origins}
        self._fixed = {
            b"flexmeasures-version": FLEXMEASURES_VERSION.encode(),
            b"wattloom-version": wattloom.__version__.encode(),
            b"content-type": _JSON,
            b"x-content-type-options": b"nosniff",
        }

    def __call__(self, scope: Scope) -> Mapping[bytes, bytes]:
        """Return the headers for the response to this request."""
        headers = dict(self._fixed)
        if scope["path"].removeprefix(scope.get("root_path", "")).startswith("/v3_0"):
            headers[b"api-version"] = b"v3_0"
        origin = next((value for name, value in scope["headers"] if name == b"origin"), None)
        if origin is not None:
            headers |= self._cors(origin)
            if scope["method"] == "OPTIONS":
                headers |= _PREFLIGHT
        return headers

    def _cors(self, origin: bytes) -> dict[bytes, bytes]:
        # Never with credentials: tokens are sent on purpose, cookies would be sent by any page.
        exposed = {b"access-control-expose-headers": _EXPOSED}
        if b"*" in self._origins:
            return {b"access-control-allow-origin": b"*", **exposed}
        allowed = {b"access-control-allow-origin": origin, **exposed} if origin in self._origins else {}
        return {b"vary": b"Origin", **allowed}
