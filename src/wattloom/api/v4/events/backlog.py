"""What happened since somebody listened last."""

from collections.abc import Sequence
from dataclasses import dataclass

from wattloom.assets import Told, told
from wattloom.events import Position, position_now, read_announcements, resume
from wattloom.http import Services


@dataclass(frozen=True, slots=True)
class Backlog:
    """A part of what happened.

    Attributes:
        news: What happened; empty where somebody has heard everything.
        position: Where to go on.
        has_missed: Whether more has happened than is known by now.
    """

    news: Sequence[Told]
    position: Position
    has_missed: bool


def read_backlog(services: Services, after: Position | None) -> Backlog:
    """Return what happened after a position, in bounded parts; nothing without one."""
    with services.database.read() as connection:
        if after is None:
            return Backlog((), position_now(connection), has_missed=False)
        position, has_missed = resume(connection, after)
        announcements = read_announcements(connection, position)
        position = position.after(each.id for each in announcements)
        return Backlog(told(connection, announcements), position, has_missed)
