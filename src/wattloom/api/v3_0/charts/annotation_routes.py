"""The endpoints of the annotations that charts show."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import Query
from sqlalchemy import Connection

from wattloom.accounts import User
from wattloom.annotations import Subject, asset_subject, owner_subject, sensor_subject
from wattloom.api.v3_0.charts.annotation_schemas import ChartAnnotationJson, ChartAnnotationParams
from wattloom.api.v3_0.charts.params import CHART_ALIASES
from wattloom.api.v3_0.charts.read_annotations import read_chart_annotations
from wattloom.assets import get_asset
from wattloom.http import (
    CurrentUser,
    JsonResponse,
    ReadableAsset,
    ReadableSensor,
    ReadConnection,
    make_router,
    query_aliases,
)

router = make_router()


@router.get(
    "/v3_0/assets/{id}/chart_annotations",
    tags=["Assets"],
    summary="Get annotations for the chart of an asset",
    response_model=list[ChartAnnotationJson],
)
@query_aliases(**CHART_ALIASES)
def asset_chart_annotations(
    asset: ReadableAsset,
    params: Annotated[ChartAnnotationParams, Query()],
    connection: ReadConnection,
    user: CurrentUser,
) -> JsonResponse:
    """Return the annotations of an asset and of its account that overlap with the window.

    Those that end at the same moment come as one, so that no text hides another.
    """
    return _shown(connection, user, [asset_subject(asset), *owner_subject(asset)], params)


@router.get(
    "/dev/sensor/{id}/chart_annotations",
    tags=["Sensors"],
    summary="Get annotations for the chart of a sensor, at its old address",
    response_model=list[ChartAnnotationJson],
    operation_id="dev_sensor_chart_annotations",
)
@router.get(
    "/v3_0/sensors/{id}/chart_annotations",
    tags=["Sensors"],
    summary="Get annotations for the chart of a sensor",
    response_model=list[ChartAnnotationJson],
)
@query_aliases(**CHART_ALIASES)
def sensor_chart_annotations(
    sensor: ReadableSensor,
    params: Annotated[ChartAnnotationParams, Query()],
    connection: ReadConnection,
    user: CurrentUser,
) -> JsonResponse:
    """Return the annotations of a sensor and of its asset that overlap with the window.

    Those that end at the same moment come as one, so that no text hides another.
    """
    asset = get_asset(connection, sensor.asset_id)
    return _shown(connection, user, [sensor_subject(sensor, asset), asset_subject(asset)], params)


def _shown(
    connection: Connection, user: User, subjects: Iterable[Subject], params: ChartAnnotationParams
) -> JsonResponse:
    return JsonResponse(read_chart_annotations(connection, user, subjects, params.annotations(), clip=params.clip))
