"""Tell in a transaction what it changes."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, insert

from wattloom.db import at_commit
from wattloom.events.change import About, Change
from wattloom.events.tables import announcement

_INSERT = insert(announcement).inline()


def announce(connection: Connection, change: Change) -> None:
    """Tell that the surrounding ``write()`` changes something; nothing is told when it rolls back.

    All that a transaction tells becomes one row, written right before it
    commits: so few transactions overtake each other between the two.
    """
    at_commit(connection, _store, change)


def announce_beliefs(connection: Connection, sensor_id: int, start_us: int, end_us: int) -> None:
    """Tell that something else is believed about events of a sensor between two instants [µs, UTC]."""
    announce(connection, Change(about=About.BELIEFS, sensor=sensor_id, start_us=start_us, end_us=end_us))


def _store(connection: Connection, changes: list[Change]) -> None:
    connection.execute(_INSERT, {"changes": [msgspec.to_builtins(change) for change in _merged(changes)]})


def _merged(changes: Iterable[Change]) -> Iterable[Change]:
    """Return each change once, and for each sensor one span that holds all events about which beliefs changed."""
    merged: dict[object, Change] = {}
    for change in changes:
        is_of_beliefs = change.about is About.BELIEFS
        key = change.sensor if is_of_beliefs else change
        merged[key] = _spanning(merged[key], change) if is_of_beliefs and key in merged else change
    return merged.values()


def _spanning(one: Change, other: Change) -> Change:
    assert one.start_us is not None
    assert one.end_us is not None
    assert other.start_us is not None
    assert other.end_us is not None
    return msgspec.structs.replace(
        one, start_us=min(one.start_us, other.start_us), end_us=max(one.end_us, other.end_us)
    )
