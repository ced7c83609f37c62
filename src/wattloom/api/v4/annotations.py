"""Annotations one by one: listed with what they are attached to, changed and removed."""

from collections.abc import Sequence
from typing import Annotated, TypeAlias

from fastapi import Path, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection
from typing_extensions import TypedDict

from wattloom.accounts import Action, Kind, User, policy
from wattloom.annotations import (
    MAX_CONTENT,
    Annotation,
    AnnotationFilter,
    AnnotationType,
    NewAnnotation,
    Subject,
    account_subject,
    annotate,
    asset_subject,
    get_annotation,
    owner_subject,
    read_annotations,
    sensor_subject,
    subjects_of,
    withdraw,
)
from wattloom.api.documented_errors import refusal
from wattloom.api.fields import Instant
from wattloom.assets import get_asset
from wattloom.http import (
    CurrentUser,
    ExtensibleAccount,
    ExtensibleAsset,
    Id,
    JsonResponse,
    ReadableAsset,
    ReadableSensor,
    ReadConnection,
    RecordableSensor,
    Services,
    ServicesDep,
    WriteConnection,
    make_router,
)
from wattloom.timeseries import Source, get_source, get_sources

router = make_router(prefix="/v4", tags=["Annotations"])

AnnotationId: TypeAlias = Annotated[Id, Path(description="Id of the annotation.")]

_PLACES = {Kind.ACCOUNT: "accounts", Kind.ASSET: "assets", Kind.SENSOR: "sensors"}


class AnnotationWindow(BaseModel):
    """Which annotations to list."""

    model_config = ConfigDict(extra="forbid")

    start: Instant | None = Field(None, description="Those that end later.")
    end: Instant | None = Field(None, description="Those that start earlier.")
    prior: Instant | None = Field(None, description="Those that were held to be true at this moment.")


class AnnotationChanges(BaseModel):
    """Any subset of the fields of an annotation."""

    model_config = ConfigDict(extra="forbid")

    content: str | None = Field(None, max_length=MAX_CONTENT, description="What is remarked; not only blanks.")
    start: Instant | None = Field(None, description="Where the time starts that it is about, with an offset.")
    end: Instant | None = Field(None, description="Where that time ends; later than the start.")
    type: AnnotationType | None = Field(None, description="What kind of remark it is.")


class AuthorJson(TypedDict):
    """The data source of whoever remarked."""

    id: int
    name: str


class AnnotatedJson(TypedDict):
    """What an annotation is attached to: ``accounts``, ``assets`` or ``sensors``, as in addresses."""

    kind: str
    id: int
    name: str


class ListedAnnotationJson(TypedDict):
    """An annotation, what it is attached to, and whether the caller may change and remove it there."""

    id: int
    content: str
    start: str
    end: str
    type: str
    prior: str | None
    source: AuthorJson
    subject: AnnotatedJson
    may_change: bool


class AnnotationsJson(TypedDict):
    """Annotations in the order of their starts."""

    annotations: list[ListedAnnotationJson]


@router.get("/assets/{id}/annotations", summary="List annotations of an asset", response_model=AnnotationsJson)
def list_of_asset(
    asset: ReadableAsset, window: Annotated[AnnotationWindow, Query()], connection: ReadConnection, user: CurrentUser
) -> JsonResponse:
    """Return the annotations of an asset and of its account, one by one."""
    return _listed(connection, user, [asset_subject(asset), *owner_subject(asset)], window)


@router.get("/sensors/{id}/annotations", summary="List annotations of a sensor", response_model=AnnotationsJson)
def list_of_sensor(
    sensor: ReadableSensor, window: Annotated[AnnotationWindow, Query()], connection: ReadConnection, user: CurrentUser
) -> JsonResponse:
    """Return the annotations of a sensor and of its asset, one by one."""
    asset = get_asset(connection, sensor.asset_id)
    return _listed(connection, user, [sensor_subject(sensor, asset), asset_subject(asset)], window)


@router.patch(
    "/assets/{id}/annotations/{annotation}",
    summary="Change an annotation of an asset",
    response_model=ListedAnnotationJson,
)
def change_on_asset(
    asset: ExtensibleAsset,
    annotation: AnnotationId,
    body: AnnotationChanges,
    connection: WriteConnection,
    user: CurrentUser,
    services: ServicesDep,
) -> JsonResponse:
    """Replace an annotation by a changed one, of which you are the author; it gets a new id.

    Whatever else it is attached to keeps it as it was.
    """
    return _changed(connection, services, user, asset_subject(asset), annotation, body)


@router.patch(
    "/sensors/{id}/annotations/{annotation}",
    summary="Change an annotation of a sensor",
    response_model=ListedAnnotationJson,
    responses=refusal(404),
)
def change_on_sensor(
    sensor: RecordableSensor,
    annotation: AnnotationId,
    body: AnnotationChanges,
    connection: WriteConnection,
    user: CurrentUser,
    services: ServicesDep,
) -> JsonResponse:
    """Replace an annotation by a changed one, of which you are the author; it gets a new id."""
    subject = sensor_subject(sensor, get_asset(connection, sensor.asset_id))
    return _changed(connection, services, user, subject, annotation, body)


@router.patch(
    "/accounts/{id}/annotations/{annotation}",
    summary="Change an annotation of an account",
    response_model=ListedAnnotationJson,
)
def change_on_account(
    account: ExtensibleAccount,
    annotation: AnnotationId,
    body: AnnotationChanges,
    connection: WriteConnection,
    user: CurrentUser,
    services: ServicesDep,
) -> JsonResponse:
    """Replace an annotation by a changed one, of which you are the author; it gets a new id."""
    return _changed(connection, services, user, account_subject(account), annotation, body)


@router.delete("/assets/{id}/annotations/{annotation}", summary="Remove an annotation from an asset", status_code=204)
def remove_from_asset(
    asset: ExtensibleAsset,
    annotation: AnnotationId,
    connection: WriteConnection,
    user: CurrentUser,
    services: ServicesDep,
) -> JsonResponse:
    """Take an annotation off an asset; one that is then attached to nothing is deleted."""
    withdraw(connection, asset_subject(asset), annotation, by=user, now=services.clock())
    return JsonResponse(None, 204)


@router.delete(
    "/sensors/{id}/annotations/{annotation}",
    summary="Remove an annotation from a sensor",
    status_code=204,
    responses=refusal(404),
)
def remove_from_sensor(
    sensor: RecordableSensor,
    annotation: AnnotationId,
    connection: WriteConnection,
    user: CurrentUser,
    services: ServicesDep,
) -> JsonResponse:
    """Take an annotation off a sensor; one that is then attached to nothing is deleted."""
    subject = sensor_subject(sensor, get_asset(connection, sensor.asset_id))
    withdraw(connection, subject, annotation, by=user, now=services.clock())
    return JsonResponse(None, 204)


@router.delete(
    "/accounts/{id}/annotations/{annotation}", summary="Remove an annotation from an account", status_code=204
)
def remove_from_account(
    account: ExtensibleAccount,
    annotation: AnnotationId,
    connection: WriteConnection,
    user: CurrentUser,
    services: ServicesDep,
) -> JsonResponse:
    """Take an annotation off an account; one that is then attached to nothing is deleted."""
    withdraw(connection, account_subject(account), annotation, by=user, now=services.clock())
    return JsonResponse(None, 204)


def _listed(connection: Connection, user: User, subjects: Sequence[Subject], window: AnnotationWindow) -> JsonResponse:
    wanted = AnnotationFilter(window.start, window.end, beliefs_before=window.prior)
    found = read_annotations(connection, user, subjects, wanted)
    attached = subjects_of(connection, found, subjects)
    sources = get_sources(connection, {each.source_id for each in found})
    answer: AnnotationsJson = {
        "annotations": [_json(each, attached[each.id], sources[each.source_id], user) for each in found]
    }
    return JsonResponse(answer)


def _changed(
    connection: Connection,
    services: Services,
    user: User,
    subject: Subject,
    annotation_id: int,
    changes: AnnotationChanges,
) -> JsonResponse:
    before = get_annotation(connection, subject, annotation_id)
    new = NewAnnotation(
        content=before.content if changes.content is None else changes.content,
        start=changes.start or before.start,
        end=changes.end or before.end,
        type=changes.type or before.type,
        belief_time=before.belief_time,
    )
    now = services.clock()
    withdraw(connection, subject, annotation_id, by=user, now=now)
    kept, _ = annotate(connection, subject, new, author=user, by=user, now=now)
    return JsonResponse(_json(kept, subject, get_source(connection, kept.source_id), user))


def _json(annotation: Annotation, subject: Subject, source: Source, user: User) -> ListedAnnotationJson:
    prior = annotation.belief_time
    return {
        "id": annotation.id,
        "content": annotation.content,
        "start": annotation.start.isoformat(),
        "end": annotation.end.isoformat(),
        "type": annotation.type,
        "prior": None if prior is None else prior.isoformat(),
        "source": {"id": source.id, "name": source.name},
        "subject": {"kind": _PLACES[subject.kind], "id": subject.id, "name": subject.name},
        "may_change": policy.allows(user, Action.CREATE_CHILDREN, subject.resource),
    }
