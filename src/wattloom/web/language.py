"""Pages answer in the language that their visitor chose, or asks for."""

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from wattloom.language import LANGUAGE_COOKIE, choose_language, using


class LanguageMiddleware:
    """States the language of each request, for everything that answers it."""

    def __init__(self, app: ASGIApp) -> None:
        """Wrap ``app``."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request; anything but HTTP is passed through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        with using(choose_language(request.cookies.get(LANGUAGE_COOKIE), request.headers.get("accept-language"))):
            await self._app(scope, receive, send)
