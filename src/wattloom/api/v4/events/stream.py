"""What changes as Server-Sent Events: one answer that goes on until one of both ends it."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress

import orjson
from fastapi import Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from wattloom.accounts import Action, User, policy, user_of_claim
from wattloom.api.v4.events.backlog import read_backlog
from wattloom.api.v4.events.schemas import change_json
from wattloom.api.v4.events.watched import Audience
from wattloom.assets import Told
from wattloom.errors import AuthenticationError, PermissionDeniedError, UnavailableError
from wattloom.events import Position
from wattloom.http import Listener, Services, claim_of

MEDIA_TYPE = "text/event-stream"
HEARTBEAT_S = 15.0
"""Silence is broken, and rights are looked at again, after so long [s]."""

_RETRY_MS = 2000
_MISSED = b'event: missed\ndata: {"kind":"missed"}\n\n'
_HEADERS = {
    "Cache-Control": "no-store",
    # Reverse proxies that follow nginx would keep events until there are many.
    "X-Accel-Buffering": "no",
}


class EventStream(Response):
    """Tells an audience what changes.

    Each event carries the position after it, with which browsers come back by
    themselves. Whoever may not listen any more is not told, and the stream ends.
    """

    media_type = MEDIA_TYPE

    def __init__(
        self,
        request: Request,
        services: Services,
        audience: Audience,
        after: Position | None,
        *,
        heartbeat_s: float = HEARTBEAT_S,
    ) -> None:
        """Prepare to stream.

        Args:
            request: Holds the credentials, which are looked at again and again.
            services: The database and who listens.
            audience: Who is told what.
            after: Where to begin; None for now.
            heartbeat_s: How often to break silence and to look at the caller again [s].
        """
        super().__init__(headers=_HEADERS)
        del self.headers["content-length"]
        self._request = request
        self._services = services
        self._audience = audience
        self._position = after
        self._heartbeat_s = heartbeat_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream until the client goes, its rights do, or the server stops."""
        del scope
        async with self._services.live.listen(self._audience.user.id) as listener:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            leaving = asyncio.create_task(_end_with_client(receive, listener))
            try:
                # Who cannot be told now comes back, and goes on where this ends.
                with suppress(UnavailableError):
                    await self._catch_up(listener, send)
                    await self._follow(listener, send)
                if not leaving.done():
                    await send({"type": "http.response.body", "body": b""})
            finally:
                leaving.cancel()

    async def _catch_up(self, listener: Listener, send: Send) -> None:
        """Tell what happened before; what happens meanwhile waits with the listener."""
        opening = f"retry: {_RETRY_MS}\n".encode()
        while not listener.is_over:
            backlog = await run_in_threadpool(read_backlog, self._services, self._position)
            self._position = backlog.position
            missed = _MISSED if backlog.has_missed else b""
            await _send_text(send, opening + missed + self._text(backlog.news))
            opening = b""
            if not backlog.news:
                return

    async def _follow(self, listener: Listener, send: Send) -> None:
        clock = asyncio.get_running_loop().time
        check_at = clock() + self._heartbeat_s
        while True:
            news = await listener.wait(max(0.0, check_at - clock()))
            if listener.is_over:
                return
            assert self._position is not None
            fresh = [each for each in news if self._position.lacks(each.id)]
            self._position = self._position.after(each.id for each in fresh)
            is_heard = any(self._audience.hears(change) for each in fresh for change in each.changes)
            if is_due := clock() >= check_at:
                check_at = clock() + self._heartbeat_s
                if not await run_in_threadpool(self._may_stay):
                    return
            if is_due or is_heard:
                await _send_text(send, self._text(fresh))

    def _text(self, news: Iterable[Told]) -> bytes:
        """Return what the audience hears of the news; the last event carries the position after all of it.

        Where there is none, the event ``position`` does, which says nothing else.
        """
        heard = [change_json(change) for each in news for change in each.changes if self._audience.hears(change)]
        events = [(change["kind"], orjson.dumps(change)) for change in heard] or [("position", b"{}")]
        texts = [f"event: {kind}\n".encode() + b"data: " + data + b"\n\n" for kind, data in events]
        return b"".join(texts[:-1]) + f"id: {self._position}\n".encode() + texts[-1]

    def _may_stay(self) -> bool:
        """Look at the caller again; a busy database is no reason to send anybody away."""
        try:
            self._audience = Audience(self._user(), self._audience.watched)
        except (AuthenticationError, PermissionDeniedError):
            return False
        except UnavailableError:
            pass
        return True

    def _user(self) -> User:
        services = self._services
        claim = claim_of(self._request, services)
        with services.database.read() as connection:
            user = user_of_claim(connection, claim, now=services.clock())
        policy.check_scope(user, Action.READ, "API")
        return user


async def _end_with_client(receive: Receive, listener: Listener) -> None:
    with suppress(asyncio.CancelledError):
        while (await receive())["type"] != "http.disconnect":
            pass
        listener.end()


async def _send_text(send: Send, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})
