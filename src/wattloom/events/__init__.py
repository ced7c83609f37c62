"""What has changed, told in the transaction that changed it, and read by whoever watches.

:func:`announce` adds to the outbox; :func:`read_announcements` reads it from a
:class:`Position` on, so that every process hears of the changes of all others.
What an announcement says is a :class:`Change`. This package knows neither who
owns things nor who may hear of them. Why it is built this way:
docs/decisions/0020-live-events.md.
"""

from wattloom.events.announce import announce, announce_beliefs
from wattloom.events.change import About, Change, Done
from wattloom.events.outbox import (
    READ_AT_ONCE,
    Announcement,
    forget_announcements,
    newest_id,
    position_now,
    read_announcements,
    resume,
)
from wattloom.events.position import Position

__all__ = [
    "READ_AT_ONCE",
    "About",
    "Announcement",
    "Change",
    "Done",
    "Position",
    "announce",
    "announce_beliefs",
    "forget_announcements",
    "newest_id",
    "position_now",
    "read_announcements",
    "resume",
]
