"""The web application: the API under ``/api``, the pages under ``/``."""

from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp, Receive, Scope, Send

from wattloom.api.app import create_api
from wattloom.config import Settings
from wattloom.http import HttpOptions, Services
from wattloom.server.backend import Backend
from wattloom.server.secret_key import resolve_secret_key
from wattloom.web.app import create_pages


def create_services(backend: Backend, settings: Settings) -> Services:
    """Give handlers the stores, the queue, and the settings that they look at."""
    return Services(
        database=backend.database,
        beliefs=backend.beliefs,
        jobs=backend.jobs,
        clock=backend.clock,
        options=http_options(settings, resolve_secret_key(settings)),
    )


def http_options(settings: Settings, secret_key: str) -> HttpOptions:
    """Return the settings that handlers look at."""
    shared = {name: getattr(settings, name) for name in HttpOptions.__dataclass_fields__ if name != "secret_key"}
    return HttpOptions(secret_key=secret_key, **shared)


def create_app(services: Services) -> ASGIApp:
    """Return the ASGI app that answers everything."""
    return _ApiRoot(Starlette(routes=[Mount("/api", create_api(services)), Mount("/", create_pages(services))]))


class _ApiRoot:
    """Serves ``/api`` like ``/api/``, which the mount alone would not."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/api":
            scope = {**scope, "path": "/api/"}
        await self._app(scope, receive, send)
