"""The page that shows the description of the API, at the address where FlexMeasures has it."""

from typing import Final

from fastapi import APIRouter, Request, Response

from wattloom.http import ServicesDep, csrf_token, make_router
from wattloom.web.rendering import Pages
from wattloom.web.security import CONTENT_SECURITY_POLICY

DOCS_PATH: Final = "/api/v3_0/docs"
DOCUMENT_PATH: Final = "/api/v3_0/openapi.json"
# The style sheet of Swagger UI holds its icons.
_POLICY = f"{CONTENT_SECURITY_POLICY}; img-src 'self' data:"


def api_docs_routes(pages: Pages) -> APIRouter:
    """Return the route of the page; it is public, like the description."""
    router = make_router()

    @router.get(DOCS_PATH)
    def show_api_docs(request: Request, services: ServicesDep) -> Response:
        context = {
            "csrf_token": csrf_token(request, services),
            "document_url": DOCUMENT_PATH,
            "path": DOCS_PATH,
        }
        page = pages.html("guide/api_docs.html", context=context)
        page.headers["Content-Security-Policy"] = _POLICY
        return page

    return router
