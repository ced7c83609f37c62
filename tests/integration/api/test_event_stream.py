"""Streams of live events: what they carry, how they go on, and when they end."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
from sqlalchemy import update
from starlette.requests import Request
from starlette.types import Message

from tests.api_client import make_services
from tests.factories import make_asset, make_user
from wattloom.accounts import User, get_user
from wattloom.accounts.tables import app_user
from wattloom.api.app import create_api
from wattloom.api.v4.events.stream import EventStream
from wattloom.api.v4.events.watched import Audience, Watched
from wattloom.db import Database
from wattloom.errors import TooManyRequestsError, UnavailableError
from wattloom.events import About, Change, Done, Position, announce
from wattloom.http import LiveChanges, Services

TIMEOUT_S = 60
END = {"type": "http.response.body", "body": b""}
on_sqlite = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


class Wire:
    """The client's end of a stream, without a socket."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.has_left = asyncio.Event()
        self._changed = asyncio.Condition()

    async def send(self, message: Message) -> None:
        async with self._changed:
            self.messages.append(message)
            self._changed.notify_all()

    async def receive(self) -> Message:
        await self.has_left.wait()
        return {"type": "http.disconnect"}

    @property
    def text(self) -> str:
        return b"".join(each.get("body", b"") for each in self.messages).decode()

    @property
    def events(self) -> list[dict[str, str]]:
        """The events as a browser reads them."""
        parts = [part for part in self.text.split("\n\n") if part]
        return [dict(line.split(": ", 1) for line in part.split("\n")) for part in parts]

    def told(self, kind: str) -> list[Any]:
        return [orjson.loads(each["data"]) for each in self.events if each["event"] == kind]

    async def until(self, kind: str, n: int = 1) -> None:
        """Wait until so many events of a kind have come."""
        async with self._changed:
            await self._changed.wait_for(lambda: len([e for e in self.events if e["event"] == kind]) >= n)

    async def until_ended(self) -> None:
        async with self._changed:
            await self._changed.wait_for(lambda: self.messages[-1] == END)


@pytest.fixture
def services(database: Database) -> Services:
    services = make_services(database, max_event_streams=3, max_event_streams_per_user=2)
    object.__setattr__(services, "live", LiveChanges(database, 3, 2, poll_s=0.01))
    return services


@pytest.fixture
def user(database: Database) -> User:
    with database.write() as connection:
        user_id = make_user(connection)
        user = get_user(connection, user_id)
        make_asset(connection, account_id=user.account_id)
    return user


def tell(services: Services, user: User, *, asset: int = 1) -> None:
    with services.database.write() as connection:
        announce(connection, Change(about=About.ASSET, asset=asset, done=Done.UPDATED, account=user.account_id))


def scope_of(services: Services, user: User, headers: Mapping[str, str]) -> dict[str, Any]:
    all_headers = {"authorization": services.tokens.issue(user), "accept": "text/event-stream"} | dict(headers)
    return {
        "type": "http",
        "method": "GET",
        "path": "/v4/events",
        "raw_path": b"/v4/events",
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in all_headers.items()],
        "client": ("127.0.0.1", 1),
        "server": ("wattloom.test", 80),
        "scheme": "http",
    }


@asynccontextmanager
async def stream(services: Services, user: User, **headers: str) -> AsyncIterator[Wire]:
    """Open a stream through the whole API; it has begun, and the client leaves at the end."""
    wire = Wire()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    answering = asyncio.create_task(create_api(services)(scope_of(services, user, named), wire.receive, wire.send))
    try:
        await wire.until("position")
        yield wire
    finally:
        wire.has_left.set()
        await answering


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(test, TIMEOUT_S))


def test_a_stream_begins_at_once_and_tells_what_comes(services: Services, user: User) -> None:
    async def test() -> None:
        async with stream(services, user) as wire:
            tell(services, user)
            await wire.until("asset")

        start, headers = wire.messages[0], dict(wire.messages[0]["headers"])
        assert (start["status"], headers[b"content-type"]) == (200, b"text/event-stream; charset=utf-8")
        assert headers[b"x-accel-buffering"] == b"no"
        assert b"content-length" not in headers
        assert wire.text.startswith("retry: 2000\n")
        assert wire.told("asset") == [{"kind": "asset", "asset": 1, "done": "updated"}]

    run(test())


def test_a_stream_goes_on_where_the_last_one_ended(services: Services, user: User) -> None:
    async def test() -> None:
        async with stream(services, user) as wire:
            tell(services, user, asset=1)
            await wire.until("asset")
        position = wire.events[-1]["id"]
        for _ in range(3):
            tell(services, user, asset=1)

        async with stream(services, user, last_event_id=position) as resumed:
            tell(services, user, asset=1)
            await resumed.until("asset", 4)

        assert len(resumed.told("asset")) == 4
        assert resumed.told("missed") == []

    run(test())


@on_sqlite
def test_a_position_that_is_too_old_is_told(services: Services, user: User) -> None:
    async def test() -> None:
        async with stream(services, user, last_event_id="999") as wire:
            await wire.until("missed")

    run(test())


@on_sqlite
def test_the_server_ends_streams_when_it_stops_and_opens_no_more(services: Services, user: User) -> None:
    async def test() -> None:
        async with stream(services, user) as wire:
            services.live.close()
            await wire.until_ended()

        with pytest.raises(UnavailableError, match="stopping"):
            async with services.live.listen(user.id):
                pass

    run(test())


def audience_stream(services: Services, user: User) -> tuple[EventStream, Wire, dict[str, Any]]:
    wire, scope = Wire(), scope_of(services, user, {})
    audience = Audience(user, Watched(after=None))
    return EventStream(Request(scope), services, audience, Position(), heartbeat_s=0.05), wire, scope


@on_sqlite
def test_silence_is_broken_by_the_position(services: Services, user: User) -> None:
    async def test() -> None:
        answer, wire, scope = audience_stream(services, user)
        answering = asyncio.create_task(answer(scope, wire.receive, wire.send))
        await wire.until("position", 3)
        wire.has_left.set()
        await answering

        assert {each["id"] for each in wire.events} == {"0"}

    run(test())


@on_sqlite
@pytest.mark.parametrize("loss", [{"active": False}, {"token_stamp": "another"}])
def test_a_stream_ends_when_its_credentials_do(services: Services, user: User, loss: dict[str, Any]) -> None:
    async def test() -> None:
        answer, wire, scope = audience_stream(services, user)
        answering = asyncio.create_task(answer(scope, wire.receive, wire.send))
        await wire.until("position")
        with services.database.write() as connection:
            connection.execute(update(app_user).where(app_user.c.id == user.id).values(loss))
        await answering

        assert wire.messages[-1] == END

    run(test())


@on_sqlite
def test_too_many_streams_are_refused_with_a_reason(services: Services, user: User, database: Database) -> None:
    with database.write() as connection:
        other, third = (get_user(connection, make_user(connection)) for _ in range(2))

    async def test() -> None:
        async with stream(services, user), stream(services, user):
            with pytest.raises(TooManyRequestsError, match="You have 2 streams"):
                async with services.live.listen(user.id):
                    pass
            async with stream(services, other):
                wire = Wire()
                await create_api(services)(scope_of(services, third, {}), wire.receive, wire.send)
                assert wire.messages[0]["status"] == 503
                assert "Try again in 60 s." in wire.text
        async with stream(services, third):
            pass

    run(test())


@on_sqlite
def test_who_does_not_take_the_news_is_let_go(services: Services, user: User) -> None:
    async def test() -> None:
        async with services.live.listen(user.id) as listener:
            listener.tell([None] * 6000)  # type: ignore[list-item] # how many they are counts, not what
            listener.tell([None])  # type: ignore[list-item]

            assert listener.is_over
            assert not await listener.wait(0), "what is never sent must not be kept"

    run(test())
