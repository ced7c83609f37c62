"""The web application: the API under ``/api``, the pages under ``/``."""

from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from wattloom.api.app import create_api
from wattloom.config import Settings
from wattloom.http import HttpOptions, Services
from wattloom.server.backend import Backend
from wattloom.server.schedulers import load_schedulers
from wattloom.server.secret_key import resolve_secret_key
from wattloom.web import DOCS_PATH, DOCUMENT_PATH, create_pages

_SAME = {
    "/api": "/api/",  # the mount alone would not answer it
    f"{DOCS_PATH}/": DOCS_PATH,
    # compat: where FlexMeasures has its description (tests/integration/web/test_api_docs.py).
    "/ui/static/openapi-specs.json": DOCUMENT_PATH,
}


def create_services(backend: Backend, settings: Settings) -> Services:
    """Give handlers the stores, the queue, and the settings that they look at."""
    return Services(
        database=backend.database,
        beliefs=backend.beliefs,
        jobs=backend.jobs,
        clock=backend.clock,
        options=http_options(settings, resolve_secret_key(settings)),
        schedulers=load_schedulers(),
    )


def http_options(settings: Settings, secret_key: str) -> HttpOptions:
    """Return the settings that handlers look at."""
    own = {"secret_key": secret_key, "public_url": settings.resolved_public_url}
    return HttpOptions(**{name: getattr(settings, name) for name in HttpOptions.__dataclass_fields__} | own)


def create_app(services: Services) -> ASGIApp:
    """Return the ASGI app that answers everything."""
    api, pages = create_api(services), create_pages(services)
    return _Addresses(Starlette(routes=[Route(DOCS_PATH, pages), Mount("/api", api), Mount("/", pages)]))


class _Addresses:
    """Answers at further addresses what has another one, and leads every address to a part of the application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            # Mounts match no line breaks, and what nothing matches would be answered without our headers.
            path = scope["path"].replace("\n", "\N{REPLACEMENT CHARACTER}")
            scope = {**scope, "path": _SAME.get(path, path)}
        await self._app(scope, receive, send)
