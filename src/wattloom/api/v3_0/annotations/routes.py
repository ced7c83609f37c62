"""The endpoints of annotations."""

from typing import Any

from sqlalchemy import Connection

from wattloom.accounts import User
from wattloom.annotations import Subject, account_subject, annotate, asset_subject, sensor_subject
from wattloom.api.errors import error_style
from wattloom.api.v3_0.annotations.schemas import AnnotationJson, NewAnnotationBody, annotation_json
from wattloom.assets import get_asset
from wattloom.http import (
    CurrentUser,
    ExtensibleAccount,
    ExtensibleAsset,
    JsonResponse,
    RecordableSensor,
    Services,
    ServicesDep,
    WriteConnection,
    make_router,
)

_KNOWN: dict[int | str, dict[str, Any]] = {
    200: {"description": "The same annotation existed already.", "model": AnnotationJson}
}

router = make_router(prefix="/v3_0")


@router.post(
    "/assets/{id}/annotations",
    tags=["Assets"],
    summary="Annotate an asset",
    status_code=201,
    response_model=AnnotationJson,
    responses=_KNOWN,
)
@error_style(unknown={"asset": 422})
def annotate_asset(
    asset: ExtensibleAsset,
    body: NewAnnotationBody,
    connection: WriteConnection,
    user: CurrentUser,
    services: ServicesDep,
) -> JsonResponse:
    """Attach a remark about a time to an asset.

    The same remark of the same author (content, start, end and type) is kept
    once: sending it again answers 200 with what is kept, attached here too.
    """
    return _annotated(connection, user, services, asset_subject(asset), body)


@router.post(
    "/sensors/{id}/annotations",
    tags=["Sensors"],
    summary="Annotate a sensor",
    status_code=201,
    response_model=AnnotationJson,
    responses=_KNOWN,
)
def annotate_sensor(
    sensor: RecordableSensor,
    body: NewAnnotationBody,
    connection: WriteConnection,
    user: CurrentUser,
    services: ServicesDep,
) -> JsonResponse:
    """Attach a remark about a time to a sensor; the same remark of the same author is kept once."""
    subject = sensor_subject(sensor, get_asset(connection, sensor.asset_id))
    return _annotated(connection, user, services, subject, body)


@router.post(
    "/accounts/{id}/annotations",
    tags=["Accounts"],
    summary="Annotate an account",
    status_code=201,
    response_model=AnnotationJson,
    responses=_KNOWN,
)
def annotate_account(
    account: ExtensibleAccount,
    body: NewAnnotationBody,
    connection: WriteConnection,
    user: CurrentUser,
    services: ServicesDep,
) -> JsonResponse:
    """Attach a remark about a time to an account, for example a holiday; charts of all its assets show it."""
    return _annotated(connection, user, services, account_subject(account), body)


def _annotated(
    connection: Connection, user: User, services: Services, subject: Subject, body: NewAnnotationBody
) -> JsonResponse:
    new = body.new_annotation()
    kept, is_new = annotate(connection, subject, new, author=user, by=user, now=services.clock())
    return JsonResponse(annotation_json(kept, body), 201 if is_new else 200)
