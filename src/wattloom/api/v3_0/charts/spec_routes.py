"""Charts for pages of others: Vega-Lite specifications, which vega-embed draws."""

from typing import Annotated, Any

import orjson
from fastapi import Query
from sqlalchemy import Connection

from wattloom.accounts import User
from wattloom.annotations import asset_subject, owner_subject, sensor_subject
from wattloom.api.v3_0.charts.read_annotations import read_chart_annotations
from wattloom.api.v3_0.charts.spec_schemas import SPEC_ALIASES, AssetSpecParams, ChartSpecification, SensorSpecParams
from wattloom.assets import get_asset
from wattloom.charts import (
    ROW_LENGTH,
    asset_rows,
    read_asset_chart,
    read_rows,
    read_sensor_chart,
    row_of_sensor,
    sensor_rows,
)
from wattloom.charts.vega import annotations_dataset, asset_specification, sensor_specification
from wattloom.http import (
    CurrentUser,
    JsonResponse,
    ReadableAsset,
    ReadableSensor,
    ReadConnection,
    ServicesDep,
    make_router,
    query_aliases,
)
from wattloom.timeseries import Sensor

router = make_router(tags=["Charts"])


@router.get("/v3_0/assets/{id}/chart", summary="Get the chart of an asset", response_model=ChartSpecification)
@query_aliases(**SPEC_ALIASES)
def asset_chart(
    asset: ReadableAsset,
    params: Annotated[AssetSpecParams, Query()],
    connection: ReadConnection,
    user: CurrentUser,
    services: ServicesDep,
) -> JsonResponse:
    """Return a Vega-Lite specification with a graph for each entry of ``sensors_to_show``.

    It names the dataset that it draws: fill that from ``chart_data``, or have
    the data put in. Sensors that you may not read are left out.
    """
    options = params.options(
        f"asset_{asset.id}", shows_annotations=params.shows_annotations, combines_legends=params.combine_legend
    )
    rows = read_rows(connection, user, asset)
    specification = asset_specification(params.chart_type, rows, options)
    if params.include_data:
        asked = params.chart(latest_versions=False, max_rows=services.options.max_read_values // ROW_LENGTH)
        data = asset_rows(read_asset_chart(connection, services.beliefs, rows, asked))
        specification["datasets"] = {options.dataset: orjson.Fragment(data)}
    return JsonResponse(specification)


@router.get(
    "/dev/sensor/{id}/chart",
    summary="Get the chart of a sensor, at its old address",
    response_model=ChartSpecification,
    operation_id="dev_sensor_chart",
)
@router.get(
    "/v3_0/sensors/{id}/chart",
    summary="Get the chart of a sensor",
    response_model=ChartSpecification,
)
@query_aliases(**SPEC_ALIASES)
def sensor_chart(
    sensor: ReadableSensor,
    params: Annotated[SensorSpecParams, Query()],
    connection: ReadConnection,
    user: CurrentUser,
    services: ServicesDep,
) -> JsonResponse:
    """Return a Vega-Lite specification of one sensor's values: bars, a histogram or a heatmap.

    It names the dataset that it draws: fill that from ``chart_data``, or have
    the data and the annotations put in.
    """
    options = params.options(f"sensor_{sensor.id}", shows_annotations=params.shows_annotations)
    row = row_of_sensor(connection, user, sensor)
    specification = sensor_specification(params.chart_type, row.sensors[0], options)
    if params.include_data:
        asked = params.chart(latest_versions=True, max_rows=services.options.max_read_values // ROW_LENGTH)
        data = sensor_rows(read_sensor_chart(connection, services.beliefs, row, asked))
        specification["datasets"] = {
            options.dataset: orjson.Fragment(data),
            annotations_dataset(options.dataset): _annotations(connection, user, sensor, params),
        }
    return JsonResponse(specification)


def _annotations(connection: Connection, user: User, sensor: Sensor, params: SensorSpecParams) -> list[Any]:
    asset = get_asset(connection, sensor.asset_id)
    subjects = [
        *([sensor_subject(sensor, asset)] if params.include_sensor_annotations else []),
        *([asset_subject(asset)] if params.include_asset_annotations else []),
        *(owner_subject(asset) if params.include_account_annotations else []),
    ]
    return list(read_chart_annotations(connection, user, subjects, params.annotations(), clip=True))
