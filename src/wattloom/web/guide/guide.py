"""A short guide to the pages, in the pages."""

from fastapi import APIRouter, Response

from wattloom.http import Visit, make_router
from wattloom.web.rendering import Pages


def guide_routes(pages: Pages) -> APIRouter:
    """Return the route of ``/guide``."""
    router = make_router()

    @router.get("/guide")
    def show_guide(visit: Visit) -> Response:
        return pages.show("guide/guide.html", visit)

    return router
