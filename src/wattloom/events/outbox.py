"""Read the outbox, and forget what nobody reads any more."""

from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, delete, func, or_, select

from wattloom.events.change import Change
from wattloom.events.position import Position
from wattloom.events.tables import announcement

READ_AT_ONCE: Final = 500
"""Most announcements that one read returns."""

# More than transactions that are about to commit at any moment.
_NEWEST_KEPT: Final = 50

_id = announcement.c.id


@dataclass(frozen=True, slots=True)
class Announcement:
    """What one transaction changed."""

    id: int
    changes: tuple[Change, ...]


def read_announcements(connection: Connection, position: Position) -> list[Announcement]:
    """Return the announcements that a reader lacks, by id; at most :data:`READ_AT_ONCE`."""
    is_new = _id > position.last
    wanted = or_(is_new, _id.in_(position.missing)) if position.missing else is_new
    rows = connection.execute(select(announcement).where(wanted).order_by(_id).limit(READ_AT_ONCE))
    return [Announcement(row.id, _changes(row.changes)) for row in rows]


def _changes(document: Any) -> tuple[Change, ...]:
    return msgspec.convert(document, tuple[Change, ...])


def position_now(connection: Connection) -> Position:
    """Return the position of a reader that wants to hear only what is committed from now on."""
    last = newest_id(connection)
    # Rows below the newest may still be on their way.
    start = max(0, last - _NEWEST_KEPT)
    return Position(start).after(connection.scalars(select(_id).where(_id > start)))


def resume(connection: Connection, position: Position) -> tuple[Position, bool]:
    """Return where a reader can go on that was at a position some time ago, and whether it has missed something.

    It has when it was away for longer than announcements are kept, or if the
    position is that of another database.
    """
    oldest, newest = connection.execute(select(func.min(_id), func.max(_id))).one()
    if position.last > (newest or 0):
        return position_now(connection), True
    return position, oldest is not None and position.last < oldest - 1


def newest_id(connection: Connection) -> int:
    """Return the id of the newest announcement; 0 before the first."""
    return connection.scalar(select(func.max(_id))) or 0


def forget_announcements(connection: Connection, *, up_to: int) -> None:
    """Delete the announcements up to an id, but for the newest, which tell readers where they are."""
    newest = select(func.max(_id)).scalar_subquery()
    connection.execute(delete(announcement).where(_id <= up_to, _id <= newest - _NEWEST_KEPT))
