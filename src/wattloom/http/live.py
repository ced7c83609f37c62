"""Who listens to what changes, and the one reader per process that tells them.

The outbox is read only while somebody listens. Waiting holds no thread,
connection or transaction. Everything here happens in one event loop.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import structlog
from sqlalchemy.exc import SQLAlchemyError

from wattloom.assets import Told, told
from wattloom.db import Database
from wattloom.errors import TooManyRequestsError, UnavailableError
from wattloom.events import READ_AT_ONCE, Position, position_now, read_announcements

POLL_S = 0.5
"""How often the outbox is read [s]."""

_MOST_WAITING = 5000
_RETRY_S = 60

_log = structlog.get_logger()


class Listener:
    """Somebody who is told what changes."""

    def __init__(self, user_id: int) -> None:
        """Wait for the first news.

        Args:
            user_id: Who listens.
        """
        self.user_id = user_id
        self.is_over = False
        """Whether no more news will come."""
        self._news: list[Told] = []
        self._stirred = asyncio.Event()

    async def wait(self, timeout_s: float) -> Sequence[Told]:
        """Return what has been told since the last time; nothing after ``timeout_s``, or when it is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._stirred.wait()
        self._stirred.clear()
        news, self._news = self._news, []
        return news

    def tell(self, news: Sequence[Told]) -> None:
        """Hand over news; who does not take them is not told any more, and has to come again."""
        if self.is_over:
            return
        self._news.extend(news)
        if len(self._news) > _MOST_WAITING:
            self.end()
        self._stirred.set()

    def end(self) -> None:
        """Tell no more, and keep nothing: who takes no news may hold its connection open for long."""
        self.is_over = True
        self._news.clear()
        self._stirred.set()


class LiveChanges:
    """Reads the outbox for all who listen in this process."""

    def __init__(self, database: Database, max_listeners: int, max_per_user: int, *, poll_s: float = POLL_S) -> None:
        """Read nothing yet.

        Args:
            database: Holds the outbox.
            max_listeners: Most who may listen.
            max_per_user: Most of them of one user.
            poll_s: How often the outbox is read [s].
        """
        self._database = database
        self._max_listeners = max_listeners
        self._max_per_user = max_per_user
        self._poll_s = poll_s
        self._listeners: set[Listener] = set()
        self._reading: asyncio.Task[None] | None = None
        self._has_begun = asyncio.Event()
        self._is_closed = False

    @asynccontextmanager
    async def listen(self, user_id: int) -> AsyncIterator[Listener]:
        """Tell a user what is committed from now on.

        Raises:
            TooManyRequestsError: The user has too many listeners already.
            UnavailableError: There are too many of all users, or the server stops.
        """
        self._check_room(user_id)
        listener = Listener(user_id)
        self._listeners.add(listener)
        try:
            if self._reading is None:
                self._has_begun = asyncio.Event()
                self._reading = asyncio.create_task(self._read_on(self._has_begun))
            await self._has_begun.wait()
            yield listener
        finally:
            self._listeners.discard(listener)
            if not self._listeners and self._reading is not None:
                self._reading.cancel()
                self._reading = None

    def close(self) -> None:
        """End all listeners, for good; called in the event loop."""
        self._is_closed = True
        self._has_begun.set()
        for listener in self._listeners:
            listener.end()

    def _check_room(self, user_id: int) -> None:
        if self._is_closed:
            raise UnavailableError("The server is stopping.")
        if len(self._listeners) >= self._max_listeners:
            raise UnavailableError("Too many streams of events are open; poll instead.", retry_after_s=_RETRY_S)
        if sum(each.user_id == user_id for each in self._listeners) >= self._max_per_user:
            text = f"You have {self._max_per_user} streams of events open already; close one, or poll."
            raise TooManyRequestsError(text, retry_after_s=_RETRY_S)

    async def _read_on(self, has_begun: asyncio.Event) -> None:
        position: Position | None = None
        while True:
            n_read = 0
            try:
                if position is None:
                    position = await asyncio.to_thread(self._begin)
                    has_begun.set()
                else:
                    news = await asyncio.to_thread(self._read, position)
                    position, n_read = position.after(each.id for each in news), len(news)
                    self._tell(news)
            except (UnavailableError, SQLAlchemyError) as error:
                _log.warning("events not read", error=str(error))
            if n_read < READ_AT_ONCE:
                await asyncio.sleep(self._poll_s)

    def _begin(self) -> Position:
        with self._database.read() as connection:
            return position_now(connection)

    def _read(self, position: Position) -> Sequence[Told]:
        with self._database.read() as connection:
            return told(connection, read_announcements(connection, position))

    def _tell(self, news: Sequence[Told]) -> None:
        if news:
            for listener in self._listeners:
                listener.tell(news)
