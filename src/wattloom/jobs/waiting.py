"""Requests that wait for a job to end: on an event, without a thread."""

import asyncio
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager


class EndedJobs:
    """Carries the news that a job has ended from any thread to the event loops that wait for it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[uuid.UUID, dict[asyncio.Event, asyncio.AbstractEventLoop]] = {}

    @contextmanager
    def event(self, job_id: uuid.UUID) -> Iterator[asyncio.Event]:
        """Give an event of the running loop that is set when this job ends from now on."""
        event = asyncio.Event()
        with self._lock:
            self._waiting.setdefault(job_id, {})[event] = asyncio.get_running_loop()
        try:
            yield event
        finally:
            with self._lock:
                events = self._waiting[job_id]
                del events[event]
                if not events:
                    del self._waiting[job_id]

    def announce(self, job_id: uuid.UUID) -> None:
        """Tell all who wait for this job that it has ended; called from any thread."""
        with self._lock:
            # Inside the lock, an event found here still has somebody waiting, so its loop is open.
            for event, loop in self._waiting.get(job_id, {}).items():
                loop.call_soon_threadsafe(event.set)
