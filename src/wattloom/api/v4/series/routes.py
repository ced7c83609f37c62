"""Endpoints of bulk reads and writes."""

from collections.abc import Callable
from typing import Annotated, Any, TypeAlias, TypeVar

from fastapi import Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from wattloom.api.documented_errors import refusal
from wattloom.api.v4.series.arrow_answer import MEDIA_TYPE, latest_stream, series_stream
from wattloom.api.v4.series.arrow_body import series_of_stream
from wattloom.api.v4.series.json_answer import latest_json, series_json
from wattloom.api.v4.series.json_body import DOCUMENTED, series_of_json
from wattloom.api.v4.series.latest import read_latest
from wattloom.api.v4.series.posted import PostedSeries
from wattloom.api.v4.series.query import AskedLatest, AskedSeries, RecordParams
from wattloom.api.v4.series.read import read_answer
from wattloom.api.v4.series.schemas import (
    LatestAnswerJson,
    RecordedAnswerJson,
    RecordedSeriesJson,
    SeriesAnswerJson,
)
from wattloom.api.v4.series.write import SeriesOutcome, record_series
from wattloom.http import CurrentUser, JsonResponse, ReadConnection, ServicesDep, make_router, query_aliases

_Answer = TypeVar("_Answer")
_JSON = "application/json"


async def _read(request: Request) -> bytes:
    return await request.body()


RawBody: TypeAlias = Annotated[bytes, Depends(_read)]
"""The body as it came; large ones are parsed in the thread of the handler."""
_BINARY = {"type": "string", "format": "binary"}
_STREAM = {MEDIA_TYPE: {"schema": _BINARY}}
_POSTED_STREAM = _BINARY | {
    "description": "An Apache Arrow stream with one row per value: the columns sensor, event_start and event_value,"
    " and if wanted belief_time and cumulative_probability."
}
# Arrow needs pyarrow, which not every server has.
_ANSWERED = {200: {"content": _STREAM}} | refusal(406)
_REFUSED = refusal(403, "rejected", "results") | refusal(409) | refusal(415)
_BODIES = {_JSON: {"schema": DOCUMENTED}, MEDIA_TYPE: {"schema": _POSTED_STREAM}}
_RECORDED = {"requestBody": {"required": True, "content": _BODIES}}

router = make_router(prefix="/v4/series", tags=["Series"])


@router.get("", summary="Read several series", response_model=SeriesAnswerJson, responses=_ANSWERED)
def get_series(
    request: Request,
    asked: Annotated[AskedSeries, Query()],
    connection: ReadConnection,
    user: CurrentUser,
    services: ServicesDep,
) -> Response:
    """Return the values of several sensors in columns, as JSON or as an Apache Arrow stream.

    Without ``resolution`` these are the events as they were recorded, with it one value per
    slot on the clock of each sensor. ``points`` thins them out for charts.
    """
    answer = read_answer(connection, services, user, asked, location="query")
    return _encoded(request, answer, series_json, series_stream)


@router.post("/query", summary="Read many series", response_model=SeriesAnswerJson, responses=_ANSWERED)
def query_series(
    request: Request, asked: AskedSeries, connection: ReadConnection, user: CurrentUser, services: ServicesDep
) -> Response:
    """Do what GET does, for more sensors than a URL can name."""
    answer = read_answer(connection, services, user, asked, location="json")
    return _encoded(request, answer, series_json, series_stream)


@router.get("/latest", summary="Read current values", response_model=LatestAnswerJson, responses=_ANSWERED)
def get_latest(
    request: Request,
    asked: Annotated[AskedLatest, Query()],
    connection: ReadConnection,
    user: CurrentUser,
    services: ServicesDep,
) -> Response:
    """Return the newest value of each sensor that has one."""
    answer = read_latest(connection, services, user, asked, location="query")
    return _encoded(request, answer, latest_json, latest_stream)


@router.post("/latest", summary="Read many current values", response_model=LatestAnswerJson, responses=_ANSWERED)
def query_latest(
    request: Request, asked: AskedLatest, connection: ReadConnection, user: CurrentUser, services: ServicesDep
) -> Response:
    """Do what GET does, for more sensors than a URL can name."""
    answer = read_latest(connection, services, user, asked, location="json")
    return _encoded(request, answer, latest_json, latest_stream)


@router.post(
    "",
    summary="Record several series",
    response_model=RecordedAnswerJson,
    responses=_REFUSED,
    openapi_extra=_RECORDED,
)
@query_aliases(dry_run="dry-run")
async def post_series(
    request: Request,
    body: RawBody,
    user: CurrentUser,
    services: ServicesDep,
    params: Annotated[RecordParams, Query()],
) -> JsonResponse:
    """Record values of several sensors, as yours: all of them, or none.

    Values are converted to the unit and resolution of their sensor. Nothing is
    overwritten: the same event and belief time with another value is refused.
    """
    decode = _decoder_of(request)

    def answer() -> JsonResponse:
        # Nobody else waits for the database while a body is parsed.
        posted = decode(body)
        with services.database.write() as connection:
            outcomes = record_series(connection, services, user, posted, dry_run=params.dry_run)
        recorded: RecordedAnswerJson = {"series": [_counted(one) for one in outcomes], "dry_run": params.dry_run}
        return JsonResponse(recorded)

    return await run_in_threadpool(answer)


def _counted(one: SeriesOutcome) -> RecordedSeriesJson:
    return {
        "sensor": one.sensor_id,
        "new": one.outcome.n_new,
        "changed": one.outcome.n_changed,
        "unchanged": one.outcome.n_unchanged,
    }


def _decoder_of(request: Request) -> Callable[[bytes], list[PostedSeries]]:
    sent_as = request.headers.get("content-type", _JSON).partition(";")[0].strip().lower()
    if sent_as == MEDIA_TYPE:
        return series_of_stream
    if sent_as == _JSON:
        return series_of_json
    raise HTTPException(415, f"Send {_JSON} or {MEDIA_TYPE}, not {sent_as}.")


def _encoded(
    request: Request, answer: _Answer, as_json: Callable[[_Answer], Any], as_stream: Callable[[_Answer], bytes]
) -> Response:
    headers = {"Vary": "Accept"}
    if MEDIA_TYPE in request.headers.get("accept", "").lower():
        return Response(as_stream(answer), media_type=MEDIA_TYPE, headers=headers)
    return JsonResponse(as_json(answer), headers=headers)
