"""The routes of the pages, however deep their routers lie in each other."""

from collections.abc import Iterable, Iterator

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from tests.api_client import make_services
from wattloom.db import Database
from wattloom.web.app import create_pages


def page_routes(database: Database) -> list[APIRoute]:
    """Return the routes that answer GET."""
    routes = list(_flat(create_pages(make_services(database)).routes))
    assert len(routes) > 10, "FastAPI keeps included routers in another way"
    return [route for route in routes if "GET" in (route.methods or ())]


def _flat(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        else:
            yield from _flat(getattr(getattr(route, "original_router", None), "routes", ()))
