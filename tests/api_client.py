"""The real API in this process: requests go through the whole ASGI app, without a socket."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.routing import Mount

from tests.factories import NOW
from wattloom.accounts import get_user
from wattloom.api.app import create_api
from wattloom.config import Settings
from wattloom.db import Database
from wattloom.http import Services
from wattloom.jobs import EmbeddedJobQueue
from wattloom.server.application import http_options
from wattloom.timeseries import PostgresBeliefStore, SqliteBeliefStore

SECRET_KEY = "a key for tests, long enough to sign with"


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **length: float) -> None:
        self.now += timedelta(**length)


def make_services(database: Database, **options: Any) -> Services:
    return Services(
        database=database,
        beliefs=SqliteBeliefStore() if database.is_sqlite else PostgresBeliefStore(),
        jobs=EmbeddedJobQueue(database),
        clock=Clock(),
        options=http_options(Settings(**options), SECRET_KEY),
    )


class ApiClient:
    """Sends requests as any user, by id; paths without ``/api`` are below ``/api/v3_0``."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self._runner = asyncio.Runner()
        app = Starlette(routes=[Mount("/api", create_api(services))])
        self._http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://wattloom.test")

    def request(self, method: str, path: str, *, user: int | None = None, **more: Any) -> httpx.Response:
        headers = dict(more.pop("headers", {}))
        if user is not None:
            headers["Authorization"] = self.token(user)
        url = path if path.startswith("/api") else f"/api/v3_0{path}"
        return self._runner.run(self._http.request(method, url, headers=headers, **more))

    def get(self, path: str, **more: Any) -> httpx.Response:
        return self.request("GET", path, **more)

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self.request("POST", path, **more)

    def patch(self, path: str, **more: Any) -> httpx.Response:
        return self.request("PATCH", path, **more)

    def delete(self, path: str, **more: Any) -> httpx.Response:
        return self.request("DELETE", path, **more)

    def token(self, user_id: int) -> str:
        with self.services.database.read() as connection:
            return self.services.tokens.issue(get_user(connection, user_id))

    def close(self) -> None:
        self._runner.run(self._http.aclose())
        self._runner.close()
