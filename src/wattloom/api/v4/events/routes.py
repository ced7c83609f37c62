"""The endpoint of live events."""

from typing import Annotated, Any

from fastapi import Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from wattloom.accounts import User
from wattloom.api.documented_errors import refusal
from wattloom.api.v4.events.backlog import read_backlog
from wattloom.api.v4.events.schemas import EventsJson, events_json
from wattloom.api.v4.events.stream import MEDIA_TYPE, EventStream
from wattloom.api.v4.events.watched import Audience, Watched
from wattloom.events import Position
from wattloom.http import CurrentUser, JsonResponse, Services, ServicesDep, make_router

router = make_router(prefix="/v4/events", tags=["Events"])

_STREAMED: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            MEDIA_TYPE: {
                "schema": {"type": "string", "description": "Server-Sent Events, each with a change as JSON."},
                "example": 'id: 2718\nevent: beliefs\ndata: {"kind":"beliefs","asset":5,"sensor":31,'
                '"start":"2026-03-01T12:00:00+00:00","end":"2026-03-01T12:15:00+00:00"}\n\n',
            }
        }
    }
}


@router.get(
    "", summary="Watch what changes", response_model=EventsJson, responses=_STREAMED | refusal(404) | refusal(403)
)
async def get_events(
    request: Request, watched: Annotated[Watched, Query()], user: CurrentUser, services: ServicesDep
) -> Response:
    """Tell what changes as far as you may read it: at once, or with `Accept: text/event-stream` while it happens.

    Events say only what has changed; read the rest where it is. A stream resumes with the header `Last-Event-ID`,
    as browsers do by themselves; every event is told at least once.
    """
    await run_in_threadpool(_check, watched, services, user)
    audience = Audience(user, watched)
    if MEDIA_TYPE in request.headers.get("accept", ""):
        return EventStream(request, services, audience, _position(request, watched))
    return JsonResponse(await run_in_threadpool(_read, services, audience, _position(request, watched)))


def _check(watched: Watched, services: Services, user: User) -> None:
    with services.database.read() as connection:
        watched.check(connection, services, user)


def _position(request: Request, watched: Watched) -> Position | None:
    last_event_id = request.headers.get("last-event-id")
    if last_event_id:
        return Position.parse(last_event_id, field="Last-Event-ID")
    return None if watched.after is None else Position.parse(watched.after, field="after")


def _read(services: Services, audience: Audience, after: Position | None) -> EventsJson:
    backlog = read_backlog(services, after)
    return events_json(backlog.position, backlog.news, audience, has_missed=backlog.has_missed)
