"""What the server does beside answering, again and again."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy.exc import SQLAlchemyError

from wattloom.errors import WattloomError

_log = structlog.get_logger()


@contextmanager
def repeating(name: str, action: Callable[[], None], *, every_s: float) -> Iterator[None]:
    """Do something now and then at intervals, in a thread of its own; a failure is logged and ends nothing.

    Args:
        name: Names the thread, and the action in the log.
        action: What to do.
        every_s: Pause between two rounds [s].
    """
    is_over = threading.Event()

    def repeat() -> None:
        while True:
            try:
                action()
            except (WattloomError, SQLAlchemyError) as error:
                _log.warning("housekeeping failed", task=name, error=str(error))
            if is_over.wait(every_s):
                return

    thread = threading.Thread(target=repeat, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
