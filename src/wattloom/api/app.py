"""The API as one ASGI app, to be mounted at ``/api``."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

import wattloom
from wattloom.api.v3_0 import FLEXMEASURES_VERSION, errors
from wattloom.api.v3_0.routers import ROUTERS
from wattloom.api.v4.routes import router as plans
from wattloom.api.v4.series.routes import router as series
from wattloom.errors import WattloomError
from wattloom.http import EdgeMiddleware, JsonResponse, Services

_TITLE = "Wattloom"
_JSON = b"application/json"
_PREFLIGHT = {
    b"access-control-allow-methods": b"GET, POST, PUT, PATCH, DELETE, OPTIONS",
    b"access-control-allow-headers": b"Authorization, Content-Type, Prefer",
    b"access-control-max-age": b"600",
}


def create_api(services: Services) -> FastAPI:
    """Return the app that answers everything below ``/api``."""
    api = FastAPI(
        title=_TITLE,
        version=wattloom.__version__,
        openapi_url="/v3_0/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=errors.DOCUMENTED,
    )
    api.state.services = services
    for router in (*ROUTERS, plans, series):
        api.include_router(router)
    # Starlette types handlers for Exception only; each of these receives what it is registered for.
    handlers: dict[type[Exception], Any] = {
        WattloomError: errors.error_response,
        RequestValidationError: errors.validation_response,
        HTTPException: errors.http_response,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)
    api.openapi = lambda: _openapi(api)  # type: ignore[method-assign] # FastAPI's own way of extending the document
    api.add_middleware(_Conventions)
    api.add_middleware(
        EdgeMiddleware,
        crash_response=errors.crash_response,
        headers_of=_Headers(services.options.cors_origins),
        max_body_bytes=services.options.max_body_bytes,
    )
    return api


class _Conventions:
    """Serves ``/api`` and ``/api/`` alike, ignores trailing slashes, answers OPTIONS."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "OPTIONS":
            await JsonResponse(None, 204)(scope, receive, send)
            return
        root, path = scope.get("root_path", ""), scope["path"]
        below = path.removeprefix(root).rstrip("/")
        if path != root + (below or "/"):
            scope = {**scope, "path": root + (below or "/")}
        await self._app(scope, receive, send)


class _Headers:
    """The headers that every response of the API carries."""

    def __init__(self, cors_origins: Sequence[str]) -> None:
        self._origins = {origin.encode() for origin in cors_origins}
        self._fixed = {
            b"flexmeasures-version": FLEXMEASURES_VERSION.encode(),
            b"wattloom-version": wattloom.__version__.encode(),
            b"content-type": _JSON,
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
        exposed = {b"access-control-expose-headers": b"FlexMeasures-Version, API-Version, Retry-After, X-Request-ID"}
        if b"*" in self._origins:
            return {b"access-control-allow-origin": b"*", **exposed}
        allowed = {b"access-control-allow-origin": origin, **exposed} if origin in self._origins else {}
        return {b"vary": b"Origin", **allowed}


def _openapi(api: FastAPI) -> dict[str, Any]:
    if api.openapi_schema is None:
        document = get_openapi(title=_TITLE, version=api.version, routes=api.routes, servers=[{"url": "/api"}])
        document.setdefault("components", {})["securitySchemes"] = {
            "ApiKeyAuth": {"type": "apiKey", "in": "header", "name": "Authorization"}
        }
        api.openapi_schema = document
    return api.openapi_schema
