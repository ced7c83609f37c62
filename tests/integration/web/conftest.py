"""The whole application in this process, looked at by a browser that keeps its cookies."""

import asyncio
import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Any

import httpx
import pytest

from tests.api_client import make_services
from tests.factories import NOW, PASSWORD
from tests.home import Home, make_home
from wattloom.accounts import seed_roles
from wattloom.assets import seed_asset_types
from wattloom.db import Database
from wattloom.http import Services
from wattloom.server.application import create_app


class Browser:
    """Asks for pages and sends forms; redirects are answers like others."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(create_app(services), raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url="http://wattloom.test")

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self._runner.run(self.http.get(path, **more))

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self._runner.run(self.http.post(path, **more))

    def post_at_once(self, path: str, forms: Iterable[dict[str, str]]) -> list[httpx.Response]:
        """Send several forms at the same time."""

        async def send() -> list[httpx.Response]:
            return await asyncio.gather(*(self.http.post(path, data=form) for form in forms))

        return self._runner.run(send())

    def csrf_of(self, page: httpx.Response) -> str:
        """Return the token in the form of a page."""
        found = re.search(r'name="csrf_token" value="([^"]*)"', page.text)
        assert found is not None
        return unescape(found[1])

    def log_in(self, email: str, password: str = PASSWORD, **fields: str) -> httpx.Response:
        form = {"email": email, "password": password, "csrf_token": self.csrf_of(self.get("/login"))}
        return self.post("/login", data=form | fields)

    def close(self) -> None:
        self._runner.run(self.http.aclose())
        self._runner.close()


@pytest.fixture
def home(database: Database) -> Home:
    """A home with its owner, known from a day ago to two days ahead."""
    with database.write() as connection:
        seed_roles(connection)
        seed_asset_types(connection)
        return make_home(connection, make_services(database).beliefs, now=NOW)


@pytest.fixture
def browser(database: Database) -> Iterator[Browser]:
    """A browser in which nobody is logged in."""
    browser = Browser(make_services(database))
    yield browser
    browser.close()
