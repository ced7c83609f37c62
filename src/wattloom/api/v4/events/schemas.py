"""Changes as clients see them."""

from collections.abc import Iterable
from typing import NotRequired

from typing_extensions import TypedDict

from wattloom.api.v4.events.watched import Audience
from wattloom.assets import Told, ToldChange
from wattloom.events import Position
from wattloom.periods import from_us


class ChangeJson(TypedDict):
    """Something that has changed; what does not apply is left out.

    ``kind`` is ``beliefs`` (values of a sensor, for events from ``start`` to ``end``), ``job`` (its ``state``, how far
    it is), ``asset`` or ``sensor`` (``done``: created, updated or deleted), or ``annotations``.
    """

    kind: str
    asset: NotRequired[int]
    sensor: NotRequired[int]
    job: NotRequired[str]
    state: NotRequired[str]
    fraction: NotRequired[float]
    text: NotRequired[str]
    done: NotRequired[str]
    start: NotRequired[str]
    end: NotRequired[str]


class EventsJson(TypedDict):
    """What has happened: the changes, and the position to ask from the next time.

    ``missed`` says that the position is too old, so that something may have happened that is not listed.
    """

    position: str
    missed: bool
    events: list[ChangeJson]


def change_json(told: ToldChange) -> ChangeJson:
    """Return a change as JSON."""
    change = told.change
    facts = {
        "kind": change.about,
        "asset": told.asset_id,
        "sensor": change.sensor,
        "job": change.job,
        "state": change.state,
        "fraction": change.fraction,
        "text": change.text,
        "done": change.done,
        "start": _instant(change.start_us),
        "end": _instant(change.end_us),
    }
    shown: ChangeJson = {name: fact for name, fact in facts.items() if fact is not None}  # type: ignore[assignment] # the keys are those above
    return shown


def events_json(position: Position, news: Iterable[Told], audience: Audience, *, has_missed: bool) -> EventsJson:
    """Return what somebody may hear of the news, and wants to."""
    heard = [change_json(change) for each in news for change in each.changes if audience.hears(change)]
    return {"position": str(position), "missed": has_missed, "events": heard}


def _instant(instant_us: int | None) -> str | None:
    return None if instant_us is None else from_us(instant_us).isoformat()
